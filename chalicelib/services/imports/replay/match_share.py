"""Matches one client's rows of an export with the entries counted so far. Pure: nothing is written.

Matching takes one cycle at a time, so that a file of any length needs only the memory of its largest cycle: first
within each cycle, then, for rows left over, across all of them.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.entry_content import Workers
from chalicelib.domain.ids import CycleId, ImportId
from chalicelib.domain.match_table import Matching, Outcome, Pair, Placed
from chalicelib.domain.reconcile import match_cycle, match_leftovers
from chalicelib.domain.retainer import Retainer
from chalicelib.services.imports.replay.spool import IN_MEMORY, SpooledEntries
from chalicelib.services.imports.replay.unmatched import Unmatched
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import PROBLEM_LIMIT, MissingEntry
from chalicelib.services.store.source_ids import Hashes, hashes_of

Counted = Callable[[CycleId], Sequence[Entry]]
"""The entries of the file's source that a cycle counts so far."""
MatchedCycle = tuple[CycleId, list[Entry] | None]
"""A cycle with all its entries of the source from now on; None: they do not change."""


@dataclass(slots=True)
class Share:
    """What the file says about one client."""

    book: ClientBook
    scope: tuple[Retainer, ...]
    """The retainers between which a row may have moved: the folder's, or all of the client's."""
    rows_by_cycle: SpooledEntries = field(default_factory=SpooledEntries)
    """The whole file's, including other clients'."""
    blocked: set[tuple[str, date]] = field(default_factory=set)
    """Workers' days with a row that could not be imported: nothing is removed there. "" means every worker."""

    ids: Hashes = field(default_factory=hashes_of)
    """The hashes of its rows' ids (services/store/source_ids.py); empty for a source without ids."""

    def cycles(self) -> list[CycleId]:
        """The cycles that the file covers, in order."""
        return self.rows_by_cycle.cycles_of(self.book.client.id)

    def rows(self, cycle: CycleId) -> list[Entry]:
        """The file's entries in one of them."""
        return self.rows_by_cycle.entries(cycle)


@dataclass(slots=True)
class Tally:
    """The outcome for the rows of one client."""

    counted: Counter[str] = field(default_factory=Counter)
    """The number of rows by their outcome, a field of `Counts`; those left out belong to the whole file."""
    missing_entries: list[MissingEntry] = field(default_factory=list)

    def count(self, outcome: str, rows: Iterable[Entry]) -> None:
        """Count rows with one outcome; rows that a rule excludes count as excluded, whatever their outcome."""
        self.counted.update("excluded" if entry.pool is Pool.EXCLUDED else outcome for entry in rows)

    def count_pairs(self, pairs: Sequence[Pair]) -> None:
        """Count rows with a matching entry."""
        for outcome in Outcome:
            self.count(outcome.value, (pair.result for pair in pairs if pair.outcome is outcome))

    def miss(self, cycle: CycleId, entry: Entry, *, removed: bool, is_blocked: bool) -> None:
        """Count an entry that the file does not repeat, and keep it while there is room.

        One that is blocked takes the place of another one: the report must know of it.
        """
        self.counted["missing"] += 1
        missing = replace(missing_entry(cycle, entry), removed=removed, is_blocked=is_blocked)
        if len(self.missing_entries) < PROBLEM_LIMIT:
            self.missing_entries.append(missing)
        elif is_blocked and not self.missing_entries[-1].is_blocked:
            self.missing_entries[-1] = missing

    def miss_later(self, entries: Collection[MissingEntry], later: ImportId) -> None:
        """Count entries of this file that a later file, already imported, does not repeat."""
        self.counted["missing"] += len(entries)
        room = PROBLEM_LIMIT - len(self.missing_entries)
        self.missing_entries += [replace(entry, not_in=later) for entry in sorted(entries, key=_by_day)[:room]]


def missing_entry(cycle: CycleId, entry: Entry) -> MissingEntry:
    """The entry as a report shows it."""
    return MissingEntry(cycle.retainer, entry.date, entry.worker, entry.seconds, entry.description or "")


def _by_day(entry: MissingEntry) -> tuple[object, ...]:
    return entry.date, entry.retainer, entry.worker, entry.description, entry.seconds


