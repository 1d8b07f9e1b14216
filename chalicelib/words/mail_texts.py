"""The words of the mails to clients. They stand apart from the page's, which must not pay for them at its cold start.

Mails to the operator are in English (chalicelib/mails).
"""

from importlib import import_module
from typing import NamedTuple


class MailTexts(NamedTuple):
    """What mails say besides the words that they share with page and invoice."""

    open_page: str
    """The client's link."""
    signature: str
    """Where the mail comes from, and that an answer arrives."""

    new_cycle: str
    """Subject."""
    hours_for: str
    """Next to the figure: for which cycle."""
    of_which_provisional: str
    why_new_cycle: str

    alert: str
    """Subject."""
    alert_all: str
    """Subject where nothing is left."""
    used_of: str
    why_alert: str

    expiring: str
    """Subject."""
    expiring_until: str
    """Next to the figure: the last day on which the hours can be used."""
    expiring_note: str
    why_expiring: str

    invoice: str
    """Subject; the kind is that of the document."""
    attached: str
    why_invoice: str


def mail_texts_in(language: str) -> MailTexts:
    """The words of mails in one of `formats.LANGUAGES`; only that language is loaded."""
    texts: MailTexts = import_module(f"chalicelib.words.{language}.mail").TEXTS
    return texts
