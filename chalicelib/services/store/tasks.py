"""The table of tasks (a transactional outbox): work to be done after a change, each a small record.

A task is written in the same transaction as the change that it follows from, so both are stored or neither is
(docs/decisions/0011-outbox.md). Its id is derived from its occasion and is an idempotency key: writing the task of an
occasion again has no further effect. A record holds ids and no content: a mail is composed when it is sent, from the
data of these ids at that time.

follow_ups.py says which task follows from what; services/mails/run_task.py, how each kind is carried out.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NewType, Protocol, TypeVar
from zoneinfo import ZoneInfo

from chalicelib.domain.approval import Approval
from chalicelib.domain.billing import InvoiceId, InvoiceRecord, is_shared
from chalicelib.domain.closing_position import start_of_day
from chalicelib.domain.ids import ClientId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Retainer
from chalicelib.services.store.books import ClientBook

MessageT_contra = TypeVar("MessageT_contra", contravariant=True)
TaskId = NewType("TaskId", str)
"""`<kind>-<what it is about>`: letters, digits, hyphens and dots (which no slug has).

Where an earlier client or retainer of the same id was removed, with `.r<hash of when>` at its end, so that the tasks of
the removed one do not stand for those of the new one.
"""


class TaskKind(StrEnum):
    """The kind of a task. The values are stored and part of ids."""

    CHECK_USAGE = "usage"
    """Check how much of each retainer is used, a pause after the import, decision or correction that `about` names."""
    ISSUE_DRAFT = "invoice-draft"
    """Issue a draft, or mail the operator that it needs a person. `about` is the invoice's id."""

    # The others send a mail; each has its own words and recipients (chalicelib/mails).
    IMPORT = "import"
    """To the operator: an import was refused or left something to do. `about` is its id."""
    INVOICE = "invoice"
    """To the client: an invoice or a credit note, with its files. `about` is its id."""
    NEW_CYCLE = "new-cycle"
    """To the client: a cycle has begun. `about` is the retainer's slug and the cycle's first day."""
    ALERT = "alert"
    """To the client or the operator: so many percent are used. `about` is the retainer, the cycle, the percentage."""
    EXPIRING = "expiring"
    """To the client: carried hours expire. `about` is the retainer and the first day without them."""
    QUESTION = "question"
    """To an approver: may we work these hours? `about` is the retainer, the question and the approver's place."""
    ANSWER = "answer"
    """To the operator: the client has answered. `about` is the retainer and the question."""
    NO_ANSWER = "no-answer"
    """To the operator: the deadline is over. `about` as of `ANSWER`."""
    BEYOND = "beyond-approval"
    """To the operator: work goes beyond the client's answer to a question. `about` as of `ANSWER`."""
    LINK = "link"
    """To the client: its link, sent by the operator. `about` is the link's version."""
    DIGEST = "digest"
    """To the operator: what a week left to do. `about` is the ISO week."""
    BOUNCED = "bounced"
    """To the operator: an address was suppressed. `about` is the address's key and the mail that came back."""


ONE_MAIL = (TaskKind.NEW_CYCLE, TaskKind.ALERT, TaskKind.EXPIRING)
"""Kinds of which a client with several retainers gets one mail per occasion (services/mails/find_occasion.py)."""
OF_RETAINER = (*ONE_MAIL, TaskKind.QUESTION, TaskKind.ANSWER, TaskKind.NO_ANSWER, TaskKind.BEYOND)
"""Kinds whose `about` begins with the slug of a retainer."""


