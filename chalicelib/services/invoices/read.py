"""Invoices for a reader: an issued one as it was issued, a draft as it would be issued today.

A preview is the invoice that a cycle would have if it closed now. Nothing of it is written, numbered or issued.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import chain, islice

from chalicelib.domain.billing import (
    InvoiceDocument,
    InvoiceId,
    InvoiceRecord,
    InvoiceState,
    WorkLine,
    invoice_id,
    shared_id,
)
from chalicelib.domain.calendar import today
from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.invoice import Invoice, invoice_of
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.services.cycles.read_balance import Asked, balance_of
from chalicelib.services.invoices.build_document import build_document, retainer_of, with_work
from chalicelib.services.invoices.errors import LongWorkLogError
from chalicelib.services.invoices.ports import InvoicePorts, Invoices
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.lookup import UnknownNameError, find_client, find_retainer
from chalicelib.services.store.operator_book import OperatorBook

DRAFT = "DRAFT"
"""Shown while a draft has no number yet."""


@dataclass(frozen=True, slots=True)
class ShownInvoice:
    """An invoice with its document; that of a draft is never stored."""

    record: InvoiceRecord
    document: InvoiceDocument

    @property
    def number(self) -> str | None:
        """The number, once it is issued."""
        return self.record.document.number if self.record.document else None


def show_invoice(ports: InvoicePorts, name: str) -> ShownInvoice:
    """The invoice with this id. Raises UnknownNameError, LongWorkLogError."""
    record = find_invoice(ports.invoices, name)
    shown = _shown(ports, record, ports.directory.read_operator, partial(find_client, ports.directory))
    if record.document is not None:
        return shown
    book = find_client(ports.directory, record.client)
    return replace(shown, document=with_work(shown.document, work_to_print(ports, record, book)))


MAX_WORK, MAX_LETTERS = 1_000, 150_000
"""Of a printed work log: the whole document is one item of the store (400 KB), and made while a function runs."""


def work_to_print(ports: InvoicePorts, record: InvoiceRecord, book: ClientBook) -> tuple[tuple[WorkLine, ...], ...]:
    """The work that each section of a draft's document lists; none unless the set-up wants it.

    Raises LongWorkLogError.
    """
    if not book.billing.work_log:
        return ()
    work = tuple(ports.work(book, section.cycle, ports.clock()) for section in record.sections)
    lines = [*chain(*work)]
    if len(lines) > MAX_WORK or sum(len(one.text) + len(one.about) for one in lines) > MAX_LETTERS:
        raise LongWorkLogError(record.id, book.client.id, len(lines))
    return work


def statement_of(cycle: CycleId, book: ClientBook, ledger: Ledger, now: datetime) -> CycleStatement:
    """The closed cycle of an invoice, as it is frozen."""
    asked, retainer = Asked(cycle=cycle.start), find_retainer(book, cycle.retainer.retainer)
    [balance] = balance_of(replace(book, retainers=(retainer,)), now, ledger, asked).retainers
    return next(one for one in balance.statements if one.id == cycle)


def list_invoices(
    ports: InvoicePorts, client: str | None = None, state: InvoiceState | None = None, month: date | None = None
) -> Iterator[ShownInvoice]:
    """The invoices, newest first, read lazily; `month`: of cycles whose last day is in the month of that day.

    Raises UnknownNameError for an unknown client.
    """
    operator, book_of = cache(ports.directory.read_operator), cache(partial(find_client, ports.directory))
    of_client = book_of(client).client.id if client else None
    for record in ports.invoices.newest(of_client, state):
        last_day = record.period_end - timedelta(days=1)
        if month is None or (last_day.year, last_day.month) == (month.year, month.month):
            yield _shown(ports, record, operator, book_of)


def _shown(
    ports: InvoicePorts,
    record: InvoiceRecord,
    operator: Callable[[], OperatorBook],
    book_of: Callable[[ClientId], ClientBook],
) -> ShownInvoice:
    if record.document is not None:
        return ShownInvoice(record, record.document)
    book = book_of(record.client)
    on = today(ports.clock(), retainer_of(record, book).zone)
    return ShownInvoice(record, build_document(record, book, operator(), ports.words, number=DRAFT, on=on))


_NEWEST = 100
"""How many invoices are searched for similar names."""


def find_invoice(invoices: Invoices, name: str) -> InvoiceRecord:
    """The invoice with this id. Raises UnknownNameError."""
    found = invoices.read(InvoiceId(name))
    if found is None:
        known = (one.id for one in islice(invoices.newest(), _NEWEST))
        problem, origin = f"There is no invoice “{name}”.", "one is drafted when a live cycle closes"
        raise UnknownNameError(problem, name, known, "hourtab invoice list", origin)
    return found


def invoice_of_cycle(invoices: Invoices, cycle: CycleId, end: date) -> InvoiceRecord | None:
    """The invoice of a cycle up to this day, or its draft; of several, the one that follows the void ones."""
    records = invoices.read_all([invoice_id(cycle), shared_id(cycle.retainer.client, end)])
    found = next((one for one in records if any(section.cycle == cycle for section in one.sections)), None)
    while found is not None and found.followed_by is not None:
        found = find_invoice(invoices, found.followed_by)
    return found


def issued_invoices(
    ports: InvoicePorts, client: str | None = None, first: date = date.min, last: date = date.max
) -> tuple[InvoiceDocument, ...]:
    """What was issued from `first` to `last`, by date and number: invoices, including void ones, and credit notes.

    Only what was issued on these days is read, a page at a time; of one client, all its invoices.

    Raises:
        UnknownNameError: there is no such client.
    """
    if client:
        records = ports.invoices.newest(find_client(ports.directory, client).client.id)
    else:
        records = ports.invoices.issued(first, last)
    documents = (record.document for record in records if record.document)
    within = {one.number: one for one in documents if first <= one.issued_on <= last}
    return tuple(sorted(within.values(), key=lambda document: (document.issued_on, document.number)))


class NoCycleError(HourTabError):
    """The retainer has no cycle on that day, or not yet."""

    def __init__(self, retainer: Retainer, day: date, statements: tuple[CycleStatement, ...]) -> None:
        served = f"from {retainer.starts_on}"
        if statements:
            served += f" up to {statements[-1].period.end}"
        super().__init__(
            f"{retainer.id} has no cycle on {day}: its cycles so far run {served}; name a day in one of them."
        )
        self.retainer = retainer
        self.day = day


@dataclass(frozen=True, slots=True)
class InvoicePreview:
    """An invoice with everything needed to show it."""

    client: Client
    retainer: Retainer
    statement: CycleStatement
    invoice: Invoice


def preview_invoice(
    client: str, retainer: str, day: date | None, now: datetime, *, directory: Directory, ledger: Ledger
) -> InvoicePreview:
    """The invoice of the cycle that contains `day`; without a day, of the current cycle.

    Raises:
        UnknownNameError: there is no such client or retainer.
        NoCycleError: the retainer has no cycle on that day, or it is in the future.
    """
    book = find_client(directory, client)
    found = find_retainer(book, retainer)
    [balance] = balance_of(replace(book, retainers=(found,)), now, ledger).retainers
    day = day or (balance.current.period.start if balance.current else balance.today)
    statement = next((one for one in balance.statements if one.period.start <= day < one.period.end), None)
    if statement is None:
        raise NoCycleError(found, day, balance.statements)
    return InvoicePreview(book.client, found, statement, invoice_of(found, statement))
