"""What a retainer's work would have cost under other terms: its cycles replayed by the same rules as any others.

The replay stands for itself, so that plans can be compared: it begins with nothing carried in and no debt, and ends as
if the retainer ended, which bills what is owed and forfeits what is left. No top-ups are bought, and no overage is
approved at a rate of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.calendar import periods_between
from chalicelib.domain.cycle import CycleLedger, Period
from chalicelib.domain.entry import MANUAL, OWN_SOURCES
from chalicelib.domain.invoice import invoice_of
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import CycleLength, Retainer
from chalicelib.domain.statements import statements
from chalicelib.domain.terms import Terms

_CYCLES = {CycleLength.MONTH: 12, CycleLength.QUARTER: 4, CycleLength.YEAR: 1}
"""How many cycles are twelve months."""


@dataclass(frozen=True, slots=True)
class PlanCost:
    """What the work costs under a plan, before tax, and its hours in seconds."""

    plan: str
    net: Money
    used_seconds: int
    """Accounted by the plan's own rounding and multipliers."""
    billed_seconds: int
    """Of the hours beyond the plan: those that are billed; the others are taken off later allotments."""
    unused_seconds: int
    """Hours that nobody used: expired, forfeited or above the cap."""


def last_twelve_months(retainer: Retainer, today: date) -> tuple[Period, ...]:
    """The cycles of twelve months that ended last, oldest first; fewer if there are no more, none if none has ended."""
    ended = [one for one in periods_between(retainer, retainer.starts_on, today) if one.end <= today]
    return tuple(ended[-_CYCLES[retainer.length] :])


def reported_work(ledger: CycleLedger) -> CycleLedger:
    """The cycle with its work as exports report it by now, and the corrections that were made by hand.

    Late entries are not among them: the work that they stand for is counted on its own day.
    """
    reported = [one for one in ledger.latest_reported if one.source not in OWN_SOURCES]
    by_hand = [one for one in ledger.entries if one.source == MANUAL]
    return CycleLedger(ledger.id, ledger.version, (*reported, *by_hand))


def plan_cost(
    plan: str,
    terms: Sequence[Terms],
    retainer: Retainer,
    periods: Sequence[Period],
    cycles: Sequence[CycleLedger],
    *,
    aliases: Aliases = NO_ALIASES,
) -> PlanCost:
    """The cost under these terms of `cycles`, as `reported_work` gives them, of consecutive `periods` of a retainer."""
    first, last = periods[0].start, periods[-1].end
    anchor = retainer.anchor_day or retainer.starts_on.day
    tried = replace(retainer, terms=tuple(terms), starts_on=first, ends_on=last, anchor_day=anchor)
    chain = statements(tried, {one.id.start: one for one in cycles}, last, aliases)
    nets = [invoice_of(tried, one).net for one in chain]
    return PlanCost(
        plan,
        Money(sum(one.minor for one in nets), nets[0].currency),
        sum(one.figures.used_seconds for one in chain),
        sum(one.billed_seconds for one in chain),
        sum(one.figures.expired_seconds + one.forfeited_seconds + one.capped_seconds for one in chain),
    )