class TaskState(StrEnum):
    """The state of a task. The values are stored."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """It cannot be done in the current situation; the reason says why. `hourtab mail retry` tries again."""
    TOO_OLD = "too_old"
    """It waited until its mail was no longer worth reading."""
    SKIPPED = "needless"
    """It ended without a mail: the mail had become unnecessary, or the work needs none; see the reason."""


GIVEN_UP = (TaskState.FAILED, TaskState.TOO_OLD)
"""What a person may retry."""
WORTH_SENDING = {
    TaskKind.IMPORT: timedelta(days=3),
    TaskKind.ISSUE_DRAFT: timedelta(days=30),
    TaskKind.INVOICE: timedelta(days=30),
    TaskKind.NEW_CYCLE: timedelta(days=3),
    TaskKind.CHECK_USAGE: timedelta(days=3),
    TaskKind.ALERT: timedelta(days=3),
    TaskKind.EXPIRING: timedelta(days=7),
    TaskKind.QUESTION: timedelta(days=3),
    TaskKind.ANSWER: timedelta(days=30),
    TaskKind.NO_ANSWER: timedelta(days=30),
    TaskKind.BEYOND: timedelta(days=30),
    TaskKind.LINK: timedelta(days=3),
    TaskKind.DIGEST: timedelta(days=3),
    TaskKind.BOUNCED: timedelta(days=30),
}
"""How long after its due time a task is still carried out."""
EXPIRY_NOTICE = timedelta(days=14)
"""How long before carried hours expire the client is reminded."""
_MORNING = time(8)
"""The time of sending a mail about a day rather than an event, in the retainer's zone."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task. All moments are aware and in UTC."""

    id: TaskId
    kind: TaskKind
    about: tuple[str, ...]
    """The ids of the subject of the task. While one mail carries out several tasks, those of all of them in turn."""
    created_at: datetime
    client: ClientId | None = None
    """The client that the task belongs to; None: the operator."""
    not_before: datetime | None = None
    """It waits until then; None: it is due at once."""
    state: TaskState = TaskState.WAITING
    claimed_until: datetime | None = None
    """Until then one worker has claimed the task."""
    retried_at: datetime | None = None
    """When a person last retried it."""
    settled_at: datetime | None = None
    """When it was done or given up."""
    reason: str | None = None
    """Why no mail was sent: a sentence for a person."""
    message_id: str | None = None
    """SES's own id of the sent message."""
    copy: str | None = None
    """The key of the message in the store bucket, as sent to SES."""
    cause: str | None = None
    """The import, decision or correction that led to it; None: nothing of the kind, or an older release wrote it."""

    @property
    def correlation_id(self) -> str:
        """What the log's lines about it have in common with those about its cause."""
        return self.cause or self.id

    def is_too_old(self, now: datetime) -> bool:
        """Whether it is too late to carry it out."""
        return now - (self.retried_at or self.due_at) > WORTH_SENDING[self.kind]

    @property
    def due_at(self) -> datetime:
        """When it becomes due."""
        return self.not_before or self.created_at


class Queue(Protocol[MessageT_contra]):
    """Messages of one kind: imports (`Delivery`), tasks (`TaskId`), or clients with an overdue step (`ClientId`)."""

    def send(self, messages: Iterable[MessageT_contra]) -> int:
        """Queue them, each as a message of its own; returns how many.

        Raises:
            CloudError: the queue did not accept all of them; sending all of them again is safe.
        """


def sibling(task: Task, retainer: RetainerId, rest: Iterable[str], removed_at: str = "") -> TaskId:
    """The id of a retainer's task of the same kind; `rest`: what its `about` has after the retainer.

    `removed_at`, here and below: see `ClientBook.removed_at`, or of a client `ClientBook.counts_after`.
    """
    return _of_retainer(task.kind, retainer, tuple(rest), task.created_at, removed_at).id


def is_of_removed(task: Task, book: ClientBook) -> bool:
    """Whether the task is that of a client or retainer that was removed, while the book has a new one of its id."""
    if task.kind in OF_RETAINER:
        removed = [book.removed_at(RetainerSlug(task.about[0]))]
    elif task.kind is TaskKind.ISSUE_DRAFT:
        removed = _removed_of(InvoiceId(task.about[0]), book)
    else:
        removed = [book.counts_after if task.kind is TaskKind.CHECK_USAGE else ""]
    return not task.id.endswith(tuple(map(_generation, removed)))


def _removed_of(invoice: InvoiceId, book: ClientBook) -> list[str]:
    """What `removed_at` can be of its draft's task; one that retainers share is of any of them that made it."""
    if is_shared(invoice):
        return [book.counts_after, *map(book.removed_at, book.removed)]
    return [book.removed_at(RetainerSlug(invoice.split("/")[1]))]


def import_mail(import_id: ImportId, at: datetime) -> Task:
    """The operator's mail about an import."""
    return Task(import_mail_id(import_id), TaskKind.IMPORT, (import_id,), at, cause=import_id)


def import_mail_id(import_id: ImportId) -> TaskId:
    """The id of the mail about an import."""
    return TaskId(f"{TaskKind.IMPORT}-{import_id}")


def draft_to_issue(
    draft: InvoiceRecord, at: datetime, removed_at: str = "", complete_at: datetime | None = None
) -> Task:
    """The task of a draft: issue it, or mail the operator; due when the last cycle that can be a part of it closes."""
    task = _of_client(TaskKind.ISSUE_DRAFT, draft.id.split("/"), (draft.id,), draft.client, at)
    waits = complete_at is not None and complete_at > at
    return _since(removed_at, replace(task, not_before=complete_at) if waits else task)


def invoice_mail(record: InvoiceRecord, at: datetime) -> Task:
    """The client's mail with an issued invoice or credit note: for which nothing can be removed."""
    return _of_client(TaskKind.INVOICE, record.id.split("/"), (record.id,), record.client, at)


def new_cycle_mail(retainer: Retainer, start: date, at: datetime, removed_at: str = "") -> Task:
    """The client's mail about the hours that a cycle has: due when the cycle begins, also if that is noticed later."""
    mail = _of_retainer(TaskKind.NEW_CYCLE, retainer.id, (start.isoformat(),), at, removed_at)
    return replace(mail, not_before=start_of_day(start, retainer.zone))


