"""Approval of overage (docs/concepts.md, "Approval of overage"): the client agrees to hours beyond the retainer.

The operator asks for a number of hours at a rate on the cycle that runs; the client approves or declines, once and
within a deadline. Approved hours add no lot: they are overage that is agreed.

asked ──▶ approved | declined       by the client, within the deadline and while the link opens
      ──▶ withdrawn                 by the operator, as long as nobody has answered
      ──▶ expired                   by itself at the deadline, whether or not anything has run since
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from chalicelib.domain.ids import CycleId
from chalicelib.domain.quantities import Money


class ApprovalState(StrEnum):
    """How a question stands. The values are stored, `expired` never: it follows from the time."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Answer(NamedTuple):
    """What the client decides, and who did."""

    approves: bool
    name: str
    """As the person typed it."""
    comment: str = ""
    link_of: str = ""
    """The address that the link was sent to."""


class Approval(NamedTuple):
    """A question to the client, and what became of it. A named tuple, because the page pays for each dataclass."""

    id: str
    """A slug, unique among the questions to the client: an idempotency key."""
    cycle: CycleId
    asked_at: datetime
    asked_on: date
    """In the retainer's zone: work from this day on is covered."""
    seconds: int
    rate: Money
    """The price of an hour."""
    reason: str
    decide_by: datetime
    """From then on no answer counts; never after the cycle's close is due."""
    link_until: datetime
    """From then on the links open nothing any more."""
    approvers: tuple[str, ...]
    """The addresses that the question was sent to, each with a link of its own."""
    sentence: str
    """What is agreed by approving, in the client's language, as the mail and the form show it."""
    state: ApprovalState = ApprovalState.ASKED
    settled_at: datetime | None = None
    """When it was answered or withdrawn."""
    answer: Answer | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the sentence in UTF-8, as hexadecimal digits: the audit trail keeps it with the answer."""
        return sha256(self.sentence.encode()).hexdigest()

    def state_at(self, now: datetime) -> ApprovalState:
        """How it stands at the aware instant `now`."""
        is_late = self.state is ApprovalState.ASKED and now >= self.decide_by
        return ApprovalState.EXPIRED if is_late else self.state

    def is_answerable(self, now: datetime) -> bool:
        """Whether an answer by one of its links counts at `now`."""
        return self.state_at(now) is ApprovalState.ASKED and now < self.link_until

    def answered(self, answer: Answer, now: datetime) -> "Approval | None":
        """The question with this answer; None if none counts any more."""
        if not self.is_answerable(now):
            return None
        state = ApprovalState.APPROVED if answer.approves else ApprovalState.DECLINED
        return self._replace(state=state, settled_at=now, answer=answer)

    def withdrawn(self, now: datetime) -> "Approval | None":
        """The question taken back; None if it is settled already."""
        if self.state_at(now) is not ApprovalState.ASKED:
            return None
        return self._replace(state=ApprovalState.WITHDRAWN, settled_at=now)


Cover = tuple[Approval, int]
"""An approval and the seconds of a piece of work's overage that it covers."""


def covers_of(work: Iterable[tuple[date, int]], approvals: Iterable[Approval]) -> list[tuple[Cover, ...]]:
    """What approvals cover of each piece of work, the earliest question first; the rest is billed by the terms.

    Args:
        work: its own date and its seconds of overage, in draw order.
        approvals: of the cycle, in any state; those that are not approved cover nothing.
    """
    approved = [one for one in in_order(approvals) if one.state is ApprovalState.APPROVED]
    left = {one.id: one.seconds for one in approved}
    covers = []
    for day, seconds in work:
        parts, rest = [], seconds
        for one in approved if rest else ():
            part = min(rest, left[one.id]) if one.asked_on <= day else 0
            if part:
                parts.append((one, part))
                left[one.id] -= part
                rest -= part
        covers.append(tuple(parts))
    return covers


def beyond_approved(work: Sequence[tuple[date, int]], approvals: Sequence[Approval]) -> int:
    """The seconds of overage that the client was asked about and has not approved.

    Those of work from the day of the first question on that was answered, approved or declined, as far as nothing
    covers them. Before an answer, and where nobody was asked, it is 0: then overage is as the terms have it.
    """
    answered = [one.asked_on for one in approvals if one.answer is not None]
    if not answered:
        return 0
    since = min(answered)
    covers = covers_of(work, approvals)
    return sum(
        seconds - sum(part for _, part in parts)
        for (day, seconds), parts in zip(work, covers, strict=True)
        if day >= since
    )


def in_order(approvals: Iterable[Approval]) -> list[Approval]:
    """The questions in the order in which they were asked."""
    return sorted(approvals, key=lambda one: (one.asked_at, one.id))
