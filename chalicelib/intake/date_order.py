"""Whether 03/04/2026 is in March or in April: decided once per file, never per row and never by locale."""

from collections.abc import Iterable
from datetime import date

from chalicelib.intake.cells.dates import Readings, is_on_its_weekday, parse_moment, read_both_ways, read_year_first
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.intake.sources.columns import DateOrder

_SHOWN = 40
_MONTHS = 12
_YEARS = 3
_REMEMBERED = 10_000
"""Cells that are no dates, mostly one word or none; of numbers there can be any number of different ones."""


def needs_order(dates: Iterable[str]) -> bool:
    """Whether the first readable date is a numeric one: a tool writes all its dates in one format."""
    unreadable: set[str] = set()
    for text in dates:
        if text in unreadable:
            continue
        if read_both_ways(text):
            return True
        if parse_moment(text, None):
            return False
        if len(unreadable) < _REMEMBERED:
            unreadable.add(text)
    return False


def settle_date_order(
    dates: Iterable[tuple[int, str]], source: str, said: DateOrder | None, *, has_weekdays: bool = True
) -> DateOrder | Refusal | None:
    """The order of the file's numeric dates, given its date cells with their lines.

    A day above 12 settles it, or a day of the week beside the date (unless not `has_weekdays`: release 0.1 did not look
    at them), else the operator's setting for the source (`said`). The file is refused if nothing settles it, or if it
    contradicts itself: then none of its dates can be trusted. None: there is nothing to settle.
    """
    proofs: dict[DateOrder, str] = {}
    undecided: str | None = None
    readings = Memo(_read_by_weekday if has_weekdays else read_both_ways)
    for line, text in dates:
        if both := readings[text]:
            order = _proven_order(both)
            if order:
                proofs.setdefault(order, f"{text.strip()[:_SHOWN]} in line {line}")
            elif undecided is None and both.day_first != both.month_first:
                undecided = _show_both(line, text, both)
        if len(proofs) > 1:
            return _contradiction(proofs)
    if proofs:
        return next(iter(proofs))
    if said or undecided is None:
        return said or DateOrder.DAY_FIRST
    return Refusal(
        RefusalKind.AMBIGUOUS_DATES,
        f"{undecided}, and no date in the file settles it. Set `date_order` to `dmy` or `mdy` in your set-up "
        f"under `sources`, `{source}`, apply it, and retry the import.",
    )


def find_years_first(dates: Iterable[tuple[int, str]]) -> Refusal | None:
    """Why dates such as 26-10-01 are refused: with the year first they are of one year, with the year last of several.

    That is so if there are three years or more, or the same day of several years.
    """
    readings = Memo(read_year_first)
    first: tuple[int, str] | None = None
    years, days, last_years = set[int](), set[tuple[int, int]](), set[date]()
    for line, text in dates:
        if not text.strip():
            continue
        if (both := readings[text]) is None:
            return None
        first = first or (line, text)
        years.add(both[0].year)
        days.add((both[1].month, both[1].day))
        last_years.add(both[1])
    count = len({day.year for day in last_years})
    if first is None or len(years) > 1 or (count < _YEARS and len(days) == len(last_years)):
        return None
    line, text = first
    year_first, usual = (f"{day.day} {day:%B} {day.year}" for day in readings[text] or ())
    return Refusal(
        RefusalKind.AMBIGUOUS_DATES,
        f"The date {text.strip()[:_SHOWN]} in line {line} is {usual}, or {year_first} if the year stands first. "
        "Export dates with years of four digits, such as 2026-01-31.",
    )


def find_swapped(dates: Iterable[tuple[int, str]]) -> Refusal | None:
    """Why the dates of a workbook are refused if a spreadsheet has swapped their days and months.

    It takes 03/10/2026 for a date in the order of its own locale, and leaves 13/10/2026 as text: then all dates are up
    to the 12th, and all that is text is later.
    """
    found: dict[bool, tuple[int, str]] = {}
    is_swapped = False
    for line, text in dates:
        if both := read_both_ways(text):
            if _proven_order(both) is None:
                return None
            found.setdefault(True, (line, text))
        elif moment := parse_moment(text, None):
            if moment.date.day > _MONTHS:
                return None
            is_swapped = is_swapped or moment.date.day != moment.date.month
            found.setdefault(False, (line, text))
    if not is_swapped or len(found) == 1:
        return None
    (text_at, text), (date_at, moment_text) = found[True], found[False]
    return Refusal(
        RefusalKind.AMBIGUOUS_DATES,
        f"{text.strip()[:_SHOWN]} in row {text_at} of the workbook is text and {moment_text.strip()[:_SHOWN]} in row "
        f"{date_at} is a date, none of them after the 12th: a spreadsheet that puts the month elsewhere has probably "
        "swapped days and months. Drop the tool's own export, or correct the dates.",
    )


def _read_by_weekday(text: str) -> Readings | None:
    """Both readings; if one of them is not on the day of the week that the cell names, only the other one."""
    both = read_both_ways(text)
    fitting = both and Readings(*(day if day and is_on_its_weekday(text, day) else None for day in both))
    return fitting if fitting and any(fitting) else both


def _proven_order(both: Readings) -> DateOrder | None:
    if both.month_first is None:
        return DateOrder.DAY_FIRST if both.day_first else None
    return DateOrder.MONTH_FIRST if both.day_first is None else None


def _show_both(line: int, text: str, both: Readings) -> str:
    day_first, month_first = (f"{day.day} {day:%B} {day.year}" for day in both if day)
    return f"The date {text.strip()[:_SHOWN]} in line {line} is {day_first} or {month_first}"


def _contradiction(proofs: dict[DateOrder, str]) -> Refusal:
    return Refusal(
        RefusalKind.AMBIGUOUS_DATES,
        f"The file has the day first ({proofs[DateOrder.DAY_FIRST]}) and the month first "
        f"({proofs[DateOrder.MONTH_FIRST]}), so none of its dates is certain. "
        "Correct the wrong one, or export the file again.",
    )
