"""The invoice as one HTML document that prints well and reads on a phone; it fetches nothing."""

from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.web.rendering import render

STYLE = "invoice.css"
"""The name of its style sheet after the page's own, as `web.rendering.style_hash` takes it."""


def render_html(document: InvoiceDocument) -> str:
    """The whole document, its style inside, everything escaped."""
    return render("invoice.html", more_style=STYLE, doc=word_document(document))
