"""A cycle: its days, what is stored of it, and the statement that is computed from it.

Stored is only what came from outside (entries, top-ups, corrections); every figure is derived from the
entries at each read, and nothing derived from another cycle is stored with this one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.approval import Approval, Cover, beyond_approved, covers_of
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId
from chalicelib.domain.quantities import Money
from chalicelib.domain.terms import Terms


class CycleState(StrEnum):
    """Where a cycle stands today."""

    BACKFILL = "backfill"
    OPEN = "open"
    SETTLING = "settling"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days `[start, end)` of a cycle; `index` 0 is the retainer's first cycle."""

    start: date
    end: date
    index: int


class LotOrigin(StrEnum):
    """Where the hours of a lot come from. On equal expiry they are drawn in this order."""

    CARRIED = "carried"
    ALLOTMENT = "allotment"
    CORRECTION = "correction"
    TOP_UP = "top_up"


@dataclass(frozen=True, slots=True)
class Lot:
    """A dated amount of hours that can be drawn."""

    id: str
    origin: LotOrigin
    granted_in: date
    """Start of the cycle that granted it first; a carried lot keeps the cycle it was earned in."""
    seconds: int
    expires_on: date | None = None
    """First day on which it can no longer be drawn; None: it never expires."""


@dataclass(frozen=True, slots=True)
class TopUp:
    """Hours that the client bought for a cycle, the days before the purchase included."""

    id: str
    seconds: int
    bought_on: date
    expires_on: date | None = None
    """First day on which they can no longer be drawn; None: they never expire."""
    price: Money | None = None
    """What the cycle's invoice charges for them; None: nothing."""
    note: str = ""


class LatePosting(NamedTuple):
    """What later exports changed about a worker's day of a closed cycle, and the cycle that it is posted to."""

    worker: str
    """The worker's identity, as `Aliases.worker` gives it."""
    name: str
    """The worker's name, for people."""
    day: date
    seconds: int
    """More than the closed cycle counts, or less (negative), in accounted time by the terms of the day."""
    posted_to: date | None
    """First day of the cycle that it is posted to; None: it was written off."""
    is_accounted: bool = False
    """False: release 0.1 posted it, and `seconds` is worked time that the other cycle accounts."""


@dataclass(frozen=True, slots=True)
class CycleLedger:
    """What is stored of one cycle. `version` 0: nothing is stored yet."""

    id: CycleId
    version: int = 0
    entries: tuple[Entry, ...] = ()
    """Of a closed cycle: as they were counted, in draw order."""
    top_ups: tuple[TopUp, ...] = ()
    frozen: "FrozenCycle | None" = None
    """The closed cycle's figures (domain/statements.py); None: it is not closed."""
    reported_since_close: tuple[Entry, ...] | None = None
    """Of a closed cycle: its work as exports report it by now; None: none has mentioned it since."""
    late_postings: tuple[LatePosting, ...] = ()
    """Of a closed cycle: what became of the difference."""
    approvals: tuple[Approval, ...] = ()
    """The questions to the client about hours beyond the retainer; stored apart from the cycle."""

    @property
    def latest_reported(self) -> tuple[Entry, ...]:
        """The cycle's work as the latest exports report it, whatever of it was frozen."""
        return self.entries if self.reported_since_close is None else self.reported_since_close


class Draw(NamedTuple):
    """A part of an entry consuming a lot."""

    lot_id: str
    seconds: int


class AccountedEntry(NamedTuple):
    """An entry with what it cost: accounted = the sum of its draws + its overage (0 outside the retainer pool).

    A negative entry costs nothing: it gives `given_back_seconds` back as the correction lot it names.
    """

    entry: Entry
    accounted_seconds: int
    draws: tuple[Draw, ...] = ()
    overage_seconds: int = 0
    given_back_seconds: int = 0
    correction_lot_id: str | None = None


