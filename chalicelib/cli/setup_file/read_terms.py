"""Reads the terms of a retainer from `setup.yaml`."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import yaml

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.cli.setup_file.sections import Problems, Section, Unreadable
from chalicelib.domain.quantities import Money
from chalicelib.domain.terms import CarryOver, Overrun, Rounding, RoundingLevel, Terms, Unused


def read_terms(node: yaml.Node, currency: str, starts_on: date, problems: Problems) -> Terms:
    """One version of the terms; without `effective_from` it is in force from the retainer's start."""
    section = Section(node, "a version of the terms", SECTIONS["terms"], problems)
    money = scalars.money_in(currency)
    nothing = Money(0, currency)
    terms = Terms(
        effective_from=section.get("effective_from", scalars.day, starts_on),
        allotment_seconds=section.need("allotment", scalars.seconds, 0),
        fee=section.need("fee", money, nothing),
        regular_rate=section.need("regular_rate", money, nothing),
        overage_rate=section.get("overage_rate", money, None),
        carry_over=_carry_over(section, problems),
        rounding=_rounding(section, problems),
    )
    if not section.has("alerts"):
        return terms
    alerts = section.list_of("alerts", scalars.integer(1, 1000))
    return replace(terms, alert_percents=tuple(sorted(set(alerts))))


def _carry_over(terms: Section, problems: Problems) -> CarryOver:
    section = terms.section("carry_over", "`carry_over`", SECTIONS["carry_over"])
    if section is None:
        return CarryOver()
    rule = CarryOver(
        unused=section.get("unused", scalars.one_of(Unused), Unused.FORFEIT),
        cap=section.get("cap", scalars.cap, None),
        expires_after=section.get("expires", scalars.expiry, None),
        overrun=section.get("overrun", scalars.one_of(Overrun), Overrun.BILL),
    )
    if rule.unused is Unused.FORFEIT:
        for key, value in (("cap", rule.cap), ("expires", rule.expires_after)):
            if value is not None:
                text = f"`{key}` applies only to carried hours; leave it out, or write `unused: carry`."
                problems.add(section.node_of(key), text)
    return rule


def _rounding(terms: Section, problems: Problems) -> Rounding:
    section = terms.section("rounding", "`rounding`", SECTIONS["rounding"])
    if section is None:
        return Rounding()
    return Rounding(
        increment_seconds=section.get("increment", scalars.seconds, 0),
        minimum_seconds=section.get("minimum", scalars.seconds, 0),
        level=section.get("level", scalars.one_of(RoundingLevel), RoundingLevel.ENTRY),
        multipliers=_multipliers(section, problems),
    )


def _multipliers(rounding: Section, problems: Problems) -> dict[str, Fraction]:
    factors: dict[str, Fraction] = {}
    for key, value in rounding.pairs("multipliers"):
        try:
            work_type = scalars.text(key)
            if work_type.casefold() in {known.casefold() for known in factors}:
                problems.add(key, f"The work type `{work_type}` is listed twice; keep one of them.")
            factors[work_type] = scalars.factor(value)
        except Unreadable as problem:
            problems.add(value, f"`multipliers`: {problem}")
    return factors
