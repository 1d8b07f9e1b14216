"""How far the cycles of a retainer have come, and when the next one opens or closes (docs/concepts.md, "Cycles").

Pure functions of days and zones. A cycle opens at the midnight of its first day, in the retainer's zone. It closes a
grace period after its end, once, in order, and only while the retainer is live; missed closes are caught up in order.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain.calendar import period_of
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.cycle import Period
from chalicelib.domain.ids import RetainerSlug
from chalicelib.domain.retainer import Retainer


@dataclass(frozen=True, slots=True)
class ClosingPosition:
    """What is closed of a retainer, and what that leaves to the first cycle that is not."""

    closed_before: date | None = None
    """First day of the first cycle that is not closed; None: none is."""
    carry_forward: CarryForward = field(default_factory=CarryForward)
    """What the last closed cycle carries forward."""
    announced_before: date | None = None
    """Cycles that begin before this day have been announced; None: none has."""
    settled_before: date | None = None
    """An opening balance settles the cycles that begin before this day; None: there was none."""

    def has_closed(self, start: date) -> bool:
        """Whether the retainer's cycle that begins on this day is closed."""
        return self.closed_before is not None and start < self.closed_before

    def is_settled(self, start: date) -> bool:
        """Whether an opening balance settles the cycle that begins on this day: late work there is written off."""
        return self.settled_before is not None and start < self.settled_before


NOTHING_CLOSED = ClosingPosition()


class StepKind(StrEnum):
    """What a step does; of two that are due at once the closing one comes first."""

    CLOSE = "close"
    """The cycle is frozen, its hours are carried forward, its invoice is drafted."""
    OPEN = "open"
    """The cycle begins: it is announced."""


class Step(NamedTuple):
    """What is to be done next with a retainer's cycles."""

    due_at: datetime
    """In UTC."""
    kind: StepKind
    retainer: Retainer
    period: Period


def next_step(retainers: Iterable[Retainer], positions: Mapping[RetainerSlug, ClosingPosition]) -> Step | None:
    """The earliest step of these retainers, whether its time has come or not; None: nothing is left to do."""
    steps = (step for one in retainers for step in _steps_of(one, positions.get(one.id.retainer, NOTHING_CLOSED)))
    return min(steps, key=lambda step: (step.due_at, step.kind is StepKind.OPEN, step.retainer.id), default=None)


def still_open(
    retainers: Iterable[Retainer], positions: Mapping[RetainerSlug, ClosingPosition], end: date
) -> Iterator[Retainer]:
    """Those of these retainers whose cycle up to this day, without it, will be invoiced and is not closed yet."""
    for one in retainers:
        cycle = period_of(one, end - timedelta(days=1))
        if one.live_from is None or cycle is None or cycle.end != end or cycle.start < one.live_from:
            continue
        if not positions.get(one.id.retainer, NOTHING_CLOSED).has_closed(cycle.start):
            yield one


def start_of_day(day: date, zone: str) -> datetime:
    """The instant, in UTC, at which a day begins in a zone; where clocks skip midnight, when they go on."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _steps_of(retainer: Retainer, position: ClosingPosition) -> Iterator[Step]:
    if retainer.live_from is None:
        return
    first = position.closed_before or retainer.live_from
    if closing := period_of(retainer, max(first, retainer.starts_on)):
        due = closing.end + timedelta(days=retainer.grace_days)
        yield Step(start_of_day(due, retainer.zone), StepKind.CLOSE, retainer, closing)
    announced = position.announced_before or first
    if opening := period_of(retainer, max(announced, first, retainer.starts_on)):
        yield Step(start_of_day(opening.start, retainer.zone), StepKind.OPEN, retainer, opening)
