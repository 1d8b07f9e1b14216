"""At the deadline of a question to a client: note in the audit trail that nobody answered, and mail the operator."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.clock import Clock
from chalicelib.domain.approval import ApprovalState
from chalicelib.services.cycles.ask_approval import expired_act
from chalicelib.services.mails.ports import Handler, Outcome
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.tasks import Task


@dataclass(frozen=True, slots=True)
class NoteExpiry:
    """The handler of tasks about questions whose deadline has come."""

    ledger: Ledger
    record_act: Callable[[AuditRecord], None]
    """Puts a record unless it is there already."""
    mail_operator: Handler
    """Sends nothing about a question that was settled in time."""
    clock: Clock

    def __call__(self, task: Task) -> Outcome:
        """Note the expiry, if the question has expired.

        Raises:
            CloudError: the store does not answer; retry.
        """
        _, approval_id = task.about
        approval = self.ledger.read_approvals(task.client).find(approval_id) if task.client else None
        if task.client and approval and approval.state_at(self.clock()) is ApprovalState.EXPIRED:
            self.record_act(expired_act(task.client, approval))
        return self.mail_operator(task)
