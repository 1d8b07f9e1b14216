"""Which task follows from which change: the only place that decides it.

| what happened                                       | which task follows                       | function            |
|-----------------------------------------------------|------------------------------------------|---------------------|
| an import was refused or left something to do       | a mail to the operator                   | after_import        |
| an import, an undo or a redo changed counted hours  | a check of usage, after a pause          | after_hours_changed |
| a person corrected hours                            | a check of usage, after a pause          | after_correction    |
| usage crossed alert levels                          | a mail about the highest; the lower ones | after_crossing      |
|                                                     | are stored as skipped                    |                     |
| a cycle began                                       | a mail to the client, within three days  | after_open          |
| a cycle closed                                      | its new draft is issued; a mail to the   | after_close         |
|                                                     | client before carried hours expire       |                     |
| a top-up was sold                                   | a mail to the client before it expires   | after_top_up        |
| the client was asked for hours beyond a retainer    | a mail to each approver; one to the      | after_ask           |
|                                                     | operator if nobody answers in time       |                     |
| the client answered                                 | a mail to the operator; a check of usage,| after_answer        |
|                                                     | after a pause                            |                     |
| work went beyond what the client approved           | a mail to the operator                   | after_beyond        |
| an invoice or a credit note was issued              | a mail to the client                     | after_issue         |
| a week is over                                      | a mail to the operator                   | after_week          |
| an address bounced for good or its owner complained | a mail to the operator                   | after_bounce        |

Each function is pure, and its docstring says when nothing follows. The caller writes the tasks in the transaction of
the change (a transactional outbox). For the same occasion, a function always returns tasks with the same ids.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.approval import Approval
from chalicelib.domain.billing import InvoiceRecord
from chalicelib.domain.cycle import CycleStatement, Period
from chalicelib.domain.ids import ImportId, RetainerId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import grant_of
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import CycleChange, Imported, ImportRecord, changes_hours, needs_attention
from chalicelib.services.store.tasks import (
    Task,
    TaskId,
    TaskState,
    alert_mail,
    answer_mail,
    beyond_mail,
    bounced_mail,
    digest_mail,
    draft_to_issue,
    expiring_mail,
    import_mail,
    invoice_mail,
    new_cycle_mail,
    no_answer_mail,
    question_mail,
    usage_check,
)

_MOST_AT_ONCE = 90
"""The most tasks of one kind that a change writes: a transaction of AWS holds 100 items. Of days of expiry these are
the nearest, and each later close, which carries the same hours on, writes the next ones."""


def after_import(done: Imported, *, is_first_run: bool) -> tuple[Task, ...]:
    """An import is stored.

    Nothing follows from a retry or a decision, which are the operator's own actions, nor from one client's part of a
    routed import: the record that sums up the parts has the mail.
    """
    if not is_first_run or not isinstance(done, ImportRecord):
        return ()
    return (import_mail(done.id, done.finished_at),) if done.stopped_before or needs_attention(done.report) else ()


def after_hours_changed(
    book: ClientBook, cause: ImportId, changes: Iterable[CycleChange], at: datetime, *, is_first_run: bool
) -> tuple[Task, ...]:
    """The import `cause`, or a retry of it or a decision about it, has changed a client's cycles.

    There are no alerts before a retainer is live: a client without one has no step to come (`ClientHead.due_at`).
    """
    if book.head.due_at is None or not changes_hours(changes):
        return ()
    act = cause if is_first_run else f"{cause}.{at:%Y%m%dT%H%M%S}"
    return (_check(book, act, at),)


def after_correction(book: ClientBook, correction: str, at: datetime) -> tuple[Task, ...]:
    """A person granted hours to the client, or took some away."""
    return (_check(book, correction, at),)


def after_crossing(
    book: ClientBook, retainer: RetainerId, start: date, crossed: Sequence[int], at: datetime
) -> tuple[Task, ...]:
    """A cycle has crossed these percentages, ascending. The lower ones are stored so that none is mailed later."""
    removed_at = book.removed_at(retainer.retainer)
    highest, *lower = (alert_mail(retainer, start, percent, at, removed_at) for percent in reversed(crossed))
    return (highest, *(replace(one, state=TaskState.SKIPPED) for one in lower[: _MOST_AT_ONCE - 1]))


def after_open(book: ClientBook, retainer: Retainer, period: Period, at: datetime) -> tuple[Task, ...]:
    """A cycle of a live retainer has begun.

    Nothing follows if it grants no hours (paused, or a zero-hour retainer), or if it began more than three days ago.
    """
    if not (book.mails.new_cycle and _has_address(book)) or not grant_of(retainer, period).allotment_seconds:
        return ()
    mail = new_cycle_mail(retainer, period.start, at, book.removed_at(retainer.id.retainer))
    return () if mail.is_too_old(at) else (mail,)


def after_close(
    book: ClientBook,
    retainer: Retainer,
    statement: CycleStatement,
    draft: InvoiceRecord | None,
    at: datetime,
    *,
    complete_at: datetime | None = None,
) -> tuple[Task, ...]:
    """A cycle has closed, with this statement and draft; a draft that other retainers began has its task already.

    `complete_at`: when the last cycle that can be a part of the draft closes.
    """
    to_issue: tuple[Task, ...] = ()
    if draft and not draft.version:
        to_issue = (draft_to_issue(draft, at, book.removed_at(retainer.id.retainer), complete_at),)
    expiries = sorted({lot.expires_on for lot in statement.carried_out if lot.expires_on is not None})[:_MOST_AT_ONCE]
    return (*to_issue, *(task for expires_on in expiries for task in _before_expiry(book, retainer, expires_on, at)))


def after_top_up(book: ClientBook, retainer: Retainer, expires_on: date | None, at: datetime) -> tuple[Task, ...]:
    """The client has bought hours. Nothing follows if they never expire (None)."""
    return _before_expiry(book, retainer, expires_on, at) if expires_on else ()


def after_ask(book: ClientBook, approval: Approval) -> tuple[Task, ...]:
    """The client was asked: each approver gets a mail with a link, and the operator one if the deadline passes."""
    removed_at = book.removed_at(approval.cycle.retainer.retainer)
    mails = (question_mail(approval, place, removed_at) for place in range(len(approval.approvers)))
    return (*mails, no_answer_mail(approval, removed_at))


def after_answer(book: ClientBook, approval: Approval, at: datetime) -> tuple[Task, ...]:
    """The client has approved or declined; work may be beyond that already."""
    mail = answer_mail(approval, at, book.removed_at(approval.cycle.retainer.retainer))
    return mail, _check(book, f"answer-{approval.id}", at)


def after_beyond(book: ClientBook, approval: Approval, at: datetime) -> tuple[Task, ...]:
    """There is overage that the client was asked about and has not approved; `approval`: its latest answer."""
    return (beyond_mail(approval, at, book.removed_at(approval.cycle.retainer.retainer)),)


def after_issue(book: ClientBook, record: InvoiceRecord, at: datetime) -> tuple[Task, ...]:
    """An invoice or a credit note was issued."""
    return (invoice_mail(record, at),) if _has_address(book) else ()


def after_week(at: datetime) -> tuple[Task, ...]:
    """A week has ended."""
    return (digest_mail(at),)


def after_bounce(address_key: str, returned: TaskId, at: datetime) -> tuple[Task, ...]:
    """An address is on the suppression list, because the mail `returned` bounced or was complained about."""
    return (bounced_mail(address_key, returned, at),)


def _check(book: ClientBook, cause: str, at: datetime) -> Task:
    return usage_check(book.client.id, cause, at, book.operator.alert_pause_seconds, book.counts_after)


def _before_expiry(book: ClientBook, retainer: Retainer, expires_on: date, at: datetime) -> tuple[Task, ...]:
    if not (book.mails.expiring and _has_address(book)):
        return ()
    return (expiring_mail(retainer, expires_on, at, book.removed_at(retainer.id.retainer)),)


def _has_address(book: ClientBook) -> bool:
    """Whether the set-up has an address for mails to the client."""
    return bool(book.billing.party.email)
