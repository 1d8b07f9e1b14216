"""Import a dropped export: read it, sort its rows, decide how they change the ledger, commit that with the report.

A client's share of the file is one commit, written whole or not at all together with its record: a delivery that is
repeated, late or killed half-way finds either nothing done or everything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from math import inf
from typing import BinaryIO, NamedTuple, cast

from chalicelib.domain.ids import ClientId
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.cycles.close_due import finished_book
from chalicelib.services.imports.build_report import FileImport, refused, summed_up
from chalicelib.services.imports.commit_share import (
    DoneElsewhereError,
    OtherZoneError,
    OvertakenError,
    check_shares,
    check_zone,
    commit_share,
    preview_share,
)
from chalicelib.services.imports.decide_import import Decided, decide_import, finish_decisions
from chalicelib.services.imports.open_file import OpenedFile, open_dropped, open_file
from chalicelib.services.imports.originals import LOST, LostOriginalError
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.previewed import (
    MOST_CLIENTS,
    OTHER_FILE,
    NotAsPreviewedError,
    Previewed,
    digest_of_bytes,
)
from chalicelib.services.imports.progress import LOOK_EVERY, ImportWatch, TimeLeft
from chalicelib.services.imports.replay.match_share import Share
from chalicelib.services.imports.replay.unmatched import TooMuchChangedError
from chalicelib.services.store.conflicts import StaleWriteError, retry_stale
from chalicelib.services.store.follow_ups import after_import
from chalicelib.services.store.import_record import (
    DroppedFile,
    ImportPart,
    ImportRecord,
    ImportReport,
    ImportStatus,
    Verb,
    as_of_report,
    import_id,
    is_undone,
)

MOST_BYTES = 512 * 1024 * 1024
"""The largest file that is read: one function can always read and replay it within its timeout (docs/imports.md)."""

_CHECKED = 100_000
"""Up to this many rows, all shares are checked before the first is committed; a larger file has no time for it."""

_TOO_LARGE = Refusal(
    RefusalKind.TOO_LARGE,
    f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Export it in several files, such as one for each month.",
)

_TOO_MUCH_CHANGED = Refusal(
    RefusalKind.TOO_MUCH_CHANGED,
    "Too many rows of the file resemble counted work of other days, projects or retainers to be compared at once. "
    "Export it in several files, such as one for each month.",
)


_STOPPING = (TooMuchChangedError, LostOriginalError, OtherZoneError, NotAsPreviewedError)
"""Why a client's share cannot be committed, however often it is tried."""


def _refusal_of(error: TooMuchChangedError | LostOriginalError | OtherZoneError | NotAsPreviewedError) -> Refusal:
    if isinstance(error, OtherZoneError):
        return error.refusal
    return _TOO_MUCH_CHANGED if isinstance(error, TooMuchChangedError) else error.as_refusal()


class Preview(NamedTuple):
    """What a file would do."""

    report: ImportReport
    shown: Previewed | None = None
    """What the file can be dropped with, to be imported just so.

    None: it would be refused, or concerns more clients than a file can be checked for.
    """


