"""The validator's problems, each with its line and column."""

from datetime import date

import pytest

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.domain.aliases import Renamed
from chalicelib.domain.entry import Pool
from chalicelib.domain.quantities import Money
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Unused
from chalicelib.services.setup.declared import Place, Setup, SetupProblem
from tests.builders import hours, money

SOURCES = ("toggl", "harvest")
CLIENT = """\
clients:
  - id: acme
    name: Acme
    currency: EUR
    retainers:
      - id: support
        zone: Europe/Berlin
        starts_on: 2026-01-31
        terms:
          - allotment: 20 h
            fee: 1000.00
            regular_rate: "100"
"""


def problems(document: str) -> list[tuple[int, int, str]]:
    """Line, column and sentence of each problem."""
    found = read_setup(document, SOURCES)
    return [] if isinstance(found, Setup) else [(one.place.line, one.place.column, one.text) for one in found]


def read(document: str) -> Setup:
    found = read_setup(document, SOURCES)
    assert isinstance(found, Setup), found
    return found


def changed(before: str, after: str) -> str:
    assert before in CLIENT
    return CLIENT.replace(before, after, 1)


def test_absent_keys_have_their_defaults() -> None:
    [declared] = read(CLIENT).clients
    [retainer] = declared.retainers
    [terms] = retainer.terms

    assert (declared.client.locale, retainer.title, retainer.grace_days) == ("en", "support", 3)
    assert (terms.effective_from, terms.overage_rate) == (date(2026, 1, 31), None)
    assert terms.alert_percents == (75, 90, 100)


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "sentence"),
    [
        ("id: acme", "id: Acme Ltd", 2, 9, ("`id`: `Acme Ltd` is not lower-case letters, digits and hyphens "
         "(at most 63). `acme-ltd` would work.")),
        ("name: Acme", "nmae: Acme", 3, 5, "A client has no key `nmae`. Did you mean `name`?"),
        ("name: Acme", "name:", 3, 10, "A client needs `name`."),
        ("name: Acme", "name: [Acme]", 3, 11, "`name`: this takes a single value, not a list or a section."),
        ("name: Acme", "name: Acme\n    name: Ame", 4, 5, "`name` is given twice; keep one of them."),
        ("currency: EUR", "currency: EURO", 4, 15, "`currency`: `EURO` is not an ISO 4217 currency; write it as EUR."),
        ("currency: EUR", "currency: JPY", 11, 18, (
            "`fee`: `1000.00` has more decimals than JPY, which has 0; round it."
        )),
        ("currency: EUR", "locale: xx-YY", 4, 13, ("`locale`: `xx-YY` is not a known locale; "
         "write it as en, en-IE, de-DE or fr-FR.")),
        ("Europe/Berlin", "europe/berlin", 7, 15, ("`zone`: `europe/berlin` is not an IANA time zone. "
         "Did you mean `Europe/Berlin`?")),
        ("2026-01-31", "31.1.2026", 8, 20, "`starts_on`: `31.1.2026` is not a date; write it as 2026-01-31."),
        ("2026-01-31", "2026-01-31\n        ends_on: 2026-01-31", 9, 18,
         "`ends_on` is the first day that is no longer served; write a day after `starts_on`."),
        ("2026-01-31", "2026-01-31\n        hidden: yes", 9, 17,
         "Only a retainer that ends can be hidden: add its `ends_on`."),
        ("2026-01-31", "2026-01-31\n        late_work: forget", 9, 20,
         "`late_work`: `forget` is none of post, write_off."),
        ("2026-01-31", "2026-01-31\n        pauses: [{from: 2026-08-15, until: 2026-08-15}]", 9, 44,
         "`until` is the first day that is served again; write a day after `from`."),
        ("2026-01-31", "2026-01-31\n        pauses: [{from: 2026-09-01}, {from: 2026-10-01}]", 9, 18,
         "The pauses of 2026-09-01 and 2026-10-01 overlap or adjoin; merge them."),
        ("2026-01-31", "2026-01-31\n        pauses: [{from: 2026-08-01, until: 2026-09-02}, {from: 2026-09-01}]", 9, 18,
         "The pauses of 2026-08-01 and 2026-09-01 overlap or adjoin; merge them."),
        ("2026-01-31", "2026-01-31\n        pauses: [{until: 2026-09-02}]", 9, 18, "A pause needs `from`."),
        ("currency: EUR", "currency: EUR\n    invoices: never", 5, 15,
         "`invoices`: `never` is none of verify, automatic."),
        ("currency: EUR", "currency: EUR\n    mails: {alerts: maybe}", 5, 21,
         "`alerts`: `maybe` is neither yes nor no."),
        ("2026-01-31", "2026-01-31\n        anchor_day: 32", 9, 21,
         "`anchor_day`: `32` is not a whole number from 1 to 31."),
        ("2026-01-31", "2026-01-31\n        length: months", 9, 17,
         "`length`: `months` is none of month, quarter, year. Did you mean `month`?"),
        ("20 h", "twenty", 10, 24, ("`allotment`: `twenty` is not an amount of time; "
         "write it as 20 h, 6.75 h, 26:45 or 15 min.")),
        ("20 h", "-20 h", 10, 24, ("`allotment`: `-20 h` is not an amount of time; "
         "write it as 20 h, 6.75 h, 26:45 or 15 min.")),
        ("1000.00", '"1,000.00"', 11, 18, ("`fee`: `1,000.00` is not an amount; "
         "write it as 1000.00, without separators or currency.")),
        ("1000.00", "1000.001", 11, 18, "`fee`: `1000.001` has more decimals than EUR, which has 2; round it."),
        ("1000.00", "1e3", 11, 18, ("`fee`: `1e3` is not an amount; "
         "write it as 1000.00, without separators or currency.")),
        ("20 h", "20 h\n            effective_from: 2026-02-01", 10, 13,
         "No terms are in force when the retainer starts; let these take effect on 2026-01-31."),
        ("20 h", "20 h\n            carry_over: {cap: 10 h}", 11, 31,
         "`cap` applies only to carried hours; leave it out, or write `unused: carry`."),
        ("20 h", "20 h\n            carry_over: {unused: carry, expires: soon}", 11, 50,
         "`expires`: `soon` is neither never nor a number of cycles; write it as after 2 cycles."),
        ("20 h", "20 h\n            alerts: 75", 11, 21, "`alerts` is a list: start each of its items with `- `."),
        ("20 h", "20 h\n            rounding: {multipliers: {Night: 2, night: 3}}", 11, 48,
         "The work type `night` is listed twice; keep one of them."),
        ("20 h", "20 h\n            rounding: {multipliers: {Night: 0}}", 11, 45,
         "`multipliers`: `0` is not a factor above 0; write it as 1.5."),
    ],
)  # fmt: skip
def test_a_problem_has_its_place_and_says_what_to_write(
    before: str, after: str, line: int, column: int, sentence: str
) -> None:
    assert problems(changed(before, after)) == [(line, column, sentence)]


