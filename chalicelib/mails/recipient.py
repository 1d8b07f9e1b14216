"""The recipient of a mail to a client, the sender, and the rows of hours that several mails share."""

from typing import NamedTuple

from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.explain import steps
from chalicelib.domain.retainer import Client
from chalicelib.mails.content import MailContent, Row, letter_of
from chalicelib.services.mails.mime import Attachment, Mail
from chalicelib.services.store.books import Operator
from chalicelib.words.formats import Formats
from chalicelib.words.labels import figure_names
from chalicelib.words.sent_texts import SentTexts, sent_texts_in
from chalicelib.words.sentences import Localizer


class Recipient(NamedTuple):
    """The recipient of a mail about a client."""

    client: Client
    to: str
    operator: Operator
    url: str | None
    """The client's link, if it is active."""

    @property
    def localizer(self) -> Localizer:
        """Texts and formats of the client's locale."""
        return Localizer(Formats.for_client(self.client))

    @property
    def words(self) -> SentTexts:
        """The texts of mails in the client's language."""
        return sent_texts_in(self.localizer.texts.language)

    def mail(self, content: MailContent, *, attachments: tuple[Attachment, ...] = (), copy_to: str = "") -> Mail:
        """The mail to the client: with the link, from the operator, who also gets replies."""
        operator, words = self.operator.name or "HourTab", self.words
        whole = content._replace(
            link=(self.url, words.open_page) if self.url else None,
            why=(*content.why, words.signature.format(operator=operator)),
            language=self.localizer.texts.language,
        )
        return letter_of(
            whole,
            to=self.to,
            sender_name=operator,
            reply_to=self.operator.email,
            copy_to=copy_to,
            attachments=attachments,
        )


def hours_rows(recipient: Recipient, statement: CycleStatement, *, until: str = "remaining") -> tuple[Row, ...]:
    """The balance as rows, from the granted hours to their sum, the figure `until`."""
    localizer = recipient.localizer
    names = figure_names(localizer.texts)
    rows = []
    for step in steps(statement.figures):
        if until == "available" and step.figure in {"expired", "used", "remaining"}:
            continue
        name = names[step.figure]
        if step.figure == "carried" and statement.carried_is_provisional:
            name = recipient.words.of_which_provisional.format(name=name, provisional=localizer.texts.provisional)
        rows.append(Row(name, localizer.formats.hours(step.seconds), step.figure == "remaining"))
    if until == "available":
        rows.append(Row(localizer.texts.available, localizer.formats.hours(statement.figures.available_seconds), True))
    return tuple(rows)
