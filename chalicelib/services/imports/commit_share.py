"""One client's turn: fold onto the ledger as it is now, and commit it whole with its record.

Commits of a client take turns on the version of its import head. Who loses the race reads again and folds
again; who arrives after a newer file of the same source and cycles folds anew from the kept originals.
"""

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.services.cycles.close_due import roll_over, rolled_over
from chalicelib.services.imports.open_file import OpenedFile
from chalicelib.services.imports.originals import cycles_of, imports_of_source, refold
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.progress import Stage
from chalicelib.services.imports.replay.apply_to_cycles import Fold
from chalicelib.services.imports.replay.cycle_reader import ReadCycles
from chalicelib.services.imports.replay.preview_balances import with_balances
from chalicelib.services.imports.replay.replay import Step, fold_on_top, scope_of
from chalicelib.services.imports.replay.share import Share
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.follow_ups import after_hours_changed, after_import
from chalicelib.services.store.import_record import (
    DroppedFile,
    ImportPart,
    ImportRecord,
    import_id,
    is_undone,
)
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.services.store.tasks import Task

if TYPE_CHECKING:
    from chalicelib.services.store.ledger import Beside

_TURNS = 8
"""How often a lost race is run again before the delivery is given back to the queue."""

RecordT = TypeVar("RecordT", ImportRecord, ImportPart)

Proposal = Callable[[ClientHead, ReadCycles], tuple[Fold, ClientHead]]
"""From the head as it is now to what shall be written: the fold and the next head."""


class DoneElsewhereError(HourTabError):
    """The same event was delivered twice at once, and the other delivery has committed it."""


def preview_share(ports: ImportPorts, share: Share, opened: OpenedFile) -> Fold:
    """What the share would do to the ledger, and to its balances, if it were the newest file; nothing is written.

    What is due to close counts as closed, as it would be before the file is imported.
    """
    book, closed = rolled_over(share.book, ports.ledger, ports.clock())
    stored = cycles_read_by(ports, book.head)

    def read(cycles: Collection[CycleId]) -> Mapping[CycleId, CycleLedger]:
        return ChainMap(cast("dict[CycleId, CycleLedger]", closed), cast("dict[CycleId, CycleLedger]", stored(cycles)))

    fold = fold_on_top(replace(share, book=book), opened.source, read, ports.clock(), complete=opened.complete)
    return with_balances(fold, book, read, ports.clock())


def commit_share(
    ports: ImportPorts,
    file: DroppedFile,
    opened: OpenedFile,
    share: Share,
    record_of: Callable[[Fold], RecordT],
    *,
    again: bool = False,
) -> RecordT:
    """Fold and commit one client's share of a file; returns the record that was stored with it.

    `again`: it was committed before, and rules or clients have changed since: what it brought then is forgotten.

    Raises:
        DoneElsewhereError: another delivery of the same event has committed the share.
        StaleWriteError: the turn was lost too often.
        LostOriginalError: the file is late, and an import that it must be folded with cannot be read again.
    """

    def propose(head: ClientHead, read: ReadCycles) -> tuple[Fold, ClientHead]:
        if import_id(file) in head.recent and not again:
            raise DoneElsewhereError
        fold = _fold(ports, file, opened, share, head=head, read=read, again=again)
        return fold, head.after(import_id(file), file.order, ports.clock())

    def told(fold: Fold) -> tuple[RecordT, Sequence[Task]]:
        record = record_of(fold)
        return record, after_import(record, is_first_run=not again)

    return take_turn(ports, share.book, propose, told)[1]


def take_turn(
    ports: ImportPorts, book: ClientBook, propose: Proposal, told: Callable[[Fold], tuple[RecordT, Sequence[Task]]]
) -> tuple[Fold, RecordT]:
    """Commit what `propose` makes of the client's head; propose again when somebody else came first.

    `told` makes the record that is put beside the cycles once they are through, and what follows from it.

    Raises:
        StaleWriteError: the turn was lost too often.
    """
    client, head = book.client.id, book.head
    for _ in range(_TURNS):
        if head.plan is not None:  # a killed commit has left something to write
            ports.ledger.finish_plan(client, head)
            head = replace(head, plan=None)
        if head.due_at is not None and head.due_at <= ports.clock():  # what is due to close closes before it is told of
            roll_over(ports.directory, ports.ledger, client, ports.clock())
            head = _head_of(ports, client)
        fold, moved = propose(head, cycles_read_by(ports, head))
        try:
            record = _commit(ports, client, moved, fold, told)
        except StaleWriteError:
            head = _head_of(ports, client)
        else:
            return fold, record
    raise StaleWriteError(f"{_TURNS} other imports of {client} came first")


def _head_of(ports: ImportPorts, client: ClientId) -> ClientHead:
    stored = ports.directory.read_client(client)
    return stored.head if stored else ClientHead()


def _commit(
    ports: ImportPorts,
    client: ClientId,
    head: ClientHead,
    fold: Fold,
    told: Callable[[Fold], tuple[RecordT, Sequence[Task]]],
) -> RecordT:
    made: list[RecordT] = []

    def beside() -> "Sequence[Beside]":
        record, tasks = told(fold)
        made.append(record)
        is_live = head.due_at is not None
        follow_ups: list[Beside] = list(tasks)
        follow_ups += after_hours_changed(client, record.id, fold.cycles, ports.clock(), has_live_retainer=is_live)
        return [record, *follow_ups]

    ports.ledger.commit(LedgerCommit(client, head, _watched(ports, fold.changed()), beside))
    return made[0]


def finish_commits(ports: ImportPorts, clients: Iterable[ClientId]) -> None:
    """Write what a delivery that was killed after its commit has left to write."""
    for client in clients:
        book = ports.directory.read_client(client)
        if book is not None and book.head.plan is not None:
            ports.ledger.finish_plan(client, book.head)


def cycles_read_by(ports: ImportPorts, head: ClientHead) -> ReadCycles:
    """Reads cycles as they are under this head."""

    def read(cycles: Collection[CycleId]) -> Mapping[CycleId, CycleLedger]:
        ports.watch.tick(Stage.COMPARING, len(cycles))
        return ports.ledger.read_cycles(cycles, head.plan)

    return read


def _watched(ports: ImportPorts, cycles: Iterable[CycleLedger]) -> Iterator[CycleLedger]:
    for cycle in cycles:
        ports.watch.tick(Stage.WRITING, 1)
        yield cycle


def _fold(
    ports: ImportPorts,
    file: DroppedFile,
    opened: OpenedFile,
    share: Share,
    *,
    head: ClientHead,
    read: ReadCycles,
    again: bool,
) -> Fold:
    share = replace(share, book=replace(share.book, head=head))
    if again or file.order < head.last_order:
        found = imports_of_source(ports, share.book.client.id, opened.source, head)
        newer = [one for one in found if one.order > file.order and not is_undone(one)]
        if again or not cycles_of(newer).isdisjoint(scope_of(share)):
            own = (file, Step(share, opened.complete, import_id(file), is_own=True))
            return refold(ports, share.book, opened.source, imports=found, read=read, own=own)
    return fold_on_top(share, opened.source, read, ports.clock(), complete=opened.complete)