def test_all_problems_are_found_at_once_in_the_order_of_the_file() -> None:
    document = CLIENT.replace("Berlin", "Berlni").replace("20 h", "x").replace("id: acme", "id: ACME")

    assert [line for line, _, _ in problems(document)] == [2, 7, 10]


def test_an_empty_list_is_not_enough_where_one_is_needed() -> None:
    assert problems("clients:\n  - {id: acme, name: Acme, retainers: []}\n") == [(2, 39, "A client needs `retainers`.")]


def test_two_versions_of_the_terms_do_not_take_effect_on_the_same_day() -> None:
    second = '          - {allotment: 1 h, fee: "1", regular_rate: "1", effective_from: 2026-01-31}\n'

    assert problems(CLIENT + second) == [(13, 13, "Two versions are effective from 2026-01-31; keep one of them.")]


def test_versions_of_the_terms_may_be_in_any_order() -> None:
    older = '          - {allotment: 1 h, fee: "1", regular_rate: "1", effective_from: 2026-01-01}\n'

    [declared] = read(CLIENT + older).clients

    assert [terms.effective_from.day for terms in declared.retainers[0].terms] == [1, 31]


@pytest.mark.parametrize(
    ("workers", "line", "column", "sentence"),
    [
        ("- {name: Jane Doe}", 2, 5, "A worker needs `aliases`. List the other names that exports use for it."),
        ("- {aliases: [J. Doe]}", 2, 5, "A worker needs `name`."),
        ("- {name: Jane Doe, alias: [J. Doe]}", 2, 22, "A worker has no key `alias`. Did you mean `aliases`?"),
        ("- {name: Jane Doe, aliases: J. Doe}", 2, 31, "`aliases` is a list: start each of its items with `- `."),
        ("- {name: Jane Doe, aliases: [jane  DOE]}", 2, 5,
         "`jane DOE` is the name itself (case is ignored); leave that alias out."),
        ("- {name: Jane Doe, aliases: [J. Doe]}\n  - {name: JANE DOE, aliases: [J. Roe]}", 3, 5,
         "`JANE DOE` is listed twice; list all its aliases in one place."),
        ("- {name: Jane Doe, aliases: [J. Doe]}\n  - {name: John Doe, aliases: [j. doe]}", 3, 5,
         "`j. doe` is an alias of `Jane Doe` and of `John Doe`; keep it in one place only."),
        ("- {name: Jane Doe, aliases: [J. Doe]}\n  - {name: J. Doe, aliases: [J. Roe]}", 2, 5,
         "`J. Doe` has aliases of its own; list all of them under `Jane Doe`."),
    ],
)  # fmt: skip
def test_a_name_refers_to_one_worker_without_chains(workers: str, line: int, column: int, sentence: str) -> None:
    assert problems(f"workers:\n  {workers}\n") == [(line, column, sentence)]


