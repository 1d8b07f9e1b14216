"""The mail to the operator about an address on the suppression list."""

from chalicelib.mails.content import Item, MailContent, Section, letter_of
from chalicelib.services.mails.mime import Mail, header_text
from chalicelib.services.mails.ports import Suppression, SuppressionReason
from chalicelib.services.store.tasks import Task
from chalicelib.words.formats import Formats

_HEADLINES = {SuppressionReason.BOUNCE: "A mail bounced", SuppressionReason.COMPLAINT: "A mail was marked as spam"}

_WHAT = {
    SuppressionReason.BOUNCE: "Its server says that there is no such mailbox, or rejects our mails.",
    SuppressionReason.COMPLAINT: "The recipient, or their mail program, reported it as spam.",
}


def bounced_mail(address: str, suppression: Suppression, about: Task, *, to: str, operator: str) -> Mail:
    """Which mail bounced or drew a complaint, and what to do about it, in English.

    Args:
        address: the address of the recipient, from the stored message.
        suppression: since when and why nothing is sent to it.
        about: the mail that bounced or drew the complaint.
        to: the operator's address.
        operator: the operator's name.
    """
    shown = header_text(address)
    whose = f"the client {about.client}" if about.client else "the operator"
    steps = (
        Item("If the address is wrong, correct it in the set-up file and apply that; then send the mail again:"),
        Item("If it is right, ask the recipient, unblock the address, and send the mail again:"),
    )
    again = f"hourtab mail retry {about.id}"
    content = MailContent(
        subject=f"{_HEADLINES[suppression.reason]}: {shown}",
        headline=_HEADLINES[suppression.reason],
        caption=f"{shown}, the address of {whose}, on {Formats().full_day(suppression.at.date())}",
        paragraphs=(f"{_WHAT[suppression.reason]} Until you unblock the address, nothing is sent to it.",),
        sections=(
            Section(
                "What to do next",
                (steps[0]._replace(commands=(again,)), steps[1]._replace(commands=(f"hourtab mail unblock {shown}",))),
            ),
        ),
        why=("HourTab reports an address once.",),
    )
    return letter_of(
        content, to=to, sender_name=f"HourTab for {operator}" if operator else "HourTab", topic="addresses"
    )
