"""The mails to the operator, in English: a draft, a blocked address, the week; import_mail.py has an import's."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from chalicelib.domain.approval import Approval, ApprovalState
from chalicelib.domain.billing import InvoiceRecord
from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.quantities import hours_in_words
from chalicelib.domain.retainer import Client
from chalicelib.mails.content import Item, MailContent, Row, Section, letter_to
from chalicelib.services.mails.gather_week import MOST_CLIENTS, MOST_RECORDS, Closing, Cut, Over, Week
from chalicelib.services.mails.mime import Mail, NothingToSayError, header_text
from chalicelib.services.mails.ports import Suppression, SuppressionReason
from chalicelib.services.store.import_record import ImportRecord
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import Task
from chalicelib.words.formats import Formats
from chalicelib.words.import_sentences import status_words

_FORMATS = Formats()
_NEXT = "What to do next"
_SHOWN = 10
"""The most items of a kind that a digest lists."""


def draft_mail(record: InvoiceRecord, client: Client, operator: OperatorBook, missing: Sequence[str]) -> Mail:
    """A draft that is waiting for the operator's review; `missing`: keys that the set-up lacks to issue it."""
    net = _FORMATS.money(record.net)
    cycle = _cycle_of(record)
    issue = Item(
        "Review it, adjust it if necessary, then issue it; the client gets it by mail.",
        commands=(f"hourtab invoice show {record.id}", f"hourtab invoice issue {record.id}"),
    )
    lacks = Item("First add the details that an invoice requires to the set-up file, and apply it.", ", ".join(missing))
    content = MailContent(
        subject=f"Draft of an invoice: {client.name}, {record.retainers}, {net}",
        headline=net,
        caption=f"{client.name}, {record.retainers}, {cycle}: a draft, before tax",
        sections=(Section(_NEXT, ((lacks, issue) if missing else (issue,))),),
        why=("HourTab reports a draft once, when its cycle closes.",),
    )
    return letter_to(operator, content, "invoices")


def answer_mail(approval: Approval, client: Client, operator: OperatorBook) -> Mail:
    """The client's answer to a question about hours beyond a retainer."""
    answer = approval.answer
    if answer is None:
        raise NothingToSayError(f"The question {approval.id} is not answered.")
    verb, hours = "approved" if answer.approves else "declined", hours_in_words(approval.seconds)
    content = MailContent(
        subject=f"{client.name}: {hours} beyond {approval.cycle.retainer.retainer} {verb}",
        headline=f"{hours} {verb}",
        caption=_about_question(approval, client),
        paragraphs=tuple(
            filter(
                None,
                (
                    f"By {answer.name}, by the link that was sent to {answer.link_of}.",
                    f"Comment: {answer.comment}" if answer.comment else "",
                    approval.sentence,
                ),
            )
        ),
        why=("HourTab reports an answer once.",),
    )
    return letter_to(operator, content, "approvals")


def no_answer_mail(approval: Approval, client: Client, operator: OperatorBook) -> Mail:
    """That nobody has answered a question in time."""
    hours = hours_in_words(approval.seconds)
    again = Item(
        "To ask again, for work from then on:",
        commands=(f"hourtab approval ask {' '.join(approval.cycle.retainer)} --hours N --rate R --reason …",),
    )
    content = MailContent(
        subject=f"{client.name}: nobody answered about {hours} beyond {approval.cycle.retainer.retainer}",
        headline="No answer",
        caption=_about_question(approval, client),
        paragraphs=(
            f"The deadline was {approval.decide_by:%Y-%m-%d %H:%M} UTC. Nothing was agreed.",
            approval.sentence,
        ),
        sections=(Section(_NEXT, (again,)),),
        why=("HourTab reports a missed deadline once.",),
    )
    return letter_to(operator, content, "approvals")


def beyond_mail(statement: CycleStatement, approval: Approval, client: Client, operator: OperatorBook) -> Mail:
    """That a cycle has overage that the client was asked about and has not approved; `approval`: its latest answer.

    Raises:
        NothingToSayError: there is none by now.
    """
    beyond, answer = statement.unapproved_seconds, approval.answer
    if not beyond or answer is None:
        raise NothingToSayError("No work goes beyond what was approved by now.")
    hours, retainer = Formats(hours_format=client.hours_format).hours, approval.cycle.retainer
    approved = sum(one.seconds for one in statement.approvals if one.state is ApprovalState.APPROVED)
    rows = (
        Row("Approved", hours(approved)),
        Row("Used of these", hours(statement.agreed_seconds)),
        Row("Beyond, as the terms have it", hours(beyond), is_strong=True),
    )
    again = Item(
        "If the client agrees to more, ask; work from then on is covered:",
        commands=(f"hourtab approval ask {' '.join(retainer)} --hours N --rate R --reason …",),
    )
    content = MailContent(
        subject=f"{client.name}: {hours(beyond)} beyond what was approved for {retainer.retainer}",
        headline=f"{hours(beyond)} not approved",
        caption=f"{client.name}, {retainer.retainer}, {_FORMATS.days(statement.period.start, statement.period.end)}",
        rows=rows,
        paragraphs=(
            f"The latest answer: {'approved' if answer.approves else 'declined'} by {answer.name}. {approval.sentence}",
        ),
        sections=(Section(_NEXT, (again,)),),
        why=("HourTab reports this once for each answer.",),
        is_over=True,
    )
    return letter_to(operator, content, "approvals")


