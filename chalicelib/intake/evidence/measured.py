"""Which of a file's columns of durations are its hours, and in which unit."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from math import ceil, gcd

from chalicelib.domain.quantities import HOUR
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.evidence import captions
from chalicelib.intake.evidence.comparison import Comparison, Measure, has_clock
from chalicelib.intake.evidence.contradicted import parts_of_a_day, refuse_contradicted
from chalicelib.intake.evidence.doubt import DoubtError, map_duration, map_with, quoted, set_duration, unit_doubt
from chalicelib.intake.evidence.file import File
from chalicelib.intake.evidence.tally import PLACES_OF_EXCEL, SECONDS_PER, Cell, Kind
from chalicelib.intake.sources.columns import OPEN_UNITS, Unit
from chalicelib.intake.sources.settled import HoursColumn, Settled

_READINGS = (Unit.HOURS, Unit.MINUTES, Unit.SECONDS)
_OF_DECIMALS = (Unit.HOURS, Unit.MINUTES)
_FEWEST_MILLISECONDS = 100_000
"""A smaller number is less than two minutes of them."""
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
    measures = {at: _readings_of(file, at, minutes_at if at == hours_at else None) for at in measured}
    seen = Comparison(file, measures)
    if not any(map(seen.is_always_span, measures[measured[0]])):
        _refuse_times_of_day(file, measured[0])
    measures = {at: _settle_decimals(file, candidates, seen) for at, candidates in measures.items()}
    chosen = [_settle_unit(file, candidates, measures, seen) for candidates in measures.values()]
    claiming = [one for one in chosen if captions.says_actual(file.layout.normal[one.at])] or chosen
    first, *others = sorted(claiming, key=lambda one: (not has_clock(file, one), seen.last_digit(one)))
    for other in others:
        _refuse_contradiction(file, first, other, seen)
    step = _step(file, claiming)
    if not file.layout.source.is_mapping:
        refuse_contradicted(file, first, seen, step)
    normal = file.layout.normal
    rest = (one for one in (*others, *(one for one in chosen if one not in claiming)) if one.minutes_at is None)
    return Settled(
        durations=tuple(HoursColumn(normal[one.at], one.unit) for one in (first, *rest)),
        minutes="" if first.minutes_at is None else normal[first.minutes_at],
        is_hours_dot_minutes=_is_hours_dot_minutes(file, first, seen),
        compared=len(claiming) if others else 0,
        tolerance=ceil(max(map(seen.last_digit, claiming))),
        step=step,
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
    if neither and _Pair.TWICE not in kinds.values() and not file.layout.source.is_mapping:
        hours_at, minutes_at = neither[0]
        either = (set_duration(file.layout.header[at]) for at in (hours_at, minutes_at))
        raise DoubtError(
            f"{file.name(hours_at)} and {file.name(minutes_at)} are neither the hours and the minutes of one duration "
            f"nor the same time twice. {map_with('` or `'.join(either))}"
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
    is_filled = False
    for seen in file.facts():
        hours, minutes = seen.cells[hours_at], seen.cells[minutes_at]
        kinds = {hours.kind, minutes.kind}
        are_parts &= kinds <= {Kind.WHOLE, Kind.EMPTY} and abs(minutes.number) < MINUTE
        if kinds.isdisjoint({Kind.EMPTY, Kind.OTHER}):
            is_filled = True
            are_twice &= _is_twice(hours, minutes)
    if not is_filled or are_twice:
        return _Pair.TWICE if is_filled else _Pair.APART
    return _Pair.PARTS if are_parts else _Pair.NEITHER


def _is_twice(hours: Cell, minutes: Cell) -> bool:
    """Whether they are the same time: whole hours exactly, others to their last digit."""
    is_whole = Kind.WHOLE is hours.kind is minutes.kind
    digit = 0 if is_whole else max(hours.last_digit(Unit.HOURS), minutes.last_digit(Unit.MINUTES))
    return abs(minutes.seconds(Unit.MINUTES) - hours.seconds(Unit.HOURS)) <= digit


def _refuse_times_of_day(file: File, at: int) -> None:
    """A clock in a column such as `Time` is a duration only if all are short, or one is no time of day.

    `14.30` is taken for a clock if the column has no quarters of an hour in decimals.
    """
    tally = file.tallies[at]
    is_open = file.unit(at) is Unit.OPEN and captions.may_be_time_of_day(file.layout.normal[at])
    longest = max(tally.longest, tally.largest._replace(number=tally.largest.number * HOUR * tally.may_be_times))
    if is_open and _SHORT_TIME <= longest.number < _DAY * HOUR:
        raise DoubtError(
            f"{file.name(at)} {longest.shown} is a time of day or a duration, and "
            f"nothing in the file says which. If a duration, {map_duration(file.layout.header[at])}; if not, the file "
            "has no hours: add an end or a duration to its columns and export again."
        )


def _readings_of(file: File, at: int, minutes_at: int | None) -> tuple[Measure, ...]:
    """The column in each unit that its bare numbers can have."""
    if minutes_at is not None:
        return (Measure(at, Unit.HOURS, minutes_at),)
    said, tally = file.unit(at), file.tallies[at]
    _refuse_short_clocks(file, at, said)
    if said is Unit.SECONDS_OF_WHOLE_MINUTES and tally.is_sixties:
        return (Measure(at, Unit.SECONDS),)
    if said not in OPEN_UNITS and not _may_be_excels(file, at):
        return (Measure(at, said),)
    largest = tally.largest
    if not largest.number:
        return (Measure(at, Unit.HOURS),)
    if not tally.kinds[Kind.DECIMAL]:
        more = (Unit.MILLISECONDS,) if largest.number >= _FEWEST_MILLISECONDS else ()
        return tuple(Measure(at, unit) for unit in (*_READINGS, *more))
    return tuple(Measure(at, unit) for unit in _OF_DECIMALS)


def _may_be_excels(file: File, at: int) -> bool:
    """Whether figures that are hours by their name have so many places that they may be parts of a day."""
    is_hours = file.unit(at) is Unit.HOURS and not file.layout.source.is_mapping
    return is_hours and file.tallies[at].is_varied and file.tallies[at].places >= PLACES_OF_EXCEL


def _settle_decimals(file: File, candidates: tuple[Measure, ...], seen: Comparison) -> tuple[Measure, ...]:
    """Decimals are hours, unless start and end prove minutes; more than a day, or parts of one, is asked about."""
    if tuple(one.unit for one in candidates) != _OF_DECIMALS:
        return candidates
    hours, minutes = candidates
    worth = seen.proven_worth(hours.at)
    is_open = file.unit(hours.at) in OPEN_UNITS
    if worth == SECONDS_PER[Unit.MINUTES] and is_open:
        return (minutes,)
    tally = file.tallies[hours.at]
    largest = tally.largest
    if worth != SECONDS_PER[Unit.HOURS] and largest.number > _DAY and is_open:
        raise DoubtError(
            f"{file.name(hours.at)} {largest.shown} is {largest.text} hours, more than a day, or {largest.text} "
            f"minutes. {map_with('--unit minutes` or `--unit hours')}"
        )
    if worth != SECONDS_PER[Unit.HOURS] and tally.may_be_parts_of_a_day:
        raise parts_of_a_day(file, hours.at)
    return (hours,)


def _refuse_short_clocks(file: File, at: int, said: Unit) -> None:
    """`12:30` under `Minutes` can be hours and minutes, or minutes and seconds."""
    tally = file.tallies[at]
    name = file.layout.normal[at]
    is_said = captions.says_minutes_and_seconds(name) or (
        said not in {Unit.HOURS, Unit.OPEN} and captions.what_has(Unit.HOURS, name) is None
    )
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
    raise unit_doubt(file.layout.header[first.at], largest.text, largest.line)


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
    if captions.says_hours_dot_minutes(file.layout.normal[measure.at]):
        return True
    minutes, decimals = seen.only_minutes[measure.at], seen.only_decimal[measure.at]
    if minutes and decimals and _CHANCE * minutes >= decimals and not file.layout.source.is_mapping:
        raise DoubtError(
            f"{file.name(measure.at)} fits start and end as hours and minutes in {minutes} rows (9.15 is 9:15) and as "
            f"decimal hours in {decimals} (9.15 is 9:09). If it is 9:15, write it so and drop the file again; if all "
            "are decimals, say so once for this header: `hourtab source map FILE --as NAME --unit hours`."
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
