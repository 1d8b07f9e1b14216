"""Composes the mail of a task from the current state of what the task's ids refer to."""

from dataclasses import dataclass

from chalicelib.mails.to_clients import MailsToClients
from chalicelib.mails.to_operator import MailsToOperator
from chalicelib.services.mails.mime import Mail, NothingToSayError
from chalicelib.services.store.tasks import Task, TaskKind


@dataclass(frozen=True, slots=True)
class ComposeMail:
    """The port `Compose`: one mail per kind of task."""

    to_operator: MailsToOperator
    to_clients: MailsToClients

    def __call__(self, task: Task) -> Mail:
        """The mail of a task.

        Raises:
            UnwritableMailError: what it is about no longer exists, or it has no recipient.
            NothingToSayError: what it would say is no longer true, or the task sends no mail.
        """
        match task.kind:
            case TaskKind.IMPORT:
                return self.to_operator.about_import(task)
            case TaskKind.ISSUE_DRAFT:
                return self.to_operator.about_draft(task)
            case TaskKind.DIGEST:
                return self.to_operator.about_week(task)
            case TaskKind.BOUNCED:
                return self.to_operator.about_address(task)
            case TaskKind.INVOICE:
                return self.to_clients.about_invoice(task)
            case TaskKind.NEW_CYCLE | TaskKind.ALERT | TaskKind.EXPIRING:
                return self.to_clients.about_hours(task)
            case TaskKind.CHECK_USAGE:
                raise NothingToSayError("A usage check sends no mail.")
