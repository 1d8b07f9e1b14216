"""The documents of a span of time, for the books."""

from datetime import date

from chalicelib.domain.billing import InvoiceDocument
from chalicelib.services.invoice_ports import InvoicePorts
from chalicelib.services.show_invoice import list_invoices


def issued_invoices(
    ports: InvoicePorts, client: str | None = None, first: date = date.min, last: date = date.max
) -> tuple[InvoiceDocument, ...]:
    """What was issued from `first` to `last`, in the order of date and number: an invoice that was taken back, too.

    Raises:
        UnknownNameError: there is no such client.
    """
    issued = (one.record.document for one in list_invoices(ports, client))
    within = (document for document in issued if document and first <= document.issued_on <= last)
    return tuple(sorted(within, key=lambda document: (document.issued_on, document.number)))
