"""The imports of a client and source in order, read again from the kept originals."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.calendar import cycles_so_far
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import CycleId, ImportId
from chalicelib.domain.late_entries import counts_change
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.services.imports.open_file import OpenedFile, open_dropped, retainer_of
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.progress import Stage
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate, cycles_to_read
from chalicelib.services.imports.replay.lineage import Lineage, related
from chalicelib.services.imports.replay.match_share import Share
from chalicelib.services.imports.replay.replay import (
    Replayed,
    Step,
    change_of,
    counted_entries,
    near_cycles,
    replay,
    update_of,
)
from chalicelib.services.imports.replay.spool import StoredCycles, by_time
from chalicelib.services.imports.route_rows import Kept
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.import_record import (
    DroppedFile,
    Imported,
    ListedImport,
    accepts_missing,
    edits_of,
    import_id,
    is_undone,
    listed,
)
from chalicelib.services.store.reading import Reading, Rules, rules_of_client
from chalicelib.services.store.source_ids import SourceIds, ids_in

_PREDECESSORS = {source.name: frozenset(source.predecessors) for source in SOURCES if source.predecessors}
_KEPT_ROWS = 50_000
"""Rows of opened originals that are kept for the case that more cycles have to be replayed; about 35 MB."""


LOST = Refusal(
    RefusalKind.LOST_ORIGINAL, "It is no longer in the inbox, or may not be read there: restore it, or the permission."
)
"""Why a file cannot be read again."""


class LostOriginalError(HourTabError):
    """An import that counts cannot be read again: its file or its client's set-up has changed."""

    def __init__(self, file: DroppedFile, refusal: Refusal) -> None:
        super().__init__(f"{file.key} was imported before and cannot be read again. {refusal.reason}")

    def as_refusal(self) -> Refusal:
        """Why the file that must be replayed with it does not count yet."""
        return Refusal(RefusalKind.LOST_ORIGINAL, f"A newer export came first, and {self} Then retry this import.")


def with_list(ports: ImportPorts, book: ClientBook) -> ClientBook:
    """The book with a head that says that the client's list of imports is complete; the next commit stores it."""
    if book.head.is_listed:
        return book
    if book.head.recent:
        operator = ports.directory.read_operator()
        rules = rules_of_client(book, operator.hints, operator.inbox_rules)
        reading = Reading(ports.log.keep_rules(rules), ports.clock())
        ports.log.list_older_imports(book.client.id, book.head.recent, reading)
    return replace(book, head=replace(book.head, is_listed=True))


def lineage_of(source: str) -> Lineage:
    """The source with those that read its files in older releases."""
    return Lineage(source, _PREDECESSORS.get(source, frozenset()))


def lines_of_source(ports: ImportPorts, book: ClientBook, source: str) -> list[ListedImport]:
    """The lines of the client's imports of a source, in order, without what was dropped before a removal.

    With those of related sources: its predecessors, and sources of the client's imports whose predecessor it is.
    """
    lines = ports.log.list_of_client(book.client.id)
    wanted = related(source, {line.source for line in lines if line.source}, _PREDECESSORS)
    return [counting(book, line) for line in lines if line.source in wanted]


def counting(book: ClientBook, line: ListedImport) -> ListedImport:
    """The line without the cycles of retainers that were removed after the file was dropped."""
    served = {one.id for one in book.retainers if book.counts(one.id.retainer, line.order)}
    return replace(line, cycles=tuple(cycle for cycle in line.cycles if cycle.retainer in served))


