"""Which version of the terms counts when, and what a cycle grants (docs/concepts.md, "Cycles").

Rates and rounding follow the work date. Allotment and fee of a cycle in which the terms change are
weighted by days; a first or last cycle of fewer days grants everything or its share (`Retainer.partial`).
The carry-over rule is that of the cycle's last day. Days on which the retainer pauses grant and charge nothing.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from operator import attrgetter

from chalicelib.domain.calendar import full_period
from chalicelib.domain.cycle import Period
from chalicelib.domain.quantities import Money, round_half_away
from chalicelib.domain.retainer import PartialCycle, Retainer
from chalicelib.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Grant:
    """What the terms grant and charge for one cycle: the allotment in seconds and the flat fee."""

    allotment_seconds: int
    fee: Money


def terms_at(retainer: Retainer, day: date) -> Terms:
    """The version in force on `day`; before the first one takes effect, the first."""
    newer = bisect_right(retainer.terms, day, key=attrgetter("effective_from"))
    return retainer.terms[max(newer - 1, 0)]


def terms_of(retainer: Retainer, period: Period) -> Terms:
    """The version that closes the cycle: the one of its last day."""
    return terms_at(retainer, period.end - timedelta(days=1))


def grant_of(retainer: Retainer, period: Period) -> Grant:
    """Allotment and fee of a cycle, each weighted by days and rounded once (to a second, to a minor unit)."""
    shares = tuple(_shares(retainer, period))
    allotment = sum((terms.allotment_seconds * share for terms, share in shares), Fraction(0))
    fee = sum((terms.fee.minor * share for terms, share in shares), Fraction(0))
    return Grant(round_half_away(allotment), Money(round_half_away(fee), shares[0][0].fee.currency))


def _shares(retainer: Retainer, period: Period) -> Iterator[tuple[Terms, Fraction]]:
    """Each version in force during the cycle with its share of it by days."""
    whole = full_period(retainer, period.index) if retainer.partial is PartialCycle.PRORATED else period
    days = (whole.end - whole.start).days
    starts = [period.start, *(t.effective_from for t in retainer.terms if period.start < t.effective_from < period.end)]
    for start, end in zip(starts, [*starts[1:], period.end], strict=True):
        yield terms_at(retainer, start), Fraction((end - start).days - paused_days(retainer, start, end), days)


def paused_days(retainer: Retainer, start: date, end: date) -> int:
    """How many of the days `[start, end)` lie in a pause of the retainer."""
    ends = ((max(pause.start, start), min(pause.end or end, end)) for pause in retainer.pauses)
    return sum(max((until - since).days, 0) for since, until in ends)
