"""A client's stored cycles under a fold: what it changes of them, and what becomes of work for closed ones."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from chalicelib.domain.accounting import used_seconds
from chalicelib.domain.calendar import period_of, periods_between, today
from chalicelib.domain.cycle import CycleLedger, LatePosting
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId, RetainerId
from chalicelib.domain.late_work import late_work, with_late_work
from chalicelib.domain.retainer import LateWorkRule, Retainer
from chalicelib.services.imports.replay.cycle_reader import CycleReader, ReadCycles
from chalicelib.services.imports.replay.likely_duplicates import find_doubles
from chalicelib.services.imports.replay.match_share import Folded, Tally
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import PROBLEM_LIMIT, CycleChange, LateEntry, LikelyDouble


class Fold:
    """What an import makes of one client's ledger: its changed cycles, and what the report tells of them."""

    def __init__(self, run: Callable[["Fold"], Iterator[CycleLedger]]) -> None:
        self.tally = Tally()
        self.cycles: list[CycleChange] = []
        """The cycles that the file spoke about or changed, before → after."""
        self.doubles: list[LikelyDouble] = []
        self.late: list[LateEntry] = []
        self._run = run

    def changed(self) -> Iterator[CycleLedger]:
        """The cycles to write, with the version that was read; once they are through, the fold's figures stand."""
        yield from self._run(self)
        self.cycles.sort(key=lambda change: (change.retainer, change.start))


