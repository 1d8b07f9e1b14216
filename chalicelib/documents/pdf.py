"""The invoice as a PDF on A4. The library is loaded with the first document, so no other function waits for it."""

from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceDocument


def render_pdf(document: InvoiceDocument) -> bytes:
    """The whole file; the same document gives the same bytes."""
    from chalicelib.documents.sheet import draw  # noqa: PLC0415 - a third of a second that only invoices need

    return draw(word_document(document), issued_on=document.issued_on, currency=document.gross.currency)
