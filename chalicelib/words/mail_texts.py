"""The texts of mails to clients, separate from the page's, whose cold start must not load them.

Mails to the operator are in English (chalicelib/mails).
"""

from importlib import import_module
from typing import NamedTuple


class MailTexts(NamedTuple):
    """The texts of mails beyond those that they share with page and invoice."""

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
    """Subject if nothing is left."""
    used_of: str
    why_alert: str

    expiring: str
    """Subject."""
    expiring_until: str
    """Caption of the figure: the last day on which the hours can be used."""
    expiring_note: str
    why_expiring: str

    invoice: str
    """Subject; the kind is that of the document."""
    attached: str
    why_invoice: str


def mail_texts_in(language: str) -> MailTexts:
    """The texts of mails in one of `formats.LANGUAGES`; only that language is loaded."""
    texts: MailTexts = import_module(f"chalicelib.words.{language}.mail").TEXTS
    return texts
