"""How a file's columns of durations agree with each other, and with the time from start to end, in every unit."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from chalicelib.domain.quantities import DAY, HOUR
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.evidence.file import File, Seen
from chalicelib.intake.evidence.tally import BARE, SECONDS_PER, Cell, Kind
from chalicelib.intake.sources.columns import Field, Unit

_NEAR = 15 * MINUTE
_CENTS, _HUNDRED = 2, 100
_COARSEST = Fraction(HOUR, 10)
_MINUTE, _HALF_MINUTE = Fraction(MINUTE), Fraction(MINUTE, 2)
PER_DAY = Fraction(DAY)
_FACTORS = (PER_DAY, *SECONDS_PER.values())
"""What a bare number can be worth in seconds."""


class Measure(NamedTuple):
    """A column of durations, its bare numbers read in one unit."""

    at: int
    unit: Unit
    minutes_at: int | None = None
    """A column of minutes that is added to it."""


class Difference(NamedTuple):
    """A row in which two columns differ."""

    line: int
    one: str
    other: str


class Comparison:
    """One pass over the file; none if there is nothing to compare."""

    def __init__(self, file: File, measures: Mapping[int, tuple[Measure, ...]]) -> None:
        self._file = file
        self._measures = [measure for candidates in measures.values() for measure in candidates]
        self.both: Counter[tuple[int, int]] = Counter()
        """Rows in which both columns say a duration, not both zero."""
        self._say_more: Counter[tuple[int, int]] = Counter()
        """Those in which neither is zero: to its last digit, a zero agrees with 90 seconds as well."""
        self._agree: Counter[tuple[Measure, Measure]] = Counter()
        self._equal: Counter[tuple[Measure, Measure | None]] = Counter()
        """Rows in which they are the same to the second, or the first is that of the time from start to end (None)."""
        self.differ: dict[tuple[Measure, Measure], Difference] = {}
        """The first row in which they differ."""
        self.spans: Counter[int] = Counter()
        """Rows in which the column says a duration, and there is a time from start to end."""
        self._fits: Counter[Measure] = Counter()
        self.only_decimal: Counter[int] = Counter()
        """Rows whose start and end fit `9.15` only as nine hours and nine minutes."""
        self.only_minutes: Counter[int] = Counter()
        """Rows whose start and end fit it only as nine hours and fifteen minutes."""
        self._bare: Counter[int] = Counter()
        """Rows with a time from start to end in which the column is a bare number, not zero."""
        self._worth: Counter[tuple[int, Fraction]] = Counter()
        """Those in which the number is that time, if it is worth so many seconds."""
        self._has_span = {Field.START, Field.END} <= file.layout.columns.keys()
        if len(measures) > 1 or self._has_span:
            self._compare()

    def always_agree(self, one: Measure, other: Measure) -> bool:
        """Whether they agree in every row that fills both, and there is one without a zero."""
        return self.both[one.at, other.at] == self._agree[one, other] and self._say_more[one.at, other.at] > 0

    def is_always_equal(self, one: Measure, other: Measure) -> bool:
        """Whether they are the same to the second in every row that fills both."""
        return self.both[one.at, other.at] == self._equal[one, other]

    def is_always_span(self, measure: Measure) -> bool:
        """Whether it is the time from start to end, to its last digit, in every row that has both."""
        return 0 < self.spans[measure.at] == self._equal[measure, None]

    def proven_worth(self, at: int) -> Fraction | None:
        """The seconds that a bare 1 in the column is, by start and end in every row; None: they prove nothing."""
        found = [worth for worth in _FACTORS if self._bare[at] == self._worth[at, worth]]
        return found[0] if len(found) == 1 else None

    def differences(self, one: Measure, other: Measure) -> int:
        """In how many rows they differ."""
        return self.both[one.at, other.at] - self._agree[one, other]

    def always_fits(self, measure: Measure) -> bool:
        """Whether it is about as long as the time from start to end in every row that has both."""
        return self.spans[measure.at] == self._fits[measure]

    def last_digit(self, measure: Measure) -> Fraction:
        """What one more in the last digit of the column is worth, in seconds; whole hours are not that coarse."""
        return (
            Fraction(MINUTE)
            if measure.minutes_at is not None
            else min(_COARSEST, self._file.tallies[measure.at].last_digit(measure.unit))
        )

    def _compare(self) -> None:
        self._digits = {one: self.last_digit(one) for one in self._measures}
        for seen in self._file.facts():
            worth = [(one, seconds) for one in self._measures if (seconds := seconds_of(one, seen.cells)) is not None]
            self._count_pairs(seen, worth)
            if seen.length is not None:
                self._count_spans(seen, worth, seen.length)

    def _count_pairs(self, seen: Seen, worth: list[tuple[Measure, Fraction]]) -> None:
        counted = set()
        for one, seconds in worth:
            for other, other_seconds in worth:
                if one.at == other.at or not (seconds or other_seconds):
                    continue
                if (one.at, other.at) not in counted:
                    counted.add((one.at, other.at))
                    self.both[one.at, other.at] += seen.rows
                    self._say_more[one.at, other.at] += seen.rows if seconds and other_seconds else 0
                off = abs(seconds - other_seconds)
                if off <= max(self._digits[one], self._digits[other]):
                    self._agree[one, other] += seen.rows
                    self._equal[one, other] += seen.rows if off < 1 else 0
                elif (one, other) not in self.differ:
                    self.differ[one, other] = Difference(seen.line, seen.texts[one.at], seen.texts[other.at])

    def _count_spans(self, seen: Seen, worth: list[tuple[Measure, Fraction]], length: int) -> None:
        counted = set()
        for one, seconds in worth:
            if not seconds:
                continue
            if one.at not in counted:
                counted.add(one.at)
                self.spans[one.at] += seen.rows
                self._count_worth(seen, one, length)
            off, digit = abs(seconds - length), self._digits[one]
            self._fits[one] += seen.rows if off <= _NEAR or length <= 2 * seconds <= 4 * length else 0
            self._equal[one, None] += seen.rows if off <= max(digit, _HALF_MINUTE) else 0
            cell = seen.cells[one.at]
            if one.unit is Unit.HOURS and cell.number.denominator != 1:
                worked = self._file.length_without_break(seen, length)
                is_decimal = abs(seconds - worked) <= max(digit, _MINUTE)
                is_minutes = hours_dot_minutes(cell) == worked // MINUTE * MINUTE
                self.only_decimal[one.at] += seen.rows if is_decimal and not is_minutes else 0
                self.only_minutes[one.at] += seen.rows if is_minutes and not is_decimal else 0

    def _count_worth(self, seen: Seen, one: Measure, length: int) -> None:
        cell = seen.cells[one.at]
        if cell.kind not in BARE or one.minutes_at is not None:
            return
        self._bare[one.at] += seen.rows
        for worth in _FACTORS:
            digit = min(worth / 10**cell.places, _MINUTE if worth == PER_DAY else _COARSEST)
            if abs(cell.number * worth - length) <= max(digit, _HALF_MINUTE):
                self._worth[one.at, worth] += seen.rows


def has_clock(file: File, measure: Measure) -> bool:
    """Whether the column has hours and minutes in some row: they go before decimals."""
    return measure.minutes_at is not None or bool(file.tallies[measure.at].kinds[Kind.CLOCK])


def hours_dot_minutes(cell: Cell) -> int | None:
    """`9.15` as nine hours and fifteen minutes, in seconds; None if it cannot be that."""
    if cell.places > _CENTS:
        return None
    hours, minutes = divmod(int(abs(cell.number) * _HUNDRED), _HUNDRED)
    if minutes >= MINUTE:
        return None
    return (hours * HOUR + minutes * MINUTE) * (-1 if cell.number < 0 else 1)


def seconds_of(measure: Measure, cells: Mapping[int, Cell]) -> Fraction | None:
    """What a row says in this column, in seconds; None: nothing."""
    cell = cells[measure.at]
    if measure.minutes_at is not None:
        minutes = cells[measure.minutes_at]
        is_empty = cell.kind is Kind.EMPTY and minutes.kind is Kind.EMPTY
        return None if is_empty else cell.number * HOUR + minutes.number * MINUTE
    return None if cell.kind in {Kind.EMPTY, Kind.OTHER} else cell.seconds(measure.unit)
