"""Remove a client or a retainer for which nothing was issued, with its hours, drafts and closed cycles.

What is left is a tombstone: the versions of link and head go on, and the place in the order of files at which it was
removed is kept, so that neither an old link nor an old export becomes part of a new one of the same id.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple, Protocol

from chalicelib.clock import Clock
from chalicelib.domain.billing import InvoiceId, InvoiceRecord, InvoiceState, invoice_id, of_sections, shared_id
from chalicelib.domain.calendar import cycles_so_far, periods_between, today
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import MANUAL
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId, RetainerId
from chalicelib.domain.retainer import Link, Retainer
from chalicelib.services.cycles.close_due import finished_book, with_due
from chalicelib.services.store.audit import Act, AuditRecord
from chalicelib.services.store.books import ClientBook, ClientHead, Directory, Tombstone
from chalicelib.services.store.conflicts import Sleep, StaleWriteError, retry_stale
from chalicelib.services.store.ledger import Ledger, LedgerCommit
from chalicelib.services.store.lookup import find_client, find_retainer

_MOST_DRAFTS = 90
"""A transaction of AWS holds 100 items; one of a client is its head, one the record for the audit trail."""


class Drafts(Protocol):
    """What a removal needs of the invoices.

    It reads them by the ids that the cycles' invoices have: a list of a client's invoices is eventually consistent, and
    may lack one that was issued a moment ago.
    """

    def read_all(self, ids: Collection[InvoiceId]) -> Sequence[InvoiceRecord]:
        """Those of these invoices that exist, strongly consistent, in no order."""


class NotRemovableError(HourTabError):
    """It cannot be removed; the message says why and what to do."""


class RemovedRetainer(NamedTuple):
    """What goes with a retainer."""

    retainer: RetainerId
    cycles: int = 0
    """How many cycles have hours or are closed."""
    seconds: int = 0
    """The worked time in them, without rounding."""
    drafts: int = 0
    top_ups: int = 0
    top_up_seconds: int = 0
    corrections: int = 0
    """How many corrections were made by hand."""
    correction_seconds: int = 0
    """What they granted to the client; below zero: took away."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What is removed, or would be."""

    name: str
    """`acme`, or of a retainer `acme/support`."""
    retainers: tuple[RemovedRetainer, ...]
    rules: int = 0
    """How many of the client's routing rules go: all of them, or those that name the retainer."""


def in_place_of(left: Tombstone, declared: ClientBook) -> ClientBook:
    """A new client under the id of a removed one: with the next version of its link, and after its files."""
    link = Link(version=left.link_version + 1)
    head, client = replace(left.head, as_of=None), replace(declared.client, link=link)
    return replace(declared, client=client, head=head, counts_after=left.counts_after)


