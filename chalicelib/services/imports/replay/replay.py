"""A client's ledger as the result of its imports in their order (docs/imports.md, "The replay").

    add_file     the newest file: applied to the counted entries
    replay       a file that arrives late, a decision: the imports of the source around it, from the kept originals

Pure: values in, a `LedgerUpdate` out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from chalicelib.domain.calendar import period_of, periods_between
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId, ImportId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.zone_shift import ZoneOffset
from chalicelib.services.imports.replay.apply_to_cycles import CycleUpdates, LedgerUpdate
from chalicelib.services.imports.replay.lineage import Lineage
from chalicelib.services.imports.replay.match_share import MatchedShare, Share, Tally, missing_entry
from chalicelib.services.imports.replay.spool import SpooledEntries, StoredCycles, by_time
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.source_ids import Hashes, SourceIds, cycles_with, hashes_of


def scope_of(share: Share, elsewhere: Collection[CycleId] = ()) -> list[CycleId]:
    """The cycles to compare a file with: its own and their neighbours, in all retainers of its scope.

    And those `elsewhere` in which ids of its rows stand.
    """
    own = share.cycles()
    return by_time({*own, *near_cycles(share.book, own, share.scope), *elsewhere})


def standing_elsewhere(share: Share, ids: SourceIds | None) -> set[CycleId]:
    """The cycles that nothing but the ids of the file's rows leads to."""
    return _elsewhere(share, ids.cycles if ids else {})


def _elsewhere(share: Share, ids: Mapping[CycleId, Hashes]) -> set[CycleId]:
    served = {retainer.id for retainer in share.book.retainers}
    standing = {cycle for cycle in cycles_with(share.ids, ids) if cycle.retainer in served}
    return standing.difference(scope_of(share))


def near_cycles(book: ClientBook, cycles: Iterable[CycleId], scope: Collection[Retainer] | None = None) -> set[CycleId]:
    """The neighbours of these cycles in time, and those on the same days, in the retainers of `scope`.

    `scope` None: those of the same retainer alone.
    """
    retainers = {retainer.id: retainer for retainer in book.retainers}
    found: set[CycleId] = set()
    for cycle in cycles:
        own = retainers.get(cycle.retainer)
        period = period_of(own, cycle.start) if own else None
        if own is not None and period is not None:
            for retainer in [own] if scope is None else scope:
                near = periods_between(retainer, period.start - timedelta(days=1), period.end)
                found |= {CycleId(retainer.id, one.start) for one in near}
    return found


def add_file(
    share: Share,
    lineage: Lineage,
    stored: StoredCycles,
    now: datetime,
    *,
    complete: bool,
    ids: SourceIds | None = None,
    edits: Sequence[ZoneOffset] | None = None,
) -> LedgerUpdate:
    """Apply the newest file to the counted entries.

    Args:
        share: the file's rows for the client.
        lineage: the tool that it came from, with its predecessors.
        stored: the ledger, at least `cycles_to_read` of the file's scope.
        now: says which cycle is open.
        complete: whether entries that the file does not repeat are removed at once.
        ids: where the ids of the source stand; None: the file has none.
        edits: rows replace entries that are equal but for their start, also at these offsets; None: they do not.
    """
    counted = partial(counted_entries, stored, lineage.sources)
    elsewhere = standing_elsewhere(share, ids)
    scope = scope_of(share, elsewhere)
    matched = MatchedShare(
        share,
        scope,
        counted,
        complete=complete,
        elsewhere=elsewhere,
        source=lineage.source,
        edits=edits,
    )
    updates = CycleUpdates(share.book, lineage, stored, now, held=share.rows_by_cycle.held)
    for cycle, entries in matched.cycles():
        updates.take(cycle, entries)
    return updates.finish(matched.tally)


def counted_entries(stored: StoredCycles, sources: Collection[str], cycle: CycleId) -> list[Entry]:
    """The entries of these sources that a stored cycle counts; of a closed one, what was reported of it last."""
    ledger = stored.get(cycle)
    return [entry for entry in ledger.latest_reported if entry.source in sources] if ledger else []


class Step(NamedTuple):
    """One import in a replay: a client's share of its file."""

    share: Share
    complete: bool
    """Whether entries that the file does not repeat are removed at once."""
    import_id: ImportId
    is_own: bool = False
    """Whether this is the file that is imported, whose report takes its tally and the cycles from this step."""
    is_decided: bool = False
    """Whether this is the import that a decision is about, whose missing entries its report lists anew."""
    lineage: Lineage | None = None
    """Its source with its predecessors; None: all imports that are replayed are of one source."""
    edits: Sequence[ZoneOffset] | None = None
    """Its rows replace entries that are equal but for their start, also at these offsets; None: they do not."""


