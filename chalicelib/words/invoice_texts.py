"""The texts of an invoice, separate from the page's, whose cold start must not load them."""

from importlib import import_module
from typing import NamedTuple

from chalicelib.domain.billing import InvoiceKind
from chalicelib.words.texts import Counted


class InvoiceTexts(NamedTuple):
    """The texts of an invoice beyond those that it shares with the page."""

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
    """The further texts of a printed invoice. Placeholders are in braces; values are already formatted."""

    title: dict[InvoiceKind, str]
    """"Invoice"; in German tax law, "Gutschrift" means something other than a credit note."""
    issued_on: str
    due_on: str
    period: str
    retainer: str
    corrects: str
    """The label for the number of the invoice that a credit note cancels."""
    buyer: str
    quantity: str
    unit_price: str
    vat: str
    """For a seller with a VAT identification number: "VAT 19%"."""
    tax: str
    """For any other seller."""
    gross: str
    reverse_charge: str
    """The mandatory text for category AE without a reason of its own."""
    vat_id: str
    tax_number: str
    pay: str
    """The amount to pay, and the due date."""
    hours_of: str
    """Heading of the balance statement."""
    compared: str
    """The comparison in a sentence."""
    page: str


def invoice_texts_in(language: str) -> InvoiceTexts:
    """The texts of invoices in one of `formats.LANGUAGES`; only that language is loaded."""
    texts: InvoiceTexts = import_module(f"chalicelib.words.{language}.invoice").TEXTS
    return texts


def document_texts_in(language: str) -> DocumentTexts:
    """The texts of printed invoices; only that language is loaded."""
    texts: DocumentTexts = import_module(f"chalicelib.words.{language}.invoice").DOCUMENT
    return texts
