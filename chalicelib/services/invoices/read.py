"""Invoices for a reader: an issued one as it was issued, a draft as it would be issued today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import islice

from chalicelib.domain.billing import InvoiceDocument, InvoiceId, InvoiceRecord, InvoiceState
from chalicelib.domain.calendar import today
from chalicelib.domain.ids import ClientId
from chalicelib.services.invoices.build_document import build_document
from chalicelib.services.invoices.ports import InvoicePorts, Invoices
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.lookup import UnknownNameError, find_client
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
    """The invoice with this id. Raises UnknownNameError."""
    record = find_invoice(ports.invoices, name)
    return _shown(ports, record, ports.directory.read_operator, partial(find_client, ports.directory))


def list_invoices(
    ports: InvoicePorts, client: str | None = None, state: InvoiceState | None = None
) -> Iterator[ShownInvoice]:
    """The invoices, newest first, read lazily. Raises UnknownNameError for an unknown client."""
    operator, book_of = cache(ports.directory.read_operator), cache(partial(find_client, ports.directory))
    of_client = book_of(client).client.id if client else None
    for record in ports.invoices.newest(of_client, state):
        yield _shown(ports, record, operator, book_of)


def _shown(
    ports: InvoicePorts,
    record: InvoiceRecord,
    operator: Callable[[], OperatorBook],
    book_of: Callable[[ClientId], ClientBook],
) -> ShownInvoice:
    if record.document is not None:
        return ShownInvoice(record, record.document)
    book = book_of(record.cycle.retainer.client)
    zone = next(one.zone for one in book.retainers if one.id == record.cycle.retainer)
    on = today(ports.clock(), zone)
    return ShownInvoice(record, build_document(record, book, operator(), ports.words, number=DRAFT, on=on))


_NEWEST = 100
"""How many invoices are searched for similar names."""


def find_invoice(invoices: Invoices, name: str) -> InvoiceRecord:
    """The invoice with this id. Raises UnknownNameError."""
    found = invoices.read(InvoiceId(name))
    if found is None:
        known = (one.id for one in islice(invoices.newest(), _NEWEST))
        raise UnknownNameError("invoice", name, known, "hourtab invoice list")
    return found


def issued_invoices(
    ports: InvoicePorts, client: str | None = None, first: date = date.min, last: date = date.max
) -> tuple[InvoiceDocument, ...]:
    """What was issued from `first` to `last`, by date and number: invoices, including void ones, and credit notes.

    Raises:
        UnknownNameError: there is no such client.
    """
    issued = (one.record.document for one in list_invoices(ports, client))
    within = (document for document in issued if document and first <= document.issued_on <= last)
    return tuple(sorted(within, key=lambda document: (document.issued_on, document.number)))
