"""The mail to the operator about an address that takes no mail any more."""

from chalicelib.mails.content import Item, MailContent, Section, letter_of
from chalicelib.services.mails.mime import Letter, header_text
from chalicelib.services.mails.ports import Suppression, SuppressionReason
from chalicelib.services.store.tasks import Task
from chalicelib.words.formats import Formats

_HEADLINES = {SuppressionReason.BOUNCE: "A mail came back", SuppressionReason.COMPLAINT: "A mail was called unwanted"}

_WHAT = {
    SuppressionReason.BOUNCE: "Its server says that there is no such mailbox, or takes none of our mails.",
    SuppressionReason.COMPLAINT: "Its owner, or their mail program, reported it as unwanted.",
}


def bounced_letter(address: str, suppression: Suppression, about: Task, *, to: str, operator: str) -> Letter:
    """What came back, and what to do, in English.

    Args:
        address: the recipient's, from the kept message.
        suppression: since when and why nothing is sent to it.
        about: the mail that came back.
        to: the operator's address.
        operator: the operator's name.
    """
    shown = header_text(address)
    whose = f"the client {about.client}" if about.client else "the operator"
    steps = (
        Item("If the address is wrong, correct it in the set-up file and apply that; then send the mail again:"),
        Item("If it is right, ask its owner, let it have mails again, and send this one once more:"),
    )
    again = f"hourtab mail retry {about.id}"
    content = MailContent(
        subject=f"{_HEADLINES[suppression.reason]}: {shown}",
        headline=_HEADLINES[suppression.reason],
        caption=f"{shown}, the address of {whose}, on {Formats().full_day(suppression.at.date())}",
        paragraphs=(f"{_WHAT[suppression.reason]} Until you have looked at it, nothing is sent there.",),
        sections=(
            Section(
                "What to do next",
                (steps[0]._replace(commands=(again,)), steps[1]._replace(commands=(f"hourtab mail unblock {shown}",))),
            ),
        ),
        why=("HourTab tells of an address once.",),
    )
    return letter_of(
        content, to=to, sender_name=f"HourTab for {operator}" if operator else "HourTab", topic="addresses"
    )
