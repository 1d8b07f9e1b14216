"""The draft of an invoice, made when its cycle closes (docs/invoicing.md)."""

from datetime import datetime

from chalicelib.domain.billing import InvoiceRecord, invoice_id
from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.invoice import invoice_of
from chalicelib.domain.retainer import Retainer


def draft_of(retainer: Retainer, statement: CycleStatement, now: datetime) -> InvoiceRecord | None:
    """The draft of the cycle's invoice; None where the cycle charges nothing, or came before the retainer was live.

    Pure, and the same however often it is made: a cycle has one invoice, and `invoice_id` names it.
    """
    if retainer.live_from is None or statement.period.start < retainer.live_from:
        return None
    invoice = invoice_of(retainer, statement)
    if not any(line.amount.minor for line in invoice.lines):
        return None
    return InvoiceRecord(invoice_id(statement.id), statement.id, statement.period.end, now, invoice)
