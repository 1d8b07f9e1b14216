"""Versions of the terms inherit, key by key, what they do not name from the version before."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.domain.quantities import hours_in_words
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Rounding, RoundingLevel, Terms, Unused
from chalicelib.services.setup.declared import Setup
from chalicelib.services.setup.written_terms import lines_between
from tests.builders import hours, money
from tests.effort import tries
from tests.unit.cli.rig import Cli
from tests.unit.cli.test_setup_roundtrip import terms

FIRST = """\
clients:
  - id: acme
    name: Acme
    retainers:
      - id: support
        zone: Europe/Berlin
        starts_on: 2026-01-01
        terms:
          - allotment: 20 h
            fee: "1000.00"
            regular_rate: "100.00"
            overage_rate: "90.00"
            carry_over: {unused: carry, cap: 50 %, expires: after 2 cycles}
            rounding: {increment: 15 min, level: day, multipliers: {After hours: "1.5", Travel: "0.5"}}
            alerts: [80]
"""
AS_FIRST = Terms(
    date(2027, 1, 1),
    hours("20"),
    money("1000.00"),
    money("100.00"),
    money("90.00"),
    CarryOver(Unused.CARRY, Cap(percent=50), 2),
    Rounding(900, 0, RoundingLevel.DAY, {"After hours": Fraction(3, 2), "Travel": Fraction(1, 2)}),
    (80,),
)


def read(*versions: str, first: str = FIRST) -> tuple[Terms, ...]:
    """All versions of a file in which these follow the first."""
    found = read_setup(first + "".join(f"          - {{{version}}}\n" for version in versions), ())
    assert isinstance(found, Setup), found
    return found.clients[0].retainers[0].terms


def problems(*versions: str) -> list[str]:
    found = read_setup(FIRST + "".join(f"          - {{{version}}}\n" for version in versions), ())
    return [] if isinstance(found, Setup) else [problem.text for problem in found]


def test_a_version_that_names_its_first_day_alone_says_what_the_one_before_said() -> None:
    assert read("effective_from: 2027-01-01")[1] == AS_FIRST


RULE, ROUNDING = AS_FIRST.carry_over, AS_FIRST.rounding
WITHOUT_TRAVEL = {"After hours": Fraction(3, 2)}


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ('fee: "1080.00"', replace(AS_FIRST, fee=money("1080.00"))),
        ('regular_rate: "120.00"', replace(AS_FIRST, regular_rate=money("120.00"))),
        ("overage_rate: none", replace(AS_FIRST, overage_rate=None)),
        ("overage_rate: ", replace(AS_FIRST, overage_rate=None)),
        ("carry_over: {cap: 5 h}", replace(AS_FIRST, carry_over=replace(RULE, cap=Cap(seconds=5 * 3600)))),
        ("carry_over: {cap: none}", replace(AS_FIRST, carry_over=replace(RULE, cap=None))),
        ("carry_over: {expires: never}", replace(AS_FIRST, carry_over=replace(RULE, expires_after=None))),
        ("carry_over: {overrun: deduct}", replace(AS_FIRST, carry_over=replace(RULE, overrun=Overrun.DEDUCT))),
        ("carry_over: {unused: }", replace(AS_FIRST, carry_over=CarryOver())),
        ("carry_over: ", replace(AS_FIRST, carry_over=CarryOver())),
        ("carry_over: {}", AS_FIRST),
        ("rounding: {minimum: 30 min}", replace(AS_FIRST, rounding=replace(ROUNDING, minimum_seconds=1800))),
        ("rounding: {increment: none}", replace(AS_FIRST, rounding=replace(ROUNDING, increment_seconds=0))),
        ("rounding: ", replace(AS_FIRST, rounding=Rounding())),
        ("rounding: {multipliers: {}}", replace(AS_FIRST, rounding=replace(ROUNDING, multipliers={}))),
        ("rounding: {multipliers: }", replace(AS_FIRST, rounding=replace(ROUNDING, multipliers={}))),
        (
            "rounding: {multipliers: {travel: none}}",
            replace(AS_FIRST, rounding=replace(ROUNDING, multipliers=WITHOUT_TRAVEL)),
        ),
        (
            "rounding: {multipliers: {travel: 2}}",
            replace(AS_FIRST, rounding=replace(ROUNDING, multipliers={**WITHOUT_TRAVEL, "travel": Fraction(2)})),
        ),
        ("alerts: [50, 100]", replace(AS_FIRST, alert_percents=(50, 100))),
        ("alerts: []", replace(AS_FIRST, alert_percents=())),
        ("alerts: ", replace(AS_FIRST, alert_percents=(75, 90, 100))),
    ],
)
def test_a_version_changes_what_it_names_and_nothing_else(named: str, expected: Terms) -> None:
    assert read(f"effective_from: 2027-01-01, {named}")[1] == expected


def test_defaults_are_taken_last_so_that_overage_without_a_rate_follows_the_regular_rate() -> None:
    first = FIRST.replace('            overage_rate: "90.00"\n', "")

    [_, second] = read('effective_from: 2027-01-01, regular_rate: "120.00"', first=first)

    assert second.price_beyond == money("120.00")


def test_versions_inherit_in_the_order_of_their_days_not_of_the_file() -> None:
    versions = read('effective_from: 2028-01-01, fee: "1200.00"', "effective_from: 2027-01-01, allotment: 25 h")

    assert [(each.effective_from.year, each.allotment_seconds, each.fee) for each in versions] == [
        (2026, hours("20"), money("1000.00")),
        (2027, hours("25"), money("1000.00")),
        (2028, hours("25"), money("1200.00")),
    ]


def test_a_cap_has_no_effect_while_hours_are_forfeited_and_is_back_when_they_carry_again() -> None:
    forfeit, carry = "carry_over: {unused: forfeit}", "carry_over: {unused: carry}"

    [_, second, third] = read(f"effective_from: 2027-01-01, {forfeit}", f"effective_from: 2028-01-01, {carry}")

    assert (second.carry_over, third.carry_over) == (CarryOver(), RULE)


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("effective_from: 2027-01-01, fee: ", (
            "A version of the terms needs `fee`. The first version states it; "
            "a later one inherits it if it leaves the key out."
        )),
        ("effective_from: 2027-01-01, fe: 3", "A version of the terms has no key `fe`. Did you mean `fee`?"),
        ("effective_from: 2027-01-01, carry_over: {unused: forfeit, cap: 5 h}",
         "`cap` applies only to carried hours; leave it out, or write `unused: carry`."),
        ("effective_from: 2025-01-01, fee: 900", (
            "A version of the terms needs `allotment`. The first version states it; "
            "a later one inherits it if it leaves the key out."
        )),
    ],
)  # fmt: skip
def test_what_a_version_cannot_say_is_refused(version: str, sentence: str) -> None:
    assert problems(version)[0] == sentence


SECOND = '          - {effective_from: 2026-10-01, fee: "1080.00"}\n'


def test_a_plan_shows_of_a_new_version_what_really_changes(cli: Cli, setup_file: Path) -> None:
    setup_file.write_text(FIRST)
    cli.run("apply", str(setup_file))
    setup_file.write_text(FIRST + SECOND)

    assert cli.run("apply", str(setup_file), "--dry-run").lines[1:-1] == [
        "changed    retainer  acme/support",
        "    terms: from 2026-01-01 → from 2026-01-01, from 2026-10-01",
        "    terms of 2026-10-01: fee: 1000.00 EUR → 1080.00 EUR",
    ]

    setup_file.write_text(FIRST.replace("20 h", "25 h") + SECOND)
    cli.run("apply", str(setup_file))
    setup_file.write_text(FIRST.replace("20 h", "26 h") + SECOND)

    assert cli.run("apply", str(setup_file)).lines[2:-1] == [
        "    terms of 2026-01-01: allotment: 25 h → 26 h",
        "    terms of 2026-10-01: allotment: 25 h → 26 h",
    ]


def test_a_plan_shows_of_a_new_retainer_how_its_versions_differ(cli: Cli, setup_file: Path) -> None:
    setup_file.write_text(FIRST + SECOND)

    lines = cli.run("apply", str(setup_file), "--dry-run").lines

    assert "    terms of 2026-01-01: fee: 1000.00 EUR" in lines
    assert [line for line in lines if "2026-10-01" in line] == [
        "    terms of 2026-10-01: fee: 1000.00 EUR → 1080.00 EUR"
    ]


def test_a_file_that_says_something_else_about_closed_cycles_is_shown_the_lines_to_add(
    cli: Cli, setup_file: Path
) -> None:
    """As after the upgrade: the stored version of 1 October has the defaults, and the file says nothing of them."""
    stated = "          - {effective_from: 2026-06-01, carry_over: {unused: forfeit}, overage_rate: none}\n"
    silent = "          - {effective_from: 2026-06-01}\n"
    setup_file.write_text(FIRST + stated)
    cli.run("apply", str(setup_file))
    assert cli.run("retainer", "go-live", "acme", "support").code == 0
    setup_file.write_text(FIRST + silent)

    answer = cli.run("apply", str(setup_file), "--dry-run")

    assert answer.code == 1
    assert answer.err.splitlines()[1:] == [
        "To keep the version of 2026-06-01, write in it:",
        "    overage_rate: none",
        "    carry_over: {unused: forfeit}",
    ]


def test_the_whole_set_up_is_exported_as_a_file(cli: Cli, setup_file: Path) -> None:
    setup_file.write_text(FIRST + SECOND)
    cli.run("apply", str(setup_file))

    exported = cli.run("setup", "export")
    setup_file.write_text(exported.out)

    assert cli.run("apply", str(setup_file)).lines[-1] == "2 unchanged."
    assert exported.lines[-2:] == ["          - effective_from: 2026-10-01", "            fee: '1080.00'"]
    assert cli.run("setup", "export", "--json").json["clients"][0]["id"] == "acme"


# A file of before versions inherited: each one names what is not a default.


def as_of_before(own: Terms) -> dict[str, Any]:
    """A version as a file had to name it when every key that it left out had its default."""
    rule, rounding = own.carry_over, own.rounding
    named: dict[str, Any] = {
        "effective_from": own.effective_from.isoformat(),
        "allotment": hours_in_words(own.allotment_seconds),
        "fee": str(own.fee.amount),
        "regular_rate": str(own.regular_rate.amount),
    }
    if own.overage_rate is not None:
        named["overage_rate"] = str(own.overage_rate.amount)
    carried: dict[str, Any] = {}
    if rule.unused is Unused.CARRY:
        carried["unused"] = "carry"
    if rule.cap is not None:
        carried["cap"] = f"{rule.cap.percent} %" if rule.cap.seconds is None else hours_in_words(rule.cap.seconds)
    if rule.expires_after is not None:
        carried["expires"] = rule.expires_after
    if rule.overrun is Overrun.DEDUCT:
        carried["overrun"] = "deduct"
    rounded: dict[str, Any] = {
        key: hours_in_words(seconds)
        for key, seconds in (("increment", rounding.increment_seconds), ("minimum", rounding.minimum_seconds))
        if seconds
    }
    if rounding.level is RoundingLevel.DAY:
        rounded["level"] = "day"
    if rounding.multipliers:
        rounded["multipliers"] = {kind: str(float(factor)) for kind, factor in rounding.multipliers.items()}
    if own.alert_percents != (75, 90, 100):
        named["alerts"] = list(own.alert_percents)
    return named | ({"carry_over": carried} if carried else {}) | ({"rounding": rounded} if rounded else {})


def read_again(versions: list[dict[str, Any]]) -> tuple[Terms, ...]:
    retainer = {"id": "support", "zone": "UTC", "starts_on": date(2026, 1, 1), "terms": versions}
    found = read_setup(yaml.safe_dump({"clients": [{"id": "acme", "name": "Acme", "retainers": [retainer]}]}), ())
    assert isinstance(found, Setup), found
    return found.clients[0].retainers[0].terms


def add(version: dict[str, Any], lines: dict[str, Any]) -> None:
    """Write lines in a version, those of a section into the section."""
    for key, value in lines.items():
        if isinstance(value, dict) and key in version:
            add(version[key], value)
        else:
            version[key] = value


DAYS = (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1))


@settings(max_examples=tries(200), deadline=None)
@given(st.tuples(*(terms(day, "EUR") for day in DAYS)))
def test_a_file_of_before_keeps_its_meaning_with_the_lines_that_are_printed(stored: tuple[Terms, ...]) -> None:
    versions = [as_of_before(each) for each in stored]

    for version, now, before in zip(versions, read_again(versions), stored, strict=True):
        add(version, yaml.load("\n".join(lines_between(now, before)), yaml.BaseLoader) or {})  # noqa: S506 - builds text

    assert read_again(versions) == stored
