"""Issue the draft of a client whose invoices need nobody to look at them, when the mail about it has its turn.

So an automatic issue is as sure as a mail: what dies is repeated, and what cannot be issued becomes the operator's
mail, which says what is missing.
"""

from dataclasses import dataclass

from chalicelib.domain.billing import InvoiceId, InvoiceState
from chalicelib.domain.notices import Issuing
from chalicelib.services.invoices.errors import IncompleteBillingError
from chalicelib.services.invoices.issue import issue
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.mails.ports import MailQueue
from chalicelib.services.store.tasks import OutboxMail, mail_of_invoice


@dataclass(frozen=True, slots=True)
class IssueAutomatically:
    """The check of mails about drafts (a `Check`)."""

    ports: InvoicePorts
    queue: MailQueue

    def __call__(self, mail: OutboxMail) -> str | None:
        """Issue the draft if the client's set-up says so; None: the operator has to hear of it.

        Raises:
            StaleWriteError: others took the numbers, again and again; ask again.
            CloudError: the store does not answer; ask again.
        """
        (about,) = mail.about
        record = self.ports.invoices.read(InvoiceId(about))
        book = self.ports.directory.read_client(mail.client) if mail.client else None
        if record is None or book is None or record.state is not InvoiceState.DRAFT:
            return None
        if book.issuing is not Issuing.AUTOMATIC:
            return None
        try:
            issued = issue(self.ports, record.id)
        except IncompleteBillingError:
            return None
        if book.billing.party.email:
            self.queue.wake([mail_of_invoice(issued, book.client.id, mail.created_at).id])
        return f"Issued by itself: {issued.document.number if issued.document else issued.id}."
