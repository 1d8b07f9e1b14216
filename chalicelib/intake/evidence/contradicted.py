"""What start, end, breaks and overtime say against the hours of a file: each is asked about once."""

from fractions import Fraction

from chalicelib.domain.quantities import DAY, HOUR, clock
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.evidence import captions
from chalicelib.intake.evidence.comparison import PER_DAY, Comparison, Measure
from chalicelib.intake.evidence.doubt import DoubtError, map_with, quoted
from chalicelib.intake.evidence.file import UNITS_OF_BREAKS, File, Seen
from chalicelib.intake.evidence.tally import BARE, SECONDS_PER, Kind

_SAY_SO = "say so once for this header: `hourtab source map FILE --as NAME --set duration=COLUMN`"


def refuse_contradicted(file: File, hours: Measure, seen: Comparison) -> None:
    """Ask about a column of hours that the rest of the file contradicts.

    Raises:
        DoubtError: start and end prove another unit; it has the breaks in it; or there is overtime that it may lack.
    """
    _refuse_other_unit(file, hours, seen)
    _refuse_unit_beside(file, hours)
    _refuse_breaks_within(file, hours)
    if not seen.is_always_span(hours):
        _refuse_added(file, hours)


def parts_of_a_day(file: File, at: int) -> DoubtError:
    """The doubt about a column in which Excel may have kept times."""
    largest = file.tallies[at].largest
    as_day, as_hours = (clock(round(largest.number * factor), full=True) for factor in (DAY, HOUR))
    return DoubtError(
        f"{file.name(at)} {largest.shown} is {as_day} as a part of a day, as Excel keeps times, or {as_hours} as "
        "hours. Show the column as a time in Excel, save the file again and drop it."
    )


def _refuse_other_unit(file: File, hours: Measure, seen: Comparison) -> None:
    worth = seen.proven_worth(hours.at)
    if worth == PER_DAY:
        raise parts_of_a_day(file, hours.at)
    if worth in (None, SECONDS_PER[hours.unit]) or not file.tallies[hours.at].is_varied:
        return
    largest = file.tallies[hours.at].largest
    proven = next(unit for unit, seconds in SECONDS_PER.items() if seconds == worth)
    raise DoubtError(
        f"{file.name(hours.at)} {largest.shown} is {largest.text} {hours.unit.value} by its name, and {largest.text} "
        f"{proven.value} by start and end. {map_with(f'--unit {proven.value}')}"
    )


def _refuse_unit_beside(file: File, hours: Measure) -> None:
    """A column `Unit` that says days, or minutes in some rows."""
    for at in file.columns.units:
        for seen in file.facts():
            said = captions.unit_said(seen.texts[at])
            if said not in {None, hours.unit.value} and seen.cells[hours.at].kind in BARE:
                figure = quoted(seen.texts[hours.at])
                raise DoubtError(
                    f"{file.name(at)} says {quoted(seen.texts[at])} of {figure} in line {seen.line}. "
                    "Write the unit into the cells of the duration, such as “90 min”, and drop the file again."
                )


def _refuse_breaks_within(file: File, hours: Measure) -> None:
    """Durations that are as long as from start to end, although there was a break, in most rows with one."""
    if not (file.columns.breaks or file.columns.break_times):
        return
    whole = [seen for seen in file.facts() if _has_break(file, seen) and _is_known(seen, hours)]
    within = [seen for seen in whole if _is_span(seen, hours)]
    if 2 * sum(seen.rows for seen in within) > sum(seen.rows for seen in whole):
        name, at = file.name(hours.at), next(iter((*file.columns.breaks, *(file.columns.break_times or ()))))
        raise DoubtError(
            f"{name} in line {within[0].line} is the whole time from start to end, and {file.name(at)} says that there "
            f"was a break. If breaks count, {_SAY_SO}; if not, leave {name} out and drop the file again."
        )


def _is_known(seen: Seen, hours: Measure) -> bool:
    return seen.length is not None and seen.cells[hours.at].kind not in {Kind.EMPTY, Kind.OTHER}


def _is_span(seen: Seen, hours: Measure) -> bool:
    cell = seen.cells[hours.at]
    return abs(cell.seconds(hours.unit) - (seen.length or 0)) <= min(Fraction(MINUTE), cell.last_digit(hours.unit))


def _has_break(file: File, seen: Seen) -> bool:
    """Whether the row has a break of more than a minute."""
    cells = [seen.cells[at] for at in file.columns.breaks]
    return (seen.away or 0) > MINUTE or any(cell.seconds(unit) > MINUTE for cell in cells for unit in UNITS_OF_BREAKS)


def _refuse_added(file: File, hours: Measure) -> None:
    """Overtime or travel time that may be beside the hours or within them."""
    for at in file.columns.added:
        tally = file.tallies[at]
        longest = max(tally.largest, tally.longest)
        if longest.number:
            raise DoubtError(
                f"{file.name(at)} {longest.shown} is within {file.name(hours.at)} or beside it, and nothing in the "
                f"file says which. If within, {_SAY_SO}; if not, add both up in one column and drop the file again."
            )
