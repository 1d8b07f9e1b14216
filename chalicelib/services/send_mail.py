"""Send a mail of the outbox: claim it, write it, hand it to the mail service, settle it.

A mail is claimed for longer than a function can run, so no two senders have it at once. What dies before the mail
service has it is sent once the claim has ended. What dies after that and before it is settled is sent again: the one
way to a second copy (docs/decisions/0011).
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.services.letter import BadAddressError, write_message
from chalicelib.services.mail_ports import (
    Compose,
    Copies,
    Mailer,
    MailQueue,
    MailRefusedError,
    Outbox,
    UnwritableMailError,
)
from chalicelib.services.outbox import MailId, MailState, OutboxMail
from chalicelib.services.ports import Clock

CLAIM = timedelta(minutes=2)
"""Longer than the function's time-out (.chalice/config.json), shorter than the queue's visibility."""
NO_SENDER = "This deployment sends no mail: deploy it with MAIL_FROM=…, then `hourtab mail retry` sends this one."
_TOO_OLD = "It waited for too long; `hourtab mail retry` sends it all the same."


@dataclass(frozen=True, slots=True)
class SendMail:
    """The use case, over its ports."""

    outbox: Outbox
    compose: Compose
    mailer: Mailer
    copies: Copies
    queue: MailQueue
    sender: str
    """The address that mails come from; empty: none is sent."""
    clock: Clock

    def send(self, mail_id: MailId) -> OutboxMail | None:
        """Send the mail if it waits; returns it as it is settled, or None where there was nothing to do.

        Raises:
            CloudError: the store or the mail service does not answer or is busy; ask again.
        """
        now = self.clock()
        mail = self.outbox.claim(mail_id, now, now + CLAIM)
        if mail is None:
            return None
        settled = replace(self._try(mail), claimed_until=None, settled_at=self.clock())
        self.outbox.settle(settled)
        return settled

    def sweep(self) -> int:
        """Wake the sender for every mail that waits; returns how many there are."""
        waiting = [mail.id for mail in self.outbox.list_waiting()]
        self.queue.wake(waiting)
        return len(waiting)

    def retry(self, mail: OutboxMail) -> OutboxMail:
        """Let a mail that was given up wait again, and wake the sender; a sent one stays as it is."""
        again = self.outbox.reopen(mail.id, self.clock()) or mail
        if again.state is MailState.WAITING:
            self.queue.wake([mail.id])
        return again

    def message(self, mail: OutboxMail) -> bytes:
        """The MIME message as it was sent, or as it would be sent now.

        Raises:
            UnwritableMailError: it cannot be written.
        """
        return self.copies.read(mail.copy) if mail.copy else self._write(mail)[0]

    def _try(self, mail: OutboxMail) -> OutboxMail:
        if mail.is_too_old(self.clock()):
            return replace(mail, state=MailState.TOO_OLD, reason=_TOO_OLD)
        if not self.sender:
            return replace(mail, state=MailState.FAILED, reason=NO_SENDER)
        try:
            message, to = self._write(mail)
            copy = self.copies.keep(message)
            message_id = self.mailer.send(message, sender=self.sender, to=to)
        except (UnwritableMailError, MailRefusedError) as error:
            return replace(mail, state=MailState.FAILED, reason=str(error))
        return replace(mail, state=MailState.SENT, message_id=message_id, copy=copy, reason=None)

    def _write(self, mail: OutboxMail) -> tuple[bytes, str]:
        """The message and its recipient's address."""
        letter = self.compose(mail)
        sender = self.sender or letter.to  # a preview where no mail is sent
        try:
            return write_message(letter, mail.id, sender=sender, at=self.clock()), letter.to
        except BadAddressError as error:
            raise UnwritableMailError(str(error)) from error
