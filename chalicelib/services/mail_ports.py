"""What the sending of mails needs from the outside world, as Protocols; adapters/ implements them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.errors import HourTabError
from chalicelib.services.letter import Letter
from chalicelib.services.outbox import MailId, OutboxMail


class MailRefusedError(HourTabError):
    """The mail service will not take this message, now or later, as things are set up."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"SES refused the mail ({code}): {why}")
        self.code = code


class UnwritableMailError(HourTabError):
    """What the mail is about is gone, or nobody can get it; the message says what to do."""


Compose = Callable[[OutboxMail], Letter]
"""Writes the mail from what its ids name now, or raises UnwritableMailError."""


class Outbox(Protocol):
    """The mails, from when they are written to when they are settled. Every change asks for the state before it."""

    def read(self, mail_id: MailId) -> OutboxMail | None:
        """The mail, strongly consistent, or None."""

    def list_waiting(self) -> Sequence[OutboxMail]:
        """All mails that wait, oldest first; costs what waits, not what was ever sent."""

    def list_recent(self, limit: int) -> Sequence[OutboxMail]:
        """The newest mails of any state, newest first."""

    def claim(self, mail_id: MailId, now: datetime, until: datetime) -> OutboxMail | None:
        """Take a waiting mail for oneself until a moment; None if it does not wait or somebody else has it."""

    def settle(self, mail: OutboxMail) -> None:
        """Keep the state, time, reason and message of a mail that waited; one that is settled stays as it is."""

    def reopen(self, mail_id: MailId, now: datetime) -> OutboxMail | None:
        """Let a mail that was given up wait again from now on; None if it was not given up."""


class MailQueue(Protocol):
    """Wakes the function that sends mails."""

    def wake(self, mails: Sequence[MailId]) -> None:
        """Ask for these mails to be sent soon."""


class Mailer(Protocol):
    """The mail service."""

    def send(self, message: bytes, *, sender: str, to: str) -> str:
        """Send a MIME message once; returns the service's id of it.

        Raises:
            MailRefusedError: it will not be taken, however often it is tried.
        """


class Copies(Protocol):
    """Keeps what was sent."""

    def keep(self, message: bytes) -> str:
        """Store a message; returns its key."""

    def read(self, key: str) -> bytes:
        """A kept message."""
