"""A client's ledger as the result of its imports in their order (docs/imports.md, "The replay").

    add_file     the newest file: applied to the counted entries
    replay       a file that arrives late, a decision: all imports of the source again, from the kept originals

Pure: values in, a `LedgerUpdate` out.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.calendar import period_of, periods_between
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId, ImportId
from chalicelib.services.imports.replay.apply_to_cycles import CycleUpdates, LedgerUpdate
from chalicelib.services.imports.replay.match_share import MatchedShare, Share, Tally, missing_entry
from chalicelib.services.imports.replay.spool import SpooledEntries, StoredCycles, by_time
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.source_ids import Hashes, SourceIds, hashes_of


def scope_of(share: Share, elsewhere: Collection[CycleId] = ()) -> list[CycleId]:
    """The cycles to compare a file with: its own and their neighbours, in all retainers of its scope.

    And those `elsewhere` in which ids of its rows stand.
    """
    own = share.cycles()
    found: set[CycleId] = {*own, *elsewhere}
    retainers = {retainer.id: retainer for retainer in share.book.retainers}
    for cycle in own:
        period = period_of(retainers[cycle.retainer], cycle.start)
        if period is not None:
            for retainer in share.scope:
                near = periods_between(retainer, period.start - timedelta(days=1), period.end)
                found |= {CycleId(retainer.id, one.start) for one in near}
    return by_time(found)


def standing_elsewhere(share: Share, ids: SourceIds | None) -> set[CycleId]:
    """The cycles that nothing but the ids of the file's rows leads to."""
    standing = ids.standing(share.ids) if ids else set()
    return standing.difference(scope_of(share)) if standing else standing


def add_file(
    share: Share, source: str, stored: StoredCycles, now: datetime, *, complete: bool, ids: SourceIds | None = None
) -> LedgerUpdate:
    """Apply the newest file to the counted entries.

    Args:
        share: the file's rows for the client.
        source: the tool that it came from.
        stored: the ledger, at least `cycles_to_read` of the file's scope.
        now: says which cycle is open.
        complete: whether entries that the file does not repeat are removed at once.
        ids: where the ids of the source stand; None: the file has none.
    """
    elsewhere = standing_elsewhere(share, ids)

    def counted(cycle: CycleId) -> list[Entry]:
        ledger = stored.get(cycle)
        return [entry for entry in ledger.latest_reported if entry.source == source] if ledger else []

    scope = scope_of(share, elsewhere)
    matched = MatchedShare(share, scope, counted, complete=complete, elsewhere=elsewhere)
    updates = CycleUpdates(share.book, source, stored, now)
    for cycle, entries in matched.cycles():
        updates.take(cycle, entries)
    return updates.finish(matched.tally)


class Step(NamedTuple):
    """One import in a replay: a client's share of its file."""

    share: Share
    complete: bool
    """Whether entries that the file does not repeat are removed at once."""
    import_id: ImportId
    is_own: bool = False
    """Whether the report takes its tally from this step."""


@dataclass(slots=True)
class Replayed:
    """The result of replaying all imports of a client and source, before it is compared with the ledger."""

    entries: SpooledEntries = field(default_factory=SpooledEntries)
    """Every entry that counts from now on, by cycle."""
    cycles: list[CycleId] = field(default_factory=list)
    """The cycles with entries, and those that lose all of theirs."""
    own: set[CycleId] = field(default_factory=set)
    """The cycles that the report's own file covers."""
    tally: Tally = field(default_factory=Tally)


class Standing:
    """What the imports that were replayed so far count, with where their ids stand."""

    def __init__(self, entries: SpooledEntries) -> None:
        self._entries = entries
        self._ids: dict[CycleId, Hashes] = {}

    def match(self, share: Share, *, complete: bool) -> MatchedShare:
        """The next share, matched with what is counted."""
        elsewhere = standing_elsewhere(share, SourceIds(share.book.client.id, "", cycles=self._ids))
        scope = scope_of(share, elsewhere)
        return MatchedShare(share, scope, self._entries.entries, complete=complete, elsewhere=elsewhere)

    def replace(self, cycle: CycleId, entries: list[Entry]) -> None:
        """What the cycle counts from now on."""
        self._entries.replace(cycle, entries)
        self._ids[cycle] = hashes_of(entries)


def replay(steps: Iterable[Step], touched: Collection[CycleId]) -> Replayed:
    """Replay all imports of a client and source, one after the other.

    Args:
        steps: in order; each may be large, so they should be opened lazily.
        touched: the cycles that any of them ever covered; entries that no import brings any more are removed from them.
    """
    result = Replayed()
    brought = set()
    standing = Standing(result.entries)
    for share, complete, import_id, is_own in steps:
        matched = standing.match(share, complete=complete)
        for cycle, entries in matched.cycles():
            if entries is not None:
                standing.replace(cycle, entries)
        if is_own:
            result.own, result.tally = set(share.cycles()), matched.tally
            brought = {missing_entry(cycle, entry) for cycle in result.own for entry in share.rows(cycle)}
        else:
            result.tally.miss_later(brought.intersection(matched.tally.missing_entries), import_id)
    result.cycles = by_time({*touched, *result.entries.cycles()})
    return result


def change_of(steps: Iterable[Step], import_id: ImportId) -> dict[CycleId, tuple[list[Entry], list[Entry]]]:
    """What one of the imports changed at its place among the others: the entries of each cycle before and after it."""
    entries = SpooledEntries()
    standing = Standing(entries)
    for share, complete, step_id, _ in steps:
        matched = standing.match(share, complete=complete)
        changes = {}
        for cycle, after in matched.cycles():
            if after is not None:
                changes[cycle] = entries.entries(cycle), after
                standing.replace(cycle, after)
        if step_id == import_id:
            return changes
    return {}


def update_of(replayed: Replayed, book: ClientBook, source: str, stored: StoredCycles, now: datetime) -> LedgerUpdate:
    """The changes of a replay to the ledger; `stored` holds at least `cycles_to_read` of its cycles."""
    updates = CycleUpdates(book, source, stored, now, reported=replayed.own)
    for cycle in replayed.cycles:
        updates.take(cycle, replayed.entries.entries(cycle))
    return updates.finish(replayed.tally)
