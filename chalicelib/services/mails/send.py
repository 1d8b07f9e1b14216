"""Send the mail of a task: compose it, keep a copy, hand it to the mail service.

If a function dies after the mail service accepted the mail and before its task is settled, the mail is sent again: the
only way to a second copy (docs/decisions/0011).
"""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.clock import Clock
from chalicelib.services.mails.mime import Mail, NothingToSayError, UnwritableMailError, write_message
from chalicelib.services.mails.ports import (
    Compose,
    Mailer,
    MailRefusedError,
    Outcome,
    Suppression,
    SuppressionList,
    SuppressionReason,
)
from chalicelib.services.store.tasks import Task, TaskState

NO_SENDER = "This deployment sends no mail: deploy it with MAIL_FROM=…, then `hourtab mail retry` sends this one."

_SUPPRESSED = (
    "Its recipient {why} on {at:%Y-%m-%d}: correct the address in the set-up, or `hourtab mail unblock ADDRESS`; "
    "then `hourtab mail retry {task}`."
)

_WHY = {
    SuppressionReason.BOUNCE: "could not be reached (the mail came back)",
    SuppressionReason.COMPLAINT: "complained about a mail",
}


@dataclass(frozen=True, slots=True)
class SendMail:
    """The handler of tasks that send a mail."""

    compose: Compose
    mailer: Mailer
    keep_copy: Callable[[bytes], str]
    """Stores a message; returns its key."""
    read_copy: Callable[[str], bytes]
    suppression_list: SuppressionList
    sender: str
    """The address that mails come from; empty: none is sent."""
    clock: Clock

    def __call__(self, task: Task) -> Outcome:
        """Send the mail, or return the reason why it is not sent.

        Raises:
            CloudError: the store or the mail service does not answer or is busy; retry.
        """
        if not self.sender:
            return Outcome(TaskState.FAILED, NO_SENDER)
        try:
            return self._send(task)
        except NothingToSayError as error:
            return Outcome(TaskState.SKIPPED, str(error))
        except (UnwritableMailError, MailRefusedError) as error:
            return Outcome(TaskState.FAILED, str(error))

    def message(self, task: Task) -> bytes:
        """The MIME message as it was sent, or as it would be sent now.

        Raises:
            UnwritableMailError: it cannot be written.
            NothingToSayError: the mail has become unnecessary.
        """
        return self.read_copy(task.copy) if task.copy else self._write(task)[0]

    def _send(self, task: Task) -> Outcome:
        message, mail = self._write(task)
        suppression = self.suppression_list.find(mail.to)
        if suppression:
            return Outcome(TaskState.FAILED, _suppressed(task, suppression))
        copy_to = "" if mail.copy_to and self.suppression_list.find(mail.copy_to) else mail.copy_to
        copy = self.keep_copy(message)
        message_id = self.mailer.send(message, sender=self.sender, to=mail.to, copy_to=copy_to)
        return Outcome(TaskState.SENT, message_id=message_id, copy=copy, left_out=mail.left_out)

    def _write(self, task: Task) -> tuple[bytes, Mail]:
        """The message, and the mail that it contains."""
        mail = self.compose(task)
        sender = self.sender or mail.to  # a preview in a deployment that sends no mail
        return write_message(mail, task.id, sender=sender, at=self.clock()), mail


def _suppressed(task: Task, suppression: Suppression) -> str:
    return _SUPPRESSED.format(why=_WHY[suppression.reason], at=suppression.at, task=task.id)
