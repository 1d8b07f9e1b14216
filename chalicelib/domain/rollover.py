"""When the cycles of a retainer open and close (docs/concepts.md, "Cycles"): pure functions of days and zones.

A cycle opens at the midnight of its first day, in the retainer's zone. It closes a grace period after its end, once,
in order, and only while the retainer is live; what was missed is made up for step by step.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain.calendar import period_of
from chalicelib.domain.cycle import Period
from chalicelib.domain.ids import RetainerSlug
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.standing import UNTOUCHED, Standing


class StepKind(StrEnum):
    """What a step does; of two that are due at once the closing one comes first."""

    CLOSE = "close"
    """The cycle is frozen, its hours are handed over, its invoice is drafted."""
    OPEN = "open"
    """The cycle begins: it is announced."""


class Step(NamedTuple):
    """What is to be done next with a retainer's cycles."""

    due_at: datetime
    """In UTC."""
    kind: StepKind
    retainer: Retainer
    period: Period


def next_step(retainers: Iterable[Retainer], standings: Mapping[RetainerSlug, Standing]) -> Step | None:
    """The earliest step of these retainers, whether its time has come or not; None: nothing is left to do."""
    steps = [step for one in retainers for step in _steps_of(one, standings.get(one.id.retainer, UNTOUCHED)) if step]
    return min(steps, key=lambda step: (step.due_at, step.kind is StepKind.OPEN, step.retainer.id), default=None)


def start_of_day(day: date, zone: str) -> datetime:
    """The instant, in UTC, at which a day begins in a zone; where clocks skip midnight, when they go on."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _steps_of(retainer: Retainer, standing: Standing) -> Iterable[Step | None]:
    if retainer.live_from is None:
        return ()
    first = standing.closed_before or retainer.live_from
    opening = max(standing.announced_before or first, first)
    return (
        _step(StepKind.CLOSE, retainer, first, lambda period: period.end + timedelta(days=retainer.grace_days)),
        _step(StepKind.OPEN, retainer, opening, lambda period: period.start),
    )


def _step(kind: StepKind, retainer: Retainer, day: date, due: Callable[[Period], date]) -> Step | None:
    period = period_of(retainer, max(day, retainer.starts_on))
    return None if period is None else Step(start_of_day(due(period), retainer.zone), kind, retainer, period)
