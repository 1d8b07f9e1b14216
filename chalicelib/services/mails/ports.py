"""What tasks need from the outside world, as Protocols; adapters/ and mails/ implement them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from chalicelib.domain.errors import HourTabError
from chalicelib.services.mails.mime import Letter
from chalicelib.services.store.tasks import Task, TaskId, TaskState


class MailRefusedError(HourTabError):
    """The mail service will not take this message, now or later, as things are set up."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"SES refused the mail ({code}): {why}")
        self.code = code


class UnwritableMailError(HourTabError):
    """What the mail is about is gone, or nobody can get it; the message says what to do."""


class NothingToSayError(HourTabError):
    """By now there is nothing that the mail would say; the message says why."""


Compose = Callable[[Task], Letter]
"""Writes the mail from what its ids name now, or raises UnwritableMailError or NothingToSayError."""


class Outcome(NamedTuple):
    """How a task ended; the fields are those of `Task`."""

    state: TaskState
    reason: str | None = None
    message_id: str | None = None
    copy: str | None = None


Handler = Callable[[Task], Outcome]
"""Carries out tasks of a kind; safe to repeat. It raises CloudError where trying again later may help."""


class Tasks(Protocol):
    """The tasks, from when they are written to when they are settled. Every change is conditional on the state."""

    def read(self, task_id: TaskId) -> Task | None:
        """The task, strongly consistent, or None."""

    def known(self, ids: Collection[TaskId]) -> frozenset[TaskId]:
        """Those of the ids that a task has, whatever became of it."""

    def add(self, tasks: Sequence[Task]) -> None:
        """Put tasks in one transaction (at most 10), each unless it is there: one that is stays as it is."""

    def list_waiting(self, now: datetime) -> Sequence[Task]:
        """All tasks that wait and are due, the longest due first; costs what is due, not what was ever done."""

    def list_recent(self, limit: int) -> Sequence[Task]:
        """The newest tasks of any state, newest first."""

    def claim(self, task_id: TaskId, now: datetime, until: datetime) -> Task | None:
        """Take a task that waits and is due; None if it does not, is not, or another function has it."""

    def settle(self, task: Task) -> None:
        """Keep the state, time, reason and message of a task that waited; one that is settled stays as it is."""

    def reopen(self, task_id: TaskId, now: datetime) -> Task | None:
        """Let a task that was given up wait again from now on; None if it was not given up."""


class SuppressionReason(StrEnum):
    """Why an address is on the suppression list. The values are stored."""

    BOUNCE = "bounce"
    """Its server said that there is no such mailbox, or will not take mails for good."""
    COMPLAINT = "complaint"
    """Its owner called a mail unwanted."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address on the suppression list."""

    key: str
    """A hash of the address: the address itself is not stored."""
    reason: SuppressionReason
    at: datetime
    """When the mail service reported it."""


class SuppressionList(Protocol):
    """The addresses that no mail is sent to."""

    def find(self, address: str) -> Suppression | None:
        """The entry of an address, whatever its letter case, or None."""

    def add(self, address: str, reason: SuppressionReason, at: datetime, returned: TaskId) -> Sequence[Task]:
        """Suppress an address, and write what follows, together; returns that, or nothing if it was listed already.

        `returned` is the mail that came back.
        """

    def remove(self, address: str) -> bool:
        """Let an address have mails again; False if it was not listed."""


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
