"""Issue the draft of a closed cycle without a person, where the client's set-up says `invoices: automatic`.

As a task, automatic issue is as reliable as a mail: if a process dies, it is repeated, and if the draft cannot be
issued, a mail to the operator says what is missing.
"""

from dataclasses import dataclass

from chalicelib.domain.billing import InvoiceId, InvoiceState
from chalicelib.domain.retainer import Issuing
from chalicelib.services.invoices.errors import (
    IncompleteBillingError,
    LongWorkLogError,
    UnfinishedInvoiceError,
    UnprintableError,
)
from chalicelib.services.invoices.issue import issue, refuse_unfinished
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.mails.ports import Handler, NotYetError, Outcome
from chalicelib.services.store.follow_ups import after_issue
from chalicelib.services.store.tasks import Queue, Task, TaskId, TaskState, is_of_removed


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """The handler of tasks about drafts."""

    ports: InvoicePorts
    queue: Queue[TaskId]
    mail_operator: Handler

    def __call__(self, task: Task) -> Outcome:
        """Issue the draft; if it needs a person, mail the operator.

        Raises:
            NotYetError: the cycle of a retainer that shares it is not closed.
            StaleWriteError: others took the number at every attempt; retry.
            CloudError: the store does not answer; retry.
        """
        number = self._issue(task)
        if number is None:
            return self.mail_operator(task)
        return Outcome(TaskState.SKIPPED, f"Issued automatically: {number}.")

    def _issue(self, task: Task) -> str | None:
        """The number that the draft got; None: it needs a person, or is no longer a draft."""
        (about,) = task.about
        record = self.ports.invoices.read(InvoiceId(about))
        book = self.ports.directory.read_client(task.client) if task.client else None
        if record is None or book is None or is_of_removed(task, book) or record.state is not InvoiceState.DRAFT:
            return None
        try:
            refuse_unfinished(record, book)
            if book.issuing is not Issuing.AUTOMATIC:
                return None
            issued = issue(self.ports, record.id)
        except UnfinishedInvoiceError as error:
            raise NotYetError(str(error)) from error
        except (IncompleteBillingError, LongWorkLogError, UnprintableError):
            return None
        self.queue.send(mail.id for mail in after_issue(book, issued, task.created_at))
        return issued.document.number if issued.document else issued.id
