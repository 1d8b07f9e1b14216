"""Import a dropped export: read it, sort its rows, fold them onto the ledger, keep the report.

A client's share of the file is one commit, written whole or not at all together with its record: a delivery
that is repeated, late or killed half-way finds either nothing done or everything.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import BinaryIO

from chalicelib.domain.ids import ClientId
from chalicelib.intake.rows import Refusal
from chalicelib.services.build_report import build_report, part_of, refused
from chalicelib.services.commit_share import (
    DoneElsewhereError,
    RecordT,
    commit_share,
    finish_commits,
    preview_share,
)
from chalicelib.services.decide_import import Decided, decide_import
from chalicelib.services.fold import Fold
from chalicelib.services.import_ports import ImportPorts
from chalicelib.services.import_record import (
    Decision,
    DroppedFile,
    ImportPart,
    ImportRecord,
    ImportReport,
    Verb,
    import_id,
    is_undone,
)
from chalicelib.services.open_export_file import OpenedFile, open_export_file
from chalicelib.services.refold import LostOriginalError
from chalicelib.services.stage_rows import Share


class ImportExport:
    """The use case, over its ports."""

    def __init__(self, ports: ImportPorts) -> None:
        self._ports = ports

    def run(self, file: DroppedFile, *, retry: bool = False) -> ImportRecord:
        """Import the file once; a repeated delivery returns the record of the first.

        `retry` imports it again, at its old place in the order of files: it was refused or left problems, or the
        rules have changed since. An undone import stays undone.

        Raises:
            StaleWriteError: other imports of the client came first too often; deliver again.
        """
        found = self._ports.log.read(import_id(file))
        if found is not None and (is_undone(found) or not retry):
            finish_commits(self._ports, found.clients)
            return found
        with closing(self._ports.files.open(file.key, file.version)) as stream:
            opened = self._open(stream, file.key)
        if isinstance(opened, Refusal):
            return self._write(ImportRecord(import_id(file), file, self._ports.clock(), refused(opened)))
        try:
            return self._commit(file, opened, found)
        except DoneElsewhereError:
            return self.run(file)  # what the other delivery has committed is found now
        except LostOriginalError as error:
            return self._write(ImportRecord(import_id(file), file, self._ports.clock(), refused(error.as_refusal())))

    def preview(self, stream: BinaryIO, key: str) -> ImportReport:
        """The report that a file would get if it were dropped at `key` now. Writes nothing."""
        opened = self._open(stream, key)
        if isinstance(opened, Refusal):
            return refused(opened)
        file = DroppedFile("", key, None, "")
        shares = opened.staged.shares.items()
        folds = [(client, preview_share(self._ports, share, opened)) for client, share in shares]
        return build_report(opened, [part_of(file, client, opened.source, fold) for client, fold in folds])

    def decide(self, record: ImportRecord, verb: Verb) -> Decided:
        """Undo or redo the import, or accept what it does not repeat (services/decide_import.py)."""
        return decide_import(self._ports, record, verb)

    def _open(self, stream: BinaryIO, key: str) -> OpenedFile | Refusal:
        return open_export_file(stream, key, self._ports.directory, self._ports.clock())

    def _commit(self, file: DroppedFile, opened: OpenedFile, before: ImportRecord | None) -> ImportRecord:
        """Commit each client's share; the report goes with the only share, or follows the parts of several.

        `before`: what a try made of the file; clients that it reached then and no more are told, too.
        """
        reached = before.clients if before else ()
        self._add_empty_shares(opened, reached)
        commit = _Commit(self._ports, file, opened, before.decisions if before else (), again=bool(reached))
        if len(opened.staged.shares) == 1:
            return commit.whole()
        done = {} if reached else {part.client: part for part in self._ports.log.read_parts(import_id(file))}
        parts = [done.get(client) or commit.part(client) for client in sorted(opened.staged.shares)]
        return self._write(commit.record(parts))

    def _add_empty_shares(self, opened: OpenedFile, clients: Sequence[ClientId]) -> None:
        for client in set(clients) - opened.staged.shares.keys():
            book = self._ports.directory.read_client(client)
            if book is not None:
                opened.staged.shares[client] = Share(book, (), opened.staged.shelf)

    def _write(self, record: ImportRecord) -> ImportRecord:
        self._ports.log.write(record)
        return record


@dataclass(frozen=True, slots=True)
class _Commit:
    """The commits of one file."""

    ports: ImportPorts
    file: DroppedFile
    opened: OpenedFile
    decisions: tuple[Decision, ...]
    again: bool

    def whole(self) -> ImportRecord:
        """Commit the only client's share with the report."""
        [(client, share)] = self.opened.staged.shares.items()
        return self._share(share, lambda fold: self.record([self._part_of(client, fold)]))

    def part(self, client: ClientId) -> ImportPart:
        """Commit one of several clients' shares."""
        return self._share(self.opened.staged.shares[client], lambda fold: self._part_of(client, fold))

    def record(self, parts: Sequence[ImportPart]) -> ImportRecord:
        """The import's record, its report summed up from the parts."""
        clients = tuple(part.client for part in parts)
        report = build_report(self.opened, parts)
        return ImportRecord(import_id(self.file), self.file, self.ports.clock(), report, clients, self.decisions)

    def _part_of(self, client: ClientId, fold: Fold) -> ImportPart:
        return replace(part_of(self.file, client, self.opened.source, fold), decisions=self.decisions)

    def _share(self, share: Share, record_of: Callable[[Fold], RecordT]) -> RecordT:
        return commit_share(self.ports, self.file, self.opened, share, record_of, again=self.again)
