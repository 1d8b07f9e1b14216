"""What a cell that could not be read may mean, as sentences that say what to do; None where nothing is recognised."""

import re

from chalicelib.domain.names import fold
from chalicelib.domain.quantities import HOUR
from chalicelib.intake.cells.dates import MONTHS, UNCERTAIN_MONTHS, parse_moment, parse_time
from chalicelib.intake.cells.number_columns import Counted, counted_by, excel_days
from chalicelib.intake.cells.offsets import UNCERTAIN
from chalicelib.intake.sources.columns import DateOrder

_WORDS = re.compile(r"[^\W\d_]+")
_NO_YEAR = re.compile(r"[0-9]{1,2}(?:[./] ?[0-9]{1,2}\.?|[-. ]{1,2}([^\W\d_]+)\.?)|([^\W\d_]+)\.?[- ][0-9]{1,2}")
_WITH_WORD = re.compile(r"(?P<time>.*[0-9](?: ?[ap]\.? ?m\.?)?) ?(?P<word>[a-z]{2,5})")
_DAYS_OR_WEEKS = re.compile(
    r"[0-9] ?(?:[dw]|days?|wks?|weeks?|tage?n?|wochen?|jours?|semaines?|d[ií]as?|semanas?|giorn[oi])(?![a-z])|-?p[0-9]"
)
_PART_OF_A_DAY = re.compile(r"0?[.,][0-9]+")
_WITH_DOT = re.compile(r"[0-9]{1,2}\.[0-9]{2}")


def why_no_date(text: str) -> str | None:
    """Why a cell of a date column is no date."""
    folded = fold(text)
    if days := excel_days(folded):
        return (
            f"This is Excel's serial number of a date: {days[0]}, or {days[1]} in a workbook with dates from 1904. "
            "Format the column as a date in Excel, save it as CSV again and drop that file."
        )
    if counted := counted_by([folded]):
        unit = "seconds" if counted is Counted.SECONDS else "milliseconds"
        return f"This may be {unit} since 1970, which is certain for whole columns only. Write dates as 2026-01-31."
    for word in _WORDS.findall(folded):
        if word in UNCERTAIN_MONTHS:
            return f"“{word}” is {UNCERTAIN_MONTHS[word]}. Write the month as a number and export again."
    if (match := _NO_YEAR.fullmatch(folded)) and ((match[1] or match[2]) in MONTHS or not (match[1] or match[2])):
        return "The date has no year. Write it with one, as in 2026-01-31, and export again."
    return _why_no_zone(folded)


def _why_no_zone(folded: str) -> str | None:
    match = _WITH_WORD.fullmatch(folded)
    if match is None or parse_moment(match["time"], DateOrder.DAY_FIRST) is None:
        return None
    word = match["word"]
    meanings = f"can be {UNCERTAIN[word]}" if word in UNCERTAIN else "is no time zone with one certain offset"
    return (
        f"“{word.upper()}” {meanings}. Export times with an offset such as +01:00, or set the tool's `zone` in your "
        "set-up under `sources`, apply it and retry the import."
    )


def why_no_time(text: str) -> str | None:
    """Why a cell of a column of starts or ends is no time."""
    text = text.strip()
    if _PART_OF_A_DAY.fullmatch(text):
        return (
            "This is Excel's serial number of a time. Format the column as a time in Excel, save it as CSV again and "
            "drop that file."
        )
    if _WITH_DOT.fullmatch(text) and (time := parse_time(text, dots=True)) is not None:
        return (
            f"“{text}” is {time // HOUR}:{text[-2:]} or decimal hours, and nothing in the file settles it. "
            "Write times with a colon and export again."
        )
    return None


def why_no_duration(text: str) -> str | None:
    """Why a cell of a duration column is no duration."""
    if parse_time(text) is not None:
        return "This is a time of day, not a duration such as 1:30 or 1.5. Correct it and export again."
    if _DAYS_OR_WEEKS.search(fold(text)):
        return "A day can be 24 hours or a working day of 8. Write the duration in hours and minutes and export again."
    return None
