"""What the numbers in a column of dates or times count: decided by all cells of the column, never by one.

`1790845200` may be seconds since 1970 or a ticket, and `8.50` ten to nine or half past eight.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.intake.cells.dates import LAST_YEAR, Moment, moment_of
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.cells.memo import Memo

_NUMBER = re.compile(r"[0-9]{5,13}(?:[.,][0-9]{1,15})?")
_EXCEL_ZERO = date(1899, 12, 30)
"""Excel's day 0, counting a 29 February 1900 that never was."""
_SINCE_1904 = 1462
"""Days by which dates of a workbook with the date system of 1904 are later."""
_WITH_DOT = re.compile(r"([0-9]{1,2})\.([0-9]{2})")
_QUARTERS = frozenset((0, 25, 50))
_OF_WHOLE_MINUTES = frozenset(round(Decimal(minute * 100) / 60) for minute in range(60))
"""Hundredths of an hour that a whole minute has."""
_ENOUGH = 10
"""So many times have no minutes above 59 by chance less than once in 150 files."""


class Counted(StrEnum):
    """What numbers in a column of dates count."""

    SECONDS = "epoch_seconds"
    """Since 1970 in UTC."""
    MILLISECONDS = "epoch_milliseconds"
    EXCEL_DAYS = "excel_days"
    """Excel's serial numbers: of which day depends on the workbook, which the file does not have."""


_RANGES = {
    Counted.SECONDS: (10**9, 86_400 * (date(LAST_YEAR + 1, 1, 1) - date(1970, 1, 1)).days),
    Counted.MILLISECONDS: (10**12, 86_400_000 * (date(LAST_YEAR + 1, 1, 1) - date(1970, 1, 1)).days),
    Counted.EXCEL_DAYS: ((date(1970, 1, 1) - _EXCEL_ZERO).days, (date(LAST_YEAR + 1, 1, 1) - _EXCEL_ZERO).days),
}
"""No number is in two of them; the first instants are in 2001, the first days in 1970."""


def counted_by(cells: Iterable[str]) -> Counted | None:
    """What all numbers of a column count; None if one of its filled cells is something else, or all are empty."""
    found: Counted | None = None
    known = Memo(_counted_by_one)
    for cell in cells:
        if text := cell.strip():
            counted = known[text]
            if counted is None or found not in {None, counted}:
                return None
            found = counted
    return found


def parse_epoch(text: str, counted: Counted) -> Moment | None:
    """The instant that a cell counts to, to the second before; `counted` is that of its column, not Excel's days."""
    if _counted_by_one(text.strip()) is not counted:
        return None
    seconds = _number(text) / (1000 if counted is Counted.MILLISECONDS else 1)
    return moment_of(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds)))


def is_epoch_midnight(text: str, counted: Counted) -> bool:
    """Whether a cell counts to 0:00 in UTC."""
    moment = parse_epoch(text, counted)
    return moment is not None and moment.start == 0


def excel_days(text: str) -> tuple[date, date] | None:
    """The day of an Excel serial number, by the date system of 1900 and by that of 1904; None if it is none."""
    if _counted_by_one(text.strip()) is not Counted.EXCEL_DAYS:
        return None
    day = _EXCEL_ZERO + timedelta(days=int(_number(text)))
    return day, day + timedelta(days=_SINCE_1904)


def have_times_with_dots(cells: Iterable[str]) -> bool:
    """Whether `8.37` is a time of day in these cells of starts and ends.

    It may also be decimal hours. Minutes above 59 prove those; a leading zero (`08.37`) proves times, and so do many
    cells with minutes such as `8.04` that no whole minute has as decimals. False where the first cell has no dot.
    """
    hundredths: list[int] = []
    has_zero = False
    for cell in cells:
        if text := cell.strip():
            match = _WITH_DOT.fullmatch(text)
            if match is None and not hundredths:
                return False
            if match is None:
                continue
            if int(match[1]) > 24 or int(match[2]) >= MINUTE:  # noqa: PLR2004  hours of a day
                return False
            hundredths.append(int(match[2]))
            has_zero = has_zero or (len(match[1]) > 1 and text[0] == "0")
    found = set(hundredths)
    if not found or found == {0}:
        return bool(found)
    is_odd = len(hundredths) >= _ENOUGH and not found <= _OF_WHOLE_MINUTES
    return is_odd or (has_zero and not found <= _QUARTERS)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _counted_by_one(text: str) -> Counted | None:
    if _NUMBER.fullmatch(text) is None:
        return None
    number = _number(text)
    return next((counted for counted, (first, end) in _RANGES.items() if first <= number < end), None)
