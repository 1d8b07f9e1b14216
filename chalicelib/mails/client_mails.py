"""The mails to a client: a new cycle, a usage alert, expiring hours, an invoice."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from chalicelib.documents.pdf import file_name, render_pdf
from chalicelib.documents.word_document import word_document
from chalicelib.domain.approval import Approval, ApprovalState
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.domain.branding import Logo
from chalicelib.domain.calendar import is_last
from chalicelib.domain.cycle import CycleStatement, LotOrigin, Period
from chalicelib.domain.explain import steps
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.terms import Overrun
from chalicelib.mails.content import MailContent, Row, letter_of
from chalicelib.services.cycles.read_balance import RetainerBalance
from chalicelib.services.mails.check_usage import crossed_levels
from chalicelib.services.mails.mime import Attachment, Mail, NothingToSayError
from chalicelib.services.store.books import Operator
from chalicelib.words.approvals import ApprovalWords, most_of
from chalicelib.words.formats import Formats, day_before
from chalicelib.words.sent_texts import SentTexts, sent_texts_in
from chalicelib.words.sentences import Localizer

_CAN_EXPIRE = (LotOrigin.CARRIED, LotOrigin.TOP_UP)
_ALL = 100


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

    def _contact(self) -> str:
        """The operator's name, address and telephone number, as far as the set-up has them."""
        return " · ".join(filter(None, (self.operator.name, self.operator.email, self.operator.phone)))

    @property
    def words(self) -> SentTexts:
        """The texts of mails in the client's language."""
        return sent_texts_in(self.localizer.texts.language)

    def mail(self, content: MailContent, *, attachments: tuple[Attachment, ...] = (), copy_to: str = "") -> Mail:
        """The mail to the client: with the link, from the operator, who also gets replies.

        Its subject begins with the client's name, because the operator gets copies of mails to many clients.
        """
        operator, words = self.operator.name or "HourTab", self.words
        whole = content._replace(
            subject=f"{self.client.name} · {content.subject}",
            link=content.link or ((self.url, words.open_page) if self.url else None),
            ask=words.ask.format(contact=self._contact())
            if self.operator.email and self.to != self.operator.email
            else "",
            why=(*content.why, words.signature.format(operator=operator)),
            language=self.localizer.texts.language,
            colon=words.colon,
        )
        letter = letter_of(whole, to=self.to, sender_name=operator)
        return replace(letter, reply_to=self.operator.email, copy_to=copy_to, attachments=attachments)


def new_cycle_content(recipient: Recipient, balance: RetainerBalance, start: date) -> MailContent:
    """The hours of a new cycle: its allotment, what was carried in, and the carry-over rule.

    Raises:
        NothingToSayError: the cycle is over, or has no hours.
    """
    statement = _current(balance)
    if statement.period.start != start:
        raise NothingToSayError(f"The cycle that began on {start} is over.")
    hours = statement.figures.available_seconds
    if hours <= 0:
        raise NothingToSayError("The cycle has no hours.")
    localizer, words, retainer = recipient.localizer, recipient.words, balance.retainer
    available, cycle = localizer.formats.hours(hours), localizer.cycle_name(statement.period, retainer.length)
    terms, end = statement.terms, statement.period.end
    rules = (localizer.carry_over(retainer, terms, end), localizer.overage(retainer, terms, end))
    is_provisional = statement.carried_is_provisional and statement.figures.carried_seconds
    provisional = (localizer.texts.provisional_note,) if is_provisional else ()
    return MailContent(
        subject=words.new_cycle.format(retainer=retainer.title, hours=available, cycle=cycle),
        headline=available,
        caption=f"{retainer.title}, {words.hours_for.format(cycle=cycle)}",
        rows=_hours_rows(recipient, statement, until="available"),
        paragraphs=(*provisional, " ".join(filter(None, rules))),
        why=(words.why_new_cycle,),
    )