@dataclass(frozen=True, slots=True)
class Remove:
    """The use case, over its ports."""

    directory: Directory
    ledger: Ledger
    invoices: Drafts
    clock: Clock
    sleep: Sleep = time.sleep

    def preview(self, client: str, retainer: str | None = None) -> Removal:
        """What would be removed; writes nothing.

        Raises:
            UnknownNameError: there is no such client or retainer.
            NotRemovableError: an invoice was issued for it, or it is the client's only retainer.
        """
        return self._read(client, retainer).removal

    def remove(self, client: str, retainer: str | None = None) -> Removal:
        """Remove the client, or one of its retainers; a run that was interrupted is completed by the next.

        Raises:
            UnknownNameError, NotRemovableError: as for `preview`.
            StaleWriteError: other writers won every attempt; run it again.
        """
        gone: list[_Found] = []
        retry_stale(partial(self._attempt, client, retainer, self.clock(), gone), self.sleep)
        return _together(gone).removal

    def _attempt(self, client: str, retainer: str | None, now: datetime, gone: "list[_Found]") -> None:
        """Adds to `gone` what it has emptied: hours may come in until the client is replaced."""
        found = self._read(client, retainer)
        self._empty(found, now)
        gone.append(found)
        rest = self._read(client, retainer)
        if rest.cycles or rest.drafts:
            raise StaleWriteError(f"{found.removal.name} got new hours meanwhile: run the command again.")
        self._replace(rest, retainer, _order_at(now, rest.book.head))

    def _read(self, client: str, retainer: str | None) -> "_Found":
        book = finished_book(self.directory, self.ledger, ClientId(client)) or find_client(self.directory, client)
        own = book.retainers if retainer is None else (find_retainer(book, retainer),)
        if retainer is not None and len(book.retainers) == 1:
            text = f"{own[0].id} is the only retainer of {client}: remove the client"
            raise NotRemovableError(f"{text}, or add its new retainer to the set-up first.")
        ids = [cycle for one in own for cycle in cycles_so_far(one, self.clock())]
        drafts = tuple(
            _drafts(self.invoices.read_all([*_invoices_of(own, ids, self.clock())]), {one.id for one in own})
        )
        return _Found(book, own, self._cycles(book, ids), drafts)

    def _cycles(self, book: ClientBook, ids: Collection[CycleId]) -> Mapping[CycleId, CycleLedger]:
        """Those of these cycles that are stored and not empty."""
        found = self.ledger.read_cycles(ids, book.head.plan) if ids else {}
        return {key: cycle for key, cycle in found.items() if cycle != _emptied(cycle)}

    def _empty(self, found: "_Found", now: datetime) -> None:
        """Empty the cycles and delete the drafts in one commit with the record for the audit trail.

        A draft that was issued, or a cycle that was closed, meanwhile stops it before anything is done. The head still
        says which of them are closed, so that none closes again if the removal is interrupted here.
        """
        name = found.removal.name
        details = ", ".join(f"{one.retainer}: {one.cycles} cycles" for one in found.removal.retainers if one.cycles)
        audit = AuditRecord(f"remove-{name}-{now.isoformat()}", found.book.client.id, now, Act.REMOVE, name, details)
        head = replace(_head_without(found.book, found.retainers), positions=found.book.head.positions)
        cycles = tuple(map(_emptied, found.cycles.values()))
        client, gone = found.book.client.id, {one.id for one in found.retainers}
        asked = None
        if any(cycle.approvals for cycle in found.cycles.values()):
            asked = self.ledger.read_approvals(client).without(gone)
        drafts = found.drafts[:_MOST_DRAFTS]  # the next attempt deletes the others
        left = {draft.id: rest for draft in drafts if (rest := _without(draft, gone))}
        removed = [draft for draft in drafts if draft.id not in left]
        commit = LedgerCommit(client, head, cycles, (*left.values(), audit), removed=removed, approvals=asked)
        self.ledger.commit(commit)

    def _replace(self, found: "_Found", retainer: str | None, order: str) -> None:
        """Replace the client, or the retainer in its book, by what is left of it."""
        book, head = found.book, _head_without(found.book, found.retainers)
        if retainer is None:
            client, before = book.client, self.directory.read_tombstone(book.client.id)
            left = Tombstone(client.name, client.link.version, order, head, before.version if before else 0)
            self.directory.remove_client(book, left)
            return
        [gone] = found.retainers
        rest = replace(
            book,
            retainers=tuple(one for one in book.retainers if one.id != gone.id),
            rules=tuple(one for one in book.rules if one.retainer != gone.id.retainer),
            removed={**book.removed, gone.id.retainer: order},
        )
        self.directory.write_client(replace(rest, head=head))


