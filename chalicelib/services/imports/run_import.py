"""Import a dropped export: read it, sort its rows, fold them onto the ledger, keep the report.

A client's share of the file is one commit, written whole or not at all together with its record: a delivery
that is repeated, late or killed half-way finds either nothing done or everything.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import BinaryIO

from chalicelib.domain.ids import ClientId
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.imports.build_report import build_report, part_of, refused
from chalicelib.services.imports.commit_share import (
    DoneElsewhereError,
    RecordT,
    commit_share,
    finish_commits,
    preview_share,
)
from chalicelib.services.imports.decide_import import Decided, decide_import
from chalicelib.services.imports.open_file import OpenedFile, open_export_file
from chalicelib.services.imports.originals import LostOriginalError
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.progress import LOOK_EVERY, ImportWatch, TimeLeft
from chalicelib.services.imports.replay.apply_to_cycles import Fold
from chalicelib.services.imports.replay.share import Share
from chalicelib.services.imports.replay.unmatched import TooMuchChangedError
from chalicelib.services.store.import_record import (
    Decision,
    DroppedFile,
    ImportPart,
    ImportRecord,
    ImportReport,
    Verb,
    import_id,
    is_undone,
)
from chalicelib.services.store.tasks import OutboxMail, mail_of_import

MOST_BYTES = 512 * 1024 * 1024
"""The largest file that is read: what one function surely reads and folds in its time (docs/imports.md)."""

_TOO_LARGE = Refusal(
    RefusalKind.TOO_LARGE,
    f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Export it in several files, such as one for each month.",
)

_TOO_MUCH_CHANGED = Refusal(
    RefusalKind.TOO_MUCH_CHANGED,
    "Too many rows of the file resemble counted work of other days, projects or retainers to be compared at once. "
    "Export it in several files, such as one for each month.",
)


class ImportExport:
    """The use case, over its ports; `look_every`: rows after which a run looks at the clock."""

    def __init__(self, ports: ImportPorts, look_every: int = LOOK_EVERY) -> None:
        self._ports = ports
        self._look_every = look_every

    def run(
        self,
        file: DroppedFile,
        *,
        retry: bool = False,
        since: datetime | None = None,
        time_left: TimeLeft = lambda: inf,
    ) -> ImportRecord:
        """Import the file once; a repeated delivery returns the record of the first.

        `retry` imports it again, at its old place in the order of files: it was refused or left problems, or the
        rules have changed since. An undone import stays undone. What was done again after `since` is done.

        Raises:
            OutOfTimeError: it takes longer than `time_left`; deliver again to go on.
            StaleWriteError: other imports of the client came first too often; deliver again.
        """
        watch = ImportWatch(file, self._ports.progress, self._ports.clock, time_left, self._look_every)
        record = _Run(replace(self._ports, watch=watch), file, retry, since).record()
        watch.end()
        return record

    def preview(self, stream: BinaryIO, key: str) -> ImportReport:
        """The report that a file would get if it were dropped at `key` now. Writes nothing."""
        opened = open_export_file(stream, key, self._ports.directory, self._ports.clock(), self._ports.watch)
        if isinstance(opened, Refusal):
            return refused(opened)
        file = DroppedFile("", key, None, "")
        shares = sorted(opened.staged.shares.items())
        folds = [(client, preview_share(self._ports, share, opened)) for client, share in shares]
        return build_report(opened, [part_of(file, client, opened.source, fold) for client, fold in folds])

    def decide(self, record: ImportRecord, verb: Verb) -> Decided:
        """Undo or redo the import, or accept what it does not repeat (services/imports/decide_import.py)."""
        return decide_import(self._ports, record, verb)


@dataclass(frozen=True, slots=True)
class _Run:
    """One delivery of a file."""

    ports: ImportPorts
    file: DroppedFile
    retry: bool
    since: datetime | None

    def record(self) -> ImportRecord:
        """Import the file, unless that is done."""
        found = self.ports.log.read(import_id(self.file))
        if found is not None and (is_undone(found) or not self.retry):
            finish_commits(self.ports, found.clients)
            return found
        try:
            opened = self._open()
            return self._refuse(opened) if isinstance(opened, Refusal) else self._commit(opened, found)
        except DoneElsewhereError:
            return replace(self, retry=False).record()  # what the other delivery has committed is found now
        except TooMuchChangedError:
            return self._refuse(_TOO_MUCH_CHANGED)
        except LostOriginalError as error:
            return self._refuse(error.as_refusal())

    def _open(self) -> OpenedFile | Refusal:
        if self.file.size > MOST_BYTES:
            return _TOO_LARGE
        with closing(self.ports.files.open(self.file.key, self.file.version)) as stream:
            return open_export_file(stream, self.file.key, self.ports.directory, self.ports.clock(), self.ports.watch)

    def _commit(self, opened: OpenedFile, before: ImportRecord | None) -> ImportRecord:
        """Commit each client's share; the report goes with the only share, or follows the parts of several.

        `before`: what a try made of the file; clients that it reached then and no more are told, too.
        """
        reached = before.clients if before else ()
        self._add_empty_shares(opened, reached)
        commit = _Commit(self.ports, self.file, opened, before.decisions if before else (), again=bool(reached))
        if len(opened.staged.shares) == 1:
            return commit.whole()
        done = self._parts_done(is_again=bool(reached))
        parts = []
        for number, client in enumerate(sorted(opened.staged.shares)):
            self.ports.watch.client(number, len(opened.staged.shares))
            parts.append(done.get(client) or commit.part(client))
        record = commit.record(parts)
        return self._write(record, None if reached else mail_of_import(record))

    def _parts_done(self, *, is_again: bool) -> Mapping[ClientId, ImportPart]:
        """The parts that an earlier delivery of this run has committed."""
        parts = self.ports.log.read_parts(import_id(self.file))
        if is_again:
            parts = [part for part in parts if self.since and part.finished_at and part.finished_at >= self.since]
        return {part.client: part for part in parts}

    def _add_empty_shares(self, opened: OpenedFile, clients: Sequence[ClientId]) -> None:
        for client in set(clients) - opened.staged.shares.keys():
            book = self.ports.directory.read_client(client)
            if book is not None:
                opened.staged.shares[client] = Share(book, (), opened.staged.shelf)

    def _refuse(self, refusal: Refusal) -> ImportRecord:
        record = ImportRecord(import_id(self.file), self.file, self.ports.clock(), refused(refusal))
        return self._write(record, None if self.retry else mail_of_import(record))

    def _write(self, record: ImportRecord, mail: OutboxMail | None) -> ImportRecord:
        self.ports.log.write(record, mail)
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
        return replace(
            part_of(self.file, client, self.opened.source, fold),
            decisions=self.decisions,
            finished_at=self.ports.clock(),
        )

    def _share(self, share: Share, record_of: Callable[[Fold], RecordT]) -> RecordT:
        return commit_share(self.ports, self.file, self.opened, share, record_of, again=self.again)
