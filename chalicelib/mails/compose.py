"""Writes a mail of the outbox from what its ids name at this moment."""

from dataclasses import dataclass

from chalicelib.mails.to_clients import MailsToClients
from chalicelib.mails.to_operator import MailsToOperator
from chalicelib.services.mails.mime import Letter
from chalicelib.services.mails.ports import NothingToTellError
from chalicelib.services.store.tasks import MailKind, OutboxMail


@dataclass(frozen=True, slots=True)
class ComposeMail:
    """The port `Compose`: one letter per kind of mail."""

    to_operator: MailsToOperator
    to_clients: MailsToClients

    def __call__(self, mail: OutboxMail) -> Letter:
        """The letter.

        Raises:
            UnwritableMailError: what it is about is gone, or nobody can get it.
            NothingToTellError: what it was to say is no longer so.
        """
        match mail.kind:
            case MailKind.IMPORT:
                return self.to_operator.about_import(mail)
            case MailKind.INVOICE_DRAFT:
                return self.to_operator.about_draft(mail)
            case MailKind.DIGEST:
                return self.to_operator.about_week(mail)
            case MailKind.BOUNCED:
                return self.to_operator.about_address(mail)
            case MailKind.INVOICE:
                return self.to_clients.about_invoice(mail)
            case MailKind.NEW_CYCLE | MailKind.ALERT | MailKind.EXPIRING:
                return self.to_clients.about_hours(mail)
            case MailKind.USAGE:
                raise NothingToTellError("A look at what is used is no mail.")
