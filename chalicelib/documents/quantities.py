"""Quantities that multiply out: the printed quantity times the unit price is the printed amount."""

from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.billing import DocumentLine
from chalicelib.domain.quantities import HOUR, Money, decimal_that_multiplies, round_half_away
from chalicelib.words.formats import Formats

HOURS = "HUR"
"""The unit of hours (UN/ECE Rec 20)."""


def decimal_quantity(line: DocumentLine) -> Decimal | None:
    """The quantity with at most four decimals, without trailing zeros; None if it would not multiply out."""
    return decimal_that_multiplies(line.quantity, line.unit_price, line.amount)


def seconds_of(line: DocumentLine) -> int:
    """The quantity of a line of hours in whole seconds, the unit that hours are counted in."""
    return round_half_away(line.quantity * HOUR)


def printed_quantity(line: DocumentLine, formats: Formats) -> str:
    """The quantity in the client's format: `6.75 h`, or `6:45 h` by setting and if decimals do not multiply out.

    Other units are printed as a bare number.
    """
    if line.unit != HOURS:
        return formats.quantity(line.quantity)
    return f"{formats.exact_hours(decimal_quantity(line), seconds_of(line))} h"


def exact(value: Fraction) -> Decimal:
    """A fraction that is a decimal, such as a percentage, without trailing zeros: `19`, `7.7`."""
    return Decimal(value.numerator) / value.denominator


def signed(amount: Money, sign: int) -> Decimal:
    """The amount in major units; `sign` is -1 where a credit note is written with positive amounts."""
    return Money(sign * amount.minor, amount.currency).amount
