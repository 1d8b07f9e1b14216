"""Let the cycles of a client roll over: close what is due, announce what begins, one commit for each step.

A step is decided by the state alone: run late, twice, at once or after missed months, the result is the same. Each
one moves the client's head, on which imports take turns, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain.calendar import today
from chalicelib.domain.cycle import CycleLedger, CycleStatement
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.rollover import Step, StepKind, next_step
from chalicelib.domain.standing import Standing
from chalicelib.services.close_cycle import close_cycle
from chalicelib.services.draft_invoice import draft_of
from chalicelib.services.outbox import OutboxMail
from chalicelib.services.ports import ClientBook, ClientHead, Directory, Ledger, LedgerCommit, StaleWriteError
from chalicelib.services.rollover_mails import mails_at_close, mails_at_open

if TYPE_CHECKING:
    from chalicelib.services.ports import Beside

_TURNS = 20
"""How often a lost race is run again before the message is given back to the queue."""


@dataclass(frozen=True, slots=True)
class RolledOver:
    """A step that is made, or would be: the statement is that of the cycle that it closes."""

    step: Step
    statement: CycleStatement | None = None
    mails: tuple[OutboxMail, ...] = ()
    """What it writes to the outbox."""


def roll_over(directory: Directory, ledger: Ledger, client: ClientId, now: datetime) -> tuple[RolledOver, ...]:
    """Make every step of a client that is due at `now`, in order; returns those that this call made.

    Raises:
        StaleWriteError: others came first too often; run it again.
    """
    made: list[RolledOver] = []
    lost = 0
    while (book := directory.read_client(client)) is not None:
        if book.head.plan is not None:
            ledger.finish_plan(client, book.head)
            continue
        step = due_step(book, now)
        if step is None:
            break
        commit, done = _made(book, step, ledger, now)
        try:
            ledger.commit(commit)
        except StaleWriteError:
            lost += 1
            if lost == _TURNS:
                raise
        else:
            made.append(done)
            if due_step(replace(book, head=commit.head), now) is None:
                break  # without another look at the client
    return tuple(made)


def plan_rollover(book: ClientBook, ledger: Ledger, now: datetime) -> tuple[RolledOver, ...]:
    """What `roll_over` would make at `now`; nothing is written."""
    planned: list[RolledOver] = []
    while step := due_step(book, now):
        commit, done = _made(book, step, ledger, now)
        planned.append(done)
        book = replace(book, head=commit.head)
    return tuple(planned)


def rolled_over(book: ClientBook, ledger: Ledger, now: datetime) -> tuple[ClientBook, Mapping[CycleId, CycleLedger]]:
    """The book as `roll_over` would leave it at `now`, and the cycles that it would close; nothing is written."""
    closed: dict[CycleId, CycleLedger] = {}
    while step := due_step(book, now):
        commit, _ = _made(book, step, ledger, now)
        closed |= {cycle.id: cycle for cycle in commit.cycles}
        book = replace(book, head=commit.head)
    return book, closed


def due_step(book: ClientBook, now: datetime) -> Step | None:
    """The next step of the client's retainers if it is due."""
    step = next_step(book.retainers, book.head.standings)
    return step if step is not None and step.due_at <= now else None


def with_due(head: ClientHead, book: ClientBook) -> ClientHead:
    """The head with the time at which the next step of the book's retainers is due."""
    step = next_step(book.retainers, head.standings)
    return replace(head, due_at=step.due_at if step else None)


def _made(book: ClientBook, step: Step, ledger: Ledger, now: datetime) -> tuple[LedgerCommit, RolledOver]:
    if step.kind is StepKind.OPEN:
        return _opening(book, step, now)
    return _closing(book, step, ledger, now)


def _opening(book: ClientBook, step: Step, now: datetime) -> tuple[LedgerCommit, RolledOver]:
    """Announce a cycle that begins; one that is over already is announced to nobody."""
    standing = replace(book.head.standing(step.retainer.id), announced_before=step.period.end)
    is_current = today(now, step.retainer.zone) < step.period.end
    mails = mails_at_open(book, step.retainer, step.period, now) if is_current else ()
    return LedgerCommit(book.client.id, _moved(book, step, standing), (), lambda: mails), RolledOver(step, mails=mails)


def _closing(book: ClientBook, step: Step, ledger: Ledger, now: datetime) -> tuple[LedgerCommit, RolledOver]:
    """Freeze the cycle, hand over its hours, draft its invoice."""
    retainer = step.retainer
    closed = close_cycle(book, retainer, step.period, ledger, step.due_at)
    invoice = draft_of(retainer, closed.statement, step.due_at)
    mails = mails_at_close(book, retainer, closed.statement, invoice, now)
    beside: list[Beside] = [*([invoice] if invoice else ()), *mails, closed.audit]
    commit = LedgerCommit(book.client.id, _moved(book, step, closed.standing), (closed.ledger,), lambda: beside)
    return commit, RolledOver(step, closed.statement, mails)


def _moved(book: ClientBook, step: Step, standing: Standing) -> ClientHead:
    head = replace(book.head, standings={**book.head.standings, step.retainer.id.retainer: standing})
    return with_due(head, book)