@dataclass(frozen=True, slots=True)
class RunImport:
    """The use case, over its ports."""

    ports: ImportPorts
    look_every: int = LOOK_EVERY
    """The number of rows between two looks at the clock."""

    def run(
        self,
        file: DroppedFile,
        *,
        retry: bool = False,
        since: datetime | None = None,
        as_edits: bool = False,
        time_left: TimeLeft = lambda: inf,
    ) -> ImportRecord:
        """Import the file once; a repeated delivery returns the record of the first.

        `retry` imports it again, at its old place in the order of files: it was refused or left problems, or the rules
        have changed since. An undone import stays undone. Of a file of several clients, the shares that were committed
        since `since` are not repeated. `as_edits`: from now on, its rows replace entries that are equal but for their
        start, also if it was exported in another time zone.

        Raises:
            OutOfTimeError: it takes longer than `time_left`; deliver again to continue.
            StaleWriteError: other writers of the client won every attempt; deliver again.
            OvertakenError: so did those of its set-up or of the import's record; deliver again.
        """
        watch = ImportWatch(file, self.ports.progress, self.ports.clock, time_left, self.look_every)
        one_run = _Run(replace(self.ports, watch=watch), file, retry, since, as_edits=as_edits)
        record = retry_stale(one_run.record, self.ports.sleep, on=OvertakenError)
        watch.end()
        return record

    def preview(self, stream: BinaryIO, key: str) -> Preview:
        """A dry run: the report that a file would get if it were dropped at `key` now. Writes nothing."""
        opened = open_file(self.ports, stream, key)
        if isinstance(opened, Refusal):
            return Preview(refused(opened))
        opened = replace(opened, content=digest_of_bytes(stream))
        imported, now = FileImport(DroppedFile("", key, None, ""), opened), self.ports.clock()
        shares = sorted(opened.staged.shares.items())
        previewed = [preview_share(self.ports, share, opened) for _, share in shares]
        try:
            check_zone(imported, [update for update, _ in previewed])
        except OtherZoneError as error:
            return Preview(refused(error.refusal))
        parts = [imported.part(client, update, now) for (client, _), (update, _) in zip(shares, previewed, strict=True)]
        digests = frozenset(digest for _, digest in previewed)
        shown = Previewed(imported.digest, digests) if len(digests) <= MOST_CLIENTS else None
        return Preview(imported.report(parts), shown)

    def decide(self, record: ImportRecord, verb: Verb) -> Decided:
        """Undo or redo the import, or accept what it does not repeat (services/imports/decide_import.py)."""
        return decide_import(self.ports, record, verb)


