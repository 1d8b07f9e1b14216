"""Import a dropped export: read it, sort its rows, fold them onto the ledger, keep the report.

A client's share of the file is one commit, written whole or not at all together with its record: a delivery
that is repeated, late or killed half-way finds either nothing done or everything.
"""

from collections.abc import Sequence
from contextlib import closing
from typing import BinaryIO

from chalicelib.domain.ids import ClientId
from chalicelib.intake.rows import Refusal
from chalicelib.services.build_report import build_report, part_of, refused
from chalicelib.services.commit_share import DoneElsewhereError, Ports, commit_share, finish_commits, plan_on_top
from chalicelib.services.fold import FoldPlan
from chalicelib.services.import_record import (
    DroppedFile,
    ImportPart,
    ImportRecord,
    ImportReport,
    ImportStatus,
    import_id,
)
from chalicelib.services.open_export_file import OpenedFile, open_export_file


class ImportExport:
    """The use case, over its ports."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def run(self, file: DroppedFile, *, retry: bool = False) -> ImportRecord:
        """Import the file once; a repeated delivery returns the record of the first.

        `retry` imports again what was refused or left problems, at its old place in the order of files.

        Raises:
            StaleWriteError: other imports of the client came first too often; deliver again.
            LostOriginalError: the file is late, and an import to fold it with cannot be read again.
        """
        found = self._ports.log.read(import_id(file))
        if found is not None and not (retry and found.report.status is not ImportStatus.DONE):
            finish_commits(self._ports, found.clients)
            return found
        with closing(self._ports.files.open(file.key, file.version)) as stream:
            opened = self._open(stream, file.key)
        if isinstance(opened, Refusal):
            return self._write(self._record(file, refused(opened)))
        try:
            return self._commit(file, opened, again=found is not None)
        except DoneElsewhereError:
            return self.run(file)  # what the other delivery has committed is found now

    def preview(self, stream: BinaryIO, key: str) -> ImportReport:
        """The report that a file would get if it were dropped at `key` now. Writes nothing."""
        opened = self._open(stream, key)
        if isinstance(opened, Refusal):
            return refused(opened)
        file = DroppedFile("", key, None, "")
        shares = opened.staged.shares.items()
        plans = [(client, plan_on_top(self._ports, share, opened)) for client, share in shares]
        return build_report(opened, [part_of(file, client, opened.source, plan) for client, plan in plans])

    def _open(self, stream: BinaryIO, key: str) -> OpenedFile | Refusal:
        return open_export_file(stream, key, self._ports.directory, self._ports.clock())

    def _commit(self, file: DroppedFile, opened: OpenedFile, *, again: bool) -> ImportRecord:
        """Commit each client's share; the report goes with the only share, or follows the parts of several."""
        if len(opened.staged.shares) == 1:
            [client] = opened.staged.shares
            return self._commit_whole(file, opened, client, again=again)
        done = {} if again else {part.client: part for part in self._ports.log.read_parts(import_id(file))}
        clients = sorted(opened.staged.shares)
        parts = [done.get(client) or self._commit_part(file, opened, client, again=again) for client in clients]
        return self._write(self._record(file, build_report(opened, parts), parts))

    def _commit_whole(self, file: DroppedFile, opened: OpenedFile, client: ClientId, *, again: bool) -> ImportRecord:
        def record_of(plan: FoldPlan) -> ImportRecord:
            parts = [part_of(file, client, opened.source, plan)]
            return self._record(file, build_report(opened, parts), parts)

        return commit_share(self._ports, file, opened, opened.staged.shares[client], record_of, again=again)

    def _commit_part(self, file: DroppedFile, opened: OpenedFile, client: ClientId, *, again: bool) -> ImportPart:
        def record_of(plan: FoldPlan) -> ImportPart:
            return part_of(file, client, opened.source, plan)

        return commit_share(self._ports, file, opened, opened.staged.shares[client], record_of, again=again)

    def _record(self, file: DroppedFile, report: ImportReport, parts: Sequence[ImportPart] = ()) -> ImportRecord:
        return ImportRecord(import_id(file), file, self._ports.clock(), report, tuple(part.client for part in parts))

    def _write(self, record: ImportRecord) -> ImportRecord:
        self._ports.log.write(record)
        return record
