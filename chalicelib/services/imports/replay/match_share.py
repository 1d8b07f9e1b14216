"""Matches one client's rows of an export with the entries counted so far. Pure: nothing is written.

Matching takes one cycle at a time, so that a file of any length needs only the memory of its largest cycle: first
within each cycle, then, for rows left over, across all of them.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.entry_content import Workers
from chalicelib.domain.ids import CycleId, ImportId
from chalicelib.domain.match_table import Matching, Outcome, Pair, Placed
from chalicelib.domain.reconcile import likely_edits, match_cycle, match_leftovers
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.zone_shift import ShiftEvidence, ZoneOffset
from chalicelib.services.imports.replay.spool import IN_MEMORY, SpooledEntries
from chalicelib.services.imports.replay.unmatched import Unmatched
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import PROBLEM_LIMIT, MissingEntry, StartEdit
from chalicelib.services.store.source_ids import Hashes, hashes_of

Counted = Callable[[CycleId], Sequence[Entry]]
"""The entries that a cycle counts so far of the file's source and its predecessors."""
MatchedCycle = tuple[CycleId, list[Entry] | None]
"""A cycle with all its entries of these sources from now on; None: they do not change."""


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
    lines: dict[CycleId, "array[int]"] = field(default_factory=lambda: defaultdict(lambda: array("I")))
    """The line in the file of each of its rows, by cycle, in the order of `rows`."""

    def cycles(self) -> list[CycleId]:
        """The cycles that the file covers, in order."""
        return self.rows_by_cycle.cycles_of(self.book.client.id)

    def rows(self, cycle: CycleId) -> list[Entry]:
        """The file's entries in one of them."""
        return self.rows_by_cycle.entries(cycle)

    def lines_of(self, rows: Iterable[Placed]) -> dict[Placed, int]:
        """The lines in the file of some of its rows; of twins, the first."""
        wanted = set(rows)
        found: dict[Placed, int] = {}
        for cycle in {one.cycle for one in wanted}:
            for entry, line in zip(self.rows(cycle), self.lines[cycle], strict=True):
                if (placed := Placed(cycle, entry)) in wanted:
                    found.setdefault(placed, line)
        return found


