"""The texts of what is sent, invoices and mails, separate from the page's, whose cold start must not load them.

Placeholders are in braces; values are already formatted. Mails to the operator are in English (chalicelib/mails).
"""

from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

from chalicelib.domain.billing import InvoiceKind
from chalicelib.words.texts import Counted


class SentTexts(NamedTuple):
    """The texts of invoices and of mails to clients beyond those that they share with the page, in one language."""

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

    title: dict[InvoiceKind, str]
    """"Invoice"; in German tax law, "Gutschrift" means something other than a credit note."""
    issued_on: str
    due_on: str
    period: str
    retainer: str
    corrects: str
    """The label for the number of the invoice that a credit note cancels."""
    cancelled_by: str
    """In the page's list: which credit note cancels the invoice."""
    links_end: str
    """Below that list: the last day on which its links work."""
    newest_invoices: str
    """Below it, too: that older ones are not in it."""
    no_invoices: str
    buyer: str
    quantity: str
    unit_price: str
    vat: str
    """For a seller with a VAT identification number: "VAT 19%"."""
    tax: str
    """For any other seller."""
    untaxed: Mapping[str, str]
    """What stands in its place where nothing is charged, by category: E exempt, AE reverse charge, O out of scope."""
    gross: str
    reverse_charge: str
    """The mandatory text for category AE without a reason of its own."""
    purchase_order: str
    reference: str
    """The label for what the buyer wants to find on an invoice."""
    phone: str
    email: str
    web: str
    vat_id: str
    tax_number: str
    pay: str
    """The amount to pay, and the due date."""
    scan: str
    """Beside the QR code of the payment."""
    hours_of: str
    """Heading of the balance statement."""
    compared: str
    """The comparison in a sentence."""
    page: str

    colon: str
    """Between a label and what it names."""
    open_page: str
    """The text of the client's link."""
    signature: str
    """Who sent the mail, and that replies reach them."""

    new_cycle: str
    """Subject."""
    hours_for: str
    """Caption of the figure: for which cycle."""
    of_which_provisional: str
    why_new_cycle: str

    alert: str
    """Subject."""
    alert_all: str
    alert_over: str
    """The retainer, and by how much it is over."""
    alert_left: str
    """The headline of an alert while hours are left."""
    period_left: Counted
    period_last_day: str
    beyond_deducted: str
    """What becomes of hours beyond the retainer where they are deducted."""
    ask: str
    """Whom to ask: name, address and telephone number."""
    """Subject if nothing is left."""
    used_of: str
    why_alert: str

    expiring: str
    """Subject."""
    expiring_until: str
    """Caption of the figure: the last day on which the hours can be used."""
    expiring_note: str
    why_expiring: str

    link: str
    link_headline: str
    link_shows: str
    """What the page shows."""
    link_is_private: str
    invoice: str
    """Subject; the kind is that of the document."""
    attached: str
    why_invoice: str


def sent_texts_in(language: str) -> SentTexts:
    """The texts in one of `formats.LANGUAGES`; only that language is loaded."""
    texts: SentTexts = import_module(f"chalicelib.words.{language}.sent").TEXTS
    return texts
