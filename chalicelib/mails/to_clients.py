"""The mails to a client, composed from what a task refers to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.clock import Clock
from chalicelib.domain.billing import InvoiceDocument, InvoiceId
from chalicelib.mails.hours_mails import alert_mail, expiring_mail, new_cycle_mail
from chalicelib.mails.invoice_mails import invoice_mail
from chalicelib.mails.recipient import Recipient
from chalicelib.services.cycles.read_balance import RetainerBalance, balance_of
from chalicelib.services.invoices.ports import Invoices
from chalicelib.services.mails.mime import Attachment, Mail, UnwritableMailError
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.tasks import Task, TaskKind

_NO_ADDRESS = (
    "The set-up names no e-mail address of the client {client}: add `email` to its `billing`, apply it, "
    "then `hourtab mail retry {mail}`."
)


@dataclass(frozen=True, slots=True)
class MailsToClients:
    """Composes the mails to clients."""

    directory: Directory
    ledger: Ledger
    invoices: Invoices
    url: Callable[[ClientBook], str | None]
    """A client's link; None if it is not active."""
    files: Callable[[InvoiceDocument], Sequence[Attachment]]
    """The attachments of an invoice."""
    clock: Clock

    def about_invoice(self, task: Task) -> Mail:
        """An invoice or a credit note."""
        (about,) = task.about
        record = self.invoices.read(InvoiceId(about))
        if record is None or record.document is None:
            raise UnwritableMailError(f"There is no issued invoice {about}: there is nothing to send.")
        return invoice_mail(self._recipient(task, self._book(task)), record.document, self.files(record.document))

    def about_hours(self, task: Task) -> Mail:
        """A new cycle, a usage alert, expiring hours."""
        slug, day, *level = task.about
        book = self._book(task)
        balance = self._balance(book, slug)
        if task.kind is TaskKind.NEW_CYCLE:
            return new_cycle_mail(self._recipient(task, book), balance, date.fromisoformat(day))
        if task.kind is TaskKind.EXPIRING:
            return expiring_mail(self._recipient(task, book), balance, date.fromisoformat(day))
        recipient, copy_to = self._alerted(task, book)
        return alert_mail(recipient, balance, date.fromisoformat(day), int(level[0]), copy_to=copy_to)

    def _alerted(self, task: Task, book: ClientBook) -> tuple[Recipient, str]:
        """Who gets an alert, and who a copy: the client and the operator, or the operator alone."""
        if book.mails.alerts and book.billing.party.email:
            return self._recipient(task, book), book.operator.email
        if not book.operator.email:
            raise UnwritableMailError(_NO_ADDRESS.format(client=book.client.id, mail=task.id))
        # In English, like all mails to the operator, and under the client's name.
        client = replace(book.client, locale="en")
        return Recipient(client, book.operator.email, book.operator, self.url(book)), ""

    def _recipient(self, task: Task, book: ClientBook) -> Recipient:
        to = book.billing.party.email
        if not to:
            raise UnwritableMailError(_NO_ADDRESS.format(client=book.client.id, mail=task.id))
        return Recipient(book.client, to, book.operator, self.url(book))

    def _book(self, task: Task) -> ClientBook:
        book = self.directory.read_client(task.client) if task.client else None
        if book is None:
            raise UnwritableMailError(f"The client {task.client} no longer exists: the mail has no recipient.")
        return book

    def _balance(self, book: ClientBook, slug: str) -> RetainerBalance:
        balances = balance_of(book, self.clock(), self.ledger).retainers
        found = next((one for one in balances if one.retainer.id.retainer == slug), None)
        if found is None:
            raise UnwritableMailError(f"The retainer {book.client.id}/{slug} no longer exists.")
        return found
