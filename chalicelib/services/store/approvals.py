"""The questions to a client about hours beyond its retainers: one record per client, stored apart from its cycles.

An answer is one conditional write of this record, by a role that can write nothing else of a ledger. Whoever asks,
withdraws or closes a cycle writes it with the client's head, so a close that an answer overtakes is stale, and an
answer that a close overtakes finds its deadline over.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.approval import Approval
from chalicelib.domain.ids import ClientId, CycleId, RetainerId


class ClientApprovals(NamedTuple):
    """All questions to a client. `version` 0: nothing is stored yet. A named tuple, because every page reads it."""

    client: ClientId
    approvals: tuple[Approval, ...] = ()
    """In the order in which they were asked."""
    version: int = 0

    def find(self, approval_id: str) -> Approval | None:
        """The question with this id, or None."""
        return next((one for one in self.approvals if one.id == approval_id), None)

    def of(self, cycle: CycleId) -> tuple[Approval, ...]:
        """The questions about a cycle."""
        return tuple(one for one in self.approvals if one.cycle == cycle)

    def put(self, approval: Approval) -> "ClientApprovals":
        """With this question, in place of the one of its id if there is one."""
        if self.find(approval.id) is None:
            return self._replace(approvals=(*self.approvals, approval))
        return self._replace(approvals=tuple(approval if one.id == approval.id else one for one in self.approvals))

    def ended(self, cycle: CycleId, at: datetime) -> "ClientApprovals":
        """With no answer that counts about this cycle from `at` on, when it closes."""
        own = (one._replace(decide_by=min(one.decide_by, at)) if one.cycle == cycle else one for one in self.approvals)
        return self._replace(approvals=tuple(own))

    def without(self, retainers: Collection[RetainerId]) -> "ClientApprovals":
        """Without the questions about these retainers."""
        return self._replace(approvals=tuple(one for one in self.approvals if one.cycle.retainer not in retainers))


class AnswerLink(NamedTuple):
    """What a token of an answer proves."""

    client: ClientId
    approval: str
    asked_at: int
    """The second of the question, since 1970: no link opens a later question of the same id."""
    place: int
    """Of the approver whose link it is."""

    @classmethod
    def of(cls, approval: Approval, place: int) -> "AnswerLink":
        """The link of the approver at this place."""
        return cls(approval.cycle.retainer.client, approval.id, int(approval.asked_at.timestamp()), place)
