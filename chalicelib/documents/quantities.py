"""Quantities that multiply out: what stands on the paper times the unit price is the amount beside it."""

from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.billing import DocumentLine
from chalicelib.domain.quantities import HOUR, round_half_away
from chalicelib.domain.retainer import HoursFormat
from chalicelib.words.formats import Formats

HOURS = "HUR"
"""The unit of hours (UN/ECE Rec 20)."""
_PLACES = 4


def decimal_quantity(line: DocumentLine) -> Decimal | None:
    """The quantity with at most four places, without zeros at its end; None where it would not multiply out.

    Twenty minutes at 100 € are 0.3333 h; at 12,000 € they are not, for the third of a second that is missing.
    """
    scaled = round_half_away(line.quantity * 10**_PLACES)
    if line.unit_price.times(Fraction(scaled, 10**_PLACES)) != line.amount:
        return None
    quantity = Decimal(scaled).scaleb(-_PLACES).normalize()
    return quantity.quantize(Decimal(1)) if quantity == quantity.to_integral_value() else quantity


def seconds_of(line: DocumentLine) -> int:
    """The quantity of a line of hours in whole seconds, which is what hours are counted in."""
    return round_half_away(line.quantity * HOUR)


def printed_quantity(line: DocumentLine, formats: Formats) -> str:
    """The quantity as the client reads hours: `6.75 h`, or `6:45 h` by setting and where decimals do not multiply out.

    Other units are counted without their name.
    """
    if line.unit != HOURS:
        return formats.quantity(line.quantity)
    if formats.hours_format is HoursFormat.CLOCK or decimal_quantity(line) is None:
        return Formats(formats.locale, HoursFormat.CLOCK).hours(seconds_of(line))
    return f"{formats.quantity(line.quantity)} h"


def exact(value: Fraction) -> Decimal:
    """A fraction that is a decimal, such as a rate in per cent, without zeros at its end: `19`, `7.7`."""
    return Decimal(value.numerator) / Decimal(value.denominator)
