"""An invoice as attachments of its mail."""

import re

from chalicelib.documents.pdf import render_pdf
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.services.mails.mime import Attachment


def invoice_files(document: InvoiceDocument) -> tuple[Attachment, ...]:
    """The PDF, named by the invoice's number."""
    content, name = invoice_pdf(document)
    return (Attachment(name, "application/pdf", content),)


_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


def invoice_pdf(document: InvoiceDocument) -> tuple[bytes, str]:
    """The PDF, and a file name that is valid everywhere: the document `HT/2026-0001` is `HT-2026-0001.pdf`."""
    name = _UNSAFE.sub("-", document.number).strip("-.") or "invoice"
    return render_pdf(document), f"{name}.pdf"
