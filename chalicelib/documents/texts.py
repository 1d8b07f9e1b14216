"""What a printed invoice says beside the words that it shares with the page (words/texts.py)."""

from typing import NamedTuple
from unicodedata import category

from chalicelib.domain.billing import InvoiceKind


class DocumentTexts(NamedTuple):
    """One language. Placeholders stand in braces; values come formatted."""

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


TEXTS = {
    "en": DocumentTexts(
        title={InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT_NOTE: "Credit note"},
        issued_on="Date",
        due_on="Due",
        period="Period",
        retainer="Retainer",
        corrects="Cancels invoice",
        buyer="Bill to",
        quantity="Quantity",
        unit_price="Unit price",
        vat="VAT {percent}",
        tax="Tax {percent}",
        gross="Total amount",
        reverse_charge="Reverse charge: the recipient of the service owes the tax.",
        vat_id="VAT ID",
        tax_number="Tax number",
        pay="Please pay {gross} by {due}.",
        hours_of="Hours, {period}",
        compared="{name}: {amount}",
        page="Page {page} of {pages}",
    ),
    "de": DocumentTexts(
        title={InvoiceKind.INVOICE: "Rechnung", InvoiceKind.CREDIT_NOTE: "Stornorechnung"},
        issued_on="Datum",
        due_on="Fällig am",
        period="Zeitraum",
        retainer="Retainer",
        corrects="Storniert Rechnung",
        buyer="An",
        quantity="Menge",
        unit_price="Einzelpreis",
        vat="USt. {percent}",
        tax="Steuer {percent}",
        gross="Gesamtbetrag",
        reverse_charge="Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).",
        vat_id="USt-IdNr.",
        tax_number="Steuernummer",
        pay="Bitte zahlen Sie {gross} bis zum {due}.",
        hours_of="Stunden, {period}",
        compared="{name}: {amount}",
        page="Seite {page} von {pages}",
    ),
    "fr": DocumentTexts(
        title={InvoiceKind.INVOICE: "Facture", InvoiceKind.CREDIT_NOTE: "Avoir"},
        issued_on="Date",
        due_on="Échéance",
        period="Période",
        retainer="Forfait",
        corrects="Annule la facture",
        buyer="Facturé à",
        quantity="Quantité",
        unit_price="Prix unitaire",
        vat="TVA {percent}",
        tax="Taxe {percent}",
        gross="Montant total",
        reverse_charge="Autoliquidation : la taxe est due par le preneur.",
        vat_id="N° de TVA",
        tax_number="N° fiscal",
        pay="Merci de régler {gross} au plus tard le {due}.",
        hours_of="Heures, {period}",
        compared="{name}\N{NO-BREAK SPACE}: {amount}",
        page="Page {page} sur {pages}",
    ),
}
"""By language: all of `formats.LANGUAGES`."""

_UNPRINTABLE = {"Cc", "Cs", "Cn"}
"""Control characters, halves of characters, and what is no character at all: no XML or PDF may hold them."""


def plain(text: str) -> str:
    """The text in one line, without characters that files must not hold."""
    return "".join(" " if category(one) in _UNPRINTABLE else one for one in text).strip()
