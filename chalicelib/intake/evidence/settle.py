"""Decides how a file's hours are read: by what its cells prove; what they leave open is refused with its readings.

The rules are those of docs/doubtful-files.md. Only files of no known tool, and those of a tool that lack its own column
of hours, are looked at; a header that says everything costs nothing. Whether dates are days is asked of every file.
"""

from dataclasses import replace
from functools import partial
from itertools import islice

from chalicelib.intake.cells.dates import is_midnight
from chalicelib.intake.cells.number_columns import Counted, is_epoch_midnight
from chalicelib.intake.evidence.columns import find_hours_columns
from chalicelib.intake.evidence.file import Records, look_at
from chalicelib.intake.evidence.measured import settle_durations
from chalicelib.intake.evidence.spans import settle_span
from chalicelib.intake.evidence.tally import PLACES_OF_EXCEL, read_cell
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.intake.sources.settled import AS_SAID, GRAMMAR, HoursColumn, ReadColumn, Settled
from chalicelib.intake.sources.source import Break, DurationColumn, Layout

_FIRST = 1000
"""Rows of a header that says everything that are looked at."""


def settle_hours(layout: Layout, records: Records, order: DateOrder | None) -> Settled:
    """How the file's hours are read, with the columns of everything else.

    Raises:
        DoubtError: they can be read in more than one way; the reason names the readings.
    """
    settled = AS_SAID
    if layout.is_examined:
        settled = _settle_examined(layout.rival or layout, records, order)
    said = tuple(HoursColumn(column.name, column.unit) for _, column in layout.durations)
    return settled._replace(
        durations=settled.durations or said,
        columns=_columns_of(layout),
        has_days=_has_days(layout, records),
        grammar=GRAMMAR,
    )


def _settle_examined(layout: Layout, records: Records, order: DateOrder | None) -> Settled:
    columns = find_hours_columns(layout)
    settled = AS_SAID
    if columns.is_in_doubt or _may_be_excels(columns.durations[0], records):
        decide = settle_durations if columns.durations else settle_span
        settled = decide(look_at(layout, columns, order, records))
    return settled._replace(leaves_out_sums=layout.source.is_examined)


def _may_be_excels(at: int, records: Records) -> bool:
    """Whether one of the first hours has so many places that it may be a part of a day."""
    first = (read_cell(texts[at]) for _, texts in islice(records(), _FIRST) if at < len(texts))
    return any(cell.places >= PLACES_OF_EXCEL for cell in first)


def _columns_of(layout: Layout) -> tuple[ReadColumn, ...]:
    columns = [*sorted(layout.columns.items()), *((Field.WORKER, at) for at in layout.worker)]
    return tuple(ReadColumn(field, layout.normal[at]) for field, at in columns)


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
        (at[name], replace(said.get(name, DurationColumn(name)), name=name, unit=unit))
        for name, unit in settled.durations
        if name in at
    )
    breaks = tuple((at[name], unit) for name, unit in settled.breaks if name in at)
    times = settled.break_times
    return replace(
        layout,
        durations=durations or layout.durations,
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
