"""What a retainer grants from a date on. Terms are versioned: a change is a new version.

The carry-over rule is data (docs/concepts.md, "Carry-over rule"): four choices that say what happens to
unused hours and to overruns when a cycle closes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from chalicelib.domain.quantities import Money


class Unused(StrEnum):
    """What happens at the close of a cycle to hours that nobody used."""

    FORFEIT = "forfeit"
    CARRY = "carry"


class Overrun(StrEnum):
    """What happens to accounted hours beyond all lots."""

    BILL = "bill"
    DEDUCT = "deduct"


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on the sum of carried hours: either seconds, or a percentage of the allotment."""

    seconds: int | None = None
    percent: int | None = None

    def __post_init__(self) -> None:
        if (self.seconds is None) == (self.percent is None):
            raise ValueError("a cap is either a number of seconds or a percentage")


@dataclass(frozen=True, slots=True)
class CarryOver:
    """The carry-over rule. `expires_after` n: a lot granted in cycle k is drawn up to and including k+n."""

    unused: Unused = Unused.FORFEIT
    cap: Cap | None = None
    expires_after: int | None = None
    overrun: Overrun = Overrun.BILL


class RoundingLevel(StrEnum):
    """Whether increment and minimum apply to each entry or to a worker's day per work type."""

    ENTRY = "entry"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Rounding:
    """How worked time becomes accounted time. An increment of 0 or 1 rounds nothing.

    `multipliers` maps a work type (compared casefolded) to a factor, as in after hours × 1.5.
    """

    increment_seconds: int = 0
    minimum_seconds: int = 0
    level: RoundingLevel = RoundingLevel.ENTRY
    multipliers: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a retainer's terms, in force from `effective_from` until the next version."""

    effective_from: date
    allotment_seconds: int
    fee: Money
    regular_rate: Money
    """The price of an hour outside the retainer."""
    overage_rate: Money | None = None
    """The price of an hour beyond the retainer; without one, the regular rate."""
    carry_over: CarryOver = CarryOver()
    rounding: Rounding = field(default_factory=Rounding)
    alert_percents: tuple[int, ...] = (75, 90, 100)

    @property
    def price_beyond(self) -> Money:
        """The price of an hour of overage."""
        return self.overage_rate or self.regular_rate
