"""One client's turn: fold the share onto the ledger as it is now, and commit it whole with its record.

Commits of a client take turns on the version of its import head. Who loses the race reads again and folds
again; who arrives after a newer file of the same source and cycles folds anew from the kept originals.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.intake.rows import Refusal
from chalicelib.services.fold import FoldPlan, fold_anew, fold_on_top, scope_of
from chalicelib.services.import_record import DroppedFile, ImportPart, ImportRecord, import_id
from chalicelib.services.open_export_file import OpenedFile, open_export_file
from chalicelib.services.ports import (
    Clock,
    Directory,
    Files,
    ImportHead,
    ImportLog,
    Ledger,
    LedgerCommit,
    StaleWriteError,
)
from chalicelib.services.stage_rows import Share

_TURNS = 8
"""How often a lost race is run again before the delivery is given back to the queue."""


class DoneElsewhereError(HourTabError):
    """The same event was delivered twice at once, and the other delivery has committed it."""


class LostOriginalError(HourTabError):
    """An import that counts cannot be read again; its file or its client's set-up is no longer as it was."""

    def __init__(self, file: DroppedFile, refusal: Refusal) -> None:
        super().__init__(f"{file.key} was imported before and cannot be read again: {refusal.reason}")
        self.file = file
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Ports:
    """What imports work with."""

    directory: Directory
    ledger: Ledger
    log: ImportLog
    files: Files
    clock: Clock


RecordT = TypeVar("RecordT", ImportRecord, ImportPart)


def plan_on_top(ports: Ports, share: Share, opened: OpenedFile) -> FoldPlan:
    """What the share would do to the ledger if it were the newest file; nothing is written."""
    return fold_on_top(share, opened.source, _reader(ports, share.book.head), complete=opened.complete)


def commit_share(
    ports: Ports,
    file: DroppedFile,
    opened: OpenedFile,
    share: Share,
    record_of: Callable[[FoldPlan], RecordT],
    *,
    again: bool = False,
) -> RecordT:
    """Fold and commit one client's share of a file; returns the record that was stored with it.

    `again`: commit it although it was committed before, because rules or clients have changed since.

    Raises:
        DoneElsewhereError: another delivery of the same event has committed the share.
        StaleWriteError: the turn was lost too often.
        LostOriginalError: the file is late, and an import that it must be folded with cannot be read again.
    """
    client, head = share.book.client.id, share.book.head
    for _ in range(_TURNS):
        if head.plan is not None:  # a killed commit has left something to write
            ports.ledger.finish_plan(client, head)
            head = replace(head, plan=None)
        if import_id(file) in head.recent and not again:
            raise DoneElsewhereError
        plan = _plan(ports, file, opened, share, head)
        record = record_of(plan)
        moved = head.after(import_id(file), file.order, ports.clock())
        try:
            ports.ledger.commit(LedgerCommit(client, moved, plan.changed, record))
        except StaleWriteError:
            book = ports.directory.read_client(client)
            head = book.head if book else ImportHead()
        else:
            return record
    raise StaleWriteError(f"{_TURNS} other imports of {client} came first")


def finish_commits(ports: Ports, clients: Iterable[ClientId]) -> None:
    """Write what a delivery that was killed after its commit has left to write."""
    for client in clients:
        book = ports.directory.read_client(client)
        if book is not None and book.head.plan is not None:
            ports.ledger.finish_plan(client, book.head)


def _reader(ports: Ports, head: ImportHead) -> Callable[[Collection[CycleId]], Mapping[CycleId, CycleLedger]]:
    return lambda cycles: ports.ledger.read_cycles(cycles, head.plan)


def _plan(ports: Ports, file: DroppedFile, opened: OpenedFile, share: Share, head: ImportHead) -> FoldPlan:
    read = _reader(ports, head)
    others = _imports_of_source(ports, file, opened, share, head) if file.order < head.last_order else []
    newer = {
        CycleId(change.retainer, change.start) for one in others if one.order > file.order for change in one.cycles
    }
    if newer.isdisjoint(scope_of(share)):
        return fold_on_top(share, opened.source, read, complete=opened.complete)
    files = sorted([file, *(one.file for one in others)], key=lambda one: one.order)
    shares = _shares(ports, files, file, share)
    return fold_anew(shares, _cycles_of(others), opened.source, read, complete=opened.complete)


def _imports_of_source(
    ports: Ports, file: DroppedFile, opened: OpenedFile, share: Share, head: ImportHead
) -> list[ImportRecord | ImportPart]:
    """The other imports of the client and source that are done; those of the last moment are read by their ids."""
    client = share.book.client.id
    listed = {one.id: one for one in ports.log.list_of_client(client)}
    for unlisted in set(head.recent) - listed.keys():
        part = next((part for part in ports.log.read_parts(unlisted) if part.client == client), None)
        if found := part or ports.log.read(unlisted):
            listed[unlisted] = found
    return [one for one in listed.values() if one.source == opened.source and one.id != import_id(file)]


def _cycles_of(imports: Iterable[ImportRecord | ImportPart]) -> set[CycleId]:
    return {CycleId(change.retainer, change.start) for one in imports for change in one.cycles}


def _shares(ports: Ports, files: Sequence[DroppedFile], own: DroppedFile, share: Share) -> Iterator[tuple[bool, Share]]:
    """The client's share of each file, the kept originals read again one after the other."""
    for file in files:
        found = share if file is own else _reopened(ports, file).staged.shares.get(share.book.client.id)
        if found is not None:
            yield file is own, found


def _reopened(ports: Ports, file: DroppedFile) -> OpenedFile:
    with closing(ports.files.open(file.key, file.version)) as stream:
        opened = open_export_file(stream, file.key, ports.directory, ports.clock())
    if isinstance(opened, Refusal):
        raise LostOriginalError(file, opened)
    return opened