def test_two_clients_may_have_renamed_projects_of_the_same_name() -> None:
    projects = "    projects:\n      - {name: Website 2026, aliases: [Website]}\n"
    other = CLIENT.removeprefix("clients:\n").replace("acme", "other").replace("name: Acme", "name: Other")

    first, second = read(CLIENT + projects + other + projects).clients

    assert first.aliases.projects == second.aliases.projects == (Renamed("Website 2026", ("Website",)),)


def test_a_chain_of_projects_is_refused_too() -> None:
    projects = "    projects:\n      - {name: B, aliases: [A]}\n      - {name: C, aliases: [B]}\n"

    assert [problem[2] for problem in problems(CLIENT + projects)] == [
        "`B` has aliases of its own; list all of them under `C`."
    ]


@pytest.mark.parametrize("name", ["acme", "ACME", "Acme Ltd"])
def test_two_clients_do_not_share_a_name(name: str) -> None:
    first = changed("name: Acme", "name: Acme\n    aliases: [Acme Ltd]")
    second = CLIENT.removeprefix("clients:\n").replace("id: acme", "id: other").replace("name: Acme", f"name: {name}")

    assert [problem[2] for problem in problems(first + second)] == [
        f"`other` and `acme` share the name `{name.casefold()}`; rename one of them."
    ]


def test_a_clients_id_is_one_of_its_names() -> None:
    first = changed("id: acme", "id: a-1").replace("name: Acme", "name: First")
    second = CLIENT.removeprefix("clients:\n").replace("name: Acme", "name: A-1")

    assert [problem[2] for problem in problems(first + second)] == [
        "`acme` and `a-1` share the name `a-1`; rename one of them."
    ]


def test_two_clients_or_retainers_do_not_share_an_id() -> None:
    retainer = CLIENT[CLIENT.index("      - id: support") :]

    assert problems(CLIENT + retainer) == [
        (13, 9, "The client has two retainers `support`; give one of them another id.")
    ]
    assert problems(CLIENT + CLIENT.removeprefix("clients:\n"))[0] == (
        13, 5, "Two clients have the id `acme`; give one of them a different id.",
    )  # fmt: skip


