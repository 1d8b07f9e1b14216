"""When and how long: the time columns of a file, compiled into functions of a record's cells.

Each function returns None if the cells cannot be read; only then is it worked out what is wrong with them.
"""

from collections.abc import Callable
from functools import partial

from chalicelib.domain.quantities import DAY
from chalicelib.intake.dates import Moment, parse_moment, parse_time, without_end_of_day
from chalicelib.intake.durations import parse_duration
from chalicelib.intake.memo import Memo
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.intake.sources.source import DurationColumn, Layout

When = Callable[[list[str]], Moment | None]
Worked = Callable[[list[str]], int | None]
_OTHER_CLOCK = 10**12
"""More seconds than all years have."""


def compile_when(layout: Layout, order: DateOrder | None) -> When:
    """The work date of a record, with its start if the file has one."""
    start_at = layout.columns.get(Field.START)
    date_at = layout.columns.get(Field.DATE)
    if date_at is None:
        moments = Memo(partial(parse_moment, order=order, zone=layout.zone))
        return lambda cells: moments[cells[layout.date_columns[0]]]
    parse = parse_moment if layout.has_times_in_dates else _parse_day
    days = Memo(partial(parse, order=order, zone=layout.zone))
    if start_at is None:
        return lambda cells: days[cells[date_at]]
    starts = Memo(partial(_parse_start, order=order, dots=layout.has_times_with_dots))

    def when(cells: list[str]) -> Moment | None:
        day = days[cells[date_at]]
        return day if day is None or day.instant else Moment(day.date, starts[cells[start_at]])

    return when


def compile_worked(layout: Layout, order: DateOrder | None) -> Worked:
    """The seconds of a record: from its duration columns, or from start to end if the file has none."""
    if not layout.durations:
        return _compile_span(layout, order)
    zero = layout.source.zero
    readers = [
        (at, column.zero_is_empty, Memo(partial(_parse_seconds, column=column, zero=zero)))
        for at, column in layout.durations
    ]
    if len(readers) > 1:
        return lambda cells: _first_that_speaks(readers, cells)
    at, _, seconds = readers[0]
    end_at = layout.columns.get(Field.END)
    if zero is None or end_at is None:
        return lambda cells: seconds[cells[at]]
    return lambda cells: None if not cells[end_at] and is_running(layout, cells) else seconds[cells[at]]


def is_running(layout: Layout, cells: list[str]) -> bool:
    """Whether the record's timer is still running: it has neither an end nor a duration."""
    ends = [layout.columns[field] for field in (Field.END, Field.END_DATE) if field in layout.columns]
    blank = ("", layout.source.empty)
    return bool(ends) and all(cells[at].strip() in blank for at in (*ends, *(at for at, _ in layout.durations)))


def _first_that_speaks(readers: list[tuple[int, bool, Memo[str, int | None]]], cells: list[str]) -> int | None:
    found = None
    for at, zero_is_empty, seconds in readers:
        if cells[at].strip():
            found = seconds[cells[at]]
            if found != 0 or not zero_is_empty:
                break  # even if it cannot be read: another column's figure would silently replace it
    return found


def _parse_seconds(text: str, column: DurationColumn, zero: str | None) -> int | None:
    return 0 if zero and text.strip() == zero else parse_duration(text, column.unit)


def _parse_day(text: str, order: DateOrder | None, zone: str | None) -> Moment | None:
    """A date without its time of day (spreadsheets and databases add midnight), unless it is an instant."""
    moment = parse_moment(text, order, zone)
    return moment if moment is None or moment.instant else Moment(moment.date)


def _parse_start(text: str, order: DateOrder | None, *, dots: bool) -> int | None:
    """The time of day, with or without a date.

    A start that cannot be read, or is an instant next to a plain date, counts as not given: the hours matter more.
    """
    time = parse_time(text, dots=dots)
    if time is None and (moment := parse_moment(text, order)) and not moment.instant:
        return moment.start
    return time


def _compile_span(layout: Layout, order: DateOrder | None) -> Worked:
    columns = layout.columns
    date_at = columns.get(Field.DATE, columns[Field.START])
    parse_at = partial(parse_time, dots=layout.has_times_with_dots)
    parse_on = partial(parse_moment, order=order, zone=layout.zone)
    end_at = columns[Field.END]
    start = _compile_point(date_at, columns[Field.START], parse_on, parse_at)
    end = _compile_point(
        columns.get(Field.END_DATE, date_at),
        end_at,
        partial(_parse_end_on, parse=parse_on),
        partial(_parse_end_at, parse=parse_at),
    )

    def span(cells: list[str]) -> int | None:
        first, last = start(cells), end(cells)
        if first is None or last is None:
            return None
        seconds = last - first
        if seconds < 0 and Field.END_DATE not in columns and parse_at(cells[end_at]) is not None:
            seconds += DAY
        return seconds if 0 <= seconds < _OTHER_CLOCK // 2 else None

    return span


def _parse_end_on(text: str, parse: Callable[[str], Moment | None]) -> Moment | None:
    """A moment that may be 24:00 of its day."""
    text, day = without_end_of_day(text)
    moment = parse(text)
    return moment if moment is None or moment.start is None else moment._replace(start=moment.start + day)


def _parse_end_at(text: str, parse: Callable[[str], int | None]) -> int | None:
    """A time of day up to 24:00."""
    text, day = without_end_of_day(text)
    time = parse(text)
    return None if time is None else time + day


def _compile_point(
    date_at: int, time_at: int, parse_on: Callable[[str], Moment | None], parse_at: Callable[[str], int | None]
) -> Worked:
    """Seconds on a time line shared by a record's two points; instants are placed far away from all local times."""
    moments, times = Memo(parse_on), Memo(parse_at)

    def point(cells: list[str]) -> int | None:
        day = moments[cells[time_at]]
        time = day.start if day else None
        if time is None:
            day, time = moments[cells[date_at]], times[cells[time_at]]
        if day is None or time is None:
            return None
        return day.date.toordinal() * DAY + time + (_OTHER_CLOCK if day.instant else 0)

    return point
