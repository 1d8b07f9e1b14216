"""Time and money without floats.

Durations are plain `int` seconds (the parameter or field name ends in `_seconds`); money is an integer
of minor units with its currency. There is one rounding rule in the program: half away from zero.
"""

from dataclasses import dataclass
from decimal import Decimal
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


def round_ratio(numerator: int, denominator: int) -> int:
    """The integer nearest to numerator ÷ denominator (which is positive); a tie goes away from zero."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded


def round_half_away(value: Fraction) -> int:
    """The nearest integer; a tie goes away from zero (2.5 → 3, -2.5 → -3)."""
    return round_ratio(value.numerator, value.denominator)


def clock(seconds: int, *, full: bool = False) -> str:
    """Hours as `6:45`, with seconds where there are any or where the `full` form is asked for: `-6:45:30`."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02}{f':{rest:02}' if rest or full else ''}"


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

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """An amount in major units: `Money.of(Decimal("12.50"), "EUR")` is `Money(1250, "EUR")`.

        Raises ValueError where the amount is finer than the currency's minor unit.
        """
        exact = Fraction(amount) * 10 ** currency_exponent(currency)
        if exact.denominator != 1:
            raise ValueError(f"{amount} is finer than the smallest unit of {currency}")
        return cls(exact.numerator, currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units with the currency's number of decimal places: 12.50."""
        return Decimal(self.minor).scaleb(-currency_exponent(self.currency))


_PLACES = 4


def decimal_that_multiplies(quantity: Fraction, unit_price: Money, amount: Money) -> Decimal | None:
    """The quantity with at most four decimals, without trailing zeros; None if × the price it is not the amount.

    Twenty minutes at 100 € are 0.3333 h; not at 12,000 €, where the missing third of a second would show.
    """
    scaled = round_half_away(quantity * 10**_PLACES)
    if unit_price.times(Fraction(scaled, 10**_PLACES)) != amount:
        return None
    found = Decimal(scaled).scaleb(-_PLACES).normalize()
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found


def hours_in_words(seconds: int) -> str:
    """`20 h`, or `26:45` and `26:45:30` where it is not a whole number of hours."""
    hours, rest = divmod(seconds, HOUR)
    return clock(seconds) if rest else f"{hours} h"
