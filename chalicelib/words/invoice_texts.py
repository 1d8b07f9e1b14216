"""The words of an invoice. They stand apart from the page's, which must not pay for them at its cold start."""

from importlib import import_module
from typing import NamedTuple

from chalicelib.domain.billing import InvoiceKind
from chalicelib.words.texts import Counted


class InvoiceTexts(NamedTuple):
    """What an invoice says besides the words that it shares with the page."""

    service: str
    amount: str
    net: str
    hours: Counted
    """A number of hours in a line: "6.75 hours"."""
    lines: dict[str, str]
    """By the message ids of domain/invoice.py."""
    overage: str
    forfeited: str
    capped: str
    carried_out: str
    at_regular_rate: str
    """The comparison: what the used hours would have cost without the retainer."""


class DocumentTexts(NamedTuple):
    """What a printed invoice says besides. Placeholders stand in braces; values come formatted."""

    title: dict[InvoiceKind, str]
    """"Invoice"; German tax law keeps "Gutschrift" for something else than a credit note."""
    issued_on: str
    due_on: str
    period: str
    retainer: str
    corrects: str
    """The label of the number of the invoice that a credit note takes back."""
    buyer: str
    quantity: str
    unit_price: str
    vat: str
    """Of a seller with a VAT identification number: "VAT 19%"."""
    tax: str
    """Of any other seller."""
    gross: str
    reverse_charge: str
    """What the buyer must read where category AE has no reason of its own."""
    vat_id: str
    tax_number: str
    pay: str
    """What is to be paid, and until when."""
    hours_of: str
    """Heading of the balance statement."""
    compared: str
    """What something would have cost."""
    page: str


def invoice_texts_in(language: str) -> InvoiceTexts:
    """The words of invoices in one of `formats.LANGUAGES`; only that language is loaded."""
    texts: InvoiceTexts = import_module(f"chalicelib.words.{language}.invoice").TEXTS
    return texts


def document_texts_in(language: str) -> DocumentTexts:
    """The words of printed invoices, likewise."""
    texts: DocumentTexts = import_module(f"chalicelib.words.{language}.invoice").DOCUMENT
    return texts
