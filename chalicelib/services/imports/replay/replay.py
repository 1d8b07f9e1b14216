"""The ledger of one client and source as the fold of its imports (docs/imports.md, "The fold").

    fold_on_top   the newest file: onto what is counted
    fold_anew     a file that arrives late, an undo: all of the source's imports again, from the kept originals

Nothing is written here. A fold goes through its cycles while somebody takes them, so that a large one is never in
memory as a whole.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.domain.calendar import period_of, periods_between
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import CycleId, ImportId
from chalicelib.services.imports.replay.apply_to_cycles import Fold, StoredCycles
from chalicelib.services.imports.replay.cycle_reader import ReadCycles, by_time
from chalicelib.services.imports.replay.match_share import FoldedShare, missing_entry
from chalicelib.services.imports.replay.share import Share
from chalicelib.services.imports.replay.spooled_entries import RowShelf
from chalicelib.services.store.books import ClientBook

if TYPE_CHECKING:
    from chalicelib.services.store.import_record import MissingEntry


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


def fold_on_top(share: Share, source: str, read: ReadCycles, now: datetime, *, complete: bool) -> Fold:
    """Fold the newest file onto what is counted; `now` says which cycle is open."""

    def run(fold: Fold) -> Iterator[CycleLedger]:
        scope = scope_of(share)
        stored = StoredCycles(share.book, source, read, scope, now)
        folded = FoldedShare(share, scope, stored.of_source, complete=complete)
        yield from stored.changed(fold, folded.cycles())
        fold.tally = folded.tally

    return Fold(run)


def fold_anew(
    book: ClientBook,
    steps: Iterable[Step],
    touched: Collection[CycleId],
    source: str,
    *,
    read: ReadCycles,
    now: datetime,
) -> Fold:
    """Fold all imports of a client and source in their order; `now` says which cycle is open.

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
        yield from StoredCycles(book, source, read, cycles, now).changed(
            fold, ((cycle, state.entries(cycle)) for cycle in cycles), spoken
        )

    return Fold(run)
