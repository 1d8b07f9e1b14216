"""The invoice as a PDF on A4.

The library is loaded with the first document, so no other function waits for it. It runs without Pillow, which only its
images need: the functions' package leaves Pillow out.
"""

import warnings

from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceDocument


def render_pdf(document: InvoiceDocument) -> bytes:
    """The whole file; the same document gives the same bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # fpdf2 says that it cannot draw images; there are none
        from chalicelib.documents.sheet import draw  # noqa: PLC0415 - a third of a second that only invoices need

    return draw(word_document(document), issued_on=document.issued_on, currency=document.gross.currency)
