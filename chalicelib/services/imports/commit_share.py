"""One client's share of an import: decide on the current ledger, commit, decide again if another writer was first.

    read (book and cycles) → decide → a LedgerUpdate → write

A commit is conditional on the version of the client's head (optimistic locking).
"""

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar, cast

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import CycleId
from chalicelib.domain.zone_shift import find_shift
from chalicelib.intake.rows import Refusal
from chalicelib.services.cycles.close_due import committed, current_book, overdue_steps
from chalicelib.services.imports.build_report import FileImport, other_zone
from chalicelib.services.imports.open_file import OpenedFile, retainer_of
from chalicelib.services.imports.originals import (
    ids_after,
    lineage_of,
    lines_of_source,
    replay_originals,
    source_ids,
    stored_cycles,
    with_list,
)
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.previewed import NotAsPreviewedError, digest_of_share
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate, cycles_to_read
from chalicelib.services.imports.replay.match_share import Share
from chalicelib.services.imports.replay.preview_balances import with_balances, with_unapproved
from chalicelib.services.imports.replay.replay import Step, add_file, near_cycles, scope_of, standing_elsewhere
from chalicelib.services.imports.replay.spool import StoredCycles
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.conflicts import retry_stale
from chalicelib.services.store.follow_ups import after_hours_changed, after_import
from chalicelib.services.store.import_record import (
    Imported,
    ImportPart,
    ImportRecord,
    ListedImport,
    accepts_missing,
    edits_of,
    import_id,
    is_undone,
)
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.services.store.reading import Reading
from chalicelib.services.store.source_ids import SourceIds

T = TypeVar("T")


class OvertakenError(HourTabError):
    """The client's set-up or the import's record has changed since it was read: read it again."""


