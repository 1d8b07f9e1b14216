"""Reads the terms of a retainer from `setup.yaml`."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.sections import Section
from chalicelib.cli.setup_file.shaped import Unreadable
from chalicelib.domain.quantities import Money
from chalicelib.domain.terms import CarryOver, Rounding, Terms, Unused


def read_terms(section: Section, currency: str, starts_on: date) -> Terms:
    """One version of the terms; without `effective_from` it is in force from the retainer's start."""
    money, nothing = scalars.money_in(currency), Money(0, currency)
    terms = section.fill(
        Terms,
        effective_from=section.value("effective_from", starts_on),
        fee=section.value("fee", nothing, money),
        regular_rate=section.value("regular_rate", nothing, money),
        overage_rate=section.value("overage_rate", None, money),
        carry_over=_carry_over(section.section("carry_over")),
        rounding=_rounding(section.section("rounding")),
    )
    return replace(terms, alert_percents=tuple(sorted(set(terms.alert_percents))))


def _carry_over(section: Section) -> CarryOver:
    rule = section.fill(CarryOver)
    if rule.unused is Unused.FORFEIT:
        for key, value in (("cap", rule.cap), ("expires", rule.expires_after)):
            if value is not None:
                section.add(f"`{key}` applies only to carried hours; leave it out, or write `unused: carry`.", key)
    return rule


def _rounding(section: Section) -> Rounding:
    return section.fill(Rounding, multipliers=_multipliers(section))


def _multipliers(rounding: Section) -> dict[str, Fraction]:
    factors: dict[str, Fraction] = {}
    for key, value in rounding.pairs("multipliers"):
        try:
            work_type = scalars.text(key)
            if work_type.casefold() in {known.casefold() for known in factors}:
                rounding.add(f"The work type `{work_type}` is listed twice; keep one of them.", key)
            factors[work_type] = scalars.factor(value)
        except Unreadable as problem:
            rounding.add(f"`multipliers`: {problem}", value)
    return factors
