"""Close a client's overdue cycles and announce those that begin: one commit for each step.

The stored state alone decides a step: run late, twice, concurrently or after missed months, the result is the same.
Each step increments the version of the client's head, on which imports are conditional, too (optimistic locking).
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.billing import InvoiceId, InvoiceRecord, invoice_id, is_shared, shared_draft, shared_id
from chalicelib.domain.closing_position import ClosingPosition, Step, StepKind, next_step, start_of_day, still_open
from chalicelib.domain.cycle import CycleLedger, CycleStatement, Period
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.invoice import invoice_of
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import carry_forward_of, close
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.services.store.audit import Act, AuditRecord
from chalicelib.services.store.books import ClientBook, ClientHead, Directory
from chalicelib.services.store.conflicts import Sleep, StaleWriteError, retry_stale
from chalicelib.services.store.follow_ups import after_close, after_open
from chalicelib.services.store.ledger import Ledger, LedgerCommit
from chalicelib.services.store.lookup import find_client
from chalicelib.services.store.tasks import Task


@dataclass(frozen=True, slots=True)
class CycleStep:
    """A step that was taken, or would be in a dry run."""

    step: Step
    commit: LedgerCommit
    statement: CycleStatement | None = None
    """The statement of the cycle that it closes."""
    tasks: tuple[Task, ...] = ()
    """The tasks that follow from it."""


def close_due(
    directory: Directory, ledger: Ledger, client: ClientId, now: datetime, sleep: Sleep = time.sleep
) -> tuple[CycleStep, ...]:
    """Take every overdue step of a client, in order; returns those that this call took.

    Raises:
        StaleWriteError: other writers won every attempt; run it again.
    """
    taken: list[CycleStep] = []
    retry_stale(lambda: taken.extend(_steps_taken(directory, ledger, client, now)), sleep)
    return tuple(taken)


def _steps_taken(directory: Directory, ledger: Ledger, client: ClientId, now: datetime) -> Iterator[CycleStep]:
    """Takes each overdue step as it is asked for. Raises StaleWriteError."""
    book = finished_book(directory, ledger, client)
    for one in overdue_steps(book, ledger, now) if book else ():
        ledger.commit(one.commit)
        yield one


def overdue_steps(book: ClientBook, ledger: Ledger, now: datetime) -> Iterator[CycleStep]:
    """The steps that are due at `now`, in order, each based on the state that the previous one leaves.

    Nothing is written: a dry run lists them, `close_due` commits each before it computes the next.
    """
    drafts: dict[InvoiceId, InvoiceRecord] = {}
    while (step := next_step(book.retainers, book.head.positions)) is not None and step.due_at <= now:
        taken = _opening(book, step, now) if step.kind is StepKind.OPEN else _closing(book, step, ledger, now, drafts)
        yield taken
        book = replace(book, head=committed(taken.commit.head))
        written = (one for one in taken.commit.records if isinstance(one, InvoiceRecord))
        drafts |= {one.id: replace(one, version=one.version + 1) for one in written}


def finished_book(directory: Directory, ledger: Ledger, client: ClientId) -> ClientBook | None:
    """The client's book after any half-written commit is finished; None if there is no such client.

    Raises:
        StaleWriteError: somebody has just decided another one.
    """
    book = directory.read_client(client)
    if book is None or book.head.plan is None:
        return book
    ledger.finish_plan(client, book.head)
    book = directory.read_client(client)
    if book is not None and book.head.plan is not None:
        raise StaleWriteError(f"Somebody else is changing {client}: run it again.")
    return book


def current_book(client: str, now: datetime, directory: Directory, ledger: Ledger) -> ClientBook:
    """The client's book after any half-written commit is finished and overdue cycles are closed.

    Raises:
        UnknownNameError: there is no such client.
        StaleWriteError: another writer was first.
    """
    book = find_client(directory, client)
    if book.head.is_behind(now):
        for _ in _steps_taken(directory, ledger, book.client.id, now):
            pass
        book = find_client(directory, client)
    return book


def committed(head: ClientHead) -> ClientHead:
    """The head as stored after a commit with it has succeeded."""
    return replace(head, version=head.version + 1)


def with_due(head: ClientHead, book: ClientBook) -> ClientHead:
    """The head with the time at which the next step of the book's retainers is due."""
    step = next_step(book.retainers, head.positions)
    return replace(head, due_at=step.due_at if step else None)


