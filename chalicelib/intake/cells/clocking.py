"""When and how long: the time columns of a file, compiled into functions of its records.

Their value for a record is None if its cells cannot be read; only then is it worked out what is wrong with them.
"""

from collections.abc import Callable, Sequence
from functools import partial

from chalicelib.domain.quantities import DAY, HOUR
from chalicelib.intake.cells.dates import Moment, parse_day, parse_moment, parse_time, without_end_of_day
from chalicelib.intake.cells.durations import MINUTE, parse_decimal, parse_duration
from chalicelib.intake.cells.memo import Each, Memo, each
from chalicelib.intake.cells.number_columns import Counted, parse_epoch
from chalicelib.intake.sources.columns import DateOrder, Field, Unit
from chalicelib.intake.sources.source import Break, DurationColumn, Layout

When = Each[Moment | None]
Worked = Each[int | None]
Span = Callable[[list[str]], int | None]
"""From a record to seconds."""
Reader = tuple[int, bool, Memo[str, int | None]]
"""A column of durations: its number, whether a zero counts as empty, and what its cells mean in seconds."""
_OTHER_CLOCK = 10**12
"""More seconds than all years have."""


def compile_when(layout: Layout, order: DateOrder | None) -> When:
    """The work dates of records, with their starts if the file has them."""
    start_at = layout.columns.get(Field.START)
    date_at = layout.columns.get(Field.DATE)
    if date_at is None:
        return each(Memo(compile_moment(layout, order)), layout.date_columns[0])
    parse = parse_day if layout.has_days else parse_moment if layout.has_times_in_dates else _parse_day
    parse_date: Callable[[str], Moment | None] = partial(parse, order=order, zone=layout.zone)
    if layout.counted:
        parse_date = _only_day(compile_moment(layout, order)) if layout.has_days else compile_moment(layout, order)
    days = each(Memo(parse_date), date_at)
    if start_at is None:
        return days
    starts = each(Memo(partial(_parse_start, order=order, dots=layout.has_times_with_dots)), start_at)
    return lambda records: map(_with_start, days(records), starts(records))


def _with_start(day: Moment | None, start: int | None) -> Moment | None:
    return day if day is None or day.instant else Moment(day.date, start)


def compile_moment(layout: Layout, order: DateOrder | None) -> Callable[[str], Moment | None]:
    """What a cell with a date and a time means, whichever column it is in."""
    if layout.counted:
        return partial(parse_epoch, counted=Counted(layout.counted))
    return partial(parse_moment, order=order, zone=layout.zone)


def _only_day(parse: Callable[[str], Moment | None]) -> Callable[[str], Moment | None]:
    """A function that reads the day of an instant in UTC."""
    return lambda text: moment and Moment(moment.date) if (moment := parse(text)) else None


def compile_worked(layout: Layout, order: DateOrder | None) -> Worked:
    """The seconds of records: from their duration columns, or from start to end if the file has none."""
    if not layout.durations:
        return partial(map, _compile_presence(layout, order))
    readers = duration_readers(layout)
    if layout.minutes is not None:
        return partial(map, _compile_sum(readers, layout.minutes))
    if len(readers) > 1:
        return partial(map, partial(_first_that_speaks, readers))
    at, _, seconds = readers[0]
    end_at = layout.columns.get(Field.END)
    if layout.source.zero is None or end_at is None:
        return each(seconds, at)
    return partial(map, lambda cells: None if not cells[end_at] and is_running(layout, cells) else seconds[cells[at]])


def duration_readers(layout: Layout) -> Sequence[Reader]:
    """The columns of durations in order of preference, each with what its cells mean."""
    parse = _parse_hours_dot_minutes if layout.is_hours_dot_minutes else _parse_seconds
    return [
        (at, column.zero_is_empty, Memo(partial(parse, column=column, zero=layout.source.zero)))
        for at, column in layout.durations
    ]


def is_running(layout: Layout, cells: list[str]) -> bool:
    """Whether the record's timer is still running: it has neither an end nor a duration."""
    ends = [layout.columns[field] for field in (Field.END, Field.END_DATE) if field in layout.columns]
    blank = ("", layout.source.empty)
    return bool(ends) and all(cells[at].strip() in blank for at in (*ends, *(at for at, _ in layout.durations)))


def _first_that_speaks(readers: Sequence[Reader], cells: list[str]) -> int | None:
    found = None
    for at, zero_is_empty, seconds in readers:
        if cells[at].strip():
            found = seconds[cells[at]]
            if found != 0 or not zero_is_empty:
                break  # even if it cannot be read: another column's figure would silently replace it
    return found


def _compile_sum(readers: Sequence[Reader], minutes_at: int) -> Span:
    """Hours and minutes of one duration, of one sign; what the other columns say counts where both are empty."""
    [(hours_at, _, hours), *others] = readers
    minutes = Memo(partial(parse_duration, unit=Unit.MINUTES))

    def worked(cells: list[str]) -> int | None:
        parts = [read[cells[at]] for at, read in ((hours_at, hours), (minutes_at, minutes)) if cells[at].strip()]
        if not parts:
            return _first_that_speaks(others, cells)
        known = [part for part in parts if part is not None]
        return None if len(known) < len(parts) or min(known) < 0 < max(known) else sum(known)

    return worked


def _parse_hours_dot_minutes(text: str, column: DurationColumn, zero: str | None) -> int | None:
    """`9.15` as nine hours and fifteen minutes."""
    number = parse_decimal(text)
    if number is None:
        return _parse_seconds(text, column, zero)
    hours, minutes = divmod(abs(number) * 100, 100)
    if minutes >= MINUTE or minutes != int(minutes):
        return None
    return int(hours * HOUR + minutes * MINUTE) * (-1 if number < 0 else 1)


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


def _compile_presence(layout: Layout, order: DateOrder | None) -> Span:
    """The time from start to end without breaks; None also if the breaks are longer."""
    span = compile_span(layout, order)
    if layout.off is None:
        return span
    breaks = compile_off(layout.off)

    def presence(cells: list[str]) -> int | None:
        seconds, away = span(cells), breaks(cells)
        return None if seconds is None or away is None or away > seconds else seconds - away

    return presence


def compile_off(off: Break) -> Span:
    """The seconds of a record's breaks; an empty cell is none."""
    lengths = [(at, Memo(partial(_parse_break, unit=unit))) for at, unit in off.lengths]
    times = Memo(parse_time)

    def breaks(cells: list[str]) -> int | None:
        each = [seconds[cells[at]] for at, seconds in lengths]
        if off.times and any(cells[at].strip() for at in off.times):
            begin, end = (times[cells[at]] for at in off.times)
            each.append(None if begin is None or end is None else (end - begin) % DAY)
        known = [seconds for seconds in each if seconds is not None]
        return sum(known) if len(known) == len(each) else None

    return breaks


def _parse_break(text: str, unit: Unit) -> int | None:
    seconds = parse_duration(text, unit) if text.strip() not in _NOTHING else 0
    return None if seconds is None or seconds < 0 else seconds


_NOTHING = ("", "-")


def compile_span(layout: Layout, order: DateOrder | None) -> Span:
    """The seconds from start to end; past midnight if the end is before the start and has no date."""
    columns = layout.columns
    date_at = columns.get(Field.DATE, columns[Field.START])
    parse_at = partial(parse_time, dots=layout.has_times_with_dots)
    parse_on = compile_moment(layout, order)
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
) -> Span:
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
