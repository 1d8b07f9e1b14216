"""The imports of a client and source in order, read again from the kept originals."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.domain.calendar import periods_between, today
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.late_entries import counts_change
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.imports.open_file import OpenedFile, open_dropped
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.progress import Stage
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate, cycles_to_read
from chalicelib.services.imports.replay.replay import Step, change_of, replay, update_of
from chalicelib.services.imports.replay.spool import StoredCycles, by_time
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.import_record import DroppedFile, Imported, accepts_missing, import_id, is_undone
from chalicelib.services.store.source_ids import SourceIds, ids_in


class LostOriginalError(HourTabError):
    """An import that counts cannot be read again: its file or its client's set-up has changed."""

    def __init__(self, file: DroppedFile, refusal: Refusal) -> None:
        super().__init__(f"{file.key} was imported before and cannot be read again: {refusal.reason}")

    def as_refusal(self) -> Refusal:
        """Why the file that must be replayed with it does not count yet."""
        return Refusal(RefusalKind.LOST_ORIGINAL, f"A newer export came first, and {self} Then retry this import.")


def imports_of_source(ports: ImportPorts, client: ClientId, source: str, head: ClientHead) -> list[Imported]:
    """The client's imports of a source, in order; the newest are read by id, because the list may lag behind."""
    listed = {one.id: one for one in ports.log.list_of_client(client)}
    for unlisted in set(head.recent) - listed.keys():
        part = next((part for part in ports.log.read_parts(unlisted) if part.client == client), None)
        if found := part or ports.log.read(unlisted):
            listed[unlisted] = found
    return sorted((one for one in listed.values() if one.source == source), key=lambda one: one.file.order)


def cycles_of(imports: Iterable[Imported]) -> set[CycleId]:
    """The cycles that the imports cover."""
    return {CycleId(change.retainer, change.start) for one in imports for change in one.cycles}


def replay_originals(
    ports: ImportPorts,
    book: ClientBook,
    source: str,
    imports: Sequence[Imported],
    own: tuple[DroppedFile, Step] | None = None,
) -> LedgerUpdate:
    """The update of the client's ledger that replaying these imports gives, except the undone ones.

    Args:
        ports: give access to the originals and the ledger.
        book: the client's, with its current head.
        source: the tool that the imports came from.
        imports: all of client and source, including undone ones, whose entries must be removed from the ledger.
        own: a file with its step, which replaces its earlier entries.

    Raises:
        LostOriginalError: an original can no longer be read.
    """
    now = ports.clock()
    replayed = replay(_steps(ports, book.client.id, imports, own), cycles_of(imports))
    return update_of(replayed, book, source, stored_cycles(ports, book, replayed.cycles, now), now)


def closed_cycle_that_counts(ports: ImportPorts, book: ClientBook, imported: Imported) -> CycleId | None:
    """A closed cycle that counts something of an import, beyond what the import only repeated; None: there is none."""
    source, client = imported.source or "", book.client.id
    changes = change_of(_steps(ports, client, imports_of_source(ports, client, source, book.head), None), imported.id)
    closed = [cycle for cycle in by_time(changes) if book.head.position(cycle.retainer).has_closed(cycle.start)]
    stored = ports.ledger.read_cycles(closed, book.head.plan)
    return next((one for one in closed if one in stored and counts_change(stored[one], source, *changes[one])), None)


def source_ids(ports: ImportPorts, book: ClientBook, source: str) -> SourceIds:
    """Where the ids of a source stand: the stored index, or one made from all cycles before its first use."""
    client = book.client.id
    found = ports.ledger.read_ids(client, source, book.head.plan)
    if found.version or not book.head.recent:
        return found
    cycles = list(_all_cycles(book, ports.clock()))
    stored = StoredCycles(lambda batch: ports.ledger.read_cycles(batch, book.head.plan), cycles)
    return found.after({cycle: ids_in(ledger, source) for cycle in by_time(cycles) if (ledger := stored.get(cycle))})


def ids_after(
    ports: ImportPorts, book: ClientBook, source: str, update: LedgerUpdate, ids: SourceIds | None = None
) -> SourceIds | None:
    """The index to write with an update; None if the ids stay where they are. `ids`: the index, if it was read."""
    return (ids or source_ids(ports, book, source)).after(update.ids) if update.ids else None


def _all_cycles(book: ClientBook, now: datetime) -> Iterator[CycleId]:
    for retainer in book.retainers:
        last = today(now, retainer.zone) + timedelta(days=1)
        for period in periods_between(retainer, retainer.starts_on, last):
            yield CycleId(retainer.id, period.start)


def stored_cycles(ports: ImportPorts, book: ClientBook, cycles: Collection[CycleId], now: datetime) -> StoredCycles:
    """What an update of these cycles reads, as of the book's head."""

    def read(batch: Collection[CycleId]) -> Mapping[CycleId, CycleLedger]:
        ports.watch.tick(Stage.COMPARING, len(batch))
        return ports.ledger.read_cycles(batch, book.head.plan)

    def look() -> None:
        ports.watch.tick(Stage.COMPARING, 0)

    return StoredCycles(read, cycles_to_read(book, cycles, now), look)


def _steps(
    ports: ImportPorts, client: ClientId, imports: Sequence[Imported], own: tuple[DroppedFile, Step] | None
) -> Iterator[Step]:
    counting = [one for one in imports if not is_undone(one) and not (own and one.id == import_id(own[0]))]
    for imported in counting:
        if own is not None and own[0].order < imported.file.order:
            yield own[1]
            own = None
        opened = _reopened(ports, imported.file)
        share = opened.staged.shares.get(client)
        if share is not None:
            yield Step(share, opened.complete or accepts_missing(imported), imported.id)
    if own is not None:
        yield own[1]


def _reopened(ports: ImportPorts, file: DroppedFile) -> OpenedFile:
    try:
        opened = open_dropped(ports, file)
    except FileNotFoundError:
        opened = Refusal(RefusalKind.LOST_ORIGINAL, "it is no longer in the inbox.")
    if isinstance(opened, Refusal):
        raise LostOriginalError(file, opened)
    return opened
