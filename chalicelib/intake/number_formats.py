"""What a workbook's number is, by the format that it is shown in, and its text as the CSV readers know it.

A workbook stores dates, times and durations as days in a number; only the number's format tells them apart (ECMA-376,
part 1, 18.8.30 and 18.17.4). The text has all of the number's precision, in no locale's notation.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from enum import Enum, auto
from fractions import Fraction
from typing import NamedTuple

from chalicelib.domain.quantities import DAY, HOUR, round_half_away
from chalicelib.intake.cells.durations import MINUTE, may_be_thousands

_ZERO_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's dates have no zone
"""Day 0 of a workbook; Excel's own count is a day less before March 1900, where no work is."""
_DAYS_TO_1904 = 1462
_FIRST_DAY = 25_569
"""1970-01-01: what is less is a time of day or a duration, not a date."""
_DOUBLE = Context(prec=15)
"""The digits of a number that Excel vouches for: the others are what binary fractions add."""
_FARTHEST = 30
"""Zeros at either end of a number that are still written out."""
_LONGEST = 64
_LONGEST_FORMAT = 1000
"""Characters; Excel takes 255."""
_NOON = 12
_NOT_SHOWN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
"""Literals, gaps, fillings, colours, conditions and locales."""
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_HALF_DAY = re.compile("am/pm|a/p", re.IGNORECASE)
_DECIMALS = re.compile(r"\.(0+)(?!.*e[+-])", re.IGNORECASE)


class Kind(Enum):
    """What a number is shown as."""

    NUMBER = auto()
    DATE = auto()
    DATE_TIME = auto()
    TIME = auto()
    """A time of day, or a duration that is shown without its days: `h:mm`."""
    HALF_DAY_TIME = auto()
    """A time of day with AM or PM."""
    ELAPSED = auto()
    """A duration: `[h]:mm`."""


class NumberFormat(NamedTuple):
    """What a number's format says about it."""

    kind: Kind
    decimals: int = 0
    """The decimals that are always shown: 2 in `0.00`, which tells 2.00 hours from 2 of something."""


GENERAL = NumberFormat(Kind.NUMBER)
_TWO_DECIMALS = NumberFormat(Kind.NUMBER, 2)
BUILT_IN: Mapping[int, NumberFormat] = {
    **dict.fromkeys((2, 4, 7, 8, 10, 39, 40, 43, 44), _TWO_DECIMALS),
    **dict.fromkeys((*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58), NumberFormat(Kind.DATE)),
    **dict.fromkeys((18, 19), NumberFormat(Kind.HALF_DAY_TIME)),
    **dict.fromkeys((20, 21, *range(32, 36), 45, 47, 55, 56), NumberFormat(Kind.TIME)),
    22: NumberFormat(Kind.DATE_TIME),
    46: NumberFormat(Kind.ELAPSED),
}
"""Formats that a workbook names without writing them out; the others show a number as it is."""


def read_format(code: str) -> NumberFormat:
    """What a format such as `yyyy-mm-dd`, `[h]:mm` or `0.00` says; its part for positive numbers decides.

    Raises ValueError for one that is longer than any.
    """
    if len(code) > _LONGEST_FORMAT:
        raise ValueError(code[:_LONGEST_FORMAT])
    shown = _NOT_SHOWN.sub("", code).split(";")[0]
    if _ELAPSED.search(shown):
        return NumberFormat(Kind.ELAPSED)
    half_day = _HALF_DAY.search(shown)
    letters = set(_HALF_DAY.sub("", shown).casefold())
    has_time = half_day is not None or not letters.isdisjoint("hs")
    if "general" in shown.casefold():
        return GENERAL
    if not letters.isdisjoint("0#?") and "s.0" not in shown.casefold():  # of times only seconds have decimals
        decimals = _DECIMALS.search(shown)
        return NumberFormat(Kind.NUMBER, len(decimals[1]) if decimals else 0)
    if not letters.isdisjoint("yd") or ("m" in letters and not has_time):
        return NumberFormat(Kind.DATE_TIME if has_time else Kind.DATE)
    if has_time:
        return NumberFormat(Kind.HALF_DAY_TIME if half_day else Kind.TIME)
    return GENERAL


def number_text(stored: str, said: NumberFormat, *, is_1904: bool) -> str:
    """The text of a stored number: an ISO date, H:MM:SS or a plain decimal; `stored` itself if it is no number."""
    number = _number(stored)
    if number is None:
        return stored
    if said.kind is Kind.NUMBER:
        return _plain(number, said.decimals)
    seconds = round_half_away(Fraction(number) * DAY)
    moment = seconds + (_DAYS_TO_1904 * DAY if is_1904 else 0)
    if said.kind in {Kind.DATE, Kind.DATE_TIME}:
        return _moment(moment, with_time=said.kind is Kind.DATE_TIME) or _plain(number, 0)
    if said.kind is not Kind.ELAPSED and moment >= _FIRST_DAY * DAY:  # a date of which only the time is shown
        return _moment(moment, with_time=True) or _plain(number, 0)
    return _clock(seconds, half_day=said.kind is Kind.HALF_DAY_TIME)


def _number(stored: str) -> Decimal | None:
    try:
        number = Decimal(stored if len(stored) <= _LONGEST else "")
    except InvalidOperation:
        return None
    return number if number.is_finite() and (not number or abs(number.adjusted()) <= _FARTHEST) else None


def _moment(seconds: int, *, with_time: bool) -> str | None:
    """A date; its time, if that is shown or is not midnight."""
    try:
        moment = _ZERO_DAY + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return str(moment if with_time or seconds % DAY else moment.date())


def _clock(seconds: int, *, half_day: bool) -> str:
    """H:MM:SS; with AM or PM the time of day that is shown, which is no duration."""
    sign, after = ("-", "") if seconds < 0 else ("", "")
    hours, rest = divmod(abs(seconds), HOUR)
    if half_day:
        after = " PM" if hours // _NOON % 2 else " AM"
        hours = (hours - 1) % _NOON + 1
    return f"{sign}{hours}:{rest // MINUTE:02}:{rest % MINUTE:02}{after}"


def _plain(number: Decimal, decimals: int) -> str:
    if number != number.to_integral_value():
        number = _DOUBLE.plus(number)
    whole, _, rest = format(number, "f").partition(".")
    rest = rest.rstrip("0").ljust(decimals, "0")
    text = f"{whole}.{rest}" if rest else whole
    return text + "0" if may_be_thousands(text) else text  # 1.250 might be 1250 in a CSV file, 1.2500 cannot
