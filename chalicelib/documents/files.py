"""An issued invoice as the file that people get."""

import re

from chalicelib.documents.pdf import render_pdf
from chalicelib.domain.billing import InvoiceDocument

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


def invoice_pdf(document: InvoiceDocument) -> tuple[bytes, str]:
    """The PDF, and a name that every system takes: the document `HT/2026-0001` is `HT-2026-0001.pdf`."""
    name = _UNSAFE.sub("-", document.number).strip("-.") or "invoice"
    return render_pdf(document), f"{name}.pdf"
