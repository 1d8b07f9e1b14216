"""Undo an import, redo it, or accept that the entries it does not repeat are deleted.

A decision replays the affected ledgers from the kept originals, so the result is as if the file had never been dropped
(or had been dropped, or had been complete). Originals, reports and all decisions are kept.

The record is read after the heads of its clients and appended in the commit that is conditional on all of them
(optimistic locking): decisions stand in the order of their commits, and of an undo and a close of one of the clients,
one comes first for all of them. Of an import of more clients than one transaction takes, it is the commit of the first
client's part; the parts of the others follow the record.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId, ImportId
from chalicelib.services.cycles.close_due import close_due, current_book
from chalicelib.services.imports.commit_share import OvertakenError, commit_of, retry_with_head
from chalicelib.services.imports.originals import (
    closed_cycle_that_counts,
    counting,
    ids_after,
    replay_originals,
    with_list,
)
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.imports.replay.match_share import Tally
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.conflicts import retry_stale
from chalicelib.services.store.import_record import (
    PROBLEM_LIMIT,
    Counts,
    CycleChange,
    Decision,
    Imported,
    ImportPart,
    ImportRecord,
    ImportReport,
    ImportStatus,
    MissingEntry,
    Verb,
    accepts_missing,
    edits_of,
    is_undone,
    listed,
)
from chalicelib.services.store.ledger import LargeCommitError, LedgerCommit
from chalicelib.services.store.reading import Reading


class NothingToDecideError(HourTabError):
    """The decision would have no effect on the import in its current state; the message says why."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The import with the decision, and its effect on the cycles."""

    record: ImportRecord
    cycles: tuple[CycleChange, ...]


def decide_import(ports: ImportPorts, record: ImportRecord, verb: Verb) -> Decided:
    """Decide about an import that is done; repeating the decision finishes one that a crash interrupted.

    `record` says which import it is; the decision is based on what is stored when it is committed.

    Raises:
        NothingToDecideError: the decision would change nothing, or the import was refused.
        LostOriginalError: an import that must be replayed cannot be read again.
        StaleWriteError: other writers won every attempt.
    """
    for client in record.clients:
        close_due(ports.directory, ports.ledger, client, ports.clock(), ports.sleep)
    finished = finish_decisions(ports, record.id)
    if finished and finished.record.decisions[-1:] and finished.record.decisions[-1].verb is verb:
        return finished
    if record.clients:
        first = next(_books(ports, record))
        try:
            decided = retry_with_head(ports, first, lambda book: _decide(ports, record, verb, book))
        except OvertakenError:  # the client was removed meanwhile
            return decide_import(ports, record, verb)
    else:
        decided = retry_stale(lambda: _decide(ports, record, verb, None), ports.sleep)
    rest = finish_decisions(ports, record.id)
    return Decided(rest.record, (*decided.cycles, *rest.cycles)) if rest else decided


def finish_decisions(ports: ImportPorts, import_id: ImportId) -> Decided | None:
    """Let the parts of an import of several clients follow the decisions in its record; None if all do already."""
    record = ports.log.read(import_id)
    cycles: list[CycleChange] = []
    parts = {part.client: part for part in ports.log.read_parts(import_id)}
    behind = [client for client, part in parts.items() if record and part.decisions != record.decisions]
    books = [book for client in behind if (book := ports.directory.read_client(client))]  # others were removed
    for book in books:
        cycles += retry_with_head(ports, with_list(ports, book), lambda book: _follow(ports, import_id, book))
    current = ports.log.read(import_id) if books else None
    return Decided(current, tuple(cycles)) if current else None


def _decide(ports: ImportPorts, record: ImportRecord, verb: Verb, book: ClientBook | None) -> Decided:
    """Decide in one commit; `book`: of the first client, None if the import covers none."""
    books = _with_others(ports, record, book) if book else []
    current, parts = ports.log.read(record.id) or record, ports.log.read_parts(record.id)
    reason = _why_not(current, verb)
    if reason:
        raise NothingToDecideError(reason)
    decided = replace(current, decisions=(*current.decisions, Decision(verb, ports.clock())))
    if verb is Verb.UNDO:
        _check_closed(ports, current, decided, parts, books)
    if verb in _NOTHING and not _lists(current.report, verb) and not _would_change(ports, decided, parts, books):
        raise NothingToDecideError(_NOTHING[verb].format(record.id))
    if book is None:
        ports.log.write(decided)
        return Decided(decided, ())
    if len(books) == 1:
        return _write(ports, book, decided, parts)
    shares = [_followed(ports, one, decided, parts) for one in books]
    try:
        return _write_together(ports, shares, decided, parts)
    except LargeCommitError:  # then the parts of the others follow the record
        return _write(ports, book, decided, parts)


