"""The making of a balance: each figure of a cycle taken apart into the lots and entries behind it.

Values, not text. The parts of a figure add up to the figure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.cycle import AccountedEntry, CycleStatement, LotOrigin, LotStatement
from chalicelib.domain.entry import Pool


class Figure(StrEnum):
    """The figures of a cycle, named as in `Figures`."""

    ALLOTMENT = "allotment"
    CARRIED = "carried"
    TOPPED_UP = "topped_up"
    CORRECTED = "corrected"
    DEDUCTED = "deducted"
    EXPIRED = "expired"
    USED = "used"
    REMAINING = "remaining"
    OVERAGE = "overage"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class LotPart:
    """What a lot contributes to a figure."""

    lot: LotStatement
    seconds: int


@dataclass(frozen=True, slots=True)
class EntryPart:
    """What an entry contributes to a figure, or draws from a lot."""

    entry: AccountedEntry
    seconds: int


Part = LotPart | EntryPart


@dataclass(frozen=True, slots=True)
class LotStory:
    """A lot with the work that drew it and, where it is a correction, the entry that gave it back."""

    lot: LotStatement
    drawn_by: tuple[EntryPart, ...]
    given_back_by: AccountedEntry | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Each figure by its parts (without parts of 0), and each lot by the work that drew it, in draw order."""

    figures: Mapping[Figure, tuple[Part, ...]]
    lots: tuple[LotStory, ...]


def explain(statement: CycleStatement) -> Explanation:
    """Take the figures of a statement apart. `remaining` is what the lots still hold, less the overage."""
    lots, entries = statement.lots, statement.entries
    own = [one for one in lots if one.lot.granted_in >= statement.period.start]
    overage = _of_entries(entries, lambda one: one.overage_seconds)
    return Explanation(
        {
            Figure.ALLOTMENT: _of_lots(own, _granted_as(LotOrigin.ALLOTMENT)),
            Figure.CARRIED: _of_lots((one for one in lots if one not in own), lambda one: one.lot.seconds),
            Figure.TOPPED_UP: _of_lots(own, _granted_as(LotOrigin.TOP_UP)),
            Figure.CORRECTED: _of_lots(own, _granted_as(LotOrigin.CORRECTION)),
            Figure.DEDUCTED: _of_lots(lots, lambda one: one.deducted_seconds),
            Figure.EXPIRED: _of_lots(lots, lambda one: one.expired_seconds),
            Figure.USED: _of_entries(entries, lambda one: one.accounted_seconds),
            Figure.REMAINING: (
                *_of_lots(lots, lambda one: one.remaining_seconds + one.forfeited_seconds + one.capped_seconds),
                *(EntryPart(part.entry, -part.seconds) for part in overage),
            ),
            Figure.OVERAGE: overage,
            Figure.PROJECT: _of_entries(entries, _project_seconds),
        },
        _stories(statement),
    )


def _stories(statement: CycleStatement) -> tuple[LotStory, ...]:
    drawn_by: dict[str, list[EntryPart]] = defaultdict(list)
    given_back_by = {}
    for one in statement.entries:
        for part in one.draws:
            drawn_by[part.lot_id].append(EntryPart(one, part.seconds))
        if one.correction_lot_id is not None:
            given_back_by[one.correction_lot_id] = one
    return tuple(LotStory(one, tuple(drawn_by[one.lot.id]), given_back_by.get(one.lot.id)) for one in statement.lots)


def _of_lots(lots: Iterable[LotStatement], seconds_of: Callable[[LotStatement], int]) -> tuple[LotPart, ...]:
    return tuple(LotPart(one, seconds) for one in lots if (seconds := seconds_of(one)))


def _of_entries(
    entries: Iterable[AccountedEntry], seconds_of: Callable[[AccountedEntry], int]
) -> tuple[EntryPart, ...]:
    return tuple(EntryPart(one, seconds) for one in entries if (seconds := seconds_of(one)))


def _granted_as(origin: LotOrigin) -> Callable[[LotStatement], int]:
    return lambda one: one.lot.seconds if one.lot.origin is origin else 0


def _project_seconds(one: AccountedEntry) -> int:
    return one.entry.seconds if one.entry.pool is Pool.PROJECT else 0
