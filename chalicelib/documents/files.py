"""An issued invoice as the file that people get: with a mail, or from the command line."""

import re

from chalicelib.documents.pdf import render_pdf
from chalicelib.domain.billing import InvoiceDocument

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


def invoice_pdf(document: InvoiceDocument) -> tuple[bytes, str]:
    """The PDF of an issued invoice or credit note, and its name: `2026-0001.pdf`."""
    return render_pdf(document), file_name(document.number, "pdf")


def file_name(number: str, ending: str) -> str:
    """A name that every system takes: `HT/2026-0001` becomes `HT-2026-0001.pdf`."""
    return f"{_UNSAFE.sub('-', number).strip('-.') or 'invoice'}.{ending}"