def test_rules_are_read_in_their_order() -> None:
    rules = """\
    rules:
      - {when: {project: "Office 365*", tag: m365}, pool: project, retainer: support}
      - {when: {}, pool: excluded, reason: Not ours}
"""
    [declared] = read(CLIENT + rules).clients

    assert declared.rules == (
        ClientRule(Match(project="Office 365*", tag="m365"), Pool.PROJECT, "support"),
        ClientRule(Match(), Pool.EXCLUDED, None, "Not ours"),
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("{pool: project}", "A rule needs `when`. `when: {}` matches every row."),
        ("{pool: project, when: }", "A rule needs `when`. `when: {}` matches every row."),
        ("{when: {}, pool: excluded}", "A rule that excludes needs `reason`: it is shown in every report."),
        ("{when: {}, pool: project, retainer: suport}", "The client has no retainer `suport`. Did you mean `support`?"),
        ("{when: {proejct: x}, pool: project}", "`when` has no key `proejct`. Did you mean `project`?"),
        ("Office", "A rule is written as `key: value` lines, and this is not."),
    ],
)
def test_a_rule_says_when_where_and_why(rule: str, sentence: str) -> None:
    assert [sentence] == [problem[2] for problem in problems(f"{CLIENT}    rules:\n      - {rule}\n")]


def test_terms_are_read_exactly_from_the_text() -> None:
    document = changed("20 h", "26:45").replace("1000.00", "1234567890.10").replace("/Berlin", "/Paris")
    document += "            carry_over: {unused: carry, cap: 50 %, expires: after 2 cycles, overrun: deduct}\n"
    [terms] = read(document).clients[0].retainers[0].terms

    assert terms.allotment_seconds == hours("26:45")
    assert terms.fee == Money(123456789010, "EUR")
    assert terms.regular_rate == money("100.00")
    assert terms.carry_over == CarryOver(Unused.CARRY, Cap(percent=50), 2, Overrun.DEDUCT)


def test_sources_are_those_that_imports_know() -> None:
    assert problems("sources:\n  togl: {date_order: dmy}\n") == [
        (2, 3, "There is no source `togl`. Did you mean `toggl`?")
    ]
    assert problems("sources:\n  toggl: {zone: Europe/Berln}\n") == [
        (2, 17, "`zone`: `Europe/Berln` is not an IANA time zone. Did you mean `Europe/Berlin`?")
    ]
    written = "sources:\n  toggl: {date_order: mdy, complete: yes}\n  harvest: {complete: no, zone: UTC}\n"
    hints = read(written).hints
    assert hints is not None
    assert (dict(hints.date_orders), hints.complete, dict(hints.zones)) == (
        {"toggl": "mdy"},
        {"toggl"},
        {"harvest": "UTC"},
    )


def test_an_absent_section_differs_from_an_empty_one() -> None:
    assert read("clients: []").inbox_rules is None
    assert read("inbox_rules: []").inbox_rules == ()


@pytest.mark.parametrize(
    ("document", "place"), [("", (1, 1)), ("clients: [", (1, 11)), ("a: b: c", (1, 5)), ("- x", (1, 1))]
)
def test_a_file_that_is_not_a_set_up_is_one_problem(document: str, place: tuple[int, int]) -> None:
    assert [problem[:2] for problem in problems(document)] == [place]


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" + CLIENT.encode(), CLIENT.encode("utf-16")])
def test_an_editors_encoding_does_not_matter(data: bytes) -> None:
    assert read_setup(data, SOURCES) == read_setup(CLIENT, SOURCES)


def test_a_file_that_is_not_utf_8_is_one_problem_at_its_place() -> None:
    found = read_setup(changed("name: Acme", "name: Acmé").encode("latin-1"), SOURCES)

    assert found == (SetupProblem(Place(3, 14), "Something here is not text: save the file as UTF-8."),)


def test_a_file_nested_too_deep_is_one_problem() -> None:
    assert problems("[" * 5000) == [
        (1, 1, "This is not a set-up: it is hundreds of levels deep; docs/setup.md shows one to start from.")
    ]
