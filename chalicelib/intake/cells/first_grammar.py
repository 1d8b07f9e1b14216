"""What release 0.1 could read of dates, times and durations: all of it means today what it meant then.

A replay of a file that it read leaves unread what it left unread. What is not read today either is not looked at.
"""

import re
from collections.abc import Callable

from chalicelib.domain.names import fold
from chalicelib.intake.cells.dates import FIRST_MONTHS, parse_moment, parse_time, without_end_of_day
from chalicelib.intake.cells.durations import parse_decimal, parse_duration
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.sources.columns import DateOrder, Field, Unit
from chalicelib.intake.sources.source import Layout

_LONGEST = 64
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[ap]\.? ?m\.?)?"
_TAIL = rf"(?:(?:t|,? (?:(?:at|um|à) )?){_TIME}(?: ?(?:z|utc|[+-][0-9]{{2}}:?[0-9]{{2}}))?)?"
_YEAR, _SHORT = "[0-9]{4}", "[0-9]{1,2}"
_NAME = r"(?P<name>[^\W\d_]+)"
_MOMENTS = tuple(
    re.compile(rf"(?:[^\W\d_]{{2,10}}(?:-feira)?\.?,? )?{date}{_TAIL}")
    for date in (
        rf"{_YEAR}(?P<mark>[-/.]){_SHORT}(?P=mark){_SHORT}",
        rf"{_SHORT}(?P<mark>[-/.]){_SHORT}(?P=mark)(?:{_YEAR}|[0-9]{{2}})",
        rf"{_SHORT}(?:\.|er|th|st|nd|rd)?[ /-](?:de )?{_NAME}\.?,?(?: de)?[ /-](?:{_YEAR}|[0-9]{{2}})",
        rf"{_NAME}\.? {_SHORT}(?:st|nd|rd|th)?,? {_YEAR}",
    )
)
_COMPACT = re.compile(r"[0-9]{8}t[0-9]{6}z?")
_ONLY_TIME = re.compile(_TIME)
_WORDS = (
    "h|hr|hrs|hours?|std|stunden?|heures?|horas?|or[ae]|uur|uren|m|mins?|minutes?|minuten|minuto|minutos|minuti|minuut|"
    "s|secs?|seconds?|sek|sekunden?|secondes?|seconden|segundos?|second[oi]"
)
_DURATION = re.compile(
    r"[+-]?(?:[0-9]{1,6}:[0-5][0-9](?::[0-5][0-9])?\s*h?|[0-9]{1,7}:[0-5][0-9] ?min|[0-9]{1,6} ?h ?[0-5]?[0-9]|"
    rf"(?:[0-9][0-9.,]* ?(?:{_WORDS})\.?(?:,? |(?=[0-9])|$))+)"
)
_TIMES = (Field.DATE, Field.START, Field.END_DATE, Field.END)
Records = Callable[[list[str]], list[str]]


def compile_unread(layout: Layout) -> Records:
    """A function that makes the cells of a record unreadable that only later releases read."""
    columns = {layout.columns[field]: Memo(_without_later_moment) for field in _TIMES if field in layout.columns}
    columns |= {at: Memo(_without_later_duration) for at, _ in layout.durations}

    def unread(cells: list[str]) -> list[str]:
        return [columns[at][cell] if at in columns else cell for at, cell in enumerate(cells)]

    return unread


def _without_later_moment(cell: str) -> str:
    is_first = _has_first_form(cell) and _is_moment(cell)
    return cell if is_first or not _is_moment(without_end_of_day(cell)[0]) else f"?{cell}"


def _is_moment(cell: str) -> bool:
    return parse_time(cell) is not None or any(parse_moment(cell, order) for order in DateOrder)


def _has_first_form(cell: str) -> bool:
    text = fold(cell) if len(cell) <= _LONGEST else ""
    found = next(filter(None, (pattern.fullmatch(text) for pattern in _MOMENTS)), None)
    if found is None:
        return bool(_ONLY_TIME.fullmatch(text) or _COMPACT.fullmatch(text))
    name = found.groupdict().get("name")
    return name is None or name in FIRST_MONTHS


def _without_later_duration(cell: str) -> str:
    text = cell.strip().casefold().replace("−", "-")
    is_first = parse_decimal(text) is not None or _DURATION.fullmatch(text)
    return cell if is_first or parse_duration(cell, Unit.HOURS) is None else f"?{cell}"
