"""Decides how a file's hours are read: by what its cells prove; what they leave open is refused with its readings.

The rules are those of docs/doubtful-files.md. Only files of no known tool, and those of a tool that lack its own column
of hours, are looked at; a header that says everything costs nothing. Whether dates are days is asked of every file.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from chalicelib.domain.names import fold
from chalicelib.intake.cells.dates import is_midnight, parse_moment
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.cells.number_columns import Counted, is_epoch_midnight
from chalicelib.intake.evidence.columns import find_hours_columns
from chalicelib.intake.evidence.doubt import DoubtError, map_with, quoted, unit_doubt
from chalicelib.intake.evidence.file import Records, look_at
from chalicelib.intake.evidence.measured import settle_durations
from chalicelib.intake.evidence.spans import settle_span
from chalicelib.intake.evidence.tally import PLACES_OF_EXCEL, Kind, read_cell
from chalicelib.intake.sources.captions import (
    NO_HOURS,
    UNIT_CAPTIONS,
    UNIT_WORDS,
    UNSAID,
    caption_key,
    duration_caption,
)
from chalicelib.intake.sources.columns import PLAIN_UNITS, DateOrder, Field, Unit
from chalicelib.intake.sources.settled import AS_SAID, GRAMMAR, HoursColumn, ReadColumn, Settled
from chalicelib.intake.sources.source import Break, DurationColumn, Layout

_DAY = 24
_FEW = 2
"""Digits of hours, and of their decimals."""
_TEXTS = (Field.CLIENT, Field.PROJECT, Field.TASK, Field.DESCRIPTION, Field.WORK_TYPE)
_FIRST = 1000
"""Rows of a header that says everything that are looked at."""


def settle_hours(layout: Layout, records: Records, order: DateOrder | None, *, has_commas: bool = False) -> Settled:
    """How the file's hours are read, with the columns of everything else; `has_commas`: they separate its cells.

    Raises:
        DoubtError: they can be read in more than one way; the reason names the readings.
    """
    _refuse_other_units(layout, layout.durations, records, NO_HOURS)
    if layout.is_examined:
        if has_commas:
            _refuse_split_decimals(layout, records)
        settled = _settle_examined(layout, records, order)
    else:
        settled = AS_SAID
        _refuse_whole_numbers(layout, records)
    _refuse_other_units(layout, apply_settled(layout, settled).durations, records)
    said = tuple(HoursColumn(column.name, column.unit) for _, column in layout.durations)
    return settled._replace(
        durations=settled.durations or said,
        columns=_columns_of(layout),
        has_days=_has_days(layout, records),
        grammar=GRAMMAR,
    )


def _settle_examined(layout: Layout, records: Records, order: DateOrder | None) -> Settled:
    if not layout.source.is_mapping:
        _refuse_other_days(layout, records, order)
    has_sums = layout.source.is_examined or layout.rival is not None
    layout = layout.rival or layout
    columns = find_hours_columns(layout)
    settled = AS_SAID
    if columns.is_in_doubt or _may_be_excels(columns.durations[0], records):
        decide = settle_durations if columns.durations else settle_span
        settled = decide(look_at(layout, columns, order, records))
    return settled._replace(leaves_out_sums=has_sums)


def _may_be_excels(at: int, records: Records) -> bool:
    """Whether one of the first hours has so many places that it may be a part of a day."""
    first = (read_cell(texts[at]) for _, texts in islice(records(), _FIRST) if at < len(texts))
    return any(cell.places >= PLACES_OF_EXCEL for cell in first)


def _columns_of(layout: Layout) -> tuple[ReadColumn, ...]:
    columns = [*sorted(layout.columns.items()), *((Field.WORKER, at) for at in layout.worker)]
    return tuple(ReadColumn(field, layout.normal[at]) for field, at in columns)


def _refuse_other_days(layout: Layout, records: Records, order: DateOrder | None) -> None:
    """`Date logged` may be when the work was entered: where most starts have days of their own, these are others."""
    date_at, start_at = (layout.columns.get(field) for field in (Field.DATE, Field.START))
    if date_at is None or start_at is None:
        return
    moments = Memo(partial(parse_moment, order=order))
    first: tuple[int, str, str] | None = None
    same = differ = 0
    for line, texts in records():
        day, start = (moments[texts[at]] if at < len(texts) else None for at in (date_at, start_at))
        if start is None and start_at < len(texts) and texts[start_at].strip():
            return
        if day is None or start is None or day.instant or start.instant:
            continue
        if day.date == start.date:
            same += 1
        else:
            differ += 1
            first = first or (line, texts[date_at], texts[start_at])
    if first and differ > same:
        line, *days = first
        names = (layout.header[at] for at in (date_at, start_at))
        one, other = (f"{quoted(name)} is {quoted(day)}" for name, day in zip(names, days, strict=True))
        raise DoubtError(
            f"In line {line}, {one} and {other}: either can be the day of the work. {map_with('--set date=COLUMN')}"
        )


def _refuse_whole_numbers(layout: Layout, records: Records) -> None:
    """Nothing but whole numbers, some above 24, under a name without a unit: that is no known tool's own file."""
    for at, column in layout.durations:
        caption = duration_caption(layout.header[at])
        if column.unit is not Unit.HOURS or caption is None or caption.unit is not UNSAID:
            continue
        long: tuple[int, str] | None = None
        for line, texts in records():
            cell = read_cell(texts[at] if at < len(texts) else "")
            if cell.kind not in {Kind.EMPTY, Kind.WHOLE}:
                break
            if long is None and cell.number > _DAY:
                long = line, texts[at]
        else:
            if long:
                raise unit_doubt(layout.header[at], long[1], long[0])


