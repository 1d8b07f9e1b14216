"""Reads a retainer with its terms and pauses from `setup.yaml`."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.sections import Section, repeated
from chalicelib.cli.setup_file.shaped import Unreadable
from chalicelib.domain.ids import RetainerId
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import Client, Pause, Retainer
from chalicelib.domain.terms import CarryOver, Rounding, Terms, Unused


def read_retainer(section: Section, client: Client) -> Retainer:
    """One retainer of a client."""
    slug, starts_on, ends_on = section.value("id"), section.value("starts_on"), section.value("ends_on")
    if ends_on is not None and ends_on <= starts_on:
        section.add("`ends_on` is the first day that is no longer served; write a day after `starts_on`.", "ends_on")
        ends_on = None
    return section.fill(
        Retainer,
        id=RetainerId(client.id, slug),
        title=section.value("title", slug),
        ends_on=ends_on,
        terms=_versions(section, client.currency, starts_on, ends_on),
        pauses=_pauses(section),
    )


def _versions(retainer: Section, currency: str, starts_on: date, ends_on: date | None) -> tuple[Terms, ...]:
    """All versions, oldest first, each effective from a different day, the first no later than the retainer's start."""
    sections = retainer.sections("terms")
    versions = [_terms(section, currency, starts_on) for section in sections]
    starts = [terms.effective_from for terms in versions]
    for section, start in repeated(sections, starts):
        section.add(f"Two versions are effective from {start}; keep one of them.")
    for section, start in zip(sections, starts, strict=True):
        if ends_on is not None and start >= ends_on:
            section.add(f"The retainer has ended before these terms take effect on {start}; leave them out.")
    if starts and min(starts) > starts_on:
        sections[0].add(f"No terms are in force when the retainer starts; let these take effect on {starts_on}.")
    return tuple(sorted(versions, key=lambda terms: terms.effective_from))


def _pauses(retainer: Section) -> tuple[Pause, ...]:
    """The list `pauses`, oldest first; none may overlap or adjoin."""
    sections = retainer.sections("pauses")
    pauses = sorted(map(_pause, sections), key=lambda pause: pause.start)
    for before, after in pairwise(pauses):
        if before.end is None or before.end > after.start:
            sections[0].add(f"The pauses of {before.start} and {after.start} overlap or adjoin; merge them.")
    return tuple(pauses)


def _pause(section: Section) -> Pause:
    pause = section.fill(Pause)
    if pause.end is not None and pause.end <= pause.start:
        section.add("`until` is the first day that is served again; write a day after `from`.", "until")
        return Pause(pause.start)
    return pause


def _terms(section: Section, currency: str, starts_on: date) -> Terms:
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
