"""The invoice as a PDF on A4.

Only functions that render a document load the library. It runs without Pillow, which it needs for images only, so the
functions' package leaves Pillow out.
"""

import warnings

from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceDocument


def render_pdf(document: InvoiceDocument) -> bytes:
    """The whole file; the same document gives the same bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # fpdf2 warns that it cannot draw images; there are none
        from chalicelib.documents.sheet import draw  # noqa: PLC0415 - a third of a second that only invoices need

    return draw(word_document(document), issued_on=document.issued_on, currency=document.gross.currency)