@dataclass(slots=True)
class Tally:
    """The outcome for the rows of one client."""

    counted: Counter[str] = field(default_factory=Counter)
    """The number of rows by their outcome, a field of `Counts`; those left out belong to the whole file."""
    missing_entries: list[MissingEntry] = field(default_factory=list)
    """Likely edits first."""
    zone: ShiftEvidence | None = field(default=None, compare=False)
    """What the file says about its time zone; None: that it differs is known, or there is nothing to compare with."""

    def count(self, outcome: str, rows: Iterable[Entry]) -> None:
        """Count rows with one outcome; rows that a rule excludes count as excluded, whatever their outcome."""
        self.counted.update("excluded" if entry.pool is Pool.EXCLUDED else outcome for entry in rows)

    def count_pairs(self, pairs: Sequence[Pair]) -> None:
        """Count rows with a matching entry."""
        for outcome in Outcome:
            self.count(outcome.value, (pair.result for pair in pairs if pair.outcome is outcome))

    def miss(
        self, cycle: CycleId, entry: Entry, *, removed: bool, is_blocked: bool, edit: StartEdit | None = None
    ) -> None:
        """Count an entry that the file does not repeat, and keep it while there is room.

        One that is blocked takes the place of another one: the report must know of it. So does a likely edit.
        """
        self.counted["missing"] += 1
        missing = replace(missing_entry(cycle, entry), removed=removed, is_blocked=is_blocked, edit=edit)
        listed = self.missing_entries
        if edit is not None:
            listed.insert(sum(one.edit is not None for one in listed), missing)
            if len(listed) > PROBLEM_LIMIT:
                del listed[-2 if listed[-1].is_blocked else -1]
        elif len(listed) < PROBLEM_LIMIT:
            listed.append(missing)
        elif is_blocked and not listed[-1].is_blocked:
            listed[-1] = missing

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
        source: str | None = None,
        edits: Sequence[ZoneOffset] | None = None,
    ) -> None:
        """Match the share's rows with what is counted in some cycles.

        Args:
            share: the file's rows.
            scope: the cycles to compare with, including the file's.
            counted: what a cycle counts of the source and its predecessors.
            complete: whether missing entries are removed at once.
            elsewhere: those cycles of the scope in which only the ids of the file's rows are looked for.
            source: the one whose entries can be missing; None: all.
            edits: rows replace entries that are equal but for their start, also at these offsets; None: they do not.
        """
        self.tally = Tally()
        self._elsewhere = frozenset(elsewhere)
        self._ids: set[str | None] = set()
        self._share = share
        self._scope = scope
        self._counted = counted
        self._complete = complete
        self._takes_edits, self._shift = edits is not None, edits or ()
        self._source = source
        self._first, self._last = date.max, date.min
        self._edits: dict[Placed, list[StartEdit]] = {}
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
        evidence = ShiftEvidence(self._first, self._last, self._workers)
        self.tally.zone = None if self._shift else evidence
        left, waiting = Unmatched(), []
        for cycle in self._scope:
            matching = self._match(cycle)
            evidence.see(matching)
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
            every = (row for cycle in self._own for row in self._share.rows(cycle))
            there = {entry.source_id for cycle in self._elsewhere for entry in self._counted(cycle) if entry.source_id}
            self._ids = {row.source_id for row in every if row.source_id in there}
        for cycle in self._scope:
            self._workers.learn(self._counted(cycle))
            if cycle in self._own:
                rows = self._share.rows(cycle)
                self._workers.learn(rows)
                days = [entry.date for entry in rows]
                self._first, self._last = min(self._first, *days), max(self._last, *days)
        self._blocked = {(self._workers.of_name(name), day) for name, day in self._share.blocked}
        return True

    def _match(self, cycle: CycleId) -> Matching:
        """The matching of a cycle; cached while there is room."""
        found = self._matchings.get(cycle)
        if found is None:
            rows, (old, _) = self._share.rows(cycle), self._compared(cycle)
            found = match_cycle(cycle, old, rows, self._workers, shift=self._shift)
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
        for cycle in self._own:
            self._mentioned |= {self._day(entry) for entry in self._share.rows(cycle)}
        old, new = left.candidates(self._workers)
        matching = match_leftovers(old, new, self._first, self._last, self._workers, shift=self._shift)
        edits = likely_edits(matching.old_left, matching.new_left, self._workers)
        lines = self._share.lines_of(pair.new for pair in edits)
        for pair in edits:
            starts = pair.old.entry.start or 0, pair.new.entry.start or 0
            self._edits.setdefault(pair.old, []).append(StartEdit(lines[pair.new], *starts))
        return matching.pairs

    def _goes(self, cycle: CycleId, entry: Entry) -> bool:
        """Whether an unmatched entry is removed; lists it if it counts as missing."""
        worker, day = self._day(entry)
        if (worker, day) not in self._mentioned or cycle in self._elsewhere:
            return False
        if self._source not in (None, entry.source):  # a predecessor's, of another file
            return False
        is_blocked = not self._blocked.isdisjoint({(worker, day), ("", day)})
        edits = self._edits.get(Placed(cycle, entry))
        edit = edits.pop() if edits else None
        removed = (self._complete or (self._takes_edits and edit is not None)) and not is_blocked
        self.tally.miss(cycle, entry, removed=removed, is_blocked=is_blocked, edit=edit)
        return removed

    def _day(self, entry: Entry) -> tuple[str, date]:
        return self._workers.key(entry), entry.date


def _take(left: Counter[Placed], placed: Placed) -> bool:
    """Remove one from the multiset, if present."""
    if not left.get(placed):
        return False
    left[placed] -= 1
    return True