def alert_content(
    recipient: Recipient, balance: RetainerBalance, start: date, percent: int, *, is_over: bool = False
) -> MailContent:
    """A usage alert: `percent` is the highest level that the cycle has reached; the mail says what is used by now.

    `is_over`: whether the cycle has ended by now; `balance` is then that of its last day.

    Raises:
        NothingToSayError: another level is the highest by now, or none is reached.
    """
    statement = next((one for one in balance.statements if one.period.start == start), None)
    if statement is None:
        raise NothingToSayError(f"The retainer has no cycle of {start}.")
    crossed = crossed_levels(statement, (*statement.terms.alert_percents, percent))
    if crossed[-1:] != (percent,):
        reached = f"{crossed[-1]} % are" if crossed else "no level is"
        raise NothingToSayError(f"It was about {percent} % of the hours; by now {reached} reached.")
    localizer, words, retainer, figures = recipient.localizer, recipient.words, balance.retainer, statement.figures
    available = localizer.formats.hours(figures.available_seconds)
    cycle = localizer.cycle_name(statement.period, retainer.length)
    last_day = localizer.formats.full_day(day_before(statement.period.end))
    left = (statement.period.end - balance.today).days - 1
    if is_over:
        when = localizer.texts.ended.format(day=last_day)
    else:
        when = localizer.count(words.period_left, left) if left else words.period_last_day
    used = localizer.formats.hours(figures.used_seconds)
    over = localizer.texts.over.format(hours=localizer.formats.hours(-figures.remaining_seconds))
    subject = words.alert_over if figures.is_over else words.alert if percent < _ALL else words.alert_all
    remains = used if is_over else words.alert_left.format(hours=localizer.formats.hours(figures.remaining_seconds))
    agreed = _agreed(recipient, retainer, statement)
    used_percent = figures.used_seconds * 100 // max(figures.available_seconds, 1)
    return MailContent(
        subject=subject.format(retainer=retainer.title, percent=used_percent, over=over),
        headline=over if figures.is_over else remains,
        caption=f"{retainer.title}, {used} {words.used_of.format(available=available, cycle=cycle)}",
        rows=_hours_rows(recipient, statement),
        paragraphs=tuple(filter(None, (when, _beyond(recipient, retainer, statement), *agreed))),
        why=(words.why_alert,),
        is_over=figures.is_over,
    )


def _agreed(recipient: Recipient, retainer: Retainer, statement: CycleStatement) -> tuple[str, ...]:
    """What was agreed about hours beyond the retainer, other than by its terms: each sentence and who approved it."""
    approved = [one for one in statement.approvals if one.state is ApprovalState.APPROVED]
    if not approved:
        return ()
    words = ApprovalWords(recipient.client)
    return tuple(f"{one.sentence} {words.standing(one, retainer.zone, one.asked_at)}" for one in approved)


def _beyond(recipient: Recipient, retainer: Retainer, statement: CycleStatement) -> str:
    """What becomes of hours beyond the retainer: their rate, or that they are deducted; "" if they cost nothing."""
    localizer, terms, end = recipient.localizer, statement.terms, statement.period.end
    if terms.carry_over.overrun is Overrun.DEDUCT and not is_last(retainer, end):
        return recipient.words.beyond_deducted.format(following=localizer.texts.cycles[retainer.length].following)
    return localizer.overage(retainer, terms, end)


def expiring_content(recipient: Recipient, balance: RetainerBalance, expires_on: date) -> MailContent:
    """Carried or bought hours that can no longer be used from `expires_on` on.

    Raises:
        NothingToSayError: none of them are left, or they have already expired.
    """
    lots = [
        one
        for one in _current(balance).lots
        if one.lot.expires_on == expires_on and one.lot.origin in _CAN_EXPIRE and one.remaining_seconds > 0
    ]
    if not lots or balance.today >= expires_on:
        raise NothingToSayError(f"No hours are left that expire on {expires_on}.")
    localizer, words = recipient.localizer, recipient.words
    hours = localizer.formats.hours(sum(one.remaining_seconds for one in lots))
    last = localizer.formats.full_day(day_before(expires_on))
    return MailContent(
        subject=words.expiring.format(retainer=balance.retainer.title, hours=hours, day=last),
        headline=hours,
        caption=f"{balance.retainer.title}, {words.expiring_until.format(day=last)}",
        paragraphs=(words.expiring_note,),
        why=(words.why_expiring,),
    )


