"""An invoice as the files that go with its mail."""

from chalicelib.documents.files import invoice_pdf
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.services.letter import Attachment


def invoice_files(document: InvoiceDocument) -> tuple[Attachment, ...]:
    """The PDF, named by the invoice's number."""
    content, name = invoice_pdf(document)
    return (Attachment(name, "application/pdf", content),)