class MatchedShare:
    """A share matched with counted entries: its cycles one at a time, and the tally after the last one."""

    def __init__(
        self,
        share: Share,
        scope: Sequence[CycleId],
        counted: Counted,
        *,
        complete: bool,
        elsewhere: Collection[CycleId] = (),
    ) -> None:
        """Match the share's rows with what is counted in some cycles.

        Args:
            share: the file's rows.
            scope: the cycles to compare with, including the file's.
            counted: what a cycle counts of the source.
            complete: whether missing entries are removed at once.
            elsewhere: those cycles of the scope in which only the ids of the file's rows are looked for.
        """
        self.tally = Tally()
        self._elsewhere = frozenset(elsewhere)
        self._ids: set[str | None] = set()
        self._share = share
        self._scope = scope
        self._counted = counted
        self._complete = complete
        self._own = set(share.cycles())
        self._workers = Workers(share.book.aliases)
        self._matchings: dict[CycleId, Matching] = {}
        self._room = IN_MEMORY
        self._mentioned: set[tuple[str, date]] = set()
        self._blocked: set[tuple[str, date]] = set()

    def cycles(self) -> Iterator[MatchedCycle]:
        """Every cycle that the file covers or changes; can be iterated only once."""
        if not self._learn_workers():
            for cycle in (one for one in self._scope if one in self._own):
                rows = self._share.rows(cycle)
                self.tally.count("new", rows)
                yield cycle, rows
            return
        left, waiting = Unmatched(), []
        for cycle in self._scope:
            matching = self._match(cycle)
            if matching.old_left or matching.new_left:
                left.add(cycle, matching)
                waiting.append(cycle)
            else:
                yield from self._matched(cycle, matching)
        yield from self._across(waiting, left)

    def _learn_workers(self) -> bool:
        """Record the workers' names; returns whether anything is counted so far that rows can be compared with."""
        if not any(self._counted(cycle) for cycle in self._scope):
            return False
        if self._elsewhere:
            rows = (row for cycle in self._own for row in self._share.rows(cycle))
            there = {entry.source_id for cycle in self._elsewhere for entry in self._counted(cycle) if entry.source_id}
            self._ids = {row.source_id for row in rows if row.source_id in there}
        for cycle in self._scope:
            self._workers.learn(self._counted(cycle))
            if cycle in self._own:
                self._workers.learn(self._share.rows(cycle))
        self._blocked = {(self._workers.of_name(name), day) for name, day in self._share.blocked}
        return True

    def _match(self, cycle: CycleId) -> Matching:
        """The matching of a cycle; cached while there is room."""
        found = self._matchings.get(cycle)
        if found is None:
            rows, (old, _) = self._share.rows(cycle), self._compared(cycle)
            found = match_cycle(cycle, old, rows, self._workers)
            size = len(old) + len(rows)
            if size <= self._room:
                self._room -= size
                self._matchings[cycle] = found
        return found

    def _compared(self, cycle: CycleId) -> tuple[Sequence[Entry], Sequence[Entry]]:
        """What a cycle counts: the entries that the file's rows are compared with, and the others."""
        counted = self._counted(cycle)
        if cycle not in self._elsewhere:
            return counted, ()
        return (
            [entry for entry in counted if entry.source_id in self._ids],
            [entry for entry in counted if entry.source_id not in self._ids],
        )

    def _matched(
        self, cycle: CycleId, matching: Matching, kept: Sequence[Entry] = (), came: Sequence[Entry] = ()
    ) -> Iterator[MatchedCycle]:
        """The cycle, if the file covers or changes it; `kept`: the entries of `old_left` that still count."""
        self.tally.count("unchanged", matching.same)
        self.tally.count_pairs(matching.pairs)
        if came or len(kept) < len(matching.old_left) or any(pair.result != pair.old.entry for pair in matching.pairs):
            _, others = self._compared(cycle)
            yield cycle, [*matching.same, *(pair.result for pair in matching.pairs), *kept, *came, *others]
        elif cycle in self._own:
            yield cycle, None

    def _across(self, waiting: Sequence[CycleId], left: Unmatched) -> Iterator[MatchedCycle]:
        pairs = self._pair_across(left) if waiting else ()
        self.tally.count_pairs(pairs)
        gone, taken = Counter(pair.old for pair in pairs), Counter(pair.new for pair in pairs)
        arrived: dict[CycleId, list[Entry]] = {}
        for pair in pairs:
            arrived.setdefault(pair.new.cycle, []).append(pair.result)
        for cycle in waiting:
            matching = self._match(cycle)
            new = [placed.entry for placed in matching.new_left if not _take(taken, placed)]
            self.tally.count("new", new)
            kept = [p.entry for p in matching.old_left if not _take(gone, p) and not self._goes(cycle, p.entry)]
            yield from self._matched(cycle, matching, kept, [*new, *arrived.get(cycle, ())])

    def _pair_across(self, left: Unmatched) -> Sequence[Pair]:
        """The pairs across cycles; also records the workers' days that the file mentions."""
        days: set[date] = set()
        for cycle in self._own:
            rows = self._share.rows(cycle)
            self._mentioned |= {self._day(entry) for entry in rows}
            days |= {entry.date for entry in rows}
        old, new = left.candidates(self._workers)
        return match_leftovers(old, new, min(days), max(days), self._workers).pairs

    def _goes(self, cycle: CycleId, entry: Entry) -> bool:
        """Whether an unmatched entry is removed; lists it if it counts as missing."""
        worker, day = self._day(entry)
        if (worker, day) not in self._mentioned or cycle in self._elsewhere:
            return False
        is_blocked = not self._blocked.isdisjoint({(worker, day), ("", day)})
        removed = self._complete and not is_blocked
        self.tally.miss(cycle, entry, removed=removed, is_blocked=is_blocked)
        return removed

    def _day(self, entry: Entry) -> tuple[str, date]:
        return self._workers.key(entry), entry.date


def _take(left: Counter[Placed], placed: Placed) -> bool:
    """Remove one from the multiset, if present."""
    if not left.get(placed):
        return False
    left[placed] -= 1
    return True
