"""Close one cycle of a client's book, for a scheduled cycle close as for a retainer that goes live."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.billing import InvoiceRecord, invoice_id
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.cycle import CycleLedger, CycleStatement, Period
from chalicelib.domain.ids import CycleId
from chalicelib.domain.invoice import invoice_of
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import carry_forward_of, close
from chalicelib.services.store.audit import Act, AuditRecord
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.ledger import Ledger


class ClosedCycle(NamedTuple):
    """A cycle that has just been closed."""

    ledger: CycleLedger
    statement: CycleStatement
    position: ClosingPosition
    """The retainer's closing position after this close."""
    audit: AuditRecord


def close_cycle(book: ClientBook, retainer: Retainer, period: Period, ledger: Ledger, at: datetime) -> ClosedCycle:
    """Freeze the first cycle of a retainer that is not closed, and carry its hours forward; nothing is written.

    Args:
        book: the client's, with its head as it is now.
        retainer: one of the book's.
        period: the cycle, which has ended.
        ledger: where the stored cycle is read.
        at: when the cycle counts as closed (aware).
    """
    cycle = CycleId(retainer.id, period.start)
    stored = ledger.read_cycles([cycle], book.head.plan).get(cycle) or CycleLedger(cycle)
    before = book.head.position(retainer.id)
    day = period.end + timedelta(days=retainer.grace_days)
    settled = settle(retainer, period, stored, before.carry_forward, day, aliases=book.aliases)
    closed, statement = close(stored, settled, at)
    about = f"{cycle.retainer}/{cycle.start}"
    return ClosedCycle(
        closed,
        statement,
        replace(before, closed_before=period.end, carry_forward=carry_forward_of(statement)),
        AuditRecord(f"close-{about}", book.client.id, at, Act.CLOSE, about),
    )


def draft_of(retainer: Retainer, statement: CycleStatement, now: datetime) -> InvoiceRecord | None:
    """The draft of the cycle's invoice; None if the cycle charges nothing or precedes going live.

    Pure and repeatable: a cycle has one invoice, and `invoice_id` names it.
    """
    if retainer.live_from is None or statement.period.start < retainer.live_from:
        return None
    invoice = invoice_of(retainer, statement)
    if not any(line.amount.minor for line in invoice.lines):
        return None
    return InvoiceRecord(invoice_id(statement.id), statement.id, statement.period.end, now, invoice)