def replay_originals(
    ports: ImportPorts,
    book: ClientBook,
    source: str,
    changing: Collection[CycleId],
    *,
    own: tuple[DroppedFile, Step] | None = None,
    decided: Imported | None = None,
) -> LedgerUpdate:
    """The update of the client's ledger that replaying the imports around some cycles gives (docs/decisions/0019).

    Replayed are these cycles, their neighbours, and all cycles of the imports that cover these. A further cycle whose
    entries then differ from the stored ones is taken like these, until none does.

    Args:
        ports: give access to the originals and the ledger.
        book: the client's, with its current head.
        source: the tool that the imports came from.
        changing: the cycles whose entries may change.
        own: a file with its step, which replaces its earlier entries.
        decided: an import with decisions that are not stored yet.

    Raises:
        LostOriginalError: an original that must be replayed can no longer be read.
        StaleWriteError: the set-up has changed meanwhile.
    """
    now = ports.clock()
    around = _Around(ports, book, source, own, decided)
    changing = set(changing)
    while True:
        cycles = around.cycles(changing)
        stored = stored_cycles(ports, book, cycles, now)
        replayed = replay(around.steps(cycles), cycles)
        differing = {cycle for cycle in cycles - changing if _differs(replayed, stored, around.sources, cycle)}
        if not differing:
            lineage = Lineage(source, around.sources)
            return update_of(replayed, around.book_of_decided(), lineage, stored, now)
        changing |= differing


def closed_cycle_that_counts(ports: ImportPorts, book: ClientBook, imported: Imported) -> CycleId | None:
    """A closed cycle that counts something of an import, beyond what the import only repeated; None: there is none."""
    source = imported.source or ""
    around = _Around(ports, book, source, None, imported)
    cycles = around.cycles(listed(imported, book.client.id).cycles)
    changes = change_of(around.steps(cycles), cycles, imported.id)
    closed = [cycle for cycle in by_time(changes) if book.head.position(cycle.retainer).has_closed(cycle.start)]
    stored = ports.ledger.read_cycles(closed, book.head.plan)
    return next((one for one in closed if one in stored and counts_change(stored[one], *changes[one])), None)


def source_ids(ports: ImportPorts, book: ClientBook, source: str) -> SourceIds:
    """Where the ids of a source stand: the stored index, or one made from all cycles before its first use."""
    client = book.client.id
    found = ports.ledger.read_ids(client, source, book.head.plan)
    if found.version or not book.head.recent:
        return found
    cycles = [cycle for retainer in book.retainers for cycle in cycles_so_far(retainer, ports.clock())]
    stored = StoredCycles(lambda batch: ports.ledger.read_cycles(batch, book.head.plan), cycles)
    return found.after({cycle: ids_in(ledger, source) for cycle in by_time(cycles) if (ledger := stored.get(cycle))})


def ids_after(
    ports: ImportPorts, book: ClientBook, source: str, update: LedgerUpdate, ids: SourceIds | None = None
) -> SourceIds | None:
    """The index to write with an update; None if the ids stay where they are. `ids`: the index, if it was read."""
    return (ids or source_ids(ports, book, source)).after(update.ids) if update.ids else None


def stored_cycles(ports: ImportPorts, book: ClientBook, cycles: Collection[CycleId], now: datetime) -> StoredCycles:
    """What an update of these cycles reads, as of the book's head."""

    def read(batch: Collection[CycleId]) -> Mapping[CycleId, CycleLedger]:
        ports.watch.tick(Stage.COMPARING, len(batch))
        return ports.ledger.read_cycles(batch, book.head.plan)

    def look() -> None:
        ports.watch.tick(Stage.COMPARING, 0)

    return StoredCycles(read, cycles_to_read(book, cycles, now), look)


def _differs(replayed: Replayed, stored: StoredCycles, sources: Collection[str], cycle: CycleId) -> bool:
    return Counter(replayed.entries.entries(cycle)) != Counter(counted_entries(stored, sources, cycle))


