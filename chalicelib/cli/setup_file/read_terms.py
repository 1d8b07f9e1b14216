"""Reads the versions of a retainer's terms from `setup.yaml`.

A version inherits every key that it does not name from the version before it in time, also those of its sections and
each work type of `multipliers`; a list replaces the inherited one, and an empty value or `none` clears it. Defaults are
taken last, for what has no value by then (docs/setup.md, "terms").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from operator import itemgetter
from typing import Any

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.cli.setup_file.sections import Section, repeated
from chalicelib.cli.setup_file.shaped import Unreadable
from chalicelib.domain.quantities import Money
from chalicelib.domain.terms import CarryOver, Rounding, Terms, Unused


@dataclass(frozen=True, slots=True)
class _Stated:
    """The values that are stated up to a version, by field; None, or no value: the default."""

    values: Mapping[str, Any] = field(default_factory=dict)
    carry_over: Mapping[str, Any] = field(default_factory=dict)
    rounding: Mapping[str, Any] = field(default_factory=dict)
    multipliers: Mapping[str, Fraction] = field(default_factory=dict)


def read_terms(retainer: Section, currency: str, starts_on: date, ends_on: date | None) -> tuple[Terms, ...]:
    """All versions, oldest first, each effective from a different day, the first no later than the retainer's start."""
    sections = retainer.sections("terms")
    starts = [section.value("effective_from", starts_on) for section in sections]
    _check_starts(sections, starts, starts_on, ends_on)
    stated, versions = _Stated(), list[Terms]()
    for start, section in sorted(zip(starts, sections, strict=True), key=itemgetter(0)):
        _check_needed(section, is_first=not versions)
        stated = _inherit(section, stated, currency)
        versions.append(_checked(section, stated, start, currency))
    return tuple(versions)


def read_version(section: Section, currency: str) -> Terms:
    """Terms that inherit nothing, effective since ever: a plan."""
    for key, held in SECTIONS["terms"].items():
        if held.is_needed_first:
            section.require(key, is_alone=True)
    return _checked(section, _inherit(section, _Stated(), currency), date.min, currency)


def _checked(section: Section, stated: _Stated, start: date, currency: str) -> Terms:
    terms = _resolve(stated, start, currency)
    _check_carried(section.section("carry_over"), terms.carry_over)
    return terms


def _check_starts(sections: tuple[Section, ...], starts: list[date], starts_on: date, ends_on: date | None) -> None:
    for section, start in repeated(sections, starts):
        section.add(f"Two versions are effective from {start}; keep one of them.")
    for section, start in zip(sections, starts, strict=True):
        if ends_on is not None and start >= ends_on:
            section.add(f"The retainer has ended before these terms take effect on {start}; leave them out.")
    if starts and min(starts) > starts_on:
        sections[0].add(f"No terms are in force when the retainer starts; let these take effect on {starts_on}.")


def _check_needed(version: Section, *, is_first: bool) -> None:
    for key, held in SECTIONS["terms"].items():
        if held.is_needed_first and (is_first or key in version):
            version.require(key)


def _check_carried(section: Section, rule: CarryOver) -> None:
    for key in ("cap", "expires"):
        if rule.unused is Unused.FORFEIT and section.has(key) and section.value(key) is not None:
            section.add(f"`{key}` applies only to carried hours; leave it out, or write `unused: carry`.", key)


def _inherit(version: Section, before: _Stated, currency: str) -> _Stated:
    money = scalars.money_in(currency)
    own = version.given(fee=money, regular_rate=money, overage_rate=scalars.or_none(money))
    rounding = version.section("rounding")
    if version.is_cleared("rounding"):
        before = replace(before, rounding={}, multipliers={})
    if version.is_cleared("carry_over"):
        before = replace(before, carry_over={})
    return _Stated(
        {**before.values, **own},
        {**before.carry_over, **version.section("carry_over").given()},
        {**before.rounding, **rounding.given()},
        _multipliers(rounding, before.multipliers),
    )


def _multipliers(rounding: Section, before: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    if "multipliers" not in rounding:
        return before
    named: dict[str, Fraction | None] = {}
    for key, value in rounding.pairs("multipliers"):
        try:
            work_type = scalars.text(key)
            if work_type.casefold() in {known.casefold() for known in named}:
                rounding.add(f"The work type `{work_type}` is listed twice; keep one of them.", key)
            named[work_type] = scalars.or_none(scalars.factor)(value)
        except Unreadable as problem:
            rounding.add(f"`multipliers`: {problem}", value)
    replaced = {work_type.casefold() for work_type in named}
    kept = {name: factor for name, factor in before.items() if named and name.casefold() not in replaced}
    return {**kept, **_set(named)}


def _resolve(stated: _Stated, start: date, currency: str) -> Terms:
    """The terms with defaults. Where hours are forfeited, a cap and an expiry have no meaning, and none is kept."""
    rule = CarryOver(**_set(stated.carry_over))
    nothing = Money(0, currency)
    stand_ins = {"allotment_seconds": 0, "fee": nothing, "regular_rate": nothing}
    terms = Terms(
        **{**stand_ins, **_set(stated.values), "effective_from": start},
        carry_over=CarryOver(overrun=rule.overrun) if rule.unused is Unused.FORFEIT else rule,
        rounding=Rounding(**_set(stated.rounding), multipliers=stated.multipliers),
    )
    return replace(terms, alert_percents=tuple(sorted(set(terms.alert_percents))))


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
