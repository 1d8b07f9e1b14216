"""What a cell can be as a duration, and what the cells of a column are taken together."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from fractions import Fraction
from math import gcd
from typing import NamedTuple

from chalicelib.domain.quantities import HOUR
from chalicelib.intake.cells.durations import MINUTE, SECONDS_PER_UNIT, parse_decimal, parse_duration
from chalicelib.intake.evidence.doubt import quoted
from chalicelib.intake.sources.columns import PLAIN_UNITS, Unit

SECONDS_PER: Mapping[Unit, Fraction] = {unit: Fraction(SECONDS_PER_UNIT[unit]) for unit in PLAIN_UNITS}
_CLOCK = re.compile(r"[+-]?[0-9]{1,6}:[0-5][0-9](:[0-5][0-9])?h?")
PLACES_OF_EXCEL = 4
"""Parts of a day with fewer decimal places are whole minutes of an hour, too, or nearly."""
_TIME_WITH_H = re.compile(r"[0-9]{1,2} ?[hu] ?[0-5][0-9]", re.IGNORECASE)
_TIME_WITH_DOT = re.compile(r"(?:[01]?[0-9]|2[0-3])\.(?!25|50)[0-5][0-9]")
_ONE_FIGURE = re.compile(r"([+-]?[0-9]+[.,]([0-9]+)) ?[^0-9]+")
_NEAR_ENOUGH = Fraction(1, 1000)


class Kind(Enum):
    """How a duration is written."""

    EMPTY = auto()
    CLOCK = auto()
    """`1:30`, `1:30:00`."""
    WORDS = auto()
    """With its unit: `1h 30m`, `1.5 h`."""
    WHOLE = auto()
    """A bare whole number."""
    DECIMAL = auto()
    """A bare number with a decimal mark."""
    OTHER = auto()


class Cell(NamedTuple):
    """A cell of a column that may hold durations."""

    kind: Kind
    number: Fraction = Fraction(0)
    """The bare number; of a clock or words, the seconds."""
    places: int = 0
    """Decimal places of a bare number."""
    step: int = MINUTE
    """The last digit of a clock or words, in seconds."""

    def seconds(self, unit: Unit) -> Fraction:
        """What it is worth, a bare number in this unit."""
        return self.number * SECONDS_PER[unit] if self.kind in BARE else self.number

    def last_digit(self, unit: Unit) -> Fraction:
        """What one more in its last digit is worth, in seconds."""
        return SECONDS_PER[unit] / 10**self.places if self.kind in BARE else Fraction(self.step)


BARE = frozenset((Kind.WHOLE, Kind.DECIMAL))
_EMPTY = Cell(Kind.EMPTY)
_OTHER = Cell(Kind.OTHER)


def read_cell(text: str) -> Cell:
    """What the text can be."""
    text = text.strip()
    if text in {"", "-"}:
        return _EMPTY
    if match := _CLOCK.fullmatch(text.casefold().replace("−", "-")):
        seconds = parse_duration(text, Unit.HOURS)
        return _OTHER if seconds is None else Cell(Kind.CLOCK, Fraction(seconds), step=1 if match[1] else MINUTE)
    number = parse_decimal(text)
    if number is not None:
        exponent = number.as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        return Cell(Kind.DECIMAL if places else Kind.WHOLE, Fraction(number), places)
    seconds = parse_duration(text, Unit.HOURS)
    return _OTHER if seconds is None else Cell(Kind.WORDS, Fraction(seconds), step=_step_of_words(text, seconds))


def _step_of_words(text: str, seconds: int) -> int:
    """What the last digit of a duration with its unit is worth, in seconds: 36 in `0.25 h`."""
    match = _ONE_FIGURE.fullmatch(text)
    figure = parse_decimal(match[1]) if match else None
    if match and figure:
        return int(max(1, Fraction(seconds) / Fraction(figure) / 10 ** len(match[2])))
    return 1 if seconds % MINUTE else MINUTE


class Part(Enum):
    """A quantity of which figures can be whole numbers: as a day's minutes 0.0625 is 90."""

    MINUTES_OF_A_DAY = (24 * 60, 6)
    SECONDS_OF_A_DAY = (24 * 60 * 60, 9)
    MINUTES_OF_AN_HOUR = (60, 6)
    SECONDS_OF_AN_HOUR = (60 * 60, 9)

    def __init__(self, many: int, places: int) -> None:
        self.many = many
        self.places = places
        """With so many decimal places it is no chance that a figure is nearly a whole number."""