class _Around:
    """The imports around some cycles, each read once, however often the cycles are extended."""

    def __init__(
        self,
        ports: ImportPorts,
        book: ClientBook,
        source: str,
        own: tuple[DroppedFile, Step] | None,
        decided: Imported | None,
    ) -> None:
        self._ports = ports
        self._book = book
        self._own = own
        self._own_id = import_id(own[0]) if own else None
        self._lines = lines_of_source(ports, book, source)
        self.sources = frozenset({source, *(line.source for line in self._lines if line.source)})
        """Those whose imports are replayed."""
        self._decided_id = decided.id if decided else None
        self._records: dict[ImportId, Imported] = {decided.id: decided} if decided else {}
        self._shares: dict[ImportId, tuple[Share | None, bool]] = {}
        self._room = _KEPT_ROWS
        self._rules: dict[str, Rules] = {}

    def cycles(self, changing: Collection[CycleId]) -> set[CycleId]:
        """These cycles, their neighbours, and all cycles of the imports that cover one of these."""
        near = near_cycles(self._book, changing, self._book.retainers)
        reaching = [one.file.key for one in self._imports({*changing, *near})]
        reaching += [self._own[0].key] if self._own else []
        if all(retainer_of(key) for key in reaching):  # then none of them reaches another retainer
            near = near_cycles(self._book, changing)
        covered = {cycle for line in self._lines if self._covers(line, changing) for cycle in line.cycles}
        return {*changing, *near, *covered}

    def steps(self, cycles: Collection[CycleId]) -> Iterator[Step]:
        """The imports that count and cover one of the cycles, and the own file, in order."""
        own = self._own
        is_alone = len(self.sources) == 1
        for one in self._imports(cycles):
            if own is not None and own[0].order < one.file.order:
                yield own[1]
                own = None
            share, complete = self._opened(one)
            if share is not None:
                is_decided = one.id == self._decided_id
                lineage = None if is_alone else lineage_of(one.source or "")
                yield Step(
                    share,
                    complete or accepts_missing(one),
                    one.id,
                    is_decided=is_decided,
                    lineage=lineage,
                    edits=edits_of(one.decisions),
                )
        if own is not None:
            yield own[1]

    def _imports(self, cycles: Collection[CycleId]) -> list[Imported]:
        """The imports that count and cover one of the cycles, in order."""
        wanted = [line for line in self._lines if self._covers(line, cycles)]
        unread = [line for line in wanted if line.id not in self._records]
        self._records |= {one.id: one for one in self._ports.log.read_listed(self._book.client.id, unread)}
        return [one for line in wanted if not is_undone(one := self._records[line.id])]

    def _covers(self, line: ListedImport, cycles: Collection[CycleId]) -> bool:
        return line.id != self._own_id and any(cycle in cycles for cycle in line.cycles)

    def _opened(self, imported: Imported) -> tuple[Share | None, bool]:
        """The client's share of an original, and whether it is complete; kept while there is room."""
        found = self._shares.get(imported.id)
        if found is None:
            opened = _reopened(self._ports, imported.file, self._kept(imported))
            share = opened.staged.shares.get(self._book.client.id)
            if share is not None and share.book.version != self._book.version:
                raise StaleWriteError(f"The set-up of {self._book.client.id} has changed: run it again.")
            found = share, opened.complete
            if opened.staged.rows <= self._room:
                self._room -= opened.staged.rows
                self._shares[imported.id] = found
        return found

    def book_of_decided(self) -> ClientBook:
        """The book with the choice about late entries that the decided import was read by."""
        decided = self._records[self._decided_id] if self._decided_id else None
        kept = self._kept(decided) if decided else None
        late_work = {one.slug: one.late_work for one in kept.rules.retainers} if kept else {}
        retainers = (
            replace(one, late_work=late_work.get(one.id.retainer, one.late_work)) for one in self._book.retainers
        )
        return replace(self._book, retainers=tuple(retainers))

    def _kept(self, imported: Imported) -> Kept | None:
        """How an import was read before; its line knows it of what an older release read, too."""
        reading = imported.reading or next((line.reading for line in self._lines if line.id == imported.id), None)
        if reading is None:
            return None
        rules = self._rules.get(reading.rules)
        if rules is None:
            rules = self._rules[reading.rules] = self._ports.log.read_rules(reading.rules)
        return Kept(rules, rules.book(self._book), reading.at, imported.source)


def _reopened(ports: ImportPorts, file: DroppedFile, kept: Kept | None) -> OpenedFile:
    try:
        opened = open_dropped(ports, file, kept)
    except FileNotFoundError:
        opened = LOST
    if isinstance(opened, Refusal):
        raise LostOriginalError(file, opened)
    return opened
