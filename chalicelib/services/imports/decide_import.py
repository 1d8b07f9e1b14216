"""Undo an import, redo it, or accept that the entries it does not repeat are deleted.

A decision replays the affected ledgers from the kept originals, so the result is as if the file had never been dropped
(or had been dropped, or had been complete). Originals, reports and all decisions are kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId
from chalicelib.services.cycles.close_due import close_due
from chalicelib.services.imports.commit_share import retry_with_head, write_update
from chalicelib.services.imports.originals import replay_originals, with_list
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.imports.replay.match_share import Tally
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import (
    PROBLEM_LIMIT,
    Counts,
    CycleChange,
    Decision,
    Imported,
    ImportRecord,
    ImportReport,
    ImportStatus,
    MissingEntry,
    Verb,
    accepts_missing,
    is_undone,
    listed,
)
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

    Raises:
        NothingToDecideError: the decision would change nothing, or the import was refused.
        LostOriginalError: an import that must be replayed cannot be read again.
        StaleWriteError: other writers won every attempt.
    """
    for client in record.clients:
        close_due(ports.directory, ports.ledger, client, ports.clock())
    reason = _why_not(record, verb) or _closed(ports, record, verb)
    if reason:
        raise NothingToDecideError(reason)
    decided = replace(record, decisions=(*record.decisions, Decision(verb, ports.clock())))
    if verb is Verb.ACCEPT and not record.report.counts.missing and not _would_change(ports, decided):
        raise NothingToDecideError(_NOTHING_MISSING.format(record.id))
    cycles: list[CycleChange] = []
    shares: list[Imported] = []
    for client, share in _shares(ports, record):
        if len(share.decisions) == len(record.decisions):  # else already decided, before a crash
            changed, written = _write(ports, client, replace(share, decisions=decided.decisions))
            cycles += changed
            shares.append(written)
        else:
            shares.append(share)
    decided = replace(decided, report=_with_missing(decided.report, shares))
    if len(record.clients) != 1:
        ports.log.write(decided)
    return Decided(decided, tuple(cycles))


def _shares(ports: ImportPorts, record: ImportRecord) -> list[tuple[ClientId, Imported]]:
    """What each client's ledger has of the import: the record itself, or the client's part of a routed one."""
    if len(record.clients) == 1:
        return [(record.clients[0], record)]
    parts = {part.client: part for part in ports.log.read_parts(record.id)}
    return [(client, parts[client]) for client in record.clients]


def _why_not(record: ImportRecord, verb: Verb) -> str | None:
    """Why the decision would have no effect, or None if it has one."""
    if record.report.status is ImportStatus.REFUSED:
        return f"Import {record.id} was refused and counts nothing; `hourtab import retry` tries it again."
    if verb is Verb.REDO:
        return None if is_undone(record) else f"Import {record.id} already counts."
    if is_undone(record):
        return f"Import {record.id} is undone; `hourtab import redo {record.id}` makes it count again."
    stays = any(not entry.removed and entry.not_in is None for entry in record.report.missing)
    if verb is Verb.ACCEPT and accepts_missing(record) and not stays:
        return _NOTHING_MISSING.format(record.id)
    return None


def _closed(ports: ImportPorts, record: ImportRecord, verb: Verb) -> str | None:
    """Why an import with entries in a closed cycle cannot be changed, or None if it can."""
    if verb is Verb.ACCEPT:  # what it removes from a closed cycle is a late entry, as if an export lacked it
        return None
    for client in record.clients:
        book = _book(ports, client)
        for change in record.cycles:
            if change.retainer.client == client and book.head.position(change.retainer).has_closed(change.start):
                return (
                    f"Import {record.id} counts in the cycle {change.start} of {change.retainer}, which is closed: "
                    "correct the entries in the time tracker and export them again, and the difference is posted to "
                    "the open cycle."
                )
    return None


_NOTHING_MISSING = "Import {} leaves nothing missing that could be accepted."


def _would_change(ports: ImportPorts, decided: ImportRecord) -> bool:
    """Whether the decision changes a cycle: what this file does not repeat may come from a file that arrived late."""
    shares = [(client, replace(share, decisions=decided.decisions)) for client, share in _shares(ports, decided)]
    return any(len(_update(ports, _book(ports, client), share).cycles) for client, share in shares)


def _book(ports: ImportPorts, client: ClientId) -> ClientBook:
    book = ports.directory.read_client(client)
    if book is None:
        raise NothingToDecideError(f"The client {client} no longer exists.")
    return with_list(ports, book)


def _write(ports: ImportPorts, client: ClientId, decided: Imported) -> tuple[tuple[CycleChange, ...], Imported]:
    """Commit the decision for one client; returns the changed cycles, and what is stored."""

    def attempt(book: ClientBook) -> tuple[tuple[CycleChange, ...], Imported]:
        update = _update(ports, book, decided)
        written = decided if is_undone(decided) else _with_tally(decided, update.tally)
        written = replace(written, reading=written.reading or _reading_of(ports, client, written))
        write_update(ports, client, book.head, update, written)
        return update.changes, written

    return retry_with_head(ports, _book(ports, client), attempt)


def _reading_of(ports: ImportPorts, client: ClientId, imported: Imported) -> Reading | None:
    """How an import of an older release is read: its record does not say it, the client's list does."""
    return next((line.reading for line in ports.log.list_of_client(client) if line.id == imported.id), None)


def _update(ports: ImportPorts, book: ClientBook, decided: Imported) -> LedgerUpdate:
    """The decision's update of one client's ledger."""
    changing = listed(decided, book.client.id).cycles
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


def _with_missing(report: ImportReport, shares: Iterable[Imported]) -> ImportReport:
    """The report of the whole file, with what each client's share of it lacks."""
    of_shares = [share.report if isinstance(share, ImportRecord) else share for share in shares]
    count = sum(one.counts.missing for one in of_shares)
    missing = tuple(entry for one in of_shares for entry in one.missing)[:PROBLEM_LIMIT]
    return replace(report, counts=replace(report.counts, missing=count), missing=missing)