def link_content(recipient: Recipient) -> MailContent:
    """The client's link, with two sentences of introduction."""
    words, operator = recipient.words, recipient.operator.name or "HourTab"
    return MailContent(
        subject=words.link.format(operator=operator),
        headline=words.link_headline,
        caption=recipient.client.name,
        paragraphs=(words.link_shows, words.link_is_private),
    )


def question_content(recipient: Recipient, retainer: Retainer, period: Period, approval: Approval) -> MailContent:
    """May we work these hours? With the sentence that is agreed, and the link by which to decide."""
    words = ApprovalWords(recipient.client)
    texts, formats = words.texts, words.localizer.formats
    hours, cycle = words.hours(approval), words.localizer.cycle_name(period, retainer.length)
    rows = (
        Row(texts.hours, hours),
        Row(texts.rate, formats.price(approval.rate)),
        Row(texts.at_most, formats.money(most_of(approval)), is_strong=True),
        Row(texts.until, words.instant(approval.decide_by, retainer.zone)),
    )
    return MailContent(
        subject=texts.subject.format(retainer=retainer.title, hours=hours),
        headline=texts.headline.format(hours=hours),
        caption=texts.caption.format(retainer=retainer.title, cycle=cycle),
        rows=rows,
        paragraphs=(approval.sentence, texts.personal),
        link=(recipient.url, texts.decide) if recipient.url else None,
        why=(texts.why,),
    )


def invoice_mail(recipient: Recipient, document: InvoiceDocument, logo: Logo | None = None) -> Mail:
    """A summary of an issued invoice or credit note, worded as in the document, with its PDF."""
    words, doc = recipient.words, word_document(document)
    lines = tuple(Row(line.text, line.amount) for line in doc.lines)
    totals = tuple(Row(*total) for total in doc.totals) if document.taxes else ()
    accounts = " · ".join(f"{name} {account}" for name, account in doc.accounts)
    total = doc.gross[1]
    content = MailContent(
        subject=words.invoice.format(kind=doc.kind, number=doc.number, total=total),
        headline=total,
        caption=f"{doc.kind} {doc.number}, {document.retainer_title}",
        rows=(*(Row(*fact) for fact in doc.facts), *lines, *totals, Row(*doc.gross, is_strong=True)),
        paragraphs=tuple(filter(None, (" ".join(doc.payment), accounts, *doc.reasons, words.attached))),
        why=(words.why_invoice,),
    )
    printed = render_pdf(document, recipient.url or "", recipient.operator.accent, logo)
    pdf = Attachment(file_name(document), "application/pdf", printed)
    return recipient.mail(content, attachments=(pdf,))


def _hours_rows(recipient: Recipient, statement: CycleStatement, *, until: str = "remaining") -> tuple[Row, ...]:
    """The balance as rows, from the granted hours to their sum, the figure `until`."""
    localizer = recipient.localizer
    names = localizer.figure_names()
    rows = []
    *parts, result = steps(statement.figures)
    if until == "available":
        parts = [one for one in parts if one.figure not in {"expired", "used"}]
    for step in parts:
        name = names[step.figure]
        if step.figure == "carried" and statement.carried_is_provisional:
            name = recipient.words.of_which_provisional.format(name=name, provisional=localizer.texts.provisional)
        rows.append(Row(name, localizer.formats.hours(step.seconds)))
    total = statement.figures.available_seconds if until == "available" else result.seconds
    if rounding := localizer.formats.rounding((one.sign * one.seconds for one in parts), total):
        rows.append(Row(localizer.texts.rounding_line, localizer.formats.hours(rounding)))
    name = localizer.texts.available if until == "available" else names[result.figure]
    return (*rows, Row(name, localizer.formats.hours(total), True))


def _current(balance: RetainerBalance) -> CycleStatement:
    statement = balance.current
    if statement is None or balance.has_ended or not balance.has_begun:
        raise NothingToSayError("The retainer is not running at present.")
    return statement
