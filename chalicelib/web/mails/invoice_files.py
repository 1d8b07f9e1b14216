"""An invoice as the files that go with its mail."""

import re

from chalicelib.documents.pdf import render_pdf
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.services.letter import Attachment

_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def invoice_files(document: InvoiceDocument) -> tuple[Attachment, ...]:
    """The PDF, named by the invoice's number."""
    name = _PLAIN.sub("-", document.number).strip("-.") or "invoice"
    return (Attachment(f"{name}.pdf", "application/pdf", render_pdf(document)),)
