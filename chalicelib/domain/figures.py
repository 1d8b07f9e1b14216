"""What can be asked of a cycle's figures."""

from fractions import Fraction

from chalicelib.domain.cycle import Figures


def available_seconds(figures: Figures) -> int:
    """The hours that could be used in the cycle: everything granted, less what was deducted or expired."""
    return figures.remaining_seconds + figures.used_seconds


def percent_used(figures: Figures) -> Fraction | None:
    """Used of available hours, exactly; above 100 when over. None where there are no hours to speak of."""
    available = available_seconds(figures)
    return Fraction(100 * figures.used_seconds, available) if available > 0 else None