@dataclass(frozen=True, slots=True)
class LotStatement:
    """What became of one lot in one cycle.

    seconds = drawn + deducted + expired + forfeited + capped + remaining.
    While the cycle runs `expired`, `forfeited` and `capped` are 0 unless they have happened already; after
    its end they are what its close does to it, provisional until then.
    """

    lot: Lot
    drawn_seconds: int = 0
    deducted_seconds: int = 0
    expired_seconds: int = 0
    forfeited_seconds: int = 0
    capped_seconds: int = 0
    remaining_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a cycle in seconds.

    remaining = allotment + carried + topped_up + corrected - deducted - expired - used,
    negative when over; used = drawn + overage, in accounted time. It is the balance before the cycle's
    close: what was forfeited or capped then is part of `remaining` (CycleStatement and LotStatement name it),
    what expired by its date is not. `project` is worked time.
    """

    allotment_seconds: int = 0
    carried_seconds: int = 0
    topped_up_seconds: int = 0
    corrected_seconds: int = 0
    deducted_seconds: int = 0
    expired_seconds: int = 0
    used_seconds: int = 0
    remaining_seconds: int = 0
    overage_seconds: int = 0
    project_seconds: int = 0

    @property
    def granted_seconds(self) -> int:
        """All hours of the cycle, also those that went to older debt."""
        return self.allotment_seconds + self.carried_seconds + self.topped_up_seconds + self.corrected_seconds

    @property
    def available_seconds(self) -> int:
        """The hours that the cycle had: available - expired - used = remaining."""
        return self.granted_seconds - self.deducted_seconds

    @property
    def is_over(self) -> bool:
        """Whether more is used than there was; never in a cycle without hours, in which all use is just that."""
        return self.remaining_seconds < 0 < self.granted_seconds


@dataclass(frozen=True, slots=True)
class CycleStatement:
    """Everything that can be said about one cycle, with how each number is made."""

    id: CycleId
    period: Period
    state: CycleState
    terms: Terms
    """The terms of the cycle's last day."""
    figures: Figures
    lots: tuple[LotStatement, ...]
    entries: tuple[AccountedEntry, ...]
    """All entries of all pools in draw order (work date, start, stable key)."""
    carried_out: tuple[Lot, ...] = ()
    """Lots that the next cycle can draw, if this one closed as it stands (none after a retainer's last)."""
    forfeited_seconds: int = 0
    """Hours that the carry-over rule (or the retainer's end) ends, if the cycle closed as it stands."""
    capped_seconds: int = 0
    """Hours above the carry-over rule's cap, if the cycle closed as it stands."""
    lapsing_seconds: int = 0
    """Hours that expire with the cycle's end, while it has not come; then they are among the expired."""
    repaying_seconds: int = 0
    """Hours left that the retainer's end takes for older debt, while it has not come; then they are deducted."""
    debt_in_seconds: int = 0
    """Overage of earlier cycles that was still to be taken off when this one began."""
    debt_out_seconds: int = 0
    """Overage that is taken off later allotments (`overrun: deduct`), including older debt not yet paid."""
    billed_seconds: int = 0
    """Overage that this cycle's invoice charges: debt_in + overage = deducted + repaying + billed + debt_out."""
    carried_is_provisional: bool = False
    """Whether an earlier cycle that feeds this one is not closed yet."""
    top_ups: tuple[TopUp, ...] = ()
    """The hours that were bought for this cycle."""
    approvals: tuple[Approval, ...] = ()
    """The questions to the client about hours beyond the retainer, in the order in which they were asked."""

    def covers(self) -> list[tuple[Cover, ...]]:
        """What approvals cover of each entry's overage."""
        return covers_of(beyond_lots(self.entries), self.approvals)

    @property
    def agreed_seconds(self) -> int:
        """The overage that approvals cover; it is part of `billed_seconds`."""
        return sum(seconds for parts in self.covers() for _, seconds in parts) if self.approvals else 0

    @property
    def unapproved_seconds(self) -> int:
        """The overage that the client was asked about and has not approved."""
        return beyond_approved(beyond_lots(self.entries), self.approvals) if self.approvals else 0


def beyond_lots(entries: Iterable[AccountedEntry]) -> list[tuple[date, int]]:
    """The own date of each entry (of a late one its work date), and its overage in seconds."""
    return [(one.entry.worked_on or one.entry.date, one.overage_seconds) for one in entries]


class FrozenCost(NamedTuple):
    """What an entry cost when its cycle closed; see `AccountedEntry`."""

    accounted_seconds: int
    draws: tuple[Draw, ...]
    overage_seconds: int
    given_back_seconds: int
    correction_lot_id: str | None


@dataclass(frozen=True, slots=True)
class FrozenCycle:
    """A closed cycle's figures, kept as they were: no later program or set-up computes them anew."""

    closed_at: datetime
    """When its close was due: a close that runs late says the same."""
    statement: CycleStatement
    """Without its entries, which the work log keeps."""
    costs: tuple[FrozenCost, ...]
    """What each entry of the work log cost, in its order."""