def _about_question(approval: Approval, client: Client) -> str:
    asked = _FORMATS.full_day(approval.asked_on)
    return f"{client.name}, {approval.cycle.retainer.retainer}, asked on {asked}: {approval.reason}"


_HEADLINES = {SuppressionReason.BOUNCE: "A mail bounced", SuppressionReason.COMPLAINT: "A mail was marked as spam"}

_WHAT = {
    SuppressionReason.BOUNCE: "Its server says that there is no such mailbox, or rejects our mails.",
    SuppressionReason.COMPLAINT: "The recipient, or their mail program, reported it as spam.",
}


def bounced_mail(address: str, suppression: Suppression, about: Task, operator: OperatorBook) -> Mail:
    """Why nothing more is sent to `address`, and what to do; `about` is the mail that bounced or was called spam."""
    shown = header_text(address)
    whose = f"the client {about.client}" if about.client else "the operator"
    steps = (
        Item(
            "If the address is wrong, correct it in the set-up file and apply that; then send the mail again:",
            commands=(f"hourtab mail retry {about.id}",),
        ),
        Item(
            "If it is right, ask the recipient, unblock the address, and send the mail again:",
            commands=(f"hourtab mail unblock {shown}",),
        ),
    )
    content = MailContent(
        subject=f"{_HEADLINES[suppression.reason]}: {shown}{f', {about.client}' if about.client else ''}",
        headline=_HEADLINES[suppression.reason],
        caption=f"{shown}, the address of {whose}, on {_FORMATS.full_day(suppression.at.date())}",
        paragraphs=(f"{_WHAT[suppression.reason]} Until you unblock the address, nothing is sent to it.",),
        sections=(Section(_NEXT, steps),),
        why=("HourTab reports an address once.",),
    )
    return letter_to(operator, content, "addresses")


_CUT = {
    Cut.TASKS: f"of the mails the newest {MOST_RECORDS} (more: `hourtab mail list --limit 1000`)",
    Cut.IMPORTS: f"of the imports the newest {MOST_RECORDS} (more: `hourtab import list --limit 1000`)",
    Cut.DRAFTS: f"of the drafts the newest {MOST_RECORDS} (more: `hourtab invoice list --state draft --limit 10000`)",
    Cut.CLIENTS: f"of the clients {MOST_CLIENTS} (all: `hourtab balance`)",
}


def digest_mail(week: Week, operator: OperatorBook) -> Mail:
    """The week's digest: what is left to do, most urgent first, and what was not looked at.

    Raises:
        NothingToSayError: nothing is left to do.
    """
    left = tuple(_left(week))
    if not left and not week.cut:
        raise NothingToSayError("The week left nothing to do.")
    counted = [count for count, _ in left] + (["only a part was looked at"] if week.cut else [])
    part = f"This week was too large for a digest. It covers {'; '.join(_CUT[one] for one in week.cut)}."
    content = MailContent(
        subject=f"The week of {_FORMATS.full_day(week.start)}: {', '.join(counted)}",
        headline="Left to do",
        caption=_FORMATS.days(week.start, week.start + timedelta(days=7)),
        paragraphs=(part,) if week.cut else (),
        sections=tuple(section for _, section in left),
        why=("HourTab sends this on Mondays, and only if something is left to do.",),
    )
    return letter_to(operator, content, "digest")


def _left(week: Week) -> Iterator[tuple[str, Section]]:
    """For each kind of which something is left: how many, for the subject, and the first of them."""
    for one, many, title, items in (
        ("mail not sent", "mails not sent", "Mails that were not sent", [*map(_mail, week.failed)]),
        ("import to review", "imports to review", "Imports that need attention", [*map(_import, week.imports)]),
        ("draft to issue", "drafts to issue", "Drafts waiting to be issued", [*map(_draft, week.drafts)]),
        ("cycle closing", "cycles closing", "Cycles closing in the coming week", [*map(_cycle, week.closing)]),
        ("retainer over", "retainers over", "Retainers over their hours", [*map(_over, week.over)]),
    ):
        if items:
            more = (Item(f"and {len(items) - _SHOWN} more"),) if len(items) > _SHOWN else ()
            yield f"{len(items)} {one if len(items) == 1 else many}", Section(title, (*items[:_SHOWN], *more))


def _mail(task: Task) -> Item:
    return Item(task.id, task.reason or "")


def _import(record: ImportRecord) -> Item:
    place = header_text(record.file.key.partition("/")[2])
    return Item(place, status_words(record), (f"hourtab import show {record.id}",))


def _cycle_of(record: InvoiceRecord) -> str:
    return _FORMATS.days(min(one.cycle.start for one in record.sections), record.period_end)


def _draft(record: InvoiceRecord) -> Item:
    what = f"{record.client}/{record.retainers}, {_cycle_of(record)}"
    return Item(f"{what}: {_FORMATS.money(record.net)}", commands=(f"hourtab invoice issue {record.id}",))


def _cycle(closing: Closing) -> Item:
    return Item(
        f"{closing.retainer}, from {_FORMATS.full_day(closing.start)}",
        f"closes on {_FORMATS.full_day(closing.closes_on)}: import everything that is to count before then",
    )


def _over(over: Over) -> Item:
    hours = Formats(hours_format=over.hours_format).hours
    unapproved = f", {hours(over.unapproved_seconds)} beyond what was approved" if over.unapproved_seconds else ""
    return Item(f"{over.retainer}", f"{hours(over.over_seconds)} over{unapproved}")
