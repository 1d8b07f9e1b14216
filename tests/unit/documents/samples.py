"""Invoices as documents: the retainer of 20 hours at 50 € with 26.75 hours used, in four languages."""

from dataclasses import replace
from fractions import Fraction

from chalicelib.domain.billing import DocumentLine, InvoiceDocument, InvoiceKind, TaxTotal
from chalicelib.domain.invoice import InvoiceBalance
from chalicelib.domain.parties import Party, Tax
from chalicelib.domain.quantities import Money
from tests.builders import day, hours, money

SELLER = Party(
    name="Łukasz Żółć IT-Beratung",
    address=("Hafenstraße 7", "20457 Hamburg"),
    country="DE",
    vat_id="DE123456789",
    tax_number="22/123/45678",
    email="office@example.com",
    iban="DE02120300000000202051",
    bic="BYLADEM1001",
)
BUYER = Party(
    name="Dvořák & Fils SARL",
    address=("12, rue de l’Église", "67000 Strasbourg"),
    country="FR",
    vat_id="FR40303265045",
    email="billing@example.com",
)
_WORDS = {
    "en": ("Retainer (20 hours at €50)", "6.75 hours at the normal price (€100)", "Unused hours are lost."),
    "de": (
        "Kontingent (20 Stunden zu 50 €)",
        "6,75 Stunden zum Normalpreis (100 €)",
        "Nicht genutzte Stunden verfallen.",
    ),
    "fr": (
        "Forfait (20 heures à 50 €)",
        "6,75 heures au tarif normal (100 €)",
        "Les heures non utilisées sont perdues.",
    ),
    "nl": (
        "Urenbundel (20 uur à € 50)",
        "6,75 uur tegen het normale tarief (€ 100)",
        "Niet-gebruikte uren vervallen.",
    ),
}
_COMPLETE = {
    "en": ("en-GB", 20, "Payment within 14 days, without deduction."),
    "de": ("de-DE", 19, "Zahlbar innerhalb von 14 Tagen ohne Abzug."),
    "fr": ("fr-FR", 20, "Paiement à 14 jours, sans escompte."),
    "nl": ("nl-NL", 21, "Betaling binnen 14 dagen, zonder korting."),
}
LANGUAGES = tuple(_COMPLETE)


def line(text: str, quantity: str, price: str, *, unit: str = "HUR", currency: str = "EUR") -> DocumentLine:
    """A line whose amount is quantity × price, rounded once: `line("Work", "6.75", "100.00")`."""
    exact, unit_price = Fraction(quantity), money(price, currency)
    return DocumentLine(text, exact, unit, unit_price, unit_price.times(exact))


def balance(**seconds: int) -> InvoiceBalance:
    """A balance statement in seconds; fields that are not given are zero."""
    return InvoiceBalance(**{name: seconds.get(name, 0) for name in InvoiceBalance.__dataclass_fields__})


def invoice(locale: str = "en", *lines: DocumentLine, tax: Tax | None = None, **changes: object) -> InvoiceDocument:
    """Invoice 2026-0001 for October 2026, with the given lines instead, if any."""
    fee, overage, rule = _WORDS[locale[:2]]
    charged = lines or (line(fee, "1", "1000.00", unit="C62"), line(overage, "6.75", "100.00"))
    net = sum((one.amount for one in charged), Money(0, charged[0].amount.currency))
    taxes = () if tax is None else (TaxTotal(tax, net, net.times(tax.percent / 100)),)
    document = InvoiceDocument(
        number="2026-0001",
        kind=InvoiceKind.INVOICE,
        issued_on=day("2026-11-04"),
        due_on=day("2026-11-18"),
        period_start=day("2026-10-01"),
        period_end=day("2026-11-01"),
        locale=locale,
        seller=SELLER,
        buyer=BUYER,
        retainer_title="Helpdesk",
        lines=charged,
        net=net,
        taxes=taxes,
        gross=sum((total.amount for total in taxes), net),
        balance=balance(allotment_seconds=hours("20"), used_seconds=hours("26.75"), overage_seconds=hours("6.75")),
        at_regular_rate=money("2675.00", net.currency) if net.currency == "EUR" else net,
        carry_over=rule,
        payment_terms="14 days, net.",
    )
    return replace(document, **changes)


def complete_invoice(language: str) -> InvoiceDocument:
    """With everything that an invoice can have but the work log, in a language."""
    locale, percent, terms = _COMPLETE[language]
    document = invoice(locale, tax=Tax(Fraction(percent)), purchase_order="PO-7714", reference="4400-IT")
    ways = {"phone": "+49 40 555 0", "web": "https://zolc.example"}
    return replace(document, seller=replace(SELLER, **ways), payment_terms=terms, shows_contact=True)


def credit_note(of: InvoiceDocument) -> InvoiceDocument:
    """The credit note that cancels an invoice: the same with negated amounts."""
    return replace(
        of,
        number="2026-0002",
        kind=InvoiceKind.CREDIT_NOTE,
        lines=tuple(replace(one, quantity=-one.quantity, amount=negative(one.amount)) for one in of.lines),
        net=negative(of.net),
        taxes=tuple(replace(one, net=negative(one.net), amount=negative(one.amount)) for one in of.taxes),
        gross=negative(of.gross),
        payment_terms="",
        corrects=of.number,
        note="The wrong month.",
    )


def negative(amount: Money) -> Money:
    return Money(-amount.minor, amount.currency)
