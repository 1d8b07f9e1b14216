"""Composes the mail of a task from the current state of what the task's ids refer to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy

from chalicelib.clock import Clock
from chalicelib.domain.approval import Approval, ApprovalState
from chalicelib.domain.billing import InvoiceId, InvoiceState
from chalicelib.domain.calendar import period_of
from chalicelib.domain.closing_position import start_of_day
from chalicelib.domain.ids import ImportId
from chalicelib.domain.retainer import Retainer
from chalicelib.mails.client_mails import (
    Recipient,
    alert_content,
    expiring_content,
    invoice_mail,
    link_content,
    new_cycle_content,
    question_content,
)
from chalicelib.mails.content import MailContent, together
from chalicelib.mails.import_mail import import_mail
from chalicelib.mails.operator_mails import (
    answer_mail,
    beyond_mail,
    bounced_mail,
    digest_mail,
    draft_mail,
    no_answer_mail,
)
from chalicelib.services.cycles.read_balance import RetainerBalance, balance_of
from chalicelib.services.invoices.build_document import missing_keys
from chalicelib.services.invoices.ports import Invoices
from chalicelib.services.mails.gather_week import Week
from chalicelib.services.mails.mime import Mail, NothingToSayError, UnwritableMailError
from chalicelib.services.mails.ports import SuppressionList, Tasks
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.import_log import ImportLog
from chalicelib.services.store.import_record import is_left_to_review
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import ONE_MAIL, Task, TaskId, TaskKind, is_of_removed

_NO_OPERATOR = (
    "The set-up names no e-mail address of the operator: add `operator: {{email: …}}`, apply it, "
    "then `hourtab mail retry {mail}`."
)
_NO_CLIENT = (
    "The set-up names no e-mail address of the client {client}: add `email` to its `billing`, apply it, "
    "then `hourtab mail retry {mail}`."
)


@dataclass(frozen=True, slots=True)
class ComposeMail:
    """The port `Compose`: one mail per kind of task. Mails to the operator are in English."""

    directory: Directory
    ledger: Ledger
    imports: ImportLog
    invoices: Invoices
    tasks: Tasks
    read_copy: Callable[[str], bytes]
    suppression_list: SuppressionList
    week: Callable[[str], Week]
    """What is left to do after a week."""
    report_url: Callable[[ImportId], str | None]
    """The address of an import's readable report; None if it has none."""
    client_url: Callable[[ClientBook], str | None]
    """A client's link; None if it is not active."""
    answer_url: Callable[[Approval, int], str | None]
    """The address by which the approver at a place answers a question; None if it has none."""
    clock: Clock

    def __call__(self, task: Task) -> Mail:
        """The mail of a task.

        Raises:
            UnwritableMailError: what it is about no longer exists, or it has no recipient.
            NothingToSayError: what it would say is no longer true, or the task sends no mail.
        """
        about = {
            TaskKind.IMPORT: self._about_import,
            TaskKind.ISSUE_DRAFT: self._about_draft,
            TaskKind.DIGEST: self._about_week,
            TaskKind.BOUNCED: self._about_address,
            TaskKind.INVOICE: self._about_invoice,
            TaskKind.LINK: self._about_link,
            TaskKind.QUESTION: self._about_question,
            TaskKind.ANSWER: self._about_answer,
            TaskKind.NO_ANSWER: self._about_answer,
            TaskKind.BEYOND: self._about_beyond,
            **dict.fromkeys(ONE_MAIL, self._about_hours),
        }
        if task.kind not in about:
            raise NothingToSayError("A usage check sends no mail.")
        return about[task.kind](task)

    def _about_import(self, task: Task) -> Mail:
        (about,) = task.about
        record = self.imports.read(ImportId(about))
        if record is None:
            raise UnwritableMailError(f"The import {about} no longer exists: there is nothing to report.")
        if not is_left_to_review(record):
            raise NothingToSayError(f"Nothing is left to do about the import {about}.")
        return import_mail(record, self._operator(task), self.report_url(record.id))

    def _about_draft(self, task: Task) -> Mail:
        (about,) = task.about
        record = self.invoices.read(InvoiceId(about))
        if record is None:
            raise NothingToSayError(f"There is no invoice {about}: there is nothing to report.")
        if record.state is not InvoiceState.DRAFT:
            raise NothingToSayError(f"The invoice {about} is now {record.state.value}.")
        operator, book = self._operator(task), self.directory.read_client(record.client)
        if book is None or is_of_removed(task, book):
            raise NothingToSayError(f"The client or retainer of the invoice {about} was removed.")
        return draft_mail(record, book.client, operator, missing_keys(book, operator))

    def _about_week(self, task: Task) -> Mail:
        (about,) = task.about
        operator = self.directory.read_operator()
        if not operator.email:
            raise NothingToSayError("The set-up has no e-mail address of the operator: a digest has no recipient.")
        return digest_mail(self.week(about), operator)

    def _about_address(self, task: Task) -> Mail:
        _, about = task.about
        returned = self.tasks.read(TaskId(about))
        if returned is None or returned.copy is None:
            raise UnwritableMailError(f"The bounced mail {about} is no longer stored: there is nothing to show.")
        operator, address = self._operator(task), _recipient_of(self.read_copy(returned.copy))
        suppression = self.suppression_list.find(address)
        if suppression is None:
            raise NothingToSayError("The address is no longer blocked.")
        return bounced_mail(address, suppression, returned, operator)

    def _operator(self, task: Task) -> OperatorBook:
        operator = self.directory.read_operator()
        if not operator.email:
            raise UnwritableMailError(_NO_OPERATOR.format(mail=task.id))
        return operator

    def _about_invoice(self, task: Task) -> Mail:
        (about,) = task.about
        record = self.invoices.read(InvoiceId(about))
        if record is None or record.document is None:
            raise UnwritableMailError(f"There is no issued invoice {about}: there is nothing to send.")
        logo = self.directory.read_printed_logo(record.document.logo)
        return invoice_mail(self._recipient(task, self._book(task)), record.document, logo)

    def _about_link(self, task: Task) -> Mail:
        book = self._book(task)
        recipient = self._recipient(task, book)
        if recipient.url is None or task.about != (str(book.client.link.version),):
            raise NothingToSayError("The link was revoked, has expired or is another one by now.")
        return recipient.mail(link_content(recipient))

    def _about_question(self, task: Task) -> Mail:
        slug, approval_id, written = task.about
        book, place, now = self._book(task), int(written), self.clock()
        approval = self._approval(book, approval_id)
        if not approval.is_answerable(now):
            raise NothingToSayError(f"The question {approval_id} is {approval.state_at(now).value} by now.")
        retainer, url = _retainer(book, slug), self.answer_url(approval, place)
        period = period_of(retainer, approval.cycle.start)
        if url is None or period is None:
            raise UnwritableMailError(f"The question {approval_id} has no link here: deploy it with an address.")
        recipient = Recipient(book.client, approval.approvers[place], book.operator, url)
        return recipient.mail(question_content(recipient, retainer, period, approval))

    def _about_answer(self, task: Task) -> Mail:
        _, approval_id = task.about
        book, operator = self._book(task), self._operator(task)
        approval = self._approval(book, approval_id)
        if task.kind is TaskKind.ANSWER:
            return answer_mail(approval, book.client, operator)
        if approval.state_at(self.clock()) is not ApprovalState.EXPIRED:
            raise NothingToSayError(f"The question {approval_id} was settled in time.")
        return no_answer_mail(approval, book.client, operator)

    def _about_beyond(self, task: Task) -> Mail:
        slug, approval_id = task.about
        book, operator = self._book(task), self._operator(task)
        approval = self._approval(book, approval_id)
        statements = self._balance(book, slug, self.clock()).statements
        statement = next((one for one in statements if one.id == approval.cycle), None)
        if statement is None:
            raise NothingToSayError(f"The cycle of {approval.cycle.start} is long over.")
        return beyond_mail(statement, approval, book.client, operator)

    def _approval(self, book: ClientBook, approval_id: str) -> Approval:
        approval = self.ledger.read_approvals(book.client.id).find(approval_id)
        if approval is None:
            raise NothingToSayError(f"The question {approval_id} no longer exists.")
        return approval

    def _about_hours(self, task: Task) -> Mail:
        """One mail about one retainer, or about all those of the same occasion."""
        book = self._book(task)
        is_alert = task.kind is TaskKind.ALERT
        recipient, copy_to = self._alerted(task, book) if is_alert else (self._recipient(task, book), "")
        contents: list[MailContent] = []
        left_out: dict[int, str] = {}
        size = 3 if is_alert else 2
        for place, at in enumerate(range(0, len(task.about), size)):
            try:
                contents.append(self._hours_of(task.kind, task.about[at : at + size], recipient, book))
            except NothingToSayError as error:
                left_out[place] = str(error)
        if not contents:
            raise NothingToSayError(left_out[0])
        return replace(recipient.mail(together(contents), copy_to=copy_to), left_out=left_out)

    def _hours_of(self, kind: TaskKind, about: Sequence[str], recipient: Recipient, book: ClientBook) -> MailContent:
        slug, written, *level = about
        now, day = self.clock(), date.fromisoformat(written)
        if kind is TaskKind.NEW_CYCLE:
            return new_cycle_content(recipient, self._balance(book, slug, now), day)
        if kind is TaskKind.EXPIRING:
            return expiring_content(recipient, self._balance(book, slug, now), day)
        at = min(now, _last_moment(_retainer(book, slug), day))
        return alert_content(recipient, self._balance(book, slug, at), day, int(level[0]), is_over=at < now)

    def _alerted(self, task: Task, book: ClientBook) -> tuple[Recipient, str]:
        """Who gets an alert, and who a copy: the client and the operator, or the operator alone."""
        if book.mails.alerts and book.billing.party.email:
            return self._recipient(task, book), book.operator.email
        if not book.operator.email:
            raise UnwritableMailError(_NO_CLIENT.format(client=book.client.id, mail=task.id))
        # In English, like all mails to the operator, and under the client's name.
        client = replace(book.client, locale="en")
        return Recipient(client, book.operator.email, book.operator, self.client_url(book)), ""

    def _recipient(self, task: Task, book: ClientBook) -> Recipient:
        to = book.billing.party.email
        if not to:
            raise UnwritableMailError(_NO_CLIENT.format(client=book.client.id, mail=task.id))
        return Recipient(book.client, to, book.operator, self.client_url(book))

    def _book(self, task: Task) -> ClientBook:
        book = self.directory.read_client(task.client) if task.client else None
        if book is None:
            raise NothingToSayError(f"The client {task.client} no longer exists: the mail has no recipient.")
        if is_of_removed(task, book):
            raise NothingToSayError(f"What the mail is about was removed: it belongs to an earlier {task.client}.")
        return book

    def _balance(self, book: ClientBook, slug: str, at: datetime) -> RetainerBalance:
        retainer = _retainer(book, slug)
        return next(one for one in balance_of(book, at, self.ledger).retainers if one.retainer is retainer)


def _retainer(book: ClientBook, slug: str) -> Retainer:
    found = next((one for one in book.retainers if one.id.retainer == slug), None)
    if found is None:
        raise NothingToSayError(f"The retainer {book.client.id}/{slug} no longer exists.")
    return found


def _last_moment(retainer: Retainer, start: date) -> datetime:
    """The end of the cycle that begins on this day."""
    period = period_of(retainer, start)
    if period is None:
        raise NothingToSayError(f"{retainer.id} has no cycle of {start}.")
    return start_of_day(period.end, retainer.zone) - timedelta(seconds=1)


def _recipient_of(message: bytes) -> str:
    (address,) = message_from_bytes(message, policy=policy.default)["To"].addresses
    return str(address.addr_spec)