class ClosedCycle(NamedTuple):
    """A cycle that has just been closed."""

    ledger: CycleLedger
    statement: CycleStatement
    position: ClosingPosition
    """The retainer's closing position after this close."""
    audit: AuditRecord
    approvals: ClientApprovals | None
    """The questions about it that were read, for the commit: an answer that comes meanwhile makes it stale."""


def close_cycle(book: ClientBook, retainer: Retainer, period: Period, ledger: Ledger, at: datetime) -> ClosedCycle:
    """Freeze the first cycle of a retainer that is not closed, and carry its hours forward; nothing is written.

    Args:
        book: the client's, with its head as it is now.
        retainer: one of the book's.
        period: the cycle, which has ended.
        ledger: where the stored cycle is read.
        at: when the cycle counts as closed (aware).
    """
    cycle = CycleId(retainer.id, period.start)
    stored = ledger.read_cycles([cycle], book.head.plan).get(cycle) or CycleLedger(cycle)
    approvals = ledger.read_approvals(book.client.id).ended(cycle, at) if stored.approvals else None
    stored = replace(stored, approvals=approvals.of(cycle)) if approvals else stored
    before = book.head.position(retainer.id)
    day = period.end + timedelta(days=retainer.grace_days)
    settled = settle(retainer, period, stored, before.carry_forward, day, aliases=book.aliases)
    closed, statement = close(stored, settled, at)
    about = f"{cycle.retainer}/{cycle.start}"
    return ClosedCycle(
        closed,
        statement,
        replace(before, closed_before=period.end, carry_forward=carry_forward_of(statement)),
        AuditRecord(f"close-{about}", book.client.id, at, Act.CLOSE, about),
        approvals,
    )


def draft_of(retainer: Retainer, statement: CycleStatement, now: datetime) -> InvoiceRecord | None:
    """The draft of the cycle's invoice; None if the cycle charges nothing or precedes going live.

    Pure and repeatable: a cycle has one invoice, and `invoice_id` names it.
    """
    if retainer.live_from is None or statement.period.start < retainer.live_from:
        return None
    invoice = invoice_of(retainer, statement)
    if not any(line.amount.minor for line in invoice.lines):
        return None
    return InvoiceRecord(invoice_id(statement.id), statement.id, statement.period.end, now, invoice)


def _opening(book: ClientBook, step: Step, now: datetime) -> CycleStep:
    """Announce a cycle that begins."""
    position = replace(book.head.position(step.retainer.id), announced_before=step.period.end)
    tasks = after_open(book, step.retainer, step.period, now)
    commit = LedgerCommit(book.client.id, _moved(book, step, position), records=tasks)
    return CycleStep(step, commit, tasks=tasks)


def _closing(
    book: ClientBook, step: Step, ledger: Ledger, now: datetime, drafts: Mapping[InvoiceId, InvoiceRecord]
) -> CycleStep:
    """Freeze the cycle, carry its hours forward, draft its invoice, or add it to the one that retainers share.

    `drafts`: those of the steps before, which a dry run does not write.
    """
    retainer = step.retainer
    closed = close_cycle(book, retainer, step.period, ledger, step.due_at)
    head = _moved(book, step, closed.position)
    own = draft_of(retainer, closed.statement, step.due_at)
    draft = own
    if own and book.billing.one_invoice:
        share = shared_id(book.client.id, step.period.end)
        draft = shared_draft(drafts.get(share) or ledger.read_invoice(share), own, share)
    complete_at = _last_close(book, head, step.period.end) if draft and is_shared(draft.id) else None
    tasks = after_close(book, retainer, closed.statement, draft, now, complete_at=complete_at)
    records = (*([draft] if draft else ()), *tasks, closed.audit)
    commit = LedgerCommit(book.client.id, head, (closed.ledger,), records, approvals=closed.approvals)
    return CycleStep(step, commit, closed.statement, tasks)


def _last_close(book: ClientBook, head: ClientHead, end: date) -> datetime | None:
    """When the last of the open cycles with this end closes; None: all are closed."""
    open_ones = still_open(book.retainers, head.positions, end)
    return max((start_of_day(end + timedelta(days=one.grace_days), one.zone) for one in open_ones), default=None)


def _moved(book: ClientBook, step: Step, position: ClosingPosition) -> ClientHead:
    head = replace(book.head, positions={**book.head.positions, step.retainer.id.retainer: position})
    return with_due(head, book)
