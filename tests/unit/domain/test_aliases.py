"""A renamed worker or project is one worker or project under all names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.aliases import NO_ALIASES, Aliases, Renamed
from chalicelib.domain.entry_content import Workers
from chalicelib.domain.ids import CycleId
from chalicelib.domain.match_table import Outcome, Placed
from chalicelib.domain.reconcile import match_cycle, match_leftovers
from chalicelib.domain.routing import ClientRule, Facts, Match, Pool, Route, fits, route_in_client, route_in_folder
from tests.builders import ACME_SUPPORT, day, entry

JANE = Renamed("Jane Doe", ("J. Doe", "jdoe@old.example"))
WEBSITE = Renamed("Website 2026", ("Website",))
ALIASES = Aliases((JANE,), (WEBSITE,))
JANUARY = CycleId(ACME_SUPPORT, day("2026-01-01"))
FEBRUARY = CycleId(ACME_SUPPORT, day("2026-02-01"))

OLD = entry("2026-01-05", "1:00", "J. Doe", project="Website", description="Mail")
NEW = OLD._replace(worker="Jane Doe", project="Website 2026")


def known(*entries, aliases=ALIASES):
    """The known workers after these entries."""
    workers = Workers(aliases)
    workers.learn(entries)
    return workers


@pytest.mark.parametrize("name", ["Jane Doe", "JANE DOE", "j. doe", "JDOE@old.example"])
def test_a_worker_is_one_under_every_name_whatever_its_case(name):
    assert "jane doe" == ALIASES.worker(name) == known().of_name(name) == known().key(OLD._replace(worker=name))


def test_a_project_is_compared_under_its_declared_name():
    assert ["Website 2026"] * 2 == [known().with_project(one).project for one in (OLD, NEW)]


def test_a_worker_without_aliases_is_identified_by_name():
    assert ["max planck", ""] == [known().of_name(name) for name in ("Max Planck", "")]
    assert "Intranet" == ALIASES.project("Intranet")
    assert "j. doe" == NO_ALIASES.worker("J. Doe")


def test_an_address_in_a_row_with_an_old_name_belongs_to_the_renamed_worker():
    with_address = OLD._replace(worker_email="jane@example.com")
    only_address = OLD._replace(worker="", worker_email="Jane@example.com")

    assert known().key(OLD) == known(with_address).key(only_address)


def test_a_worker_declared_by_an_address_is_the_one_named_with_it():
    workers = known(
        entry("2026-01-05", "1:00", "Jane Doe", email="jane@example.com"),
        aliases=Aliases((Renamed("jane@example.com", ("J. Doe",)),)),
    )

    assert "jane doe" == workers.of_name("J. Doe") == workers.of_name("jane@example.com") == workers.of_name("Jane Doe")


def test_a_declared_address_takes_precedence_over_the_name_in_its_row():
    workers = known(entry("2026-01-05", "1:00", "Front desk", email="jdoe@old.example"))

    assert ["jane doe", "front desk"] == [workers.of_name(name) for name in ("jdoe@old.example", "Front desk")]


@pytest.mark.parametrize("names", [["Ada", "Bea"], ["Bea", "Ada"]])
def test_two_names_with_one_address_are_resolved_independently_of_their_order(names):
    workers = Workers()
    for name in names:
        workers.learn([entry("2026-01-05", "1:00", name, email="desk@example.com")])

    assert "ada" == workers.of_name("desk@example.com")


def test_a_row_that_only_has_new_names_is_unchanged_and_the_entry_stays_as_it_was():
    [pair] = match_cycle(JANUARY, [OLD], [NEW], known()).pairs

    assert (Outcome.UNCHANGED, OLD) == (pair.outcome, pair.result)
    assert [] == match_cycle(JANUARY, [OLD], [NEW], Workers()).pairs, "without the alias it is other work"


def test_a_row_that_changed_in_more_than_its_names_also_updates_the_names():
    edited = NEW._replace(seconds=7200)

    [pair] = match_cycle(JANUARY, [OLD], [edited], known()).pairs

    assert (Outcome.CHANGED, edited) == (pair.outcome, pair.result)


def test_of_twins_under_an_old_and_a_new_name_the_same_one_is_paired_in_any_order():
    old, new = OLD._replace(start=32_400), NEW._replace(start=32_400)
    row = new._replace(seconds=7200)

    pairs = [match_cycle(JANUARY, both, [row], known(*both)).pairs for both in ([old, new], [new, old])]

    assert pairs[0] == pairs[1]


def test_a_source_id_under_new_names_is_unchanged():
    [pair] = match_cycle(JANUARY, [OLD._replace(source_id="17")], [NEW._replace(source_id="17")], known()).pairs

    assert Outcome.UNCHANGED is pair.outcome


def test_twins_under_two_names_count_twice_and_move_together():
    old = [Placed(JANUARY, OLD), Placed(JANUARY, NEW)]
    new = [Placed(FEBRUARY, NEW._replace(date=day("2026-02-02")))] * 2

    matching = match_leftovers(old, new, day("2026-01-01"), day("2026-02-28"), known())

    assert [Outcome.MOVED] * 2 == [pair.outcome for pair in matching.pairs]


_NAMES = st.sampled_from([JANE.name, *JANE.aliases])
_ROWS = st.lists(
    st.tuples(
        st.builds(
            entry,
            st.sampled_from(["2026-01-05", "2026-01-06"]),
            st.sampled_from(["1:00", "2:00"]),
            st.sampled_from(["Jane Doe", "Max Planck"]),
            start=st.sampled_from([None, "9:00", "10:00"]),
            project=st.sampled_from([None, "", "Intranet", "Website 2026"]),
            description=st.sampled_from(["Mail", "Server"]),
            source_id=st.sampled_from([None, None, "17"]),
        ),
        _NAMES,
        st.sampled_from(["Website", "Website 2026"]),
    ),
    max_size=7,
)


def _truth(rows):
    return [row for row, _, _ in rows]


def _renamed(rows):
    """The rows as an export may name them."""
    return [
        row._replace(
            worker=worker if row.worker == "Jane Doe" else row.worker,
            project=project if row.project == "Website 2026" else row.project,
        )
        for row, worker, project in rows
    ]


def _renamed_pairs(matching):
    """The pairs and what is left over, under the current names."""
    today = known().today
    pairs = [
        (today(pair.old.entry), today(pair.new.entry), today(pair.result), pair.outcome) for pair in matching.pairs
    ]
    pairs += [(row, row, row, Outcome.UNCHANGED) for row in map(today, matching.same)]
    left = [[today(placed.entry) for placed in heap] for heap in (matching.old_left, matching.new_left)]
    return [sorted(map(repr, heap)) for heap in (pairs, *left)]


@given(old=_ROWS, new=_ROWS)
def test_a_rename_changes_no_pairing_of_rows(old, new):
    expected = match_cycle(JANUARY, _truth(old), _truth(new), Workers())

    assert _renamed_pairs(expected) == _renamed_pairs(match_cycle(JANUARY, _renamed(old), _renamed(new), known()))


@pytest.mark.parametrize("pattern", ["Website", "website 2026", "*2026"])
@pytest.mark.parametrize("project", ["Website", "Website 2026"])
def test_a_rule_with_one_name_of_a_project_matches_every_name(pattern, project):
    assert fits(Match(project=pattern), Facts(project=project), ALIASES)
    assert not fits(Match(project=pattern), Facts(project="Intranet"), ALIASES)


def test_rules_route_by_old_and_new_names_alike():
    apart = ClientRule(Match(project="Website"), Pool.PROJECT, "support")

    assert Route("support", Pool.PROJECT) == route_in_folder(Facts(project="Website 2026"), [apart], "support", ALIASES)
    assert Route("support", Pool.PROJECT) == route_in_client(
        Facts(project="Website 2026"), [apart], ["support", "advisory"], ALIASES
    )
