"""What the sending of mails needs from the outside world, as Protocols; adapters/ implements them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.errors import HourTabError
from chalicelib.services.mails.mime import Letter
from chalicelib.services.store.tasks import MailId, OutboxMail


class MailRefusedError(HourTabError):
    """The mail service will not take this message, now or later, as things are set up."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"SES refused the mail ({code}): {why}")
        self.code = code


class UnwritableMailError(HourTabError):
    """What the mail is about is gone, or nobody can get it; the message says what to do."""


class NothingToTellError(HourTabError):
    """By now there is nothing that the mail would say; the message says why."""


Compose = Callable[[OutboxMail], Letter]
"""Writes the mail from what its ids name now, or raises UnwritableMailError or NothingToTellError."""

Check = Callable[[OutboxMail], str | None]
"""Looks at the world before a mail is sent, and does what it calls for; safe to repeat.

Returns why there is nothing to send, or None: send it."""


class Outbox(Protocol):
    """The mails, from when they are written to when they are settled. Every change asks for the state before it."""

    def read(self, mail_id: MailId) -> OutboxMail | None:
        """The mail, strongly consistent, or None."""

    def known(self, ids: Collection[MailId]) -> frozenset[MailId]:
        """Those of the ids that a mail has, whatever became of it."""

    def add(self, mails: Sequence[OutboxMail]) -> None:
        """Put mails in one transaction (at most 10), each unless it is there: one that is stays as it is."""

    def list_waiting(self, now: datetime) -> Sequence[OutboxMail]:
        """All mails that wait and are due, the longest due first; costs what is due, not what was ever sent."""

    def list_recent(self, limit: int) -> Sequence[OutboxMail]:
        """The newest mails of any state, newest first."""

    def claim(self, mail_id: MailId, now: datetime, until: datetime) -> OutboxMail | None:
        """Take a mail that waits and is due; None if it does not, is not, or somebody else has it."""

    def settle(self, mail: OutboxMail) -> None:
        """Keep the state, time, reason and message of a mail that waited; one that is settled stays as it is."""

    def reopen(self, mail_id: MailId, now: datetime) -> OutboxMail | None:
        """Let a mail that was given up wait again from now on; None if it was not given up."""


class MailQueue(Protocol):
    """Wakes the function that sends mails."""

    def wake(self, mails: Sequence[MailId]) -> None:
        """Ask for these mails to be sent soon."""


class BlockReason(StrEnum):
    """Why an address takes no mail."""

    BOUNCE = "bounce"
    """Its server said that there is no such mailbox, or will not take mails for good."""
    COMPLAINT = "complaint"
    """Its owner called a mail unwanted."""


@dataclass(frozen=True, slots=True)
class Block:
    """An address that is not written to any more."""

    key: str
    """A hash of the address: the address itself is not stored."""
    reason: BlockReason
    at: datetime
    """When the mail service told of it."""


class Blocks(Protocol):
    """The addresses that take no mail."""

    def find(self, address: str) -> Block | None:
        """The block of an address, whatever its letter case, or None."""

    def block(self, address: str, reason: BlockReason, at: datetime, mail: MailId) -> OutboxMail | None:
        """Block an address, and write the operator's mail about it, together; None if it was blocked already.

        `mail` is the one that came back.
        """

    def lift(self, address: str) -> bool:
        """Let an address have mails again; False if it was not blocked."""


class Mailer(Protocol):
    """The mail service."""

    def send(self, message: bytes, *, sender: str, to: str, copy_to: str = "") -> str:
        """Send a MIME message once, and to `copy_to` unseen by the other; returns the service's id of it.

        Raises:
            MailRefusedError: it will not be taken, however often it is tried.
        """


class Copies(Protocol):
    """Keeps what was sent."""

    def keep(self, message: bytes) -> str:
        """Store a message; returns its key."""

    def read(self, key: str) -> bytes:
        """A kept message."""
