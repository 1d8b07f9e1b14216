"""Applies an import to a client's stored cycles: replaces entries, posts late entries, finds likely duplicates."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from chalicelib.domain.accounting import used_seconds
from chalicelib.domain.calendar import period_of, periods_between, today
from chalicelib.domain.cycle import CycleLedger, LatePosting, Period
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId, RetainerId
from chalicelib.domain.late_entries import departs, post_late_entries, with_postings
from chalicelib.domain.retainer import LateEntryRule, Retainer
from chalicelib.services.imports.replay.likely_duplicates import find_likely_duplicates
from chalicelib.services.imports.replay.lineage import Lineage
from chalicelib.services.imports.replay.match_share import Tally
from chalicelib.services.imports.replay.spool import SpooledCycles, StoredCycles
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import PROBLEM_LIMIT, CycleChange, LateEntry, LikelyDuplicate
from chalicelib.services.store.source_ids import Hashes, ids_in


@dataclass(frozen=True, slots=True)
class LedgerUpdate:
    """The change that an import, or a decision about one, makes to a client's ledger; a value, not a write."""

    cycles: SpooledCycles
    """The cycles to write, each with the version that was read."""
    changes: tuple[CycleChange, ...]
    """The cycles that the file covers or changes, before → after, by retainer and day."""
    tally: Tally
    duplicates: tuple[LikelyDuplicate, ...] = ()
    late: tuple[LateEntry, ...] = ()
    departing: tuple[CycleId, ...] = ()
    """Closed cycles whose reports move away from what closed cycles count."""
    ids: Mapping[CycleId, Hashes] = field(default_factory=dict)
    """Where the ids of the source stand in the changed cycles from now on; empty for a source without ids."""
    answered: frozenset[CycleId] = frozenset()
    """Those of the cycles about which the client has answered a question."""


def cycles_to_read(book: ClientBook, cycles: Collection[CycleId], now: datetime) -> set[CycleId]:
    """The stored cycles that an update of these reads.

    These, those of the client's other retainers on the same days (where a duplicate would be) and, if one of them is
    closed, the retainer's open cycles, to which its late entries are posted.
    """
    closed = {cycle.retainer for cycle in cycles if book.head.position(cycle.retainer).has_closed(cycle.start)}
    posting = {
        CycleId(retainer.id, period.start)
        for retainer in book.retainers
        if retainer.id in closed
        for period in _open_periods(book, retainer, now)
    }
    return {*cycles, *posting, *(other for cycle in cycles for other in _same_days(book, cycle))}


