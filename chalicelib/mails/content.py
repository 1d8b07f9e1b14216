"""The content of a mail, most important first; one pair of templates renders its HTML and its text."""

from typing import NamedTuple

from chalicelib.render.jinja import fill
from chalicelib.services.mails.mime import Attachment, Mail, header_text


class Row(NamedTuple):
    """A label and its figure; the total of a table is strong."""

    name: str
    figure: str
    is_strong: bool = False


class Item(NamedTuple):
    """An item of a list: what it is, a detail, and the commands that handle it."""

    what: str
    words: str = ""
    commands: tuple[str, ...] = ()


class Section(NamedTuple):
    """A titled list of items."""

    title: str
    items: tuple[Item, ...]


class MailContent(NamedTuple):
    """The content of a mail; every figure is already text, and every text is a single line."""

    subject: str
    headline: str
    """One figure or a few words in large type: the main message."""
    caption: str = ""
    """What the headline is about."""
    rows: tuple[Row, ...] = ()
    paragraphs: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    link: tuple[str, str] | None = None
    """Address and text."""
    why: tuple[str, ...] = ()
    """The footer: why the mail is sent, and who sends it."""
    is_over: bool = False
    """Whether the headline reports an overrun; it is then red."""
    language: str = "en"


def letter_of(
    content: MailContent,
    *,
    to: str,
    sender_name: str,
    topic: str = "",
    reply_to: str = "",
    copy_to: str = "",
    attachments: tuple[Attachment, ...] = (),
) -> Mail:
    """The mail with this content."""
    return Mail(
        to=to,
        subject=header_text(content.subject),
        text=fill("mail/content.txt", content=content),
        html=fill("mail/content.html", content=content),
        sender_name=sender_name,
        topic=topic,
        reply_to=reply_to,
        copy_to=copy_to,
        attachments=attachments,
    )
