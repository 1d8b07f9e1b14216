"""What start, end, breaks and overtime say against the hours of a file: each is asked about once."""

from fractions import Fraction

from chalicelib.domain.quantities import DAY, HOUR, clock
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.evidence.comparison import PER_DAY, Comparison, Measure, seconds_of
from chalicelib.intake.evidence.doubt import DoubtError, map_duration, map_with
from chalicelib.intake.evidence.file import File, Seen
from chalicelib.intake.evidence.tally import SECONDS_PER
from chalicelib.intake.sources.columns import Unit


def refuse_contradicted(file: File, hours: Measure, seen: Comparison, step: int) -> None:
    """Ask about a column of hours that the rest of the file contradicts.

    Raises:
        DoubtError: start and end prove another unit; it has the breaks in it; or there is overtime that it may lack.
    """
    _refuse_other_unit(file, hours, seen)
    is_span = seen.is_always_span(hours)
    _refuse_breaks_within(file, hours, MINUTE if is_span else max(step, MINUTE))
    if not is_span:
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
    may_be_chance = hours.unit is not Unit.MILLISECONDS and not file.tallies[hours.at].is_varied
    if worth in (None, SECONDS_PER[hours.unit]) or may_be_chance:
        return
    largest = file.tallies[hours.at].largest
    proven = next(unit for unit, seconds in SECONDS_PER.items() if seconds == worth)
    raise DoubtError(
        f"{file.name(hours.at)} {largest.shown} is {largest.text} {hours.unit.value} by its name, and {largest.text} "
        f"{proven.value} by start and end. {map_with(f'--unit {proven.value}')}"
    )


def _refuse_breaks_within(file: File, hours: Measure, shortest: int) -> None:
    """Durations that are as long as from start to end, although there was a break, in most rows with one.

    A break that is shorter, in seconds, says nothing: the durations are rounded to a step of that.
    """
    if not (file.columns.breaks or file.columns.break_times):
        return
    whole = [
        (seen, seconds)
        for seen in file.facts()
        if (seconds := seconds_of(hours, seen.cells)) is not None and _break(file, seen) >= shortest
    ]
    within = [seen for seen, seconds in whole if _is_span(file, hours, seen, seconds)]
    if 2 * sum(seen.rows for seen in within) > sum(seen.rows for seen, _ in whole):
        name, at = file.name(hours.at), next(iter((*file.columns.breaks, *(file.columns.break_times or ()))))
        say_so = map_duration(file.layout.header[hours.at])
        raise DoubtError(
            f"{name} in line {within[0].line} is the whole time from start to end, and {file.name(at)} says that there "
            f"was a break. If breaks count, {say_so}; if not, leave {name} out and drop the file again."
        )


def _is_span(file: File, hours: Measure, seen: Seen, seconds: Fraction) -> bool:
    """Whether it is so to the minute."""
    digit = file.tallies[hours.at].last_digit(hours.unit)
    return seen.length is not None and abs(seconds - seen.length) <= min(Fraction(MINUTE), digit)


def _break(file: File, seen: Seen) -> Fraction:
    """The row's breaks in seconds; of two units that they can have, in hours."""
    off = sum(seen.cells[at].seconds(file.units_of_break(at)[0]) for at in file.columns.breaks)
    return Fraction(off or seen.away or 0)


def _refuse_added(file: File, hours: Measure) -> None:
    """Overtime or travel time that may be beside the hours or within them."""
    for at in file.columns.added:
        tally = file.tallies[at]
        longest = max(tally.largest, tally.longest)
        if longest.number:
            raise DoubtError(
                f"{file.name(at)} {longest.shown} is part of {file.name(hours.at)} or comes on top, and nothing in the "
                f"file says which. If it is part, {map_duration(file.layout.header[hours.at])}; "
                f"if not, add both up in one column and drop the file again."
            )