class StoredCycles:
    """The stored cycles that a fold of one source may change, each taken up once, the older ones first."""

    def __init__(
        self, book: ClientBook, source: str, read: ReadCycles, cycles: Sequence[CycleId], now: datetime
    ) -> None:
        self._book = book
        self._retainers = {retainer.id: retainer for retainer in book.retainers}
        self._source = source
        self._now = now
        self._bearers = {retainer.id: self._bearer(retainer) for retainer in book.retainers}
        beside = {other for cycle in cycles for other in self._beside(cycle)}
        self._read = read
        self._reader = CycleReader(read, {*cycles, *beside})
        self._left: set[tuple[RetainerId, date, int, str]] = set()
        self._posted: dict[CycleId, list[tuple[CycleId, tuple[LatePosting, ...]]]] = {}

    def of_source(self, cycle: CycleId) -> Sequence[Entry]:
        """What the cycle counts of the source; of a closed one, what is told of it by now."""
        ledger = self._reader.get(cycle)
        return [entry for entry in ledger.told if entry.source == self._source] if ledger else ()

    def changed(
        self, fold: Fold, cycles: Iterable[Folded], spoken: Collection[CycleId] | None = None
    ) -> Iterator[CycleLedger]:
        """The cycles that differ from what is stored.

        The fold lists these and, of the others, those in `spoken` (None: all).
        """
        waiting: list[Folded] = []
        for cycle, entries in cycles:
            if self._may_bear(cycle):
                waiting.append((cycle, entries))
            else:
                yield from self._taken_up(fold, cycle, entries, spoken)
        for cycle, entries in waiting:
            yield from self._taken_up(fold, cycle, entries, spoken)
        yield from self._bearing(fold)
        fold.doubles[:] = [double for double in fold.doubles if not self._has_left(double)]

    def _taken_up(
        self, fold: Fold, cycle: CycleId, entries: list[Entry] | None, spoken: Collection[CycleId] | None
    ) -> Iterator[CycleLedger]:
        before = self._reader.get(cycle)
        if before is not None and before.frozen is not None:
            after = None if entries is None else self._told_late(fold, before, entries)
        else:
            after = self._told_in_time(fold, before or CycleLedger(cycle), entries)
        if after is not None or spoken is None or cycle in spoken:
            fold.cycles.append(self._change(cycle, before, after))
        if after is not None:
            yield after

    def _told_in_time(self, fold: Fold, before: CycleLedger, entries: list[Entry] | None) -> CycleLedger | None:
        """A cycle that is not closed, with its entries from now on; None: it stays as it is."""
        told = before if entries is None else replace(before, entries=self._with_source(before.entries, entries))
        after = self._with_postings(told)
        if not _differ(before.entries, after.entries):
            return None
        self._note_what_left(before, after)
        room = PROBLEM_LIMIT - len(fold.doubles)
        beside = (ledger for other in self._beside(before.id) if (ledger := self._reader.get(other)))
        fold.doubles += find_doubles(before, after, beside, self._source, most=room, aliases=self._book.aliases)
        return after

    def _note_what_left(self, before: CycleLedger, after: CycleLedger) -> None:
        """An entry that this very import takes to another retainer is not counted twice."""
        if len(self._retainers) > 1:
            gone = Counter(before.entries) - Counter(after.entries)
            self._left |= {(before.id.retainer, entry.date, entry.seconds, entry.description or "") for entry in gone}

    def _has_left(self, double: LikelyDouble) -> bool:
        left = (double.other_retainer, double.date, double.seconds, double.description)
        return double.other_source == self._source and left in self._left

    def _told_late(self, fold: Fold, before: CycleLedger, entries: list[Entry]) -> CycleLedger | None:
        """A closed cycle that is told otherwise now: it stays closed, the difference goes to one that is not."""
        told = self._with_source(before.told, entries)
        if not _differ(before.told, told):
            return None
        made = late_work(
            before,
            told,
            lambda entry: self._book.aliases.worker(entry.worker),
            lambda start: self._is_closed(before.id, start),
            self._bearers[before.id.retainer],
        )
        for start in {one.posted_to for one in made.changed}:
            if start is not None:
                bearer = CycleId(before.id.retainer, start)
                self._posted.setdefault(bearer, []).append((before.id, made.changed))
        fold.late += [_late_entry(before.id, one) for one in made.changed]
        return replace(before, now=told, late=made.postings)

    def _bearing(self, fold: Fold) -> Iterator[CycleLedger]:
        """The cycles that bear late work and that the file says nothing else about."""
        for cycle in list(self._posted):
            before = self._read([cycle]).get(cycle) or CycleLedger(cycle)
            after = self._with_postings(before)
            if _differ(before.entries, after.entries):
                fold.cycles.append(self._change(cycle, before, after))
                yield after

    def _with_postings(self, ledger: CycleLedger) -> CycleLedger:
        for closed, postings in self._posted.pop(ledger.id, ()):
            ledger = replace(ledger, entries=with_late_work(ledger, closed, postings))
        return ledger

    def _with_source(self, stored: Sequence[Entry], entries: Iterable[Entry]) -> tuple[Entry, ...]:
        return (*(entry for entry in stored if entry.source != self._source), *entries)

    def _bearer(self, retainer: Retainer) -> date | None:
        """First day of the cycle that bears late work: today's, or the last one while it is not closed."""
        if retainer.late_work is LateWorkRule.WRITE_OFF:
            return None
        first = self._book.head.standing(retainer.id).closed_before or retainer.starts_on
        periods = periods_between(retainer, first, max(today(self._now, retainer.zone), first))
        return periods[-1].start if periods else None

    def _may_bear(self, cycle: CycleId) -> bool:
        """Whether late work may come to stand in the cycle: it waits until all closed ones are through."""
        before = self._book.head.standing(cycle.retainer).closed_before
        return before is not None and cycle.start >= before

    def _is_closed(self, cycle: CycleId, start: date) -> bool:
        before = self._book.head.standing(cycle.retainer).closed_before
        return before is not None and start < before

    def _change(self, cycle: CycleId, before: CycleLedger | None, after: CycleLedger | None) -> CycleChange:
        used = self._used(before) if before else 0
        return CycleChange(cycle.retainer, cycle.start, used, self._used(after) if after else used)

    def _used(self, ledger: CycleLedger) -> int:
        if ledger.frozen is not None:
            return ledger.frozen.statement.figures.used_seconds
        return used_seconds(self._retainers[ledger.id.retainer], ledger.entries, self._book.aliases)

    def _beside(self, cycle: CycleId) -> Iterator[CycleId]:
        """The cycles of the client's other retainers on the same days: where a double would stand."""
        period = period_of(self._retainers[cycle.retainer], cycle.start)
        for retainer in self._retainers.values():
            if period is not None and retainer.id != cycle.retainer:
                for near in periods_between(retainer, period.start, period.end - timedelta(days=1)):
                    yield CycleId(retainer.id, near.start)


def _differ(before: Sequence[Entry], after: Sequence[Entry]) -> bool:
    if not before:
        return bool(after)
    return Counter(before) != Counter(after)


def _late_entry(closed: CycleId, posting: LatePosting) -> LateEntry:
    return LateEntry(closed.retainer, posting.day, posting.name, posting.seconds, posting.posted_to)