def usage_check(client: ClientId, cause: str, at: datetime, pause_seconds: int = 0, removed_at: str = "") -> Task:
    """The check of what a client has used, a pause after the import, decision or correction `cause`."""
    about = _of_client(TaskKind.CHECK_USAGE, (client, cause), (cause,), client, at)
    check = _since(removed_at, replace(about, cause=cause))
    return replace(check, not_before=at + timedelta(seconds=pause_seconds)) if pause_seconds else check


def alert_mail(retainer: RetainerId, start: date, percent: int, at: datetime, removed_at: str = "") -> Task:
    """The mail about an alert level: one for each retainer, cycle and level."""
    return _of_retainer(TaskKind.ALERT, retainer, (start.isoformat(), str(percent)), at, removed_at)


def expiring_mail(retainer: Retainer, expires_on: date, at: datetime, removed_at: str = "") -> Task:
    """The client's mail about hours that expire on a day: due two weeks before, about the hours left by then."""
    notice = datetime.combine(expires_on - EXPIRY_NOTICE, _MORNING, tzinfo=ZoneInfo(retainer.zone)).astimezone(UTC)
    mail = _of_retainer(TaskKind.EXPIRING, retainer.id, (expires_on.isoformat(),), at, removed_at)
    return replace(mail, not_before=max(notice, at))


def question_mail(approval: Approval, place: int, removed_at: str = "") -> Task:
    """The mail to the approver at this place: one for each question."""
    return _about_approval(TaskKind.QUESTION, approval, approval.asked_at, removed_at, str(place))


def answer_mail(approval: Approval, at: datetime, removed_at: str = "") -> Task:
    """The operator's mail about the client's answer."""
    return _about_approval(TaskKind.ANSWER, approval, at, removed_at)


def no_answer_mail(approval: Approval, removed_at: str = "") -> Task:
    """The operator's mail about a question that nobody has answered: due at its deadline."""
    mail = _about_approval(TaskKind.NO_ANSWER, approval, approval.asked_at, removed_at)
    return replace(mail, not_before=approval.decide_by)


def beyond_mail(approval: Approval, at: datetime, removed_at: str = "") -> Task:
    """The operator's mail about work beyond the latest answer about a cycle: one for each answer."""
    return _about_approval(TaskKind.BEYOND, approval, at, removed_at)


def link_mail(client: ClientId, version: int, at: datetime) -> Task:
    """The client's mail with its link; each command is one mail."""
    return _of_client(TaskKind.LINK, (client, str(version), f"{at:%Y%m%dT%H%M%S}"), (str(version),), client, at)


def digest_mail(at: datetime) -> Task:
    """The operator's digest of the past ISO week."""
    year, week, _ = (at - timedelta(days=7)).isocalendar()
    name = f"{year}-W{week:02}"
    return Task(TaskId(f"{TaskKind.DIGEST}-{name}"), TaskKind.DIGEST, (name,), at)


def bounced_mail(address_key: str, returned: TaskId, at: datetime) -> Task:
    """The operator's mail about a suppressed address: one for each time that it is suppressed.

    `address_key` is a hash of the address, `returned` the mail that bounced, `at` when the mail service reported it.
    """
    name = f"{address_key[:16]}.{at.astimezone(UTC):%Y%m%dT%H%M%S}"
    return Task(TaskId(f"{TaskKind.BOUNCED}-{name}"), TaskKind.BOUNCED, (address_key, returned), at)


def _of_retainer(
    kind: TaskKind, retainer: RetainerId, about: tuple[str, ...], at: datetime, removed_at: str = ""
) -> Task:
    about = (retainer.retainer, *about)
    return _since(removed_at, _of_client(kind, (retainer.client, *about), about, retainer.client, at))


def _about_approval(kind: TaskKind, approval: Approval, at: datetime, removed_at: str, *rest: str) -> Task:
    return _of_retainer(kind, approval.cycle.retainer, (approval.id, *rest), at, removed_at)


def _of_client(kind: TaskKind, named: Iterable[str], about: tuple[str, ...], client: ClientId, at: datetime) -> Task:
    return Task(TaskId(f"{kind}-{'.'.join(named)}"), kind, about, at, client)


def _since(removed_at: str, task: Task) -> Task:
    """The task of a client or retainer that is new since an earlier one was removed."""
    return replace(task, id=TaskId(task.id + _generation(removed_at)))


def _generation(removed_at: str) -> str:
    """The end of the ids of a client's or retainer's tasks, if an earlier one of its id was removed."""
    return f".r{sha256(removed_at.encode()).hexdigest()[:10]}" if removed_at else ""
