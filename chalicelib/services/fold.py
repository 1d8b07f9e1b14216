"""The ledger of one client and source as the fold of its imports (docs/imports.md, "The fold").

    fold_on_top   the newest file: onto what is counted
    fold_anew     a file that arrives late, an undo: all of the source's imports again, from the kept originals

Nothing is written here. A fold goes through its cycles while somebody takes them, so that a large one is never in
memory as a whole.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from chalicelib.domain.calendar import period_of, periods_between
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId, ImportId
from chalicelib.domain.used_time import used_seconds
from chalicelib.services.cycle_reader import CycleReader, ReadCycles, by_time
from chalicelib.services.find_doubles import find_doubles
from chalicelib.services.fold_share import Folded, FoldedShare, Tally, missing_entry
from chalicelib.services.import_record import PROBLEM_LIMIT, CycleChange, LikelyDouble, MissingEntry
from chalicelib.services.ports import ClientBook
from chalicelib.services.row_shelf import RowShelf
from chalicelib.services.stage_rows import Share


class Fold:
    """What an import makes of one client's ledger: its changed cycles, and what the report tells of them."""

    def __init__(self, run: Callable[["Fold"], Iterator[CycleLedger]]) -> None:
        self.tally = Tally()
        self.cycles: list[CycleChange] = []
        """The cycles that the file spoke about or changed, before → after."""
        self.doubles: list[LikelyDouble] = []
        self._run = run

    def changed(self) -> Iterator[CycleLedger]:
        """The cycles to write, with the version that was read; once they are through, the fold's figures stand."""
        yield from self._run(self)
        self.cycles.sort(key=lambda change: (change.retainer, change.start))


def scope_of(share: Share) -> list[CycleId]:
    """The cycles to compare a file with: its own and their neighbours, in all retainers of its scope."""
    own = share.cycles()
    found: set[CycleId] = set(own)
    retainers = {retainer.id: retainer for retainer in share.book.retainers}
    for cycle in own:
        period = period_of(retainers[cycle.retainer], cycle.start)
        if period is not None:
            for retainer in share.scope:
                near = periods_between(retainer, period.start - timedelta(days=1), period.end)
                found |= {CycleId(retainer.id, one.start) for one in near}
    return by_time(found)


class Step(NamedTuple):
    """One import in the fold: a client's share of its file."""

    share: Share
    complete: bool
    """Whether what the file does not repeat goes at once."""
    import_id: ImportId
    is_own: bool = False
    """Whether the fold's tally is this one's."""


def fold_on_top(share: Share, source: str, read: ReadCycles, *, complete: bool) -> Fold:
    """Fold the newest file onto what is counted."""

    def run(fold: Fold) -> Iterator[CycleLedger]:
        scope = scope_of(share)
        stored = _Stored(share.book, source, read, scope)
        folded = FoldedShare(share, scope, stored.of_source, complete=complete)
        yield from stored.changed(fold, folded.cycles())
        fold.tally = folded.tally

    return Fold(run)


def fold_anew(
    book: ClientBook, steps: Iterable[Step], touched: Collection[CycleId], source: str, read: ReadCycles
) -> Fold:
    """Fold all imports of a client and source in their order.

    `touched`: the cycles that any of them ever spoke about; what no import brings any more leaves them.
    """

    def run(fold: Fold) -> Iterator[CycleLedger]:
        state, spoken = RowShelf(), set[CycleId]()
        brought: set[MissingEntry] = set()
        for share, complete, import_id, is_own in steps:
            folded = FoldedShare(share, scope_of(share), state.entries, complete=complete)
            for cycle, entries in folded.cycles():
                if entries is not None:
                    state.replace(cycle, entries)
            if is_own:
                spoken, fold.tally = set(share.cycles()), folded.tally
                brought = {missing_entry(cycle, entry) for cycle in spoken for entry in share.rows(cycle)}
            else:
                fold.tally.miss_later(brought.intersection(folded.tally.missing_entries), import_id)
        cycles = by_time({*touched, *state.cycles()})
        yield from _Stored(book, source, read, cycles).changed(
            fold, ((cycle, state.entries(cycle)) for cycle in cycles), spoken
        )

    return Fold(run)


class _Stored:
    """A client's stored cycles, and what a fold changes of them."""

    def __init__(self, book: ClientBook, source: str, read: ReadCycles, cycles: Sequence[CycleId]) -> None:
        self._retainers = {retainer.id: retainer for retainer in book.retainers}
        self._aliases = book.aliases
        self._source = source
        beside = {other for cycle in cycles for other in self._beside(cycle)}
        self._reader = CycleReader(read, {*cycles, *beside})

    def of_source(self, cycle: CycleId) -> Sequence[Entry]:
        """What the cycle counts of the source."""
        return _of_source(self._reader.get(cycle), self._source)

    def changed(
        self, fold: Fold, cycles: Iterable[Folded], spoken: Collection[CycleId] | None = None
    ) -> Iterator[CycleLedger]:
        """The cycles that differ from what is stored.

        The fold lists these and, of the others, those in `spoken` (None: all).
        """
        for cycle, entries in cycles:
            before = self._reader.get(cycle)
            after = None if entries is None else _with_source(before or CycleLedger(cycle), self._source, entries)
            if after is not None and not _differs(before, after):
                after = None
            if after is not None or spoken is None or cycle in spoken:
                fold.cycles.append(self._change(cycle, before, after))
            if after is not None:
                room = PROBLEM_LIMIT - len(fold.doubles)
                beside = (ledger for other in self._beside(cycle) if (ledger := self._reader.get(other)))
                fold.doubles += find_doubles(before, after, beside, self._source, most=room, aliases=self._aliases)
                yield after

    def _change(self, cycle: CycleId, before: CycleLedger | None, after: CycleLedger | None) -> CycleChange:
        used = self._used(before) if before else 0
        return CycleChange(cycle.retainer, cycle.start, used, self._used(after) if after else used)

    def _used(self, ledger: CycleLedger) -> int:
        return used_seconds(self._retainers[ledger.id.retainer], ledger.entries, self._aliases)

    def _beside(self, cycle: CycleId) -> Iterator[CycleId]:
        """The cycles of the client's other retainers on the same days: where a double would stand."""
        period = period_of(self._retainers[cycle.retainer], cycle.start)
        for retainer in self._retainers.values():
            if period is not None and retainer.id != cycle.retainer:
                for near in periods_between(retainer, period.start, period.end - timedelta(days=1)):
                    yield CycleId(retainer.id, near.start)


def _of_source(ledger: CycleLedger | None, source: str) -> Sequence[Entry]:
    return [entry for entry in ledger.entries if entry.source == source] if ledger else ()


def _with_source(ledger: CycleLedger, source: str, entries: Sequence[Entry]) -> CycleLedger:
    others = [entry for entry in ledger.entries if entry.source != source]
    return replace(ledger, entries=(*others, *entries))


def _differs(before: CycleLedger | None, after: CycleLedger) -> bool:
    if before is None or not before.entries:
        return bool(after.entries)
    return Counter(before.entries) != Counter(after.entries)
