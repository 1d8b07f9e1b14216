"""Find the invoice that a person named, or say which are near."""

from itertools import islice

from chalicelib.domain.billing import InvoiceId, InvoiceRecord
from chalicelib.services.find_client import UnknownNameError
from chalicelib.services.invoice_ports import Invoices

_NEWEST = 100
"""Among so many a near name is looked for."""


def find_invoice(invoices: Invoices, name: str) -> InvoiceRecord:
    """The invoice with this id. Raises UnknownNameError."""
    found = invoices.read(InvoiceId(name))
    if found is None:
        known = (one.id for one in islice(invoices.newest(), _NEWEST))
        raise UnknownNameError("invoice", name, known, "hourtab invoice list")
    return found
