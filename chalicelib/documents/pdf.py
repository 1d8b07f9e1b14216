"""The invoice as a PDF on A4.

Only functions that render a document load the library. It runs without Pillow, which it needs for images only, so the
functions' package leaves Pillow out.
"""

import re
import warnings

from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceDocument

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


def render_pdf(document: InvoiceDocument) -> bytes:
    """The whole file; the same document gives the same bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # fpdf2 warns that it cannot draw images; there are none
        from chalicelib.documents.sheet import draw  # noqa: PLC0415 - a third of a second that only invoices need

    return draw(word_document(document), issued_on=document.issued_on, currency=document.gross.currency)


def file_name(document: InvoiceDocument) -> str:
    """A name for the file that is valid everywhere: the document `HT/2026-0001` is `HT-2026-0001.pdf`."""
    return f"{_UNSAFE.sub('-', document.number).strip('-.') or 'invoice'}.pdf"
