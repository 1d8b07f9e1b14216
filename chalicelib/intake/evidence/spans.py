"""A file whose source names no column of hours: another column that proves to be it, or start to end without breaks."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from chalicelib.domain.quantities import HOUR
from chalicelib.intake.evidence.comparison import Measure, has_clock
from chalicelib.intake.evidence.doubt import DoubtError, map_with, set_duration
from chalicelib.intake.evidence.file import UNITS_OF_BREAKS, File
from chalicelib.intake.evidence.tally import Cell, Kind, Tally
from chalicelib.intake.sources.captions import UNSAID, unit_in
from chalicelib.intake.sources.columns import Unit
from chalicelib.intake.sources.settled import HoursColumn, Settled

_ROUNDED = Fraction(3, 5)
"""Of the last digit: rounded, with a little from start and end."""
_MOST_ROUNDED = Fraction(HOUR, 10)
"""Whole hours are exact: a number of visits is no duration."""


def settle_span(file: File) -> Settled:
    """Where the hours come from in a file without a known column of them.

    Raises:
        DoubtError: another column may be the hours and is not, or the unit of a break is open.
    """
    others = [at for at in file.columns.others if _reads_as_times(file.tallies[at])]
    breaks = [file.units_of_break(at) for at in file.columns.breaks]
    proven = _find_hours(file, others, breaks)
    normal = file.layout.normal
    if proven:
        return Settled(durations=tuple(HoursColumn(normal[one.at], one.unit) for one in proven))
    if others and not file.layout.source.is_mapping:
        at = others[0]
        options = f"{set_duration(file.layout.header[at])}` or, for the time from start to end, `--set duration="
        raise DoubtError(
            f"The file has start and end, and a column {file.name(at)} that may be the hours, but is not always the "
            f"time from start to end without breaks. {map_with(options)}"
        )
    for at, units in zip(file.columns.breaks, breaks, strict=True):
        if len(units) > 1:
            tally = file.tallies[at]
            found = tally.smallest_whole if tally.smallest_whole.number else tally.largest
            raise DoubtError(
                f"{file.name(at)} {found.shown} is {found.text} hours or minutes of a break, and nothing in "
                f"the file says which. {map_with('--break-unit minutes` or `--break-unit hours')}"
            )
    times = file.columns.break_times
    if times and breaks:
        _refuse_two_breaks(file)
    return Settled(
        breaks=tuple(HoursColumn(normal[at], unit) for at, (unit,) in zip(file.columns.breaks, breaks, strict=True)),
        break_times=(normal[times[0]], normal[times[1]]) if times and not breaks else None,
    )


def _refuse_two_breaks(file: File) -> None:
    """A length of the break beside its start and end, where only the latter say that there was one."""
    for seen in file.facts():
        if seen.away and all(seen.cells[at].kind is Kind.EMPTY for at in file.columns.breaks):
            raise DoubtError(
                f"{file.name(file.columns.breaks[0])} is empty in line {seen.line}, and there is a start and an end of "
                "a break. Leave one of them out and drop the file again."
            )


def _reads_as_times(tally: Tally) -> bool:
    return bool(tally.filled) and tally.filled >= tally.kinds[Kind.OTHER]


def _find_hours(file: File, others: Sequence[int], breaks: Sequence[tuple[Unit, ...]]) -> list[Measure]:
    """The columns that equal start to end without breaks in every row: clocks first, then the finest.

    The breaks whose unit is open are all in the same one.
    """
    measures = [Measure(at, unit) for at in others for unit in _units_of_hours(file, at)]
    if not measures:
        return []
    for open_unit in UNITS_OF_BREAKS if any(len(units) > 1 for units in breaks) else UNITS_OF_BREAKS[:1]:
        units = (known[0] if len(known) == 1 else open_unit for known in breaks)
        proven: list[Measure] | None = None
        for length, cells in _lengths(file, dict(zip(file.columns.breaks, units, strict=True))):
            left = measures if proven is None else proven
            proven = [one for one in left if _is_equal(file, one, cells[one.at], length)]
        if proven:
            return sorted(proven, key=lambda one: (not has_clock(file, one), file.tallies[one.at].last_digit(one.unit)))
    return []


def _units_of_hours(file: File, at: int) -> tuple[Unit, ...]:
    said = unit_in(file.layout.header[at])
    return UNITS_OF_BREAKS if said is UNSAID else (said,)


def _lengths(file: File, breaks: Mapping[int, Unit]) -> Iterator[tuple[int, Mapping[int, Cell]]]:
    """The time from start to end without breaks of each row that has it, with its cells."""
    for seen in file.facts():
        off = [seen.cells[at].seconds(unit) for at, unit in breaks.items()]
        is_known = all(seen.cells[at].kind is not Kind.OTHER for at in breaks)
        away = sum(off) if breaks else seen.away
        if seen.length is not None and away is not None and is_known:
            yield seen.length - round(away), seen.cells


def _is_equal(file: File, one: Measure, cell: Cell, length: int) -> bool:
    if cell.kind is Kind.EMPTY:
        return not length
    digit = file.tallies[one.at].last_digit(one.unit)
    return cell.kind is not Kind.OTHER and abs(cell.seconds(one.unit) - length) <= min(digit * _ROUNDED, _MOST_ROUNDED)