@dataclass(slots=True)
class Replayed:
    """The result of replaying imports of a client and source, before it is compared with the ledger."""

    cycles: list[CycleId]
    """The cycles that were replayed, by time."""
    entries: SpooledEntries = field(default_factory=SpooledEntries)
    """Every entry that counts there from now on, by cycle."""
    own: set[CycleId] = field(default_factory=set)
    """The cycles that the report's own file covers."""
    tally: Tally = field(default_factory=Tally)


class Standing:
    """What the imports that were replayed so far count in some cycles, with where their ids stand."""

    def __init__(self, entries: SpooledEntries, cycles: Collection[CycleId]) -> None:
        self._entries = entries
        self._cycles = cycles
        self._ids: dict[CycleId, Hashes] = {}

    def match(self, step: Step) -> MatchedShare:
        """The next import, matched with what is counted of its source and its predecessors."""
        share, lineage = step.share, step.lineage
        elsewhere = _elsewhere(share, self._ids)
        scope = [cycle for cycle in scope_of(share, elsewhere) if cycle in self._cycles]
        return MatchedShare(
            share,
            scope,
            partial(self.entries, lineage),
            complete=step.complete,
            elsewhere=elsewhere,
            source=lineage and lineage.source,
            edits=step.edits,
        )

    def entries(self, lineage: Lineage | None, cycle: CycleId) -> list[Entry]:
        """What the cycle counts of a lineage."""
        counted = self._entries.entries(cycle)
        return [entry for entry in counted if entry.source in lineage.sources] if lineage else counted

    def replace(self, cycle: CycleId, entries: list[Entry], lineage: Lineage | None) -> None:
        """What the cycle counts of a lineage from now on."""
        if lineage:
            others = (entry for entry in self._entries.entries(cycle) if entry.source not in lineage.sources)
            entries = [*entries, *others]
        self._entries.replace(cycle, entries)
        self._ids[cycle] = hashes_of(entries)


def replay(steps: Iterable[Step], cycles: Collection[CycleId]) -> Replayed:
    """Replay imports of a client and source, one after the other, within some cycles.

    Args:
        steps: all that cover one of the cycles, in order; each may be large, so they should be opened lazily.
        cycles: those to replay, from empty; what the imports say about others is left out.
    """
    result = Replayed(by_time(cycles))
    brought = set()
    standing = Standing(result.entries, cycles)
    for step in steps:
        matched = standing.match(step)
        for cycle, entries in matched.cycles():
            if entries is not None:
                standing.replace(cycle, entries, step.lineage)
        if step.is_own:
            result.own, result.tally = set(step.share.cycles()), matched.tally
            brought = {missing_entry(cycle, entry) for cycle in result.own for entry in step.share.rows(cycle)}
        elif step.is_decided:
            result.tally = matched.tally
        else:
            lacking = {one for one in matched.tally.missing_entries if replace(one, edit=None) in brought}
            result.tally.miss_later(lacking, step.import_id)
    return result


def change_of(
    steps: Iterable[Step], cycles: Collection[CycleId], import_id: ImportId
) -> dict[CycleId, tuple[list[Entry], list[Entry]]]:
    """What one of the imports changed at its place among the others: the entries of each cycle before and after it."""
    entries = SpooledEntries()
    standing = Standing(entries, cycles)
    for step in steps:
        changes = {}
        for cycle, after in standing.match(step).cycles():
            if after is not None:
                changes[cycle] = standing.entries(step.lineage, cycle), after
                standing.replace(cycle, after, step.lineage)
        if step.import_id == import_id:
            return changes
    return {}


def update_of(
    replayed: Replayed, book: ClientBook, lineage: Lineage, stored: StoredCycles, now: datetime
) -> LedgerUpdate:
    """The changes of a replay to the ledger; `stored` holds at least `cycles_to_read` of its cycles.

    `lineage`: the source that the replay is about, with all others whose imports were replayed.
    """
    updates = CycleUpdates(book, lineage, stored, now, reported=replayed.own)
    for cycle in replayed.cycles:
        updates.take(cycle, replayed.entries.entries(cycle))
    return updates.finish(replayed.tally)
