"""Ask a client for hours beyond a retainer, take the question back, take the client's answer.

Each is one conditional write of the question's state with its record for the audit trail and the mails that follow.
Whoever asks or withdraws also increments the version of the client's head; an answer writes nothing but the questions
(store/approvals.py). The id of a question is an idempotency key: repeating it has no further effect.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.approval import Answer, Approval, ApprovalState
from chalicelib.domain.calendar import period_of, today
from chalicelib.domain.closing_position import start_of_day
from chalicelib.domain.cycle import Period
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.quantities import Money, hours_in_words
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.services.cycles.close_due import current_book
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.services.store.audit import Act, AuditRecord
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.conflicts import Sleep, retry_stale
from chalicelib.services.store.follow_ups import after_answer, after_ask
from chalicelib.services.store.ledger import Ledger, LedgerCommit
from chalicelib.services.store.lookup import UnknownNameError, find_retainer
from chalicelib.services.store.tasks import Task

WordSentence = Callable[[Client, Retainer, Period, Approval], str]
"""Writes what the client agrees to by approving."""
_ACTS = {ApprovalState.APPROVED: Act.APPROVE, ApprovalState.DECLINED: Act.DECLINE}


class NotAskableError(HourTabError):
    """The question cannot be asked or withdrawn; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the operator asks for, on the cycle that runs."""

    id: str
    """A slug, unique among the questions to the client: an idempotency key."""
    seconds: int
    rate: Money
    reason: str


class Asked(NamedTuple):
    """A question as it stands, and the mails that this call leads to."""

    approval: Approval
    tasks: tuple[Task, ...] = ()
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Approvals:
    """The use cases, over their ports."""

    directory: Directory
    ledger: Ledger
    word: WordSentence
    sleep: Sleep = time.sleep

    def ask(self, client: str, retainer: str, question: Question, now: datetime, *, dry_run: bool = False) -> Asked:
        """Ask the client for hours beyond a retainer in its current cycle; a dry run writes nothing.

        Raises:
            UnknownNameError: there is no such client or retainer.
            NotAskableError: no cycle runs, nobody may approve, or the id belongs to another question.
            StaleWriteError: other writers won every attempt; run it again.
        """

        def attempt() -> Asked:
            book = current_book(client, now, self.directory, self.ledger)
            found = find_retainer(book, retainer)
            known = self.ledger.read_approvals(book.client.id)
            if before := known.find(question.id):
                return Asked(_the_same(before, found, question), is_new=False)
            approval = self._approval(book, found, question, now)
            tasks = after_ask(book, approval)
            if not dry_run:
                said = f"{hours_in_words(approval.seconds)} at {_amount(approval.rate)}: {approval.reason}"
                self._commit(book, known.put(approval), tasks, _audit(approval, now, Act.ASK_APPROVAL, said))
            return Asked(approval, tasks)

        return retry_stale(attempt, self.sleep)

    def withdraw(self, client: str, approval_id: str, now: datetime) -> Asked:
        """Take back a question that nobody has answered.

        Raises:
            UnknownNameError: there is no such client or question.
            NotAskableError: it is settled already.
            StaleWriteError: other writers won every attempt; run it again.
        """

        def attempt() -> Asked:
            book = current_book(client, now, self.directory, self.ledger)
            known = self.ledger.read_approvals(book.client.id)
            before = find_approval(known, approval_id)
            if before.state is ApprovalState.WITHDRAWN:
                return Asked(before, is_new=False)
            taken_back = before.withdrawn(now)
            if taken_back is None:
                text = f"`{approval_id}` is {before.state_at(now).value}"
                raise NotAskableError(f"{text}: only a question that waits for an answer can be withdrawn.")
            audit = _audit(taken_back, now, Act.WITHDRAW_APPROVAL, "")
            self._commit(book, known.put(taken_back), (), audit)
            return Asked(taken_back)

        return retry_stale(attempt, self.sleep)

    def answer(self, book: ClientBook, approval: Approval, answer: Answer, now: datetime) -> Asked:
        """Take an answer by a link; `is_new` is False if none counts any more, and then nothing was written.

        Raises:
            StaleWriteError: other writers won every attempt; try again.
        """

        def attempt() -> Asked:
            known = self.ledger.read_approvals(book.client.id)
            before = known.find(approval.id)
            if before is None or before.asked_at != approval.asked_at:
                return Asked(approval, is_new=False)
            answered = before.answered(answer, now)
            if answered is None:
                return Asked(before, is_new=False)
            tasks = after_answer(book, answered, now)
            said = [f"{answer.name}, by the link of {answer.link_of}", answer.comment]
            details = ": ".join(filter(None, said)) + f" [{answered.digest}] {answered.sentence}"
            self.ledger.answer(known.put(answered), (*tasks, _audit(answered, now, _ACTS[answered.state], details)))
            return Asked(answered, tasks)

        return retry_stale(attempt, self.sleep)

    def _approval(self, book: ClientBook, retainer: Retainer, question: Question, now: datetime) -> Approval:
        on = today(now, retainer.zone)
        period = period_of(retainer, on)
        if period is None or retainer.live_from is None or period.start < retainer.live_from:
            raise NotAskableError(f"{retainer.id} has no live cycle today: there is nothing to ask for.")
        if not book.approvers:
            raise NotAskableError(
                f"Nobody may approve for {book.client.id}: add `approvers` to its `approvals`, or `email` to its "
                "`billing`, and apply the set-up."
            )
        closes = start_of_day(period.end + timedelta(days=retainer.grace_days), retainer.zone)
        asked = Approval(
            id=question.id,
            cycle=CycleId(retainer.id, period.start),
            asked_at=now,
            asked_on=on,
            seconds=question.seconds,
            rate=question.rate,
            reason=question.reason,
            decide_by=min(now + timedelta(days=book.approvals.decide_days), closes),
            link_until=now + timedelta(days=book.approvals.link_days),
            approvers=book.approvers,
            sentence="",
        )
        return asked._replace(sentence=self.word(book.client, retainer, period, asked))

    def _commit(
        self, book: ClientBook, approvals: ClientApprovals, tasks: tuple[Task, ...], audit: AuditRecord
    ) -> None:
        self.ledger.commit(LedgerCommit(book.client.id, book.head, records=(*tasks, audit), approvals=approvals))


def find_approval(known: ClientApprovals, approval_id: str) -> Approval:
    """The question with this id. Raises UnknownNameError."""
    found = known.find(approval_id)
    if found is None:
        ids = [one.id for one in known.approvals]
        listing = f"hourtab approval list {known.client}"
        problem = f"{known.client} was not asked anything called “{approval_id}”."
        raise UnknownNameError(problem, approval_id, ids, listing, "`hourtab approval ask` asks")
    return found


def expired_act(client: ClientId, approval: Approval) -> AuditRecord:
    """The record that nobody has answered in time."""
    return AuditRecord(
        f"{Act.EXPIRE_APPROVAL}-{approval.id}",
        client,
        approval.decide_by,
        Act.EXPIRE_APPROVAL,
        _about(approval),
        "Nobody answered in time.",
    )


def _the_same(before: Approval, retainer: Retainer, question: Question) -> Approval:
    asked = (before.cycle.retainer, before.seconds, before.rate, before.reason)
    if asked != (retainer.id, question.seconds, question.rate, question.reason):
        text = f"`{question.id}` is the question of {before.asked_on} about {before.cycle.retainer}"
        raise NotAskableError(f"{text}: choose another `--id`.")
    return before


def _audit(approval: Approval, now: datetime, act: Act, details: str) -> AuditRecord:
    return AuditRecord(f"{act}-{approval.id}", approval.cycle.retainer.client, now, act, _about(approval), details)


def _about(approval: Approval) -> str:
    return f"{approval.cycle.retainer}/{approval.cycle.start} {approval.id}"


def _amount(money: Money) -> str:
    return f"{money.amount} {money.currency}"
