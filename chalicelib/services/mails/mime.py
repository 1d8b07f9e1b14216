"""A mail as people read it, and its MIME message.

The standard library builds the message. Names and subjects come from set-up and files: white space is normalised and
control characters are dropped, so that none can start another header.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from chalicelib.domain.errors import HourTabError
from chalicelib.services.store.tasks import TaskId

_ADDRESS = re.compile(r"([\w.!#$%&'*+/=?^`{|}~-]+)@([\w-]+(?:\.[\w-]+)*)", re.ASCII)
_POLICY = SMTP.clone(cte_type="7bit")  # safe for any relay on the way


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment."""

    name: str
    media_type: str
    """The media type, such as `application/pdf`."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says, and to whom."""

    to: str
    """One address, ASCII."""
    subject: str
    text: str
    html: str
    sender_name: str
    """The display name of the sender."""
    topic: str = ""
    """A keyword for the recipient's filter rules (List-Id); empty for mails to clients."""
    reply_to: str = ""
    """The address for replies; empty: the sender's."""
    copy_to: str = ""
    """The recipient of a blind copy; empty: nobody."""
    attachments: tuple[Attachment, ...] = ()
    left_out: Mapping[int, str] = field(default_factory=dict)
    """Which tasks of its occasion it leaves out, by their place, and why: what they would say is no longer true."""


class NothingToSayError(HourTabError):
    """The mail has become unnecessary; the message says why."""


class UnwritableMailError(HourTabError):
    """The mail's subject no longer exists, or it has no proper address; the message says what to do."""


def write_message(mail: Mail, mail_id: TaskId, *, sender: str, at: datetime) -> bytes:
    """The MIME message, text before HTML, in 7 bits.

    `X-HourTab-Mail` and the Message-ID are the same however often the mail is sent (SES replaces the latter).

    Raises:
        UnwritableMailError: the address of the sender, the recipient or for replies is not valid.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(sender, mail.sender_name)
    message["To"] = _address(mail.to)
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to)
    message["Subject"] = header_text(mail.subject)
    message["Date"] = format_datetime(at)
    domain = sender.rpartition("@")[2]
    message["Message-ID"] = f"<{mail_id}@{domain}>"
    message["X-HourTab-Mail"] = mail_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: prevents out-of-office replies
    if mail.topic:
        message["List-Id"] = f"<{mail.topic}.hourtab.{domain}>"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for one in mail.attachments:
        kind, _, subtype = one.media_type.partition("/")
        message.add_attachment(one.content, maintype=kind, subtype=subtype, filename=header_text(one.name))
    return message.as_bytes()


def header_text(text: str) -> str:
    """One line without control characters and without text that would be decoded as encoded words (RFC 2047)."""
    kept = "".join(char for char in text if char.isprintable() or char.isspace())
    return " ".join(kept.split()).replace("=?", "= ?")


def _address(spec: str, name: str = "") -> Address:
    found = _ADDRESS.fullmatch(spec)
    if found is None:
        raise UnwritableMailError(f"“{header_text(spec)}” is not accepted by every mail server: use plain letters.")
    return Address(header_text(name), username=found[1], domain=found[2])
