"""Time and money without floats.

Durations are plain `int` seconds (the parameter or field name ends in `_seconds`); money is an integer
of minor units with its currency. There is one rounding rule in the program: half away from zero.
"""

from dataclasses import dataclass
from fractions import Fraction

HOUR = 3600
DAY = 24 * HOUR

_NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = {**dict.fromkeys(_NO_MINOR_UNIT.split(), 0), **dict.fromkeys(_THOUSANDTHS.split(), 3)}
"""ISO 4217 currencies whose minor unit is not a hundredth."""


def currency_exponent(currency: str) -> int:
    """How many decimal places the currency has: EUR 2, JPY 0, KWD 3 (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def round_half_away(value: Fraction) -> int:
    """The nearest integer; a tie goes away from zero (2.5 → 3, -2.5 → -3)."""
    doubled = abs(value) * 2
    rounded = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    return -rounded if value < 0 else rounded


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units of an ISO 4217 currency: `Money(5000, "EUR")` is 50.00 €."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return Money(self.minor + other.minor, self.currency)

    def times(self, factor: Fraction) -> "Money":
        """This amount times `factor`, rounded once."""
        return Money(round_half_away(self.minor * factor), self.currency)
