"""Rules decide where a row counts; a row that no rule matches is unrouted, never guessed."""

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId
from chalicelib.domain.retainer import Client
from chalicelib.domain.routing import (
    ClientRule,
    ColumnMatch,
    Facts,
    InboxRule,
    Match,
    Route,
    Unrouted,
    client_of,
    columns_of,
    fits,
    index_names,
    names_of,
    of_other_client,
    route_in_client,
    route_in_folder,
    suggest_rule,
    words_of,
)

ACME = Client(ClientId("acme"), "Acme  GmbH", aliases=("ACME", "Acme Inc"))
MIGRATION = ClientRule(Match(project="Office 365*"), Pool.PROJECT, "support", "Billed as a project")
INTERNAL = ClientRule(Match(tag="internal"), Pool.EXCLUDED, None, "Internal work")
ADVISORY = ClientRule(Match(work_type="advisory"), Pool.RETAINER, "advisory")


@pytest.mark.parametrize(
    ("pattern", "project", "expected"),
    [
        ("Office 365", "office  365", True),
        ("Office 365*", "Office 365 migration", True),
        ("*migration", "Office 365 migration", True),
        ("off*365*mig*", "Office 365 migration", True),
        ("a*a", "a", False),
        ("*b*", "b", True),
        ("*a*a*", "a", False),
        ("*b*c*", "bcb", True),
        ("x*b*a*z", "xabz", False),
        ("x*y*z", "xz", False),
        ("Office", "Office 365", False),
        ("*", "", True),
        ("*", None, False),
        ("Cafe\u0301", "CAF\u00c9", True),
    ],
)
def test_a_pattern_is_the_whole_name_with_stars_for_anything(pattern, project, expected):
    assert expected == fits(Match(project=pattern), Facts(project=project))


@pytest.mark.parametrize("name", ["client", "project", "contract", "task", "work_type", "ticket", "tag"])
def test_a_fact_that_the_file_does_not_have_fits_no_pattern_not_even_a_star(name):
    assert not fits(Match(**{name: "*"}), Facts())


def test_all_patterns_of_a_rule_must_match_and_any_tag_is_enough():
    match = Match(project="Desk", tag="vip*")

    assert fits(match, Facts(project="Desk", tags=("night", "VIP customer")))
    assert not fits(match, Facts(project="Desk", tags=("night",)))
    assert not fits(match, Facts(project="Network", tags=("vip",)))


def test_a_hostile_cell_takes_no_more_than_linear_time():
    assert not fits(Match(project="*a" * 30 + "b"), Facts(project="a" * 100_000))


def test_in_a_retainer_s_folder_rules_can_exclude_or_mark_projects_but_never_route_away():
    rules = (ADVISORY, MIGRATION, INTERNAL)

    assert Route("support") == route_in_folder(Facts(work_type="advisory"), rules, "support")
    assert Route("support", Pool.PROJECT, "Billed as a project") == route_in_folder(
        Facts(project="Office 365 batch 2"), rules, "support"
    )
    assert Route("advisory") == route_in_folder(Facts(project="Office 365 batch 2"), rules, "advisory")
    assert Route("support", Pool.EXCLUDED, "Internal work") == route_in_folder(
        Facts(tags=("internal",)), rules, "support"
    )


def test_the_first_matching_rule_decides():
    rules = (INTERNAL, ADVISORY)

    assert Route("advisory") == route_in_client(Facts(work_type="advisory"), rules, ["support", "advisory"])
    both = Facts(work_type="advisory", tags=("internal",))
    assert Pool.EXCLUDED is route_in_client(both, rules, ["support", "advisory"]).pool


def test_a_client_with_one_retainer_needs_no_rule_and_one_with_two_does():
    assert Route("support") == route_in_client(Facts(), (), ["support"])
    open_one = route_in_client(Facts(client="Acme"), (), ["support", "advisory"])
    assert open_one.reason.startswith("No rule says which retainer of the client this row belongs to.")
    assert open_one.rule is None, "the client's name says nothing about the retainer"
    assert '- {when: {project: "Desk"}, pool: retainer, retainer: RETAINER}' == (
        route_in_client(Facts(client="Acme", project="Desk"), (), ["support", "advisory"]).rule
    )


def test_a_rule_s_reason_goes_with_the_row_and_what_is_left_out_is_kept_with_the_first_retainer():
    assert Route("support", Pool.PROJECT, "Billed as a project") == route_in_client(
        Facts(project="Office 365"), (MIGRATION,), ["support", "advisory"]
    )
    left_out = Facts(tags=("internal",))
    assert Route("advisory", Pool.EXCLUDED, "Internal work") == route_in_client(
        left_out, (INTERNAL,), ["support", "advisory"]
    )
    assert isinstance(route_in_client(left_out, (INTERNAL,), ()), Unrouted)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (Facts(client="Acme", project="Desk"), '- {when: {client: "Acme"}, client: CLIENT}'),
        (Facts(client="", project="Büro"), '- {when: {project: "Büro"}, client: CLIENT}'),
        (Facts(ticket="17", tags=("vip", "night")), '- {when: {tag: "vip"}, client: CLIENT}'),
        (Facts(ticket="17", tags=()), '- {when: {ticket: "17"}, client: CLIENT}'),
        (Facts(), None),
    ],
)
def test_the_rule_to_paste_has_the_first_fact_that_the_row_has(facts, rule):
    assert rule == suggest_rule(facts, "client: CLIENT")


