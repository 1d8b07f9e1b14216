"""What a mail shows, in the order of attention, whatever it is about; one pair of templates makes both its halves."""

from typing import NamedTuple

from chalicelib.render.jinja import fill
from chalicelib.services.mails.mime import Attachment, Letter, header_text


class Row(NamedTuple):
    """A name and its figure; the sum of a table is strong."""

    name: str
    figure: str
    is_strong: bool = False


class Item(NamedTuple):
    """Something in a list: what it is, a word about it, and the commands that deal with it."""

    what: str
    words: str = ""
    commands: tuple[str, ...] = ()


class Section(NamedTuple):
    """Things of one kind."""

    title: str
    items: tuple[Item, ...]


class MailContent(NamedTuple):
    """A mail's content; every figure is text already, and no text is longer than its line."""

    subject: str
    headline: str
    """One figure or a few words in large type: the answer before anything else is read."""
    caption: str = ""
    """What the headline is about."""
    rows: tuple[Row, ...] = ()
    paragraphs: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    link: tuple[str, str] | None = None
    """Address and words."""
    why: tuple[str, ...] = ()
    """Below: why it comes, and from recipient."""
    is_over: bool = False
    """Whether the headline tells of something that is too much: it is red then."""
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
) -> Letter:
    """The letter that says it."""
    return Letter(
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