def _refuse_split_decimals(layout: Layout, records: Records) -> None:
    """`1,5` without quotation marks is two cells, of which the second may stand where the header has a text."""
    texts_at = {*layout.worker, *(at for field, at in layout.columns.items() if field in _TEXTS)}
    for at, _ in layout.durations:
        if layout.source.is_mapping or at + 1 not in texts_at:
            continue
        pairs = ((line, texts[at : at + 2]) for line, texts in records() if at + 1 < len(texts) and texts[at].strip())
        first = next(pairs, None)
        if first and all(map(_may_be_split, (pair for _, pair in (first, *pairs)))):
            line, (whole, decimals) = first
            one, other = (layout.header[at], whole.strip()), (layout.header[at + 1], decimals.strip())
            both = " and ".join(f"{quoted(name)} {cell}" for name, cell in (one, other))
            raise DoubtError(
                f"{both} in line {line} may be one number, {one[1]},{other[1]}. Put numbers with a comma in quotation "
                "marks, or export with a semicolon between the cells, and drop the file again."
            )


def _may_be_split(pair: Sequence[str]) -> bool:
    return all(cell.strip().isdecimal() and len(cell.strip()) <= _FEW for cell in pair)


def _refuse_other_units(
    layout: Layout,
    durations: Sequence[tuple[int, DurationColumn]],
    records: Records,
    others: frozenset[str] | None = None,
) -> None:
    """A column such as `Unit` may say for each row what its number counts: days are no hours.

    Args:
        layout: the file's columns.
        durations: those of hours; the first has the numbers.
        records: the file's.
        others: the words that refuse it; without them, those of all units but the one in which the numbers are read.
    """
    at = next((at for at, name in enumerate(layout.normal) if caption_key(name) in UNIT_CAPTIONS), None)
    if at is None or not durations:
        return
    (hours_at, column), *_ = durations
    read_in = column.unit if column.unit in PLAIN_UNITS else Unit.HOURS
    others = others or NO_HOURS.union(*(words for unit, words in UNIT_WORDS.items() if unit is not read_in))
    for line, texts in records():
        word = fold(texts[at]).rstrip(".") if at < len(texts) else ""
        if word in others:
            raise DoubtError(
                f"{quoted(layout.header[at])} in line {line} says {quoted(texts[at])}, so the numbers of "
                f"{quoted(layout.header[hours_at])} are not all {read_in.value}. Export hours, or keep each unit in a "
                "file of its own and name it in the column, as in “Duration (min)”."
            )


def _has_days(layout: Layout, records: Records) -> bool:
    """Whether every date of the file is an instant at midnight of its own zone, or of UTC's: then these are days."""
    at = layout.columns.get(Field.DATE)
    if at is None:
        return False
    dates = (texts[at] for _, texts in records() if at < len(texts) and texts[at].strip())
    is_day = partial(is_epoch_midnight, counted=Counted(layout.counted)) if layout.counted else is_midnight
    first = next(dates, "")
    return is_day(first) and all(map(is_day, dates))


def apply_settled(layout: Layout, settled: Settled) -> Layout:
    """The layout of the file as it was settled."""
    if settled == AS_SAID:
        return layout
    at = {name: index for index, name in reversed(list(enumerate(layout.normal)))}
    said = {column.name: column for _, column in layout.durations}
    durations = tuple(
        (at[name], replace(said.get(name, DurationColumn(name)), unit=unit))
        for name, unit in settled.durations
        if name in at
    )
    breaks = tuple((at[name], unit) for name, unit in settled.breaks if name in at)
    times = settled.break_times
    is_span = settled.grammar and not settled.durations and {Field.START, Field.END} <= layout.columns.keys()
    return replace(
        layout,
        durations=() if is_span else durations or layout.durations,
        minutes=at.get(settled.minutes) if settled.minutes else None,
        off=Break(breaks, (at[times[0]], at[times[1]]) if times else None) if breaks or times else None,
        is_hours_dot_minutes=settled.is_hours_dot_minutes,
        has_times_with_dots=settled.has_times_with_dots,
        counted=settled.counted,
        zone=settled.zone,
        has_times_in_dates=settled.has_times_in_dates,
        has_days=settled.has_days,
        leaves_out_sums=settled.leaves_out_sums,
        compared=settled.compared,
        tolerance=settled.tolerance,
        step=settled.step,
    )
