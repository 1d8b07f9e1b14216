"""How long the hours of a running cycle last at the pace of its own work so far.

Days are working days: Monday to Friday, without pauses. The pace is the accounted work per working day from the cycle's
first day to the last one with recorded work, because a balance is as old as the last work in it. Nothing is said where
little is known: in the first days, of rare work, of old records, and where hours expire before the cycle's end.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.entry import OWN_SOURCES, Pool
from chalicelib.domain.retainer import Retainer

MIN_ELAPSED_DAYS = 5
"""Working days from the cycle's beginning to the last recorded work."""
MIN_WORKED_DAYS = 3
"""Different days with work."""
MAX_AGE_DAYS = 5
"""Working days between the last recorded work and today."""
_SATURDAY = 5


class Pace(NamedTuple):
    """A forecast of a cycle, if its work goes on as it began."""

    lasts_until: date
    """The last day whose work the hours cover; the cycle's last day if they outlast it."""
    spare_seconds: int
    """What is left at the cycle's end; 0 if the hours do not outlast it."""


def pace_of(statement: CycleStatement, retainer: Retainer, on: date) -> Pace | None:
    """The forecast of the cycle that runs on the day `on`; None if nothing can be said, or no hours are left."""
    period, remaining = statement.period, statement.figures.remaining_seconds
    own_days = (one for one in statement.entries if one.entry.source not in OWN_SOURCES)  # no late postings
    work = [one for one in own_days if one.entry.pool is Pool.RETAINER]
    worked, used = {one.entry.date for one in work}, sum(one.accounted_seconds for one in work)
    if not period.start <= on < period.end or remaining <= 0 or used <= 0 or len(worked) < MIN_WORKED_DAYS:
        return None
    if any(one.remaining_seconds and one.lot.expires_on and one.lot.expires_on < period.end for one in statement.lots):
        return None
    recorded = max(worked)
    elapsed = len(list(_working_days(retainer, period.start, recorded + timedelta(1))))
    age = len(list(_working_days(retainer, recorded + timedelta(1), on)))
    if elapsed < MIN_ELAPSED_DAYS or age > MAX_AGE_DAYS:
        return None
    coming = list(_working_days(retainer, recorded + timedelta(1), period.end))
    covered = remaining * elapsed // used
    if covered >= len(coming):
        return Pace(period.end - timedelta(1), remaining - -(-used * len(coming) // elapsed))
    until = coming[covered - 1] if covered else recorded
    return Pace(until, 0) if until >= on else None


def _working_days(retainer: Retainer, start: date, end: date) -> Iterator[date]:
    """The working days of `[start, end)`."""
    for number in range((end - start).days):
        day = start + timedelta(number)
        is_paused = any(one.start <= day and (one.end is None or day < one.end) for one in retainer.pauses)
        if day.weekday() < _SATURDAY and not is_paused:
            yield day
