"""The mails to the operator, in English, composed from what a task refers to."""

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy

from chalicelib.domain.billing import InvoiceId, InvoiceState
from chalicelib.domain.ids import ImportId
from chalicelib.mails.bounced_mail import bounced_mail
from chalicelib.mails.digest_mail import digest_mail
from chalicelib.mails.import_mail import import_mail
from chalicelib.mails.invoice_mails import draft_mail
from chalicelib.services.invoices.build_document import missing_keys
from chalicelib.services.invoices.ports import Invoices
from chalicelib.services.mails.gather_week import Week
from chalicelib.services.mails.mime import Mail, NothingToSayError, UnwritableMailError
from chalicelib.services.mails.ports import SuppressionList, Tasks
from chalicelib.services.store.books import Directory
from chalicelib.services.store.import_log import ImportLog
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import Task, TaskId

_NOBODY = (
    "The set-up names no e-mail address of the operator: add `operator: {{email: …}}`, apply it, "
    "then `hourtab mail retry {mail}`."
)


@dataclass(frozen=True, slots=True)
class MailsToOperator:
    """Composes the mails to the operator."""

    directory: Directory
    imports: ImportLog
    invoices: Invoices
    tasks: Tasks
    read_copy: Callable[[str], bytes]
    """The kept copy of a sent mail, by its key."""
    suppression_list: SuppressionList
    week: Callable[[str], Week]
    """What is left to do after a week."""
    report_url: Callable[[ImportId], str | None]
    """The address of an import's readable report; None if it has none."""

    def about_import(self, task: Task) -> Mail:
        """A file that was refused or needs attention."""
        (about,) = task.about
        record = self.imports.read(ImportId(about))
        if record is None:
            raise UnwritableMailError(f"The import {about} no longer exists: there is nothing to report.")
        operator = self._operator(task)
        return import_mail(record, to=operator.email, operator=operator.name, report_url=self.report_url(record.id))

    def about_draft(self, task: Task) -> Mail:
        """A draft that is waiting to be issued."""
        (about,) = task.about
        record = self.invoices.read(InvoiceId(about))
        if record is None:
            raise UnwritableMailError(f"There is no invoice {about}: there is nothing to report.")
        if record.state is not InvoiceState.DRAFT:
            raise NothingToSayError(f"The invoice {about} is now {record.state.value}.")
        operator, book = self._operator(task), self.directory.read_client(record.cycle.retainer.client)
        if book is None:
            raise UnwritableMailError(f"The client of the invoice {about} no longer exists.")
        missing = missing_keys(book, operator)
        return draft_mail(record, book.client, to=operator.email, operator=operator.name, missing=missing)

    def about_week(self, task: Task) -> Mail:
        """The weekly digest."""
        (about,) = task.about
        operator = self.directory.read_operator()
        if not operator.email:
            raise NothingToSayError("The set-up has no e-mail address of the operator: a digest has no recipient.")
        return digest_mail(self.week(about), to=operator.email, operator=operator.name)

    def about_address(self, task: Task) -> Mail:
        """An address on the suppression list."""
        _, about = task.about
        returned = self.tasks.read(TaskId(about))
        if returned is None or returned.copy is None:
            raise UnwritableMailError(f"The bounced mail {about} is no longer stored: there is nothing to show.")
        operator, address = self._operator(task), _recipient(self.read_copy(returned.copy))
        suppression = self.suppression_list.find(address)
        if suppression is None:
            raise NothingToSayError("The address is no longer blocked.")
        return bounced_mail(address, suppression, returned, to=operator.email, operator=operator.name)

    def _operator(self, task: Task) -> OperatorBook:
        operator = self.directory.read_operator()
        if not operator.email:
            raise UnwritableMailError(_NOBODY.format(mail=task.id))
        return operator


def _recipient(message: bytes) -> str:
    (address,) = message_from_bytes(message, policy=policy.default)["To"].addresses
    return str(address.addr_spec)
