"""The texts of questions about hours beyond a retainer; a page without such a question never loads them.

Placeholders are in braces; values are already formatted. The mails to the operator are in English (chalicelib/mails).
"""

from importlib import import_module
from typing import NamedTuple

from chalicelib.domain.approval import ApprovalState


class ApprovalTexts(NamedTuple):
    """All of them, in one language."""

    title: str
    """Heading of the panel and of the form."""
    sentence: str
    """What is agreed by approving; it says neither that it is, nor that it is not."""
    states: dict[ApprovalState, str]
    """How a question stands; of one that waits, until when an answer counts."""
    by_mail: str
    """On the page: how to answer."""
    used: str
    """How much of the approved hours is used."""
    comment: str

    hours: str
    rate: str
    at_most: str
    """The labels of the mail's figures: the most that it costs."""
    until: str
    subject: str
    headline: str
    caption: str
    decide: str
    """The mail's button."""
    personal: str
    """That the link answers in the name of whoever has it, and counts once."""
    why: str

    form_title: str
    name: str
    comment_field: str
    optional: str
    approve: str
    decline: str
    once: str
    """Beside the buttons: an answer cannot be changed, and the sentence is kept."""
    problems: dict[str, str]
    """What is wrong with a form that was sent: `name`, `long`, `choice`, `origin`."""
    thanks: str
    too_late: str
    """Above how it stands, where an answer came that no longer counts."""
    ended_title: str
    ended_text: str
    """Of a link that has ended; it does not say how the question stands."""


def approval_texts_in(language: str) -> ApprovalTexts:
    """The texts in one of `formats.LANGUAGES`; only that language is loaded."""
    texts: ApprovalTexts = import_module(f"chalicelib.words.{language}.approval").TEXTS
    return texts