class _Found(NamedTuple):
    book: ClientBook
    retainers: tuple[Retainer, ...]
    """Those that go."""
    cycles: Mapping[CycleId, CycleLedger]
    drafts: tuple[InvoiceRecord, ...]

    @property
    def removal(self) -> Removal:
        """What goes with them."""
        is_whole = len(self.retainers) == len(self.book.retainers)
        name = self.book.client.id if is_whole else str(self.retainers[0].id)
        rules = sum(is_whole or rule.retainer == self.retainers[0].id.retainer for rule in self.book.rules)
        return Removal(name, tuple(map(self._of_retainer, self.retainers)), rules)

    def _of_retainer(self, retainer: Retainer) -> RemovedRetainer:
        own = [cycle for key, cycle in self.cycles.items() if key.retainer == retainer.id]
        entries = [entry for cycle in own for entry in cycle.entries]
        corrected = [-entry.seconds for entry in entries if entry.source == MANUAL]
        bought = [one.seconds for cycle in own for one in cycle.top_ups]
        return RemovedRetainer(
            retainer.id,
            cycles=sum(replace(cycle, approvals=()) != _emptied(cycle) for cycle in own),
            seconds=sum(entry.seconds for entry in entries if entry.source != MANUAL),
            drafts=sum(bool(_among({retainer.id}, draft)) for draft in self.drafts),
            top_ups=len(bought),
            top_up_seconds=sum(bought),
            corrections=len(corrected),
            correction_seconds=sum(corrected),
        )


def _together(found: "Sequence[_Found]") -> "_Found":
    """What several attempts have emptied."""
    last = found[-1]
    drafts = {draft.id: draft for one in found for draft in one.drafts}
    cycles: dict[CycleId, CycleLedger] = {}
    for key, cycle in (each for one in found for each in one.cycles.items()):
        before = cycles.get(key)
        cycles[key] = replace(cycle, entries=(*before.entries, *cycle.entries)) if before else cycle
    return last._replace(cycles=cycles, drafts=tuple(drafts.values()))


def _invoices_of(retainers: Iterable[Retainer], cycles: Iterable[CycleId], now: datetime) -> Iterator[InvoiceId]:
    """The ids of their invoices, of their own or shared."""
    yield from map(invoice_id, cycles)
    ends = {
        (one.id.client, period.end)
        for one in retainers
        for period in periods_between(one, one.starts_on, today(now, one.zone))
    }
    yield from (shared_id(client, end) for client, end in sorted(ends))


def _among(retainers: Collection[RetainerId], record: InvoiceRecord) -> list[RetainerId]:
    """Those of the retainers that have a section of the invoice."""
    return [one.cycle.retainer for one in record.sections if one.cycle.retainer in retainers]


def _without(draft: InvoiceRecord, retainers: Collection[RetainerId]) -> InvoiceRecord | None:
    """The draft without the sections of these retainers; None if nothing is left of it."""
    rest = [one for one in draft.sections if one.cycle.retainer not in retainers]
    return of_sections(draft, rest) if rest else None


def _drafts(invoices: Iterable[InvoiceRecord], retainers: Collection[RetainerId]) -> Iterator[InvoiceRecord]:
    """The drafts among the invoices of what is removed.

    Raises NotRemovableError if anything was issued for it, or a draft that it shares would be below zero.
    """
    for record in invoices:
        own = _among(retainers, record)
        if not own:
            continue
        if record.state is not InvoiceState.DRAFT:
            number = record.document.number if record.document else record.id
            raise NotRemovableError(
                f"{own[0]} stays, because the invoice {number} was issued for it: end it with "
                "`ends_on`, and hide it with `hidden: yes`, in the set-up file."
            )
        if (rest := _without(record, retainers)) and rest.adjusted_net.minor < 0:
            raise NotRemovableError(
                f"{own[0]} stays, because without it the draft {record.id} would be below zero: first add a line to it "
                "with `hourtab invoice adjust`."
            )
        yield record


def _head_without(book: ClientBook, retainers: tuple[Retainer, ...]) -> ClientHead:
    """The head without what it says about these retainers."""
    gone = {one.id for one in retainers}
    rest = tuple(one for one in book.retainers if one.id not in gone)
    positions = {slug: at for slug, at in book.head.positions.items() if slug in {one.id.retainer for one in rest}}
    return with_due(replace(book.head, positions=positions), replace(book, retainers=rest))


def _emptied(cycle: CycleLedger) -> CycleLedger:
    return CycleLedger(cycle.id, cycle.version)


def _order_at(now: datetime, head: ClientHead) -> str:
    """An order key after that of every file that was dropped up to now, or counted."""
    return max(f"{now.astimezone(UTC).isoformat(timespec='milliseconds')}~", head.last_order)