class CycleUpdates:
    """Collects the changes of an update cycle by cycle: each cycle is taken once, those of a retainer by their days."""

    def __init__(
        self,
        book: ClientBook,
        lineage: Lineage,
        stored: StoredCycles,
        now: datetime,
        *,
        reported: Collection[CycleId] | None = None,
        held: Callable[[CycleId], int] = lambda _: 0,
    ) -> None:
        """Collect no changes yet.

        Args:
            book: the client's.
            lineage: the source of the update, with those whose entries are compared as its own.
            stored: the ledger.
            now: says which cycle is open.
            reported: the cycles whose figures are listed even if unchanged; None: all that are taken.
            held: how many of the entries that a cycle is taken with are in memory anyway.
        """
        self._book = book
        self._source, self._sources = lineage.source, lineage.sources
        self._stored = stored
        self._reported = reported
        self._held = held
        self._retainers = {retainer.id: retainer for retainer in book.retainers}
        self._posting_days = {retainer.id: _posting_day(book, retainer, now) for retainer in book.retainers}
        self._waiting: list[tuple[CycleId, list[Entry] | None]] = []
        self._posted: dict[CycleId, list[tuple[CycleId, tuple[LatePosting, ...]]]] = {}
        self._left: set[tuple[RetainerId, date, int, str]] = set()
        self._cycles = SpooledCycles()
        self._changes: list[CycleChange] = []
        self._duplicates: list[LikelyDuplicate] = []
        self._late: list[LateEntry] = []
        self._departing: list[CycleId] = []
        self._ids: dict[CycleId, Hashes] = {}
        self._answered: set[CycleId] = set()

    def take(self, cycle: CycleId, entries: list[Entry] | None) -> None:
        """A cycle with all its entries of these sources from now on; None: they do not change."""
        if self._may_get_postings(cycle):  # closed cycles first: their late entries may be posted here
            self._waiting.append((cycle, entries))
        else:
            self._update(cycle, entries)

    def finish(self, tally: Tally) -> LedgerUpdate:
        """The update, once all cycles are taken."""
        for cycle, entries in self._waiting:
            self._update(cycle, entries)
        for cycle in list(self._posted):  # what the file says nothing else about
            before = self._before(cycle)
            after = self._with_postings(before)
            if _differ(before.entries, after.entries):
                self._note(before, after)
        return LedgerUpdate(
            self._cycles,
            tuple(sorted(self._changes, key=lambda change: (change.retainer, change.start))),
            tally,
            tuple(one for one in self._duplicates if not self._has_left(one)),
            tuple(self._late),
            tuple(self._departing),
            self._ids,
            frozenset(self._answered),
        )

    def _before(self, cycle: CycleId) -> CycleLedger:
        return self._stored.get(cycle) or CycleLedger(cycle)

    def _update(self, cycle: CycleId, entries: list[Entry] | None) -> None:
        before = self._before(cycle)
        if before.frozen is None:
            after = self._open(before, entries)
        else:
            after = None if entries is None else self._closed(before, entries)
        if after is not None or self._reported is None or cycle in self._reported:
            self._note(before, after)

    def _note(self, before: CycleLedger, after: CycleLedger | None) -> None:
        cycle = before.id
        used = [self._used(one) for one in (before, after or before)]
        self._changes.append(CycleChange(cycle.retainer, cycle.start, *used))
        if any(one.answer for one in before.approvals):
            self._answered.add(cycle)
        if after is not None:
            self._cycles.append(after, self._held(cycle))
            ids = ids_in(after, self._source)
            if ids != ids_in(before, self._source):
                self._ids[cycle] = ids

    def _open(self, before: CycleLedger, entries: list[Entry] | None) -> CycleLedger | None:
        """A cycle that is not closed, with its entries from now on; None: it does not change."""
        updated = before if entries is None else replace(before, entries=self._with_source(before.entries, entries))
        after = self._with_postings(updated)
        if not _differ(before.entries, after.entries):
            return None
        if len(self._retainers) > 1:
            gone = Counter(before.entries) - Counter(after.entries)
            self._left |= {(before.id.retainer, entry.date, entry.seconds, entry.description or "") for entry in gone}
        room = PROBLEM_LIMIT - len(self._duplicates)
        others = (ledger for other in _same_days(self._book, before.id) if (ledger := self._stored.get(other)))
        self._duplicates += find_likely_duplicates(
            before, after, others, self._source, most=room, aliases=self._book.aliases
        )
        return after

    def _has_left(self, duplicate: LikelyDuplicate) -> bool:
        """Whether this same import moves the other entry out of its retainer: then it is not counted twice."""
        left = (duplicate.other_retainer, duplicate.date, duplicate.seconds, duplicate.description)
        return duplicate.other_source in self._sources and left in self._left

    def _closed(self, before: CycleLedger, entries: list[Entry]) -> CycleLedger | None:
        """A closed cycle that is now reported differently: it stays closed, the difference is posted to an open one."""
        reported = self._with_source(before.latest_reported, entries)
        if not _differ(before.latest_reported, reported):
            return None
        of = before.id.retainer
        position, posting_day = self._book.head.position(of), self._posting_days[of]
        late = post_late_entries(
            self._retainers[of], before, reported, position, posting_day, aliases=self._book.aliases
        )
        for start in {one.posted_to for one in late.changed}:
            if start is not None:
                target = CycleId(of, start)
                self._posted.setdefault(target, []).append((before.id, late.changed))
        self._late += [LateEntry(of, one.day, one.name, one.seconds, one.posted_to) for one in late.changed]
        after = replace(before, reported_since_close=reported, late_postings=late.postings)
        if departs(before, after, position, self._book.aliases):
            self._departing.append(before.id)
        return after

    def _with_postings(self, ledger: CycleLedger) -> CycleLedger:
        for closed, postings in self._posted.pop(ledger.id, ()):
            ledger = replace(ledger, entries=with_postings(ledger, closed, postings))
        return ledger

    def _with_source(self, stored: Sequence[Entry], entries: Iterable[Entry]) -> tuple[Entry, ...]:
        return (*(entry for entry in stored if entry.source not in self._sources), *entries)

    def _may_get_postings(self, cycle: CycleId) -> bool:
        before = self._book.head.position(cycle.retainer).closed_before
        return before is not None and cycle.start >= before

    def _used(self, ledger: CycleLedger) -> int:
        if ledger.frozen is not None:
            return ledger.frozen.statement.figures.used_seconds
        return used_seconds(self._retainers[ledger.id.retainer], ledger.entries, self._book.aliases)


def _posting_day(book: ClientBook, retainer: Retainer, now: datetime) -> date | None:
    """First day of the cycle that late entries are posted to: today's, or the last one if it is not closed."""
    if retainer.late_work is LateEntryRule.WRITE_OFF:
        return None
    periods = _open_periods(book, retainer, now)
    return periods[-1].start if periods else None


def _open_periods(book: ClientBook, retainer: Retainer, now: datetime) -> Sequence[Period]:
    """The retainer's cycles that are not closed, up to today's."""
    first = book.head.position(retainer.id).closed_before or retainer.starts_on
    return periods_between(retainer, first, max(today(now, retainer.zone), first))


def _same_days(book: ClientBook, cycle: CycleId) -> Iterator[CycleId]:
    """The cycles of the client's other retainers on the same days."""
    retainers = {retainer.id: retainer for retainer in book.retainers}
    period = period_of(retainers[cycle.retainer], cycle.start)
    for retainer in book.retainers:
        if period is not None and retainer.id != cycle.retainer:
            for near in periods_between(retainer, period.start, period.end - timedelta(days=1)):
                yield CycleId(retainer.id, near.start)


def _differ(before: Sequence[Entry], after: Sequence[Entry]) -> bool:
    return len(before) != len(after) or Counter(before) != Counter(after)
