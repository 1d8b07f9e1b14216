"""Undo an import, redo it, or accept that the entries it does not repeat are deleted.

A decision replays the affected ledgers from the kept originals, so the result is as if the file had never been dropped
(or had been dropped, or had been complete). Originals, reports and all decisions are kept.
"""

from dataclasses import dataclass, replace

from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId, ImportId
from chalicelib.services.cycles.close_due import close_due
from chalicelib.services.imports.commit_share import retry_with_head, write_update
from chalicelib.services.imports.originals import (
    closed_cycle_that_counts,
    ids_after,
    imports_of_source,
    replay_originals,
)
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import (
    CycleChange,
    Decision,
    Imported,
    ImportRecord,
    ImportStatus,
    Verb,
    accepts_missing,
    is_undone,
)


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
    reason = _why_not(record, verb)
    if reason:
        raise NothingToDecideError(reason)
    decided = replace(record, decisions=(*record.decisions, Decision(verb, ports.clock())))
    if verb is Verb.UNDO:
        _check_closed(ports, decided)
    if verb is Verb.ACCEPT and not record.report.counts.missing and not _would_change(ports, decided):
        raise NothingToDecideError(_NOTHING_MISSING.format(record.id))
    cycles: list[CycleChange] = []
    for client, share in _shares(ports, record):
        if len(share.decisions) == len(record.decisions):  # else already decided, before a crash
            cycles += _write(ports, client, replace(share, decisions=decided.decisions))
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
    if verb is Verb.ACCEPT and accepts_missing(record):
        return _NOTHING_MISSING.format(record.id)
    return None


def _check_closed(ports: ImportPorts, decided: ImportRecord) -> None:
    """Raise NothingToDecideError if a closed cycle counts anything of the import that is to be undone.

    Rows that it only repeated do not matter, nor do late entries that were posted to a cycle that is not closed.
    """
    for client, share in _shares(ports, replace(decided, decisions=decided.decisions[:-1])):
        book = _book(ports, client)
        if any(book.head.position(one.retainer).has_closed(one.start) for one in share.cycles):
            _refuse(decided.id, closed_cycle_that_counts(ports, book, share))
            _refuse(decided.id, *_update(ports, book, replace(share, decisions=decided.decisions)).departing)


def _refuse(name: ImportId, *counting: CycleId | None) -> None:
    for cycle in filter(None, counting):
        raise NothingToDecideError(
            f"Import {name} counts in the cycle {cycle.start} of {cycle.retainer}, which is closed: "
            "correct the entries in the time tracker and export them again, and the difference is posted to "
            "the open cycle."
        )


_NOTHING_MISSING = "Import {} leaves nothing missing that could be accepted."


def _would_change(ports: ImportPorts, decided: ImportRecord) -> bool:
    """Whether the decision changes a cycle: what this file does not repeat may come from a file that arrived late."""
    shares = [(client, replace(share, decisions=decided.decisions)) for client, share in _shares(ports, decided)]
    return any(len(_update(ports, _book(ports, client), share).cycles) for client, share in shares)


def _book(ports: ImportPorts, client: ClientId) -> ClientBook:
    book = ports.directory.read_client(client)
    if book is None:
        raise NothingToDecideError(f"The client {client} no longer exists.")
    return book


def _write(ports: ImportPorts, client: ClientId, decided: Imported) -> tuple[CycleChange, ...]:
    def attempt(book: ClientBook) -> tuple[CycleChange, ...]:
        update = _update(ports, book, decided)
        if decided.decisions[-1].verb is Verb.UNDO:  # a cycle may have closed since the check
            _refuse(decided.id, *update.departing)
        ids = ids_after(ports, book, decided.source or "", update)
        write_update(ports, client, book.head, update, decided, ids=ids)
        return update.changes

    return retry_with_head(ports, _book(ports, client), attempt)


def _update(ports: ImportPorts, book: ClientBook, decided: Imported) -> LedgerUpdate:
    """The decision's update of one client's ledger."""
    source = decided.source or ""
    found = imports_of_source(ports, book.client.id, source, book.head)
    imports = [decided if one.id == decided.id else one for one in found]
    return replay_originals(ports, book, source, imports)
