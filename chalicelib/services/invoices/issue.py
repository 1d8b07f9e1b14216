"""Adjust a draft, issue it, and void an issued invoice by a credit note (docs/invoicing.md).

The number, the frozen document, the task that mails it and the audit record are one transaction, conditional on nobody
having taken the number or changed the invoice (optimistic locking): numbers have no gaps and no duplicates, wherever a
process dies. No person is required: if the set-up is incomplete, an error says what is missing, and the invoice stays a
draft.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from chalicelib.domain.billing import (
    Adjustment,
    InvoiceDocument,
    InvoiceId,
    InvoiceKind,
    InvoiceRecord,
    InvoiceState,
    Series,
    credit_id,
    following_id,
    is_shared,
)
from chalicelib.domain.calendar import today
from chalicelib.domain.closing_position import still_open
from chalicelib.domain.parties import OperatorBilling
from chalicelib.domain.quantities import Money
from chalicelib.services.invoices.build_document import build_document, credit_of, missing_keys, retainer_of
from chalicelib.services.invoices.errors import (
    AdjustmentError,
    FrozenInvoiceError,
    IncompleteBillingError,
    IssueDateError,
    NotIssuedError,
    UnfinishedInvoiceError,
    UnprintableError,
    VoidInvoiceError,
)
from chalicelib.services.invoices.ports import InvoicePorts, Invoices
from chalicelib.services.invoices.read import find_invoice, work_to_print
from chalicelib.services.store.audit import Act, AuditRecord
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.conflicts import retry_stale
from chalicelib.services.store.follow_ups import after_issue
from chalicelib.services.store.lookup import find_client
from chalicelib.services.store.tasks import Task


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
    before = record.adjusted_net
    if amount.minor == 0:
        raise AdjustmentError("A line of 0 has no effect: give an amount such as 50.00 or -50.00.")
    if (before + amount).minor < 0:
        raise AdjustmentError(f"An invoice cannot be below zero: deduct {before.amount} {before.currency} at most.")
    changed = replace(record, adjustments=(*record.adjustments, Adjustment(reason, amount, now)))
    details = f"{amount.amount} {amount.currency}: {reason}"
    invoices.write(changed, [_audit(changed, Act.ADJUST_INVOICE, now, details, f"-{len(changed.adjustments)}")])
    return replace(changed, version=record.version + 1)


def issue(ports: InvoicePorts, name: str, on: date | None = None) -> InvoiceRecord:
    """Give a draft its number and freeze it; one that is already issued is returned unchanged.

    Args:
        ports: the ports that issuing uses.
        name: the id of the invoice.
        on: its date; without one, today in the retainer's zone.

    Raises:
        IncompleteBillingError: the set-up does not fully identify seller or buyer.
        IssueDateError: the date is in the future, or earlier than the period's last day or the last number's date.
        UnfinishedInvoiceError: the cycle of a retainer that shares it is not closed.
        UnprintableError: a name or text cannot be printed.
        LongWorkLogError: there is too much work to print.
        VoidInvoiceError: it was voided.
        StaleWriteError: others took the number at every attempt.
    """
    return retry_stale(partial(_issue, ports, name, on), ports.sleep)


def void(ports: InvoicePorts, name: str, reason: str) -> InvoiceRecord:
    """Void an issued invoice by a credit note, which is returned; repeated, it returns the same one.

    The cycle has a draft again: with the same hours, without the lines that were added by hand. A person issues it.

    Raises:
        NotIssuedError: it is a draft or a credit note.
        UnprintableError: the reason cannot be printed; what the invoice could not print either does not matter.
        StaleWriteError: others took the number at every attempt.
    """
    return retry_stale(partial(_void, ports, name, reason), ports.sleep)


def refuse_unfinished(record: InvoiceRecord, book: ClientBook) -> None:
    """Raise UnfinishedInvoiceError if the cycle of a retainer that shares the draft is not closed."""
    if not (book.billing.one_invoice and is_shared(record.id)):
        return
    for one in still_open(book.retainers, book.head.positions, record.period_end):
        raise UnfinishedInvoiceError(record.id, one.id, record.period_end + timedelta(days=one.grace_days))


def _issue(ports: InvoicePorts, name: str, on: date | None) -> InvoiceRecord:
    record = find_invoice(ports.invoices, name)
    if record.state is InvoiceState.VOID:
        raise VoidInvoiceError(record)
    if record.state is InvoiceState.ISSUED:
        return record
    book, operator, now = _book(ports, record), ports.directory.read_operator(), ports.clock()
    refuse_unfinished(record, book)
    if missing := missing_keys(book, operator):
        raise IncompleteBillingError(record.id, missing)
    series = _next_number(ports, operator.billing, _today(book, record, now), on, earliest=_last_day(record))
    work = work_to_print(ports, record, book)
    document = build_document(record, book, operator, ports.words, number=series.number, on=_dated(series), work=work)
    _refuse_unprintable(ports, record.id, document)
    issued = replace(record, state=InvoiceState.ISSUED, document=document)
    ports.invoices.issue(series, [issued], _side_records(issued, book, Act.ISSUE_INVOICE, now, document.number))
    return replace(issued, version=record.version + 1)


def _void(ports: InvoicePorts, name: str, reason: str) -> InvoiceRecord:
    record = find_invoice(ports.invoices, name)
    if record.voided_by is not None:
        return find_invoice(ports.invoices, record.voided_by)
    if record.document is None or record.kind is InvoiceKind.CREDIT_NOTE:
        raise NotIssuedError(record)
    book, now = _book(ports, record), ports.clock()
    billing = ports.directory.read_operator().billing
    series = _next_number(ports, billing, _today(book, record, now), None)
    document = credit_of(record.document, series.number, _dated(series), reason)
    if set(ports.unprintable(document)) - set(ports.unprintable(record.document)):
        _refuse_unprintable(ports, record.id, document)
    credit = replace(
        record,
        id=credit_id(record.id),
        drafted_at=now,
        kind=InvoiceKind.CREDIT_NOTE,
        document=document,
        version=0,
    )
    again = replace(
        record,
        id=following_id(record.id),
        drafted_at=now,
        adjustments=(),
        state=InvoiceState.DRAFT,
        document=None,
        version=0,
    )
    voided = replace(record, state=InvoiceState.VOID, voided_by=credit.id, followed_by=again.id)
    side_records = _side_records(credit, book, Act.VOID_INVOICE, now, f"{series.number}: {reason}")
    ports.invoices.issue(series, [voided, credit, again], side_records)
    return replace(credit, version=1)


def _refuse_unprintable(ports: InvoicePorts, name: InvoiceId, document: InvoiceDocument) -> None:
    if characters := ports.unprintable(document):
        raise UnprintableError(name, characters, in_work=not ports.unprintable(document.without_work()))


def _next_number(
    ports: InvoicePorts, billing: OperatorBilling, latest: date, on: date | None, earliest: date = date.min
) -> Series:
    """The series of the date's year with its next number; without a date, today's, or the last number's if later.

    Today differs between zones by a day, and the dates of a series never go back.
    """
    series = ports.invoices.read_series(f"{billing.series}{(on or latest).year}")
    earliest = max(earliest, series.last_on or earliest)
    if on is not None and not earliest <= on <= latest:
        raise IssueDateError(on, earliest, latest, is_of_number=earliest == series.last_on)
    return series.next(on or max(latest, series.last_on or latest))


def _last_day(record: InvoiceRecord) -> date:
    return record.period_end - timedelta(days=1)


def _dated(series: Series) -> date:
    """The date of the number that was just assigned."""
    assert series.last_on is not None, "a series with a number has its date"  # noqa: S101 - for mypy
    return series.last_on


def _book(ports: InvoicePorts, record: InvoiceRecord) -> ClientBook:
    return find_client(ports.directory, record.client)


def _today(book: ClientBook, record: InvoiceRecord, now: datetime) -> date:
    return today(now, retainer_of(record, book).zone)


def _side_records(
    record: InvoiceRecord, book: ClientBook, act: Act, now: datetime, details: str
) -> list[Task | AuditRecord]:
    """The audit record and the tasks that follow."""
    return [_audit(record, act, now, details), *after_issue(book, record, now)]


def _audit(record: InvoiceRecord, act: Act, now: datetime, details: str, suffix: str = "") -> AuditRecord:
    name = f"{act.value}-{record.id}{suffix}"
    return AuditRecord(name, record.client, now, act, record.id, details)
