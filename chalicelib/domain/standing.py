"""How far the cycles of a retainer have come."""

from dataclasses import dataclass, field
from datetime import date

from chalicelib.domain.carry_over import Handover


@dataclass(frozen=True, slots=True)
class Standing:
    """What is closed of a retainer, and what that leaves to the first cycle that is not."""

    closed_before: date | None = None
    """First day of the first cycle that is not closed; None: none is."""
    handover: Handover = field(default_factory=Handover)
    """What the last closed cycle hands over."""
    announced_before: date | None = None
    """Cycles that begin before this day have been announced; None: none has."""


UNTOUCHED = Standing()