def test_a_client_is_found_by_its_slug_its_name_or_an_alias_or_else_by_the_inbox_rules():
    names = index_names({"acme": ("Acme GmbH", "ACME Holding"), "globex": ("Globex",)})
    rules = (InboxRule(Match(project="GX-*"), "globex"),)

    assert {"acme": {"acme"}, "acme gmbh": {"acme"}, "acme holding": {"acme"}, "globex": {"globex"}} == names
    assert "acme" == client_of(Facts(client="acme holding"), rules, names["acme holding"])
    assert "globex" == client_of(Facts(project="GX-17"), rules, ())
    assert (
        '- {when: {client: "Initech \\"X\\""}, client: CLIENT}'
        == client_of(Facts(client='Initech "X"'), rules, ()).rule
    )
    assert client_of(Facts(), (), ()).reason.startswith("The row names no client, and no inbox rule fits.")
    assert client_of(Facts(client="Initech"), (), ()).reason.startswith("No client is called “Initech”, and no")


def test_a_name_that_two_clients_share_matches_neither():
    names = index_names({"acme": ("Acme Ltd",), "acme-uk": ("ACME  Ltd",)})

    assert Unrouted("Several clients are called “Acme Ltd”: acme, acme-uk. Give them names of their own.") == client_of(
        Facts(client="Acme Ltd"), (), names["acme ltd"]
    )


def test_a_client_is_called_by_its_slug_its_name_and_its_aliases():
    assert ["acme", "acme gmbh", "acme inc"] == names_of(ACME)


def test_a_row_of_another_client_says_whose_it_is_and_where_to_drop_it():
    found = of_other_client("Globex", ClientId("globex"), ClientId("acme"))

    assert "globex" == found.other
    assert (
        "The row names the client “Globex” (globex), and the file is in the folder of acme. "
        "Drop the file at inbox/, where each row goes to its client, or such rows in inbox/globex/."
    ) == found.reason


@pytest.mark.parametrize("pattern", ["R&amp;D*", "R&D*"])
@pytest.mark.parametrize("project", ["R&amp;D 2026", "R&D 2026"])
def test_a_pattern_fits_whether_text_has_entities_or_not(pattern, project):
    assert fits(Match(project=pattern), Facts(project=project))


IN_COLUMNS = Match(columns=(ColumnMatch("Firm  Name", ("Acme*", "Globex")), ColumnMatch("Kind", ("*",))))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ((("firm name", "Acme GmbH"), ("kind", "x")), True),
        ((("kind", ""), ("firm name", "GLOBEX")), True),
        ((("firm name", "Initech"), ("firm name", "Globex"), ("kind", "x")), True),
        ((("firm name", "Initech"), ("kind", "Globex")), False),
        ((("firm name", "Acme GmbH"),), False),
        ((), False),
    ],
)
def test_patterns_for_columns_fit_what_the_row_says_in_them(columns, expected):
    assert expected == fits(IN_COLUMNS, Facts(columns=columns))


def test_the_columns_and_the_words_of_rules_are_folded_and_each_there_once():
    facts = {name: f"A {name}" for name in ("client", "project", "contract", "task", "work_type", "ticket", "tag")}
    rules = (ClientRule(IN_COLUMNS, Pool.RETAINER), InboxRule(Match(**facts), ClientId("acme")), INTERNAL)

    assert {"firm name", "kind"} == columns_of(rules)
    assert {"acme*", "globex", "*", "internal", *(text.casefold() for text in facts.values())} == words_of(rules)


@pytest.mark.parametrize(("name", "expected"), [("O365", True), ("office 365", True), ("Network", False)])
def test_a_rule_for_a_project_fits_it_by_any_of_its_names(name, expected):
    aliases = Aliases(projects=(Renamed("Cloud", ("Office 365", "O365")),))
    facts, excluded = Facts(project=name), ClientRule(Match(project="cloud"), Pool.EXCLUDED, None, "Internal work")
    found = Route("support", Pool.EXCLUDED, "Internal work") if expected else Route("support")

    assert found == route_in_folder(facts, [excluded], "support", aliases)
    assert found == route_in_client(facts, [excluded], ["support"], aliases)


def test_a_project_s_other_names_are_none_of_a_task():
    aliases = Aliases(projects=(Renamed("Cloud", ("O365",)),))
    excluded = ClientRule(Match(task="cloud"), Pool.EXCLUDED, None, "Internal work")

    assert Route("support") == route_in_folder(Facts(task="O365"), [excluded], "support", aliases)


def test_only_a_rule_of_its_own_retainer_sets_a_row_of_a_folder_apart():
    other = ClientRule(Match(project="*"), Pool.EXCLUDED, "advisory", "Internal work")

    assert Route("support") == route_in_folder(Facts(project="x"), [other], "support")
    assert Route("advisory", Pool.EXCLUDED, "Internal work") == route_in_folder(Facts(project="x"), [other], "advisory")
