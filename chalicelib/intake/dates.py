"""Dates and times as the tools write them.

A date in a file is a date and never passes through a time zone; only an instant, which says its offset or
`Z`, is converted (later, to the retainer's zone).
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.names import fold
from chalicelib.domain.quantities import HOUR
from chalicelib.intake.durations import MINUTE
from chalicelib.intake.sources.columns import DateOrder

_TIME = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?(?: ?([ap])\.? ?m\.?)?"
_ZONE = r"(?: ?(z|utc|[+-][0-9]{2}:?[0-9]{2}))?"
_TAIL = rf"(?:(?:t|,? (?:(?:at|um|à) )?){_TIME}{_ZONE})?"
_WEEKDAY = r"(?:[^\W\d_]{2,10}(?:-feira)?\.?,? )?"
_YEAR, _ANY_YEAR = r"(?P<year>[0-9]{4})", r"(?P<year>[0-9]{4}|[0-9]{2})"
_MONTH, _NAME, _DAY = r"(?P<month>[0-9]{1,2})", r"(?P<month>[^\W\d_]+)", r"(?P<day>[0-9]{1,2})"
_NUMERIC = re.compile(rf"{_WEEKDAY}([0-9]{{1,2}})(?P<mark>[-/.])([0-9]{{1,2}})(?P=mark){_ANY_YEAR}{_TAIL}")
_UNAMBIGUOUS = (
    re.compile(rf"{_WEEKDAY}{_YEAR}(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}{_TAIL}"),
    re.compile(rf"{_WEEKDAY}{_DAY}(?:\.|er|th|st|nd|rd)?[ /-](?:de )?{_NAME}\.?,?(?: de)?[ /-]{_ANY_YEAR}{_TAIL}"),
    re.compile(rf"{_WEEKDAY}{_NAME}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}{_TAIL}"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})t([0-9]{2})([0-9]{2})([0-9]{2})()(z)?"),
)
"""The last five groups of a date's pattern are its time, as `_moment` takes it."""
_ONLY_TIME = re.compile(_TIME)
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_NOON = 12
_NO_OFFSET = ("z", "utc")
_FARTHEST_ZONE = 14
"""Hours: Kiribati's."""
_LONGEST = 64


class Moment(NamedTuple):
    """The date and time in a cell."""

    date: date
    start: int | None = None
    """Seconds after midnight, if the cell has a time."""
    instant: datetime | None = None
    """In UTC, if the cell has an offset; date and start are then in UTC, too."""


class Readings(NamedTuple):
    """The two readings of a numeric date such as 03/04/2026; None for a reading that is not a date."""

    day_first: date | None
    month_first: date | None


def parse_moment(text: str, order: DateOrder | None) -> Moment | None:
    """The date in `text`, with its time if it has one; None for anything else.

    `order` decides numeric dates with slashes or dashes; None: they are not read. Dates with dots are always
    day first.
    """
    text = _folded(text)
    for pattern in _UNAMBIGUOUS:
        if match := pattern.fullmatch(text):
            month = int(match["month"]) if match["month"].isdecimal() else MONTHS.get(match["month"], 0)
            return _moment(_day(_century(match["year"]), month, int(match["day"])), match.groups()[-5:])
    if (match := _NUMERIC.fullmatch(text)) is None:
        return None
    first, mark, second, year, *time = match.groups()
    day_first = mark == "." or order is DateOrder.DAY_FIRST
    if not day_first and order is None:
        return None
    day, month = map(int, (first, second) if day_first else (second, first))
    return _moment(_day(_century(year), month, day), time)


def parse_time(text: str) -> int | None:
    """Seconds after midnight of a 24-hour or AM/PM time, with or without seconds; None for anything else."""
    match = _ONLY_TIME.fullmatch(_folded(text))
    return _seconds_of_day(*match.groups()) if match else None


def read_both_ways(text: str) -> Readings | None:
    """Both readings of a numeric date with slashes or dashes; None if `text` is something else."""
    match = _NUMERIC.fullmatch(_folded(text))
    if match is None or match["mark"] == ".":
        return None
    first, second, year = int(match[1]), int(match[3]), _century(match["year"])
    return Readings(_day(year, second, first), _day(year, first, second))


def _folded(text: str) -> str:
    """The text without case and superfluous white space; "" if it is longer than any date."""
    return fold(text) if len(text) <= _LONGEST else ""


def _century(year: str) -> int:
    """`22` is 2022: no tool wrote time entries before 1970."""
    return 2000 + int(year) if len(year) == 2 else int(year)  # noqa: PLR2004  two digits of a year


def _day(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _seconds_of_day(hours: str, minutes: str, seconds: str | None, half: str | None) -> int | None:
    hour, minute, second = int(hours), int(minutes), int(seconds or 0)
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    if hour >= 24 or minute >= MINUTE or second >= MINUTE:  # noqa: PLR2004  hours of a day
        return None
    return hour * HOUR + minute * MINUTE + second


def _moment(day: date | None, time: Sequence[str | None]) -> Moment | None:
    """`time`: hours, minutes, seconds, a or p, zone; all None if the cell has no time."""
    hours, minutes, seconds, half, zone = time
    if day is None or hours is None or minutes is None:
        return Moment(day) if day else None
    start = _seconds_of_day(hours, minutes, seconds, half)
    if start is None:
        return None
    if zone is None:
        return Moment(day, start)
    instant = _instant(day, start, zone)
    if instant is None:
        return None
    return Moment(instant.date(), instant.hour * HOUR + instant.minute * MINUTE + instant.second, instant)


def _instant(day: date, start: int, zone: str) -> datetime | None:
    local = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=start)
    if zone in _NO_OFFSET:
        return local
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > _FARTHEST_ZONE or minutes >= MINUTE:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return local + offset if zone[0] == "-" else local - offset


MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari",
            "february feb februar februari février fevrier févr fév febrero febbraio fevereiro fev",
            "march mar märz maerz mär mrz mars marzo março marco maart mrt",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag maio mei",
            "june jun juni juin junio giugno giu junho",
            "july jul juli juillet juil juill julio luglio lug julho",
            "august aug août aout agosto ago augustus",
            "september sep sept septembre septiembre settembre set setembro",
            "october oct oktober okt octobre octubre ottobre ott outubro out",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
"""Lower case, without the point of an abbreviation → 1 to 12. No name means different months in two languages."""
