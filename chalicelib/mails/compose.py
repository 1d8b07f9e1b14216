"""Composes the mail of a task from the current state of what the task's ids refer to."""

from dataclasses import dataclass

from chalicelib.mails.to_clients import MailsToClients
from chalicelib.mails.to_operator import MailsToOperator
from chalicelib.services.mails.mime import Letter
from chalicelib.services.mails.ports import NothingToSayError
from chalicelib.services.store.tasks import Task, TaskKind


@dataclass(frozen=True, slots=True)
class ComposeMail:
    """The port `Compose`: one letter per kind of mail."""

    to_operator: MailsToOperator
    to_clients: MailsToClients

    def __call__(self, mail: Task) -> Letter:
        """The letter.

        Raises:
            UnwritableMailError: what it is about no longer exists, or it has no recipient.
            NothingToSayError: what it would say is no longer true, or the task sends no mail.
        """
        match mail.kind:
            case TaskKind.IMPORT:
                return self.to_operator.about_import(mail)
            case TaskKind.ISSUE_DRAFT:
                return self.to_operator.about_draft(mail)
            case TaskKind.DIGEST:
                return self.to_operator.about_week(mail)
            case TaskKind.BOUNCED:
                return self.to_operator.about_address(mail)
            case TaskKind.INVOICE:
                return self.to_clients.about_invoice(mail)
            case TaskKind.NEW_CYCLE | TaskKind.ALERT | TaskKind.EXPIRING:
                return self.to_clients.about_hours(mail)
            case TaskKind.CHECK_USAGE:
                raise NothingToSayError("A usage check sends no mail.")