_DAYS = frozenset((Part.MINUTES_OF_A_DAY, Part.SECONDS_OF_A_DAY))


def _is_whole(number: Fraction, places: int, part: Part) -> bool:
    many = number * part.many
    near = _NEAR_ENOUGH if places >= part.places else 0
    return (number < 1 or part not in _DAYS) and abs(many - round(many)) <= near


class Found(NamedTuple):
    """A cell with its place."""

    number: Fraction = Fraction(0)
    """The bare number, or the seconds of a clock; without its sign."""
    line: int = 0
    text: str = ""

    @property
    def shown(self) -> str:
        """As sentences show it."""
        return f"{quoted(self.text)} in line {self.line}"


_NOWHERE = Found()


@dataclass(slots=True)
class Tally:
    """The cells of a column, counted."""

    kinds: Counter[Kind] = field(default_factory=Counter)
    largest: Found = _NOWHERE
    """The largest bare number."""
    longest: Found = _NOWHERE
    """The longest clock; `14h30` is one, too."""
    smallest_whole: Found = _NOWHERE
    """The smallest bare whole number above zero."""
    is_varied: bool = False
    """Whether there are several different bare numbers."""
    parts: set[Part] = field(default_factory=lambda: set(Part))
    """What each bare number is a whole number of; as parts of a day only below 1."""
    may_be_times: bool = True
    """Whether each bare number may be a time of day such as `14.30`: none is a quarter of an hour in decimals."""
    is_sixties: bool = True
    """Whether each bare number is a multiple of 60."""
    places: int = 0
    """The most decimal places of a bare number."""
    step: int = HOUR
    """The finest last digit of clocks and words, in seconds."""
    divisor: int = 0
    """The greatest common divisor of the cells in seconds, bare numbers taken as hours."""

    def add(self, line: int, text: str, cell: Cell, count: int) -> None:
        """Count a cell that so many rows have, the first of them in this line."""
        kind, number = cell.kind, abs(cell.number)
        self.kinds[kind] += count
        if kind is Kind.EMPTY or kind is Kind.OTHER:
            return
        self.divisor = gcd(self.divisor, round(cell.seconds(Unit.HOURS)))
        if kind not in BARE:
            self.step = min(self.step, cell.step)
            is_clock = kind is Kind.CLOCK or _TIME_WITH_H.fullmatch(text.strip())
            if is_clock and number > self.longest.number:
                self.longest = Found(number, line, text.strip())
            return
        self.is_varied |= number not in {self.largest.number, 0} and self.largest.number > 0
        if number > self.largest.number:
            self.largest = Found(number, line, text.strip())
        if kind is Kind.WHOLE and number and not 0 < self.smallest_whole.number <= number:
            self.smallest_whole = Found(number, line, text.strip())
        self.parts = {part for part in self.parts if _is_whole(number, cell.places, part)}
        self.may_be_times &= _TIME_WITH_DOT.fullmatch(text.strip()) is not None
        self.is_sixties &= number % MINUTE == 0
        self.places = max(self.places, cell.places)

    @property
    def may_be_parts_of_a_day(self) -> bool:
        """Whether all bare numbers are whole minutes or seconds of a day, and one is none of an hour, as in Excel."""
        return any(
            day in self.parts and hour not in self.parts
            for day, hour in (
                (Part.MINUTES_OF_A_DAY, Part.MINUTES_OF_AN_HOUR),
                (Part.SECONDS_OF_A_DAY, Part.SECONDS_OF_AN_HOUR),
            )
        )

    @property
    def filled(self) -> int:
        """How many cells are durations of some kind."""
        return self.kinds.total() - self.kinds[Kind.EMPTY] - self.kinds[Kind.OTHER]

    @property
    def bare(self) -> int:
        """How many cells are bare numbers."""
        return self.kinds[Kind.WHOLE] + self.kinds[Kind.DECIMAL]

    def last_digit(self, unit: Unit) -> Fraction:
        """The finest last digit of the column in seconds, bare numbers in this unit."""
        bare = SECONDS_PER[unit] / 10**self.places if self.bare else Fraction(HOUR)
        return min(bare, Fraction(self.step))
