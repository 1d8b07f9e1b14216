"""How a balance is made: the sum that ends in what is left.

Values, not words: the page's "How this number is made" prints them. Each amount of the sum is that of its lots
(what was granted, deducted, expired) or of its work (what was used), and the work names the lots it drew.
"""

from typing import NamedTuple

from chalicelib.domain.cycle import Figures


class Step(NamedTuple):
    """One amount of the sum."""

    figure: str
    """Its name in `Figures`, without `_seconds`."""
    sign: int
    """1: it is added; -1: it is taken away; 0: it is the result."""
    seconds: int


_SIGNS = {
    **dict.fromkeys(("allotment", "carried", "topped_up", "corrected"), 1),
    **dict.fromkeys(("deducted", "expired", "used"), -1),
    "remaining": 0,
}
_ALWAYS = {"allotment", "used", "remaining"}


def steps(figures: Figures) -> tuple[Step, ...]:
    """The sum that ends in `remaining`; amounts of nothing are left out but for what is granted and used."""
    amounts = (Step(name, sign, getattr(figures, f"{name}_seconds")) for name, sign in _SIGNS.items())
    return tuple(step for step in amounts if step.seconds or step.figure in _ALWAYS)