class OtherZoneError(HourTabError):
    """The file was exported in another time zone than the files before it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class DoneElsewhereError(HourTabError):
    """Another delivery of the same event has committed the share, or a person has undone the import."""


def commit_share(ports: ImportPorts, imported: FileImport, share: Share, *, is_whole: bool) -> Imported:
    """Commit a client's share of a file with its part of the record; for the only client (`is_whole`), with all of it.

    Raises:
        DoneElsewhereError: another delivery has committed the share, or the import was undone meanwhile.
        OvertakenError: read the file again.
        StaleWriteError: other writers won every attempt.
        LostOriginalError: the file arrives late, and an import that must be replayed with it cannot be read again.
        NotAsPreviewedError: the share would change something else than was previewed.
        OtherZoneError: the file was exported in another time zone than the ones before it.
    """
    name, source = import_id(imported.file), imported.opened.source

    def attempt(book: ClientBook) -> Imported:
        if name in book.head.recent and not imported.again:
            raise DoneElsewhereError
        if book.version != share.book.version:
            raise OvertakenError(f"The set-up of {book.client.id} has changed: run it again.")
        current = _as_it_stands(ports, imported) if imported.again else imported
        ids = source_ids(ports, book, source) if share.ids else None
        update = _decide(ports, current, replace(share, book=book), ids)
        if not imported.is_of_zone and (checked := check_zone(current, [update])) != current:
            current, update = checked, _decide(ports, checked, replace(share, book=book), ids)
        now = ports.clock()
        update = with_unapproved(update, book, lambda ids: ports.ledger.read_cycles(ids, book.head.plan), now)
        rules = ports.log.keep_rules(imported.opened.rules_for(share.book), known=book.head.rules)
        part = current.part(book.client.id, update, now, Reading(rules, imported.opened.read_at))
        if imported.again and not is_whole:
            part = replace(part, version=_version_of_part(ports, part))
        record = current.record([part], now) if is_whole else part
        head = replace(book.head.after(name, imported.file.order, now), rules=rules)
        ids = ids_after(ports, book, source, update, ids)
        is_first = imported.is_first_run
        ports.ledger.commit(commit_of(ports, replace(book, head=head), update, record, ids=ids, is_first_run=is_first))
        return record

    return retry_with_head(ports, share.book, attempt)


def check_shares(ports: ImportPorts, imported: FileImport, shares: Iterable[Share]) -> FileImport:
    """Look at all shares of a file of several clients before the first is committed; writes nothing.

    What cannot be replayed, and a time zone other than that of the files before, is found here: `commit_share` raises
    the same errors. The result has the offsets of such a file if the operator takes it as edits.
    """
    updates: list[LedgerUpdate] = []

    def attempt(share: Share, book: ClientBook) -> LedgerUpdate | None:
        if import_id(imported.file) in book.head.recent and not imported.again:
            raise DoneElsewhereError
        is_checked = imported.again or imported.expected or imported.file.order < book.head.last_order
        if not is_checked and any(update.tally.zone and update.tally.zone.is_refuted for update in updates):
            return None
        ids = source_ids(ports, book, imported.opened.source) if share.ids else None
        return _decide(ports, imported, replace(share, book=book), ids)

    for share in shares:
        update = retry_with_head(ports, share.book, partial(attempt, share))
        updates += [update] if update else []
    return check_zone(imported, updates)


def check_zone(imported: FileImport, updates: Iterable[LedgerUpdate]) -> FileImport:
    """The import, with the offsets of its rows if its shares prove together that it is of another time zone.

    Raises OtherZoneError if the operator did not take them as edits.
    """
    shift = find_shift([update.tally.zone for update in updates if update.tally.zone])
    if shift is None:
        return imported
    if imported.edits_at is None:
        raise OtherZoneError(other_zone(imported, shift))
    return replace(imported, offsets=shift.offsets)


def preview_share(ports: ImportPorts, share: Share, opened: OpenedFile) -> tuple[LedgerUpdate, str]:
    """A dry run: the changes of the share to the ledger and its balances if it were the newest file, and their digest.

    Overdue cycles count as closed, as they would be before the file is imported.
    """
    book, now = share.book, ports.clock()
    closed: dict[CycleId, CycleLedger] = {}
    for step in overdue_steps(book, ports.ledger, now):
        closed |= {cycle.id: cycle for cycle in step.commit.cycles}
        book = replace(book, head=committed(step.commit.head))

    def read(cycles: Collection[CycleId]) -> Mapping[CycleId, CycleLedger]:
        stored = ports.ledger.read_cycles(cycles, book.head.plan)
        return ChainMap(closed, cast("dict[CycleId, CycleLedger]", stored))

    share = replace(share, book=book)
    ids = source_ids(ports, book, opened.source) if share.ids else None
    scope = scope_of(share, standing_elsewhere(share, ids))
    wanted = StoredCycles(read, cycles_to_read(book, scope, now))
    update = add_file(share, lineage_of(opened.source), wanted, now, complete=opened.complete, ids=ids)
    return with_balances(update, book, read, now), _digest(ports, opened, share, update)


def retry_with_head(ports: ImportPorts, book: ClientBook, attempt: Callable[[ClientBook], T]) -> T:
    """The result of `attempt`, which gets the current book and is retried while its write is stale.

    Before that, a half-written commit of the client is finished and overdue cycles are closed, so that rows for them
    count as late.

    Raises:
        OvertakenError: the client was removed meanwhile.
        StaleWriteError: other writers won every attempt.
    """
    unread = [book]

    def step() -> T:
        known = unread.pop() if unread else ports.directory.read_client(book.client.id)
        if known is None:
            raise OvertakenError(f"The client {book.client.id} was removed: run it again.")
        if known.head.is_behind(ports.clock()):
            known = current_book(book.client.id, ports.clock(), ports.directory, ports.ledger)
        return attempt(with_list(ports, known))

    return retry_stale(step, ports.sleep)


def commit_of(
    ports: ImportPorts,
    book: ClientBook,
    update: LedgerUpdate,
    record: Imported,
    *,
    ids: SourceIds | None = None,
    is_first_run: bool = False,
    summary: ImportRecord | None = None,
) -> LedgerCommit:
    """An update with its import's record, the book's head and the tasks that follow, as one commit.

    `record` may be a part; then the `summary` of all parts can be written with it. `ids`: the index, if it changes.
    """
    mails = after_import(record, is_first_run=is_first_run)
    checks = after_hours_changed(book, record.id, update.changes, ports.clock(), is_first_run=is_first_run)
    records = (record, *([summary] if summary else []), *mails, *checks)
    return LedgerCommit(book.client.id, book.head, ports.watch.cycles(update.cycles), records, ids)


def _as_it_stands(ports: ImportPorts, imported: FileImport) -> FileImport:
    """A repeated import with the decisions that stand at this commit: read after the head that it is conditional on."""
    before = ports.log.read(import_id(imported.file))
    if before is None and imported.has_parts:
        return imported
    if before is None or is_undone(before):
        raise DoneElsewhereError
    return replace(imported, before=before)


def _version_of_part(ports: ImportPorts, part: ImportPart) -> int:
    return next((one.version for one in ports.log.read_parts(part.id) if one.client == part.client), 0)


def _reaches(ports: ImportPorts, share: Share, elsewhere: Collection[CycleId], newer: Collection[ListedImport]) -> bool:
    """Whether one of the newer imports that count is compared with entries in the share's scope.

    One that no retainer's folder holds is compared with the neighbouring cycles of all retainers.
    """
    own = set(scope_of(share, elsewhere))
    around = near_cycles(share.book, {*share.cycles(), *elsewhere}, share.book.retainers)
    lines = {line.id: line for line in newer if not own.union(around).isdisjoint(line.cycles)}
    return any(
        not is_undone(one) and (retainer_of(one.file.key) is None or not own.isdisjoint(lines[one.id].cycles))
        for one in ports.log.read_listed(share.book.client.id, list(lines.values()))
    )


def _decide(ports: ImportPorts, imported: FileImport, share: Share, ids: SourceIds | None) -> LedgerUpdate:
    """The share's update of the ledger as of its book's head; it is the one that was previewed, if one was."""
    update = _update(ports, imported, share, ids)
    if imported.expected and _digest(ports, imported.opened, share, update) not in imported.expected.shares:
        raise NotAsPreviewedError(share.book)
    return update


def _digest(ports: ImportPorts, opened: OpenedFile, share: Share, update: LedgerUpdate) -> str:
    return digest_of_share(share.book, ports.log.rules_key(opened.rules_for(share.book)), update)


def _update(ports: ImportPorts, imported: FileImport, share: Share, ids: SourceIds | None) -> LedgerUpdate:
    """The share's update of the ledger as of its book's head: on top, or replayed at its place among newer files."""
    book, source, now = share.book, imported.opened.source, ports.clock()
    file, before, edits = imported.file, imported.before, edits_of(imported.decisions)
    complete = imported.opened.complete or (before is not None and accepts_missing(before))
    elsewhere = standing_elsewhere(share, ids)
    scope = scope_of(share, elsewhere)
    if imported.again or file.order < book.head.last_order:
        lines = lines_of_source(ports, book, source)
        own_before = {cycle for line in lines if line.id == import_id(file) for cycle in line.cycles}
        newer = [line for line in lines if line.order > file.order]
        if imported.again or _reaches(ports, share, elsewhere, newer):
            lineage = lineage_of(source)
            own = (file, Step(share, complete, import_id(file), is_own=True, lineage=lineage, edits=edits))
            return replay_originals(ports, book, source, own_before.union(share.cycles(), elsewhere), own=own)
    return add_file(
        share,
        lineage_of(source),
        stored_cycles(ports, book, scope, now),
        now,
        complete=complete,
        ids=ids,
        edits=edits,
    )
