"""Which of a file's columns of durations are its hours, and in which unit."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from math import ceil, gcd

from chalicelib.domain.quantities import HOUR, clock
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.evidence import captions
from chalicelib.intake.evidence.comparison import Comparison, Measure
from chalicelib.intake.evidence.doubt import DoubtError, map_with, quoted
from chalicelib.intake.evidence.file import File
from chalicelib.intake.evidence.tally import SECONDS_PER, Cell, Kind
from chalicelib.intake.sources.columns import OPEN_UNITS, Unit
from chalicelib.intake.sources.settled import HoursColumn, Settled

_READINGS = (Unit.HOURS, Unit.MINUTES, Unit.SECONDS)
_SHORT_TIME = 5 * HOUR
_DAY = 24
_STEPS = (60, 30, 20, 15, 12, 10, 6, 5)
"""Minutes to which trackers round."""
_CHANCE = 10
"""One row in so many may fit a wrong reading."""


def settle_durations(file: File) -> Settled:
    """The columns of hours in order of preference, with their units.

    Raises:
        DoubtError: the cells leave it open, or contradict each other in most rows.
    """
    parts = _find_parts(file)
    hours_at, minutes_at = parts or (None, None)
    measured = [at for at in file.columns.durations if at != minutes_at and file.tallies[at].filled]
    if not measured:
        return Settled()
    _refuse_times_of_day(file, measured[0])
    measures = {at: _readings_of(file, at, minutes_at if at == hours_at else None) for at in measured}
    seen = Comparison(file, measures)
    chosen = [_settle_unit(file, candidates, measures, seen) for candidates in measures.values()]
    claiming = [one for one in chosen if captions.says_actual(file.layout.normal[one.at])] or chosen
    first, *others = sorted(claiming, key=lambda one: (not _has_clock(file, one), seen.last_digit(one)))
    for other in others:
        _refuse_contradiction(file, first, other, seen)
    normal = file.layout.normal
    rest = (one for one in (*others, *(one for one in chosen if one not in claiming)) if one.minutes_at is None)
    return Settled(
        durations=tuple(HoursColumn(normal[one.at], one.unit) for one in (first, *rest)),
        minutes="" if first.minutes_at is None else normal[first.minutes_at],
        is_hours_dot_minutes=_is_hours_dot_minutes(file, first, seen),
        compared=len(claiming) if others else 0,
        tolerance=ceil(max(map(seen.last_digit, claiming))),
        step=_step(file, claiming),
    )


def _find_parts(file: File) -> tuple[int, int] | None:
    """The columns of hours and of minutes that are one duration.

    Whole hours and minutes of 0 to 59 are one duration, unless the minutes are 60 times the hours in every row.
    """
    kinds = {pair: _kind_of_pair(file, *pair) for pair in file.columns.hours_and_minutes}
    for pair, kind in kinds.items():
        if kind is _Pair.PARTS:
            return pair
    neither = [pair for pair, kind in kinds.items() if kind is _Pair.NEITHER]
    if neither and _Pair.TWICE not in kinds.values():
        hours_at, minutes_at = neither[0]
        raise DoubtError(
            f"{file.name(hours_at)} and {file.name(minutes_at)} are neither the hours and the minutes of one duration "
            f"nor the same time twice. {map_with('--set duration=COLUMN')}"
        )
    return None


class _Pair(Enum):
    PARTS = auto()
    TWICE = auto()
    NEITHER = auto()
    APART = auto()
    """No row fills both."""


def _kind_of_pair(file: File, hours_at: int, minutes_at: int) -> _Pair:
    are_parts = are_twice = True
    both = 0
    for seen in file.facts():
        hours, minutes = seen.cells[hours_at], seen.cells[minutes_at]
        kinds = {hours.kind, minutes.kind}
        are_parts &= kinds <= {Kind.WHOLE, Kind.EMPTY} and abs(minutes.number) < MINUTE
        if kinds.isdisjoint({Kind.EMPTY, Kind.OTHER}):
            both += 1
            are_twice &= _is_twice(hours, minutes)
    if not both or are_twice:
        return _Pair.TWICE if both else _Pair.APART
    return _Pair.PARTS if are_parts else _Pair.NEITHER


def _is_twice(hours: Cell, minutes: Cell) -> bool:
    """Whether they are the same time: whole hours exactly, others to their last digit."""
    is_whole = Kind.WHOLE is hours.kind is minutes.kind
    digit = 0 if is_whole else max(hours.last_digit(Unit.HOURS), minutes.last_digit(Unit.MINUTES))
    return abs(minutes.seconds(Unit.MINUTES) - hours.seconds(Unit.HOURS)) <= digit


def _refuse_times_of_day(file: File, at: int) -> None:
    """A clock in a column such as `Time` is a duration only if all are short, or one is no time of day."""
    tally = file.tallies[at]
    is_open = file.unit(at) is Unit.OPEN and captions.may_be_time_of_day(file.layout.normal[at])
    if is_open and _SHORT_TIME <= tally.longest.number < _DAY * HOUR:
        raise DoubtError(
            f"{file.name(at)} {tally.longest.shown} is a time of day or a duration, and "
            f"nothing in the file says which. {map_with('--set duration=COLUMN')}"
        )


def _readings_of(file: File, at: int, minutes_at: int | None) -> tuple[Measure, ...]:
    """The column in each unit that its bare numbers can have."""
    if minutes_at is not None:
        return (Measure(at, Unit.HOURS, minutes_at),)
    said, tally = file.unit(at), file.tallies[at]
    if said is Unit.SECONDS_OF_WHOLE_MINUTES and tally.is_sixties:
        return (Measure(at, Unit.SECONDS),)
    if said not in OPEN_UNITS:
        _refuse_short_clocks(file, at, said)
        return (Measure(at, said),)
    largest = tally.largest
    if not largest.number:
        return (Measure(at, Unit.HOURS),)
    if not tally.kinds[Kind.DECIMAL]:
        return tuple(Measure(at, unit) for unit in _READINGS)
    if largest.number > _DAY:
        raise DoubtError(
            f"{file.name(at)} {largest.shown} is {largest.text} hours, more than a day, or {largest.text} "
            f"minutes. {map_with('--unit minutes` or `--unit hours')}"
        )
    if tally.may_be_parts_of_a_day:
        as_day, as_hours = (clock(round(largest.number * factor), full=True) for factor in (_DAY * HOUR, HOUR))
        raise DoubtError(
            f"{file.name(at)} {largest.shown} is {as_day} as a part of a day, as Excel keeps times, "
            f"or {as_hours} as hours. Show the column as a time in Excel, save the file again and "
            "drop it."
        )
    return (Measure(at, Unit.HOURS),)


def _refuse_short_clocks(file: File, at: int, said: Unit) -> None:
    """`12:30` under `Minutes` can be hours and minutes, or minutes and seconds."""
    tally = file.tallies[at]
    is_said = said is not Unit.HOURS and captions.what_has_hours(file.layout.normal[at]) is None
    if is_said and tally.kinds[Kind.CLOCK] and tally.step == MINUTE and tally.longest.number:
        raise DoubtError(
            f"{file.name(at)} {tally.longest.shown} is hours and minutes, or minutes and seconds. Write whole numbers, "
            "or hours, minutes and seconds, and drop the file again."
        )


def _settle_unit(
    file: File, candidates: Sequence[Measure], measures: Mapping[int, Sequence[Measure]], seen: Comparison
) -> Measure:
    """The one reading that another column or start and end prove.

    A constant factor of 60 or 3,600 between two columns settles the unit of one if that of the other is known.
    """
    [first, *more] = candidates
    if not more:
        return first
    others = [other for at, of_column in measures.items() if at != first.at for other in of_column]
    agreeing = [(one, other) for one in candidates for other in others if seen.always_agree(one, other)]
    for proven in (
        {one for one, _ in agreeing},
        {one for one, other in agreeing if seen.is_always_equal(one, other)},
        {one for one in candidates if seen.is_always_span(one)},
        {one for one in candidates if seen.always_fits(one) and not file.columns.has_breaks},
    ):
        if len(proven) == 1:
            return proven.pop()
    largest = file.tallies[first.at].largest
    raise DoubtError(
        f"{file.name(first.at)} {largest.shown} is {largest.text} hours, minutes or seconds, "
        f"and nothing in the file says which. {map_with('--unit minutes`, `--unit hours` or `--unit seconds')}"
    )


def _has_clock(file: File, measure: Measure) -> bool:
    return measure.minutes_at is not None or bool(file.tallies[measure.at].kinds[Kind.CLOCK])


def _refuse_contradiction(file: File, one: Measure, other: Measure, seen: Comparison) -> None:
    """Two columns that differ in more than half of the rows that fill both, and in at least two."""
    count, both = seen.differences(one, other), seen.both[one.at, other.at]
    if count > 1 and 2 * count > both:
        at = seen.differ[one, other]
        raise DoubtError(
            f"{file.name(one.at)} and {file.name(other.at)} differ in {count} of {both} rows, as in line {at.line}: "
            f"{quoted(at.one)} and {quoted(at.other)}. {map_with('--set duration=COLUMN')}"
        )


def _is_hours_dot_minutes(file: File, measure: Measure, seen: Comparison) -> bool:
    """Whether `9.15` is nine hours and fifteen minutes: start and end prove it in at least two rows."""
    minutes, decimals = seen.only_minutes[measure.at], seen.only_decimal[measure.at]
    if minutes and decimals and _CHANCE * minutes >= decimals:
        raise DoubtError(
            f"{file.name(measure.at)} fits start and end as hours and minutes in {minutes} rows (9.15 is 9:15) and as "
            f"decimal hours in {decimals} (9.15 is 9:09). {map_with('--set duration=COLUMN')}"
        )
    return minutes > 1 and not decimals


def _step(file: File, measures: Sequence[Measure]) -> int:
    """The seconds to which all durations are rounded, at most an hour; 0 if there is no such step."""
    divisor = gcd(*(_divisor(file, one) for one in measures))
    return next((step * MINUTE for step in _STEPS if divisor and divisor % (step * MINUTE) == 0), 0)


def _divisor(file: File, measure: Measure) -> int:
    tally = file.tallies[measure.at]
    if measure.minutes_at is not None:
        return gcd(tally.divisor, file.tallies[measure.minutes_at].divisor // MINUTE)
    return int(tally.divisor * SECONDS_PER[measure.unit] / HOUR) if tally.largest.number else tally.divisor
