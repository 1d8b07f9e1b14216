"""An invoice as a file, in the formats of chalicelib/documents; each is loaded on demand."""
# ruff: noqa: PLC0415 - PDFs and e-invoices need libraries that no other command does

import json

from chalicelib.domain.billing import InvoiceDocument
from chalicelib.domain.errors import HourTabError
from chalicelib.services.invoices.read import ShownInvoice

FORMATS = ("html", "pdf", "json", "xero", "quickbooks", "xml")
_OF_DRAFTS = ("html", "pdf", "json")
"""Only for viewing: whatever goes to the books or to the client needs a number."""


class NotNumberedError(HourTabError):
    """A draft has no number yet, so it cannot be booked."""

    def __init__(self, shown: ShownInvoice) -> None:
        super().__init__(
            f"{shown.record.id} is a draft without a number; issue it with `hourtab invoice issue {shown.record.id}`."
        )


def invoice_file(shown: ShownInvoice, kind: str) -> bytes:
    """The invoice in one of `FORMATS`. Raises NotNumberedError for a draft in a bookkeeping format."""
    if shown.number is None and kind not in _OF_DRAFTS:
        raise NotNumberedError(shown)
    return _WRITERS[kind](shown.document)


def _html(document: InvoiceDocument) -> bytes:
    from chalicelib.documents.word_document import render_html

    return render_html(document).encode()


def _pdf(document: InvoiceDocument) -> bytes:
    from chalicelib.documents.pdf import render_pdf

    return render_pdf(document)


def _json(document: InvoiceDocument) -> bytes:
    from chalicelib.documents.as_json import document_json

    return (json.dumps(document_json(document), indent=2, ensure_ascii=False) + "\n").encode()


def _xero(document: InvoiceDocument) -> bytes:
    from chalicelib.documents.xero import xero_csv

    return xero_csv([document]).encode()


def _quickbooks(document: InvoiceDocument) -> bytes:
    from chalicelib.documents.quickbooks import quickbooks_csv

    return quickbooks_csv([document]).encode()


def _xml(document: InvoiceDocument) -> bytes:
    from chalicelib.documents.einvoice import einvoice_xml

    return einvoice_xml(document)


_WRITERS = {"html": _html, "pdf": _pdf, "json": _json, "xero": _xero, "quickbooks": _quickbooks, "xml": _xml}
