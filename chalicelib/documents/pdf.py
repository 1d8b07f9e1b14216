"""The invoice as a PDF on A4.

Only functions that render a document load the library. It runs without Pillow, which it needs to read images only, so
that the functions' package leaves Pillow out: the logo comes as it is embedded.
"""

import re
import warnings
from collections.abc import Iterator

from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.domain.branding import Logo

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)


def render_pdf(document: InvoiceDocument, link: str = "", accent: str = "", logo: Logo | None = None) -> bytes:
    """The whole file; the same document, link to the client's page, accent (`#rrggbb`) and logo give the same bytes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # fpdf2 warns that it cannot read images; it need not
        from chalicelib.documents.sheet import draw  # noqa: PLC0415 - a third of a second that only invoices need

    words = word_document(document, link)
    png = logo.printed if logo else b""
    return draw(words, issued_on=document.issued_on, currency=document.gross.currency, accent=accent, logo=png)


def unprintable(document: InvoiceDocument) -> tuple[str, ...]:
    """The characters of the document that its fonts cannot print, as those of Chinese, Hebrew or Arabic."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        from chalicelib.documents.paper import Typeset, glyphs  # noqa: PLC0415 - as above

    typeset, texts = Typeset(glyphs(), document.gross.currency), _texts(word_document(document))
    return tuple(sorted({one for text in texts for one in typeset.unprintable(text)}))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


def file_name(document: InvoiceDocument) -> str:
    """A name for the file that is valid everywhere: the document `HT/2026-0001` is `HT-2026-0001.pdf`."""
    return f"{_UNSAFE.sub('-', document.number).strip('-.') or 'invoice'}.pdf"
