"""A person's line on a draft, with its reason."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.billing import Adjustment, InvoiceRecord, InvoiceState
from chalicelib.domain.quantities import Money
from chalicelib.services.invoices.errors import AdjustmentError, FrozenInvoiceError
from chalicelib.services.invoices.ports import Invoices
from chalicelib.services.invoices.read import find_invoice
from chalicelib.services.store.audit import Act, AuditRecord


def adjust(invoices: Invoices, name: str, amount: Money, reason: str, now: datetime) -> InvoiceRecord:
    """Add a line to a draft; a negative amount is a deduction.

    It is not retried automatically: if somebody else has changed the draft meanwhile, a person must look at it again.

    Raises:
        FrozenInvoiceError: it is issued.
        AdjustmentError: the amount is zero, or a deduction larger than the sum.
        StaleWriteError: somebody else changed it first.
    """
    record = find_invoice(invoices, name)
    if record.state is not InvoiceState.DRAFT:
        raise FrozenInvoiceError(record)
    _check(record, amount)
    changed = replace(record, adjustments=(*record.adjustments, Adjustment(reason, amount, now)))
    invoices.write(changed, [_told(changed, amount, reason, now)])
    return replace(changed, version=record.version + 1)


def net_of(record: InvoiceRecord) -> Money:
    """The net sum of an invoice with its adjustments."""
    return sum((one.amount for one in record.adjustments), record.invoice.net)


def _check(record: InvoiceRecord, amount: Money) -> None:
    before = net_of(record)
    if amount.minor == 0:
        raise AdjustmentError("A line of 0 has no effect: give an amount such as 50.00 or -50.00.")
    if (before + amount).minor < 0:
        raise AdjustmentError(f"An invoice cannot be below zero: deduct {before.amount} {before.currency} at most.")


def _told(changed: InvoiceRecord, amount: Money, reason: str, now: datetime) -> AuditRecord:
    name = f"{Act.ADJUST_INVOICE.value}-{changed.id}-{len(changed.adjustments)}"
    details = f"{amount.amount} {amount.currency}: {reason}"
    return AuditRecord(name, changed.cycle.retainer.client, now, Act.ADJUST_INVOICE, changed.id, details)
