"""One client's share of an import: decide on the current ledger, commit, decide again if another writer was first.

    read (book and cycles) → decide → a LedgerUpdate → write

A commit is conditional on the version of the client's head (optimistic locking).
"""

from collections import ChainMap
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TypeVar, cast

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.services.cycles.close_due import close_due, overdue_steps
from chalicelib.services.imports.build_report import FileImport
from chalicelib.services.imports.open_file import OpenedFile
from chalicelib.services.imports.originals import (
    cycles_of,
    ids_after,
    imports_of_source,
    replay_originals,
    source_ids,
    stored_cycles,
)
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate, cycles_to_read
from chalicelib.services.imports.replay.match_share import Share
from chalicelib.services.imports.replay.preview_balances import with_balances
from chalicelib.services.imports.replay.replay import Step, add_file, scope_of, standing_elsewhere
from chalicelib.services.imports.replay.spool import StoredCycles
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.follow_ups import after_hours_changed, after_import
from chalicelib.services.store.import_record import Imported, ImportPart, import_id, is_undone
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.services.store.source_ids import SourceIds

T = TypeVar("T")
_MAX_ATTEMPTS = 8
"""How many attempts may lose to another writer before the delivery goes back to the queue."""


class DoneElsewhereError(HourTabError):
    """The same event was delivered twice at once, and the other delivery has committed the share."""


def commit_share(ports: ImportPorts, imported: FileImport, share: Share, *, is_whole: bool) -> ImportPart:
    """Commit a client's share of a file with its record; for the only client (`is_whole`), with the complete report.

    Raises:
        DoneElsewhereError: another delivery of the same event has committed the share.
        StaleWriteError: other writers won every attempt.
        LostOriginalError: the file arrives late, and an import that must be replayed with it cannot be read again.
    """
    name, source = import_id(imported.file), imported.opened.source

    def attempt(book: ClientBook) -> ImportPart:
        if name in book.head.recent and not imported.again:
            raise DoneElsewhereError
        ids = source_ids(ports, book, source) if share.ids else None
        update = _decide(ports, imported, replace(share, book=book), ids)
        now = ports.clock()
        part = imported.part(book.client.id, update, now)
        record = imported.record([part], now) if is_whole else part
        head = book.head.after(name, imported.file.order, now)
        ids = ids_after(ports, book, source, update, ids)
        write_update(ports, book.client.id, head, update, record, ids=ids, is_first_run=not imported.again)
        return part

    return retry_with_head(ports, share.book, attempt)


def preview_share(ports: ImportPorts, share: Share, opened: OpenedFile) -> LedgerUpdate:
    """A dry run: the changes of the share to the ledger and its balances if it were the newest file.

    Overdue cycles count as closed, as they would be before the file is imported.
    """
    book, now = share.book, ports.clock()
    closed: dict[CycleId, CycleLedger] = {}
    for step in overdue_steps(book, ports.ledger, now):
        closed |= {cycle.id: cycle for cycle in step.commit.cycles}
        book = replace(book, head=step.commit.head)

    def read(cycles: Collection[CycleId]) -> Mapping[CycleId, CycleLedger]:
        stored = ports.ledger.read_cycles(cycles, book.head.plan)
        return ChainMap(closed, cast("dict[CycleId, CycleLedger]", stored))

    share = replace(share, book=book)
    ids = source_ids(ports, book, opened.source) if share.ids else None
    scope = scope_of(share, standing_elsewhere(share, ids))
    wanted = StoredCycles(read, cycles_to_read(book, scope, now))
    update = add_file(share, opened.source, wanted, now, complete=opened.complete, ids=ids)
    return with_balances(update, book, read, now)


def retry_with_head(ports: ImportPorts, book: ClientBook, attempt: Callable[[ClientBook], T]) -> T:
    """The result of `attempt`, which gets the book with its current head and is retried while its write is stale.

    Before that, a half-written commit of the client is finished and overdue cycles are closed, so that rows for them
    count as late.

    Raises:
        StaleWriteError: other writers won every attempt.
    """
    client = book.client.id
    for _ in range(_MAX_ATTEMPTS):
        if book.head.is_behind(ports.clock()):
            close_due(ports.directory, ports.ledger, client, ports.clock())
            book = _with_current_head(ports, book)
        try:
            return attempt(book)
        except StaleWriteError:
            book = _with_current_head(ports, book)
    raise StaleWriteError(f"Others changed {client} first, {_MAX_ATTEMPTS} times: run it again.")


def write_update(
    ports: ImportPorts,
    client: ClientId,
    head: ClientHead,
    update: LedgerUpdate,
    record: Imported,
    *,
    ids: SourceIds | None = None,
    is_first_run: bool = False,
) -> None:
    """Commit an update with its import's record, the index of ids if it changes, and the tasks that follow.

    Raises StaleWriteError.
    """
    is_live, now = head.due_at is not None, ports.clock()
    mails = after_import(record, is_first_run=is_first_run)
    checks = after_hours_changed(client, record.id, update.changes, now, has_live_retainer=is_live)
    ports.ledger.commit(LedgerCommit(client, head, ports.watch.cycles(update.cycles), (record, *mails, *checks), ids))


def _with_current_head(ports: ImportPorts, book: ClientBook) -> ClientBook:
    stored = ports.directory.read_client(book.client.id)
    return replace(book, head=stored.head if stored else ClientHead())


def _decide(ports: ImportPorts, imported: FileImport, share: Share, ids: SourceIds | None) -> LedgerUpdate:
    """The share's update of the ledger as of its book's head: on top, or replayed at its place among newer files."""
    book, source, now = share.book, imported.opened.source, ports.clock()
    file, complete = imported.file, imported.opened.complete
    scope = scope_of(share, standing_elsewhere(share, ids))
    if imported.again or file.order < book.head.last_order:
        found = imports_of_source(ports, book.client.id, source, book.head)
        newer = [one for one in found if one.file.order > file.order and not is_undone(one)]
        if imported.again or not cycles_of(newer).isdisjoint(scope):
            own = (file, Step(share, complete, import_id(file), is_own=True))
            return replay_originals(ports, book, source, found, own)
    return add_file(share, source, stored_cycles(ports, book, scope, now), now, complete=complete, ids=ids)
