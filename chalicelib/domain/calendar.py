"""The days of a retainer's cycles: months, quarters or years counted from one anchor (docs/concepts.md, "Cycles").

Every boundary is computed from the anchor and never from the boundary before it, so an anchor on the 31st
that February cuts short comes back in March: 31 Jan, 28 Feb, 31 Mar, 30 Apr. The anchor is the last
anchor day on or before `starts_on`; the first cycle begins at `starts_on` and is short where the two differ.
"""

from calendar import monthrange
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, takewhile
from zoneinfo import ZoneInfo

from chalicelib.domain.cycle import Period
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import CycleLength, Retainer

_MONTHS = {CycleLength.MONTH: 1, CycleLength.QUARTER: 3, CycleLength.YEAR: 12}


def today(now: datetime, zone: str) -> date:
    """The date on which the aware instant `now` falls in the IANA time zone `zone`."""
    if now.tzinfo is None:
        raise ValueError("an instant without an offset has no date in another zone")
    return now.astimezone(ZoneInfo(zone)).date()


def period_of(retainer: Retainer, day: date) -> Period | None:
    """The cycle to which `day` belongs; None before the retainer starts and on or after `ends_on`."""
    if day < retainer.starts_on or (retainer.ends_on is not None and day >= retainer.ends_on):
        return None
    index = (_month_number(day) - _anchor_month(retainer)) // _MONTHS[retainer.length]
    if _boundary(retainer, index) > day:
        index -= 1
    return _served(retainer, index)


def periods_between(retainer: Retainer, first_day: date, last_day: date) -> tuple[Period, ...]:
    """All cycles that share a day with `first_day` … `last_day` (both included), oldest first."""
    first = period_of(retainer, max(first_day, retainer.starts_on))
    if first is None:
        return ()
    served = (_served(retainer, index) for index in count(first.index))
    return tuple(takewhile(lambda period: period.start <= last_day and period.start < period.end, served))


def cycles_so_far(retainer: Retainer, now: datetime) -> list[CycleId]:
    """All cycles of a retainer that may hold work, oldest first: up to tomorrow, as work may be dated a day ahead."""
    tomorrow = today(now, retainer.zone) + timedelta(days=1)
    return [CycleId(retainer.id, period.start) for period in periods_between(retainer, retainer.starts_on, tomorrow)]


def full_period(retainer: Retainer, index: int) -> Period:
    """The cycle with this index as if the retainer had always served: what a short one is a share of."""
    return Period(_boundary(retainer, index), _boundary(retainer, index + 1), index)


def is_last(retainer: Retainer, end: date) -> bool:
    """Whether no cycle follows the one with this end, because the retainer ends with it."""
    return retainer.ends_on is not None and end >= retainer.ends_on


def elapsed_seconds(day: date, start: int, span: int, zone: str) -> int:
    """The seconds that pass from a local time (seconds after midnight) to the one that is `span` later on the clock.

    Where the clock skips the start, nothing can be said but the span.
    """
    where = ZoneInfo(zone)
    begin = datetime.combine(day, time()) + timedelta(seconds=start)
    first, last = (one.replace(tzinfo=where).astimezone(UTC) for one in (begin, begin + timedelta(seconds=span)))
    is_skipped = first.astimezone(where).replace(tzinfo=None) != begin
    return span if is_skipped else int((last - first).total_seconds())


def _served(retainer: Retainer, index: int) -> Period:
    full = full_period(retainer, index)
    end = full.end if retainer.ends_on is None else min(full.end, retainer.ends_on)
    return Period(max(full.start, retainer.starts_on), end, index)


def _boundary(retainer: Retainer, index: int) -> date:
    return _day_in_month(_anchor_month(retainer) + index * _MONTHS[retainer.length], _anchor_day(retainer))


def _anchor_day(retainer: Retainer) -> int:
    return retainer.anchor_day or retainer.starts_on.day


def _anchor_month(retainer: Retainer) -> int:
    month = _month_number(retainer.starts_on)
    return month if _day_in_month(month, _anchor_day(retainer)) <= retainer.starts_on else month - 1


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=1024)  # an import asks for the cycle of each work day of each retainer
def _day_in_month(month_number: int, day: int) -> date:
    year, month = divmod(month_number, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
