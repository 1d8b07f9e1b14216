"""The content of a mail, most important first; one pair of templates renders its HTML and its text."""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.render.jinja import fill
from chalicelib.services.mails.mime import Mail, header_text
from chalicelib.services.store.operator_book import OperatorBook


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
    ask: str = ""
    """Whom to ask, and how."""
    why: tuple[str, ...] = ()
    """The footer: why the mail is sent, and who sends it."""
    is_over: bool = False
    """Whether the headline reports an overrun; it is then red."""
    language: str = "en"
    colon: str = ":"
    """Between a label and its figure, in that language."""
    others: tuple["MailContent", ...] = ()
    """Further blocks of headline, caption, rows and paragraphs: one for each other retainer of the occasion."""

    @property
    def blocks(self) -> tuple["MailContent", ...]:
        """This content's own block, and the others."""
        return (self, *self.others)


def together(contents: Sequence[MailContent]) -> MailContent:
    """One mail about the same occasion of several retainers."""
    first, *others = contents
    return first._replace(subject="; ".join(one.subject for one in contents), others=tuple(others))


def letter_of(content: MailContent, *, to: str, sender_name: str, topic: str = "") -> Mail:
    """The mail with this content."""
    text, html = (fill(f"mail/content.{half}", content=content) for half in ("txt", "html"))
    return Mail(to, header_text(content.subject), text, html, sender_name, topic)


def letter_to(operator: OperatorBook, content: MailContent, topic: str) -> Mail:
    """The mail to the operator with this content."""
    return letter_of(content, to=operator.email, sender_name=sender_for(operator), topic=topic)


def sender_for(operator: OperatorBook) -> str:
    """The sender of a mail to the operator."""
    return f"HourTab for {operator.name}" if operator.name else "HourTab"
