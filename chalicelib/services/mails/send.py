"""Send a mail of the outbox: claim it, write it, hand it to the mail service, settle it.

A mail is claimed for longer than a function can run, so no two senders have it at once. What dies before the mail
service has it is sent once the claim has ended. What dies after that and before it is settled is sent again: the one
way to a second copy (docs/decisions/0011).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chalicelib.clock import Clock
from chalicelib.services.mails.mime import BadAddressError, Letter, write_message
from chalicelib.services.mails.ports import (
    Block,
    BlockReason,
    Blocks,
    Check,
    Compose,
    Copies,
    Mailer,
    MailQueue,
    MailRefusedError,
    NothingToTellError,
    Outbox,
    UnwritableMailError,
)
from chalicelib.services.store.tasks import MailId, MailKind, MailState, OutboxMail

CLAIM = timedelta(minutes=2)
"""Longer than the function's time-out (.chalice/config.json), shorter than the queue's visibility."""

NO_SENDER = "This deployment sends no mail: deploy it with MAIL_FROM=…, then `hourtab mail retry` sends this one."

_TOO_OLD = "It waited for too long; `hourtab mail retry` sends it all the same."

_BLOCKED = (
    "Its recipient {why} on {at:%Y-%m-%d}: correct the address in the set-up, or `hourtab mail unblock ADDRESS`; "
    "then `hourtab mail retry {mail}`."
)

_WHY = {
    BlockReason.BOUNCE: "could not be reached (the mail came back)",
    BlockReason.COMPLAINT: "complained about a mail",
}


@dataclass(frozen=True, slots=True)
class SendMail:
    """The use case, over its ports."""

    outbox: Outbox
    compose: Compose
    mailer: Mailer
    copies: Copies
    queue: MailQueue
    blocks: Blocks
    sender: str
    """The address that mails come from; empty: none is sent."""
    clock: Clock
    checks: Mapping[MailKind, Check] = field(default_factory=dict)
    """What is looked at before a mail of a kind is sent."""

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
        """Wake the sender for every mail that waits and is due; returns how many there are."""
        waiting = [mail.id for mail in self.outbox.list_waiting(self.clock())]
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
            NothingToTellError: there is nothing to write.
        """
        return self.copies.read(mail.copy) if mail.copy else self._write(mail)[0]

    def _try(self, mail: OutboxMail) -> OutboxMail:
        if mail.is_too_old(self.clock()):
            return replace(mail, state=MailState.TOO_OLD, reason=_TOO_OLD)
        check = self.checks.get(mail.kind)
        if check and (reason := check(mail)):
            return replace(mail, state=MailState.NEEDLESS, reason=reason)
        if not self.sender:
            return replace(mail, state=MailState.FAILED, reason=NO_SENDER)
        try:
            return self._hand_over(mail)
        except NothingToTellError as error:
            return replace(mail, state=MailState.NEEDLESS, reason=str(error))
        except (UnwritableMailError, MailRefusedError) as error:
            return replace(mail, state=MailState.FAILED, reason=str(error))

    def _hand_over(self, mail: OutboxMail) -> OutboxMail:
        message, letter = self._write(mail)
        block = self.blocks.find(letter.to)
        if block:
            return replace(mail, state=MailState.FAILED, reason=_blocked(mail, block))
        copy_to = "" if letter.copy_to and self.blocks.find(letter.copy_to) else letter.copy_to
        copy = self.copies.keep(message)
        message_id = self.mailer.send(message, sender=self.sender, to=letter.to, copy_to=copy_to)
        return replace(mail, state=MailState.SENT, message_id=message_id, copy=copy, reason=None)

    def _write(self, mail: OutboxMail) -> tuple[bytes, Letter]:
        """The message, and the letter that it holds."""
        letter = self.compose(mail)
        sender = self.sender or letter.to  # a preview where no mail is sent
        try:
            return write_message(letter, mail.id, sender=sender, at=self.clock()), letter
        except BadAddressError as error:
            raise UnwritableMailError(str(error)) from error


def _blocked(mail: OutboxMail, block: Block) -> str:
    return _BLOCKED.format(why=_WHY[block.reason], at=block.at, mail=mail.id)