def _with_others(ports: ImportPorts, record: ImportRecord, first: ClientBook) -> list[ClientBook]:
    """The current books of the import's clients, without half-written commits and overdue cycles."""
    return [first if book.client.id == first.client.id else _current(ports, book) for book in _books(ports, record)]


def _current(ports: ImportPorts, book: ClientBook) -> ClientBook:
    if not book.head.is_behind(ports.clock()):
        return book
    return with_list(ports, current_book(book.client.id, ports.clock(), ports.directory, ports.ledger))


def _follow(ports: ImportPorts, import_id: ImportId, book: ClientBook) -> tuple[CycleChange, ...]:
    """Bring a client's part up to the record's decisions."""
    record, parts = ports.log.read(import_id), ports.log.read_parts(import_id)
    part = next((one for one in parts if one.client == book.client.id), None)
    if record is None or part is None or part.decisions == record.decisions:
        return ()
    return _write(ports, book, record, parts).cycles


class _Followed(NamedTuple):
    """What one client's ledger has of an import with its decisions, and the update that makes it so."""

    book: ClientBook
    share: Imported
    update: LedgerUpdate

    def commit(self, ports: ImportPorts, summary: ImportRecord | None = None) -> LedgerCommit:
        """The share, and with a part the `summary` of all parts."""
        ids = ids_after(ports, self.book, self.share.source or "", self.update)
        return commit_of(ports, self.book, self.update, self.share, ids=ids, summary=summary)


def _followed(ports: ImportPorts, book: ClientBook, record: ImportRecord, parts: Sequence[ImportPart]) -> _Followed:
    share = _share(record, parts, book.client.id)
    update = _update(ports, book, share)
    written = share if is_undone(share) else _with_tally(share, update.tally)
    written = replace(written, reading=written.reading or _reading_of(ports, book.client.id, written))
    return _Followed(book, written, update)


def _write(ports: ImportPorts, book: ClientBook, record: ImportRecord, parts: Sequence[ImportPart]) -> Decided:
    """Commit the record's decisions on one client's ledger: the record, and the client's part if it has one."""
    followed = _followed(ports, book, record, parts)
    if not isinstance(followed.share, ImportRecord):
        return _write_together(ports, [followed], record, parts)
    ports.ledger.commit(followed.commit(ports))
    return Decided(followed.share, followed.update.changes)


def _write_together(
    ports: ImportPorts, followed: Sequence[_Followed], record: ImportRecord, parts: Sequence[ImportPart]
) -> Decided:
    """Commit the record and its decisions on the ledgers of clients that have parts. Raises LargeCommitError."""
    written = {one.book.client.id: cast("ImportPart", one.share) for one in followed}
    others = (part for part in parts if part.client not in written)
    record = replace(record, report=_with_missing(record.report, (*written.values(), *others)))
    summaries = [record, *(None for _ in followed[1:])]
    ports.ledger.commit_together([one.commit(ports, summary) for one, summary in zip(followed, summaries, strict=True)])
    return Decided(record, tuple(change for one in followed for change in one.update.changes))


def _reading_of(ports: ImportPorts, client: ClientId, imported: Imported) -> Reading | None:
    """How an import of an older release is read: its record does not say it, the client's list does."""
    return next((line.reading for line in ports.log.list_of_client(client) if line.id == imported.id), None)


def _share(record: ImportRecord, parts: Sequence[ImportPart], client: ClientId) -> Imported:
    """What a client's ledger has of the import: its part, or the record itself; with the record's decisions."""
    own = next((part for part in parts if part.client == client), None)
    return replace(own, decisions=record.decisions) if own else record