@dataclass(frozen=True, slots=True)
class _Run:
    """One delivery of a file."""

    ports: ImportPorts
    file: DroppedFile
    retry: bool
    since: datetime | None
    as_edits: bool = False

    def record(self) -> ImportRecord:
        """Import the file, unless it is done."""
        found = self.ports.log.read(import_id(self.file))
        if found is not None and (is_undone(found) or not self.retry):
            for client in found.clients:  # a delivery may have been killed after its commit
                finish = partial(finished_book, self.ports.directory, self.ports.ledger, client)
                retry_stale(finish, self.ports.sleep)
            if len(found.clients) > 1:
                finish_decisions(self.ports, found.id)
            return found
        try:
            opened = self._open()
            return self._refuse(opened, found) if isinstance(opened, Refusal) else self._commit(opened, found)
        except DoneElsewhereError as error:
            if self.ports.log.read(import_id(self.file)) is None:
                raise OvertakenError(f"Another delivery of {self.file.key} has not ended: run it again.") from error
            return replace(self, retry=False).record()  # now finds what the other delivery has committed
        except _STOPPING as error:
            return self._refuse(_refusal_of(error), found)

    def _open(self) -> OpenedFile | Refusal:
        if self.file.size > MOST_BYTES:
            return _TOO_LARGE
        try:
            return open_dropped(self.ports, self.file)
        except FileNotFoundError:
            if not self.retry:
                raise  # its event has just named it: the queue delivers it again
            return LOST

    def _commit(self, opened: OpenedFile, before: ImportRecord | None) -> ImportRecord:
        """Commit each client's share; the report goes with the only share, or follows the parts of several.

        `before`: the record of an earlier attempt. Clients that it covered, or whose parts it has committed, and that
        the file no longer covers, are updated, too.
        """
        expected = None if self.retry else opened.expected
        edits_at = (self.since or self.ports.clock()) if self.as_edits else None
        imported = FileImport(self.file, opened, before, expected=expected, edits_at=edits_at)
        if expected and expected.file != imported.digest:
            return self._refuse(OTHER_FILE, before)
        parts = self.ports.log.read_parts(import_id(self.file))
        self._add_empty_shares(opened, {*(before.clients if before else ()), *(part.client for part in parts)})
        shares = sorted(opened.staged.shares.items())
        done = self._done(imported, parts)
        imported = replace(imported, has_parts=len(done) < len(parts))
        if len(shares) == 1 and not parts:
            return cast("ImportRecord", commit_share(self.ports, imported, shares[0][1], is_whole=True))
        if opened.staged.rows <= _CHECKED or self.as_edits:
            waiting = [share for client, share in shares if client not in done]
            imported = replace(check_shares(self.ports, imported, waiting), is_of_zone=True)
        for number, (client, share) in enumerate(shares):
            self.ports.watch.client(number, len(shares))
            if client not in done:
                try:
                    done[client] = cast("ImportPart", commit_share(self.ports, imported, share, is_whole=False))
                except _STOPPING as error:
                    left = tuple(other for other, _ in shares if other not in done)
                    return self._refuse(_refusal_of(error), before, imported.report(()), left)
        summed = [done[client] for client, _ in shares]
        record = retry_stale(lambda: self._sum_up(imported, summed), self.ports.sleep)
        finish_decisions(self.ports, record.id)
        return record

    def _sum_up(self, imported: FileImport, parts: Sequence[ImportPart]) -> ImportRecord:
        """Write the record that sums up the parts, with the decisions that stand by now."""
        before = self.ports.log.read(import_id(self.file))
        if before is not None and before.clients and not imported.again:
            raise DoneElsewhereError
        record = replace(imported, before=before).record(parts, self.ports.clock())
        self.ports.log.write(record, after_import(record, is_first_run=imported.is_first_run))
        return record

    def _done(self, imported: FileImport, parts: Sequence[ImportPart]) -> dict[ClientId, ImportPart]:
        """The parts that an earlier delivery of this run has committed; a first run's by the rules of today."""
        if imported.is_first_run:
            return {part.client: part for part in parts if self._is_of_today(imported.opened, part)}
        since = self.since
        return {part.client: part for part in parts if since and part.finished_at and part.finished_at >= since}

    def _is_of_today(self, opened: OpenedFile, part: ImportPart) -> bool:
        share, reading = opened.staged.shares.get(part.client), part.reading
        if share is None or reading is None:
            return False
        return reading.rules == self.ports.log.keep_rules(opened.rules_for(share.book), known=reading.rules)

    def _add_empty_shares(self, opened: OpenedFile, clients: Collection[ClientId]) -> None:
        for client in set(clients) - opened.staged.shares.keys():
            book = self.ports.directory.read_client(client)
            if book is not None:
                opened.staged.shares[client] = Share(book, (), opened.staged.rows_by_cycle)

    def _refuse(
        self,
        refusal: Refusal,
        found: ImportRecord | None,
        of_file: ImportReport | None = None,
        left: tuple[ClientId, ...] = (),
    ) -> ImportRecord:
        """Store the refusal, unless somebody else has just stored a record; what counts already keeps its own.

        Parts that count are summed up: this run may have committed some before the clients in `left`, an earlier one
        may have been killed. `of_file`: what this run has read.
        """
        record = ImportRecord(import_id(self.file), self.file, self.ports.clock(), refused(refusal))
        if found is not None:
            record = replace(record, clients=found.clients, decisions=found.decisions, version=found.version)
        counts = found is not None and found.report.refusal is None
        if found is not None and counts:
            left = left or found.stopped_before
            now, reported_at = record.finished_at, as_of_report(found)
            record = replace(
                found, finished_at=now, retry_refused=refusal, reported_at=reported_at, stopped_before=left
            )
        parts = self._counting_parts()
        summed_at = as_of_report(found) if found is not None and counts else None
        if parts and (left or summed_at is None or any((one.finished_at or summed_at) > summed_at for one in parts)):
            known = of_file or (record.report if counts else ImportReport(ImportStatus.DONE, parts[0].source))
            clients = tuple(part.client for part in parts)
            report = replace(summed_up(known, parts), status=ImportStatus.DONE_WITH_PROBLEMS)
            record = replace(
                record, report=report, clients=clients, retry_refused=refusal, reported_at=None, stopped_before=left
            )
        try:
            self.ports.log.write(record, after_import(record, is_first_run=not self.retry))
        except StaleWriteError as error:
            raise OvertakenError(f"The import {record.id} has changed: run it again.") from error
        return record

    def _counting_parts(self) -> list[ImportPart]:
        """The parts that are committed, by client, except those of clients that were removed."""
        parts = sorted(self.ports.log.read_parts(import_id(self.file)), key=lambda part: part.client)
        books = ((part, self.ports.directory.read_client(part.client)) for part in parts)
        return [part for part, book in books if book is not None and self.file.order > book.counts_after]
