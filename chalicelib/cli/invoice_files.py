"""An invoice as a file, in the formats of chalicelib/documents."""

import json
from collections.abc import Callable

import click

from chalicelib.documents.as_json import document_json
from chalicelib.documents.pdf import render_pdf
from chalicelib.documents.quickbooks import quickbooks_csv
from chalicelib.documents.word_document import render_html
from chalicelib.documents.xero import xero_csv
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.domain.branding import Logo
from chalicelib.services.invoices.read import ShownInvoice

_OF_DRAFTS = ("html", "pdf", "json")
"""Only for viewing: whatever goes to the books or to the client needs a number."""


def invoice_file(shown: ShownInvoice, kind: str, link: str, accent: str, logo: Logo | None) -> bytes:
    """The invoice in one of `FORMATS`; those of bookkeeping programs are refused for a draft.

    `link`: the address of the client's page, `accent` and `logo`: the operator's, which a document for a reader has.
    """
    if shown.number is None and kind not in _OF_DRAFTS:
        draft = shown.record.id
        raise click.ClickException(
            f"{draft} is a draft without a number; issue it with `hourtab invoice issue {draft}`."
        )
    if kind in _FOR_READERS:
        return _FOR_READERS[kind](shown.document, link, accent, logo)
    return _WRITERS[kind](shown.document)


def _json(document: InvoiceDocument) -> bytes:
    return (json.dumps(document_json(document), indent=2, ensure_ascii=False) + "\n").encode()


def _xml(document: InvoiceDocument) -> bytes:
    from chalicelib.documents.einvoice import einvoice_xml  # noqa: PLC0415 - its library is slow to load

    return einvoice_xml(document)


_FOR_READERS: dict[str, Callable[[InvoiceDocument, str, str, Logo | None], bytes]] = {
    "html": lambda *given: render_html(*given).encode(),
    "pdf": render_pdf,
}
_WRITERS: dict[str, Callable[[InvoiceDocument], bytes]] = {
    "json": _json,
    "xero": lambda document: xero_csv([document]).encode(),
    "quickbooks": lambda document: quickbooks_csv([document]).encode(),
    "xml": _xml,
}
FORMATS = (*_FOR_READERS, *_WRITERS)