def _why_not(record: ImportRecord, verb: Verb) -> str | None:
    """Why the decision would have no effect, or None if it has one."""
    if record.report.status is ImportStatus.REFUSED:
        return f"Import {record.id} was refused and counts nothing; `hourtab import retry` tries it again."
    if verb is Verb.REDO:
        return None if is_undone(record) else f"Import {record.id} already counts."
    if is_undone(record):
        return f"Import {record.id} is undone; `hourtab import redo {record.id}` makes it count again."
    own = [entry for entry in record.report.missing if entry.not_in is None and not entry.removed]
    if verb is Verb.ACCEPT and accepts_missing(record) and not own:
        return f"Import {record.id} is accepted already: what it does not repeat no longer counts."
    is_accepted = accepts_missing(record) or edits_of(record.decisions) is not None
    if verb is Verb.ACCEPT_EDITS and is_accepted and not any(entry.edit for entry in own):
        return f"The edits of import {record.id} are accepted already: what they replace no longer counts."
    return None


def _lists(report: ImportReport, verb: Verb) -> bool:
    """Whether the report lists anything that the decision would remove."""
    return any(entry.edit for entry in report.missing) if verb is Verb.ACCEPT_EDITS else bool(report.counts.missing)


def _check_closed(
    ports: ImportPorts,
    record: ImportRecord,
    decided: ImportRecord,
    parts: Sequence[ImportPart],
    books: Iterable[ClientBook],
) -> None:
    """Raise NothingToDecideError if a closed cycle counts anything of the import that is to be undone.

    Rows that it only repeated do not matter, nor do late entries that were posted to a cycle that is not closed.
    """
    for book in books:
        client = book.client.id
        share = _share(record, parts, client)
        if any(book.head.position(one.retainer).has_closed(one.start) for one in share.cycles):
            _refuse(record.id, closed_cycle_that_counts(ports, book, share))
            _refuse(record.id, *_update(ports, book, _share(decided, parts, client)).departing)


def _refuse(name: ImportId, *counting: CycleId | None) -> None:
    for cycle in filter(None, counting):
        raise NothingToDecideError(
            f"Import {name} counts in the cycle {cycle.start} of {cycle.retainer}, which is closed: "
            "correct the entries in the time tracker and export them again, and the difference is posted to "
            "the open cycle."
        )


_NOTHING = {
    Verb.ACCEPT: "Import {} lists no missing entries that could be accepted.",
    Verb.ACCEPT_EDITS: "Import {} lists no likely edits that could be accepted.",
}


def _would_change(
    ports: ImportPorts, decided: ImportRecord, parts: Sequence[ImportPart], books: Iterable[ClientBook]
) -> bool:
    """Whether the decision changes a cycle: what this file does not repeat may come from a file that arrived late."""
    shares = ((book, _share(decided, parts, book.client.id)) for book in books)
    return any(len(_update(ports, book, share).cycles) for book, share in shares)


def _books(ports: ImportPorts, record: ImportRecord) -> Iterator[ClientBook]:
    """The books of the import's clients, except those that were removed. Raises NothingToDecideError if all were."""
    books = [book for client in record.clients if (book := ports.directory.read_client(client))]
    if record.clients and not books:
        raise NothingToDecideError(f"The client {', '.join(record.clients)} no longer exists.")
    yield from (with_list(ports, book) for book in books)


def _update(ports: ImportPorts, book: ClientBook, decided: Imported) -> LedgerUpdate:
    """The decision's update of one client's ledger."""
    changing = counting(book, listed(decided, book.client.id)).cycles
    return replay_originals(ports, book, decided.source or "", changing, decided=decided)


def _with_tally(decided: Imported, tally: Tally) -> Imported:
    """The import with what it lacks, and what of that is removed, as its replay found them."""
    if isinstance(decided, ImportRecord):
        counts, missing = _missing(decided.report.counts, decided.report.missing, tally)
        return replace(decided, report=replace(decided.report, counts=counts, missing=missing))
    counts, missing = _missing(decided.counts, decided.missing, tally)
    return replace(decided, counts=counts, missing=missing)


def _missing(counts: Counts, reported: Iterable[MissingEntry], tally: Tally) -> tuple[Counts, tuple[MissingEntry, ...]]:
    of_later = tuple(entry for entry in reported if entry.not_in)
    missing = (*tally.missing_entries, *of_later)[:PROBLEM_LIMIT]
    return replace(counts, missing=tally.counted["missing"] + len(of_later)), missing


def _with_missing(report: ImportReport, parts: Iterable[ImportPart]) -> ImportReport:
    """The report of the whole file, with what each client's part of it lacks."""
    parts = sorted(parts, key=lambda part: part.client)
    missing = tuple(entry for part in parts for entry in part.missing)[:PROBLEM_LIMIT]
    counts = replace(report.counts, missing=sum(part.counts.missing for part in parts))
    return replace(report, counts=counts, missing=missing)
