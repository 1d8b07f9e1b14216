"""The ports of tasks, as Protocols; adapters/ and mails/ implement them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from chalicelib.domain.errors import HourTabError
from chalicelib.services.mails.mime import Mail
from chalicelib.services.store.tasks import GIVEN_UP, Task, TaskId, TaskState


class MailRefusedError(HourTabError):
    """The mail service rejects this message, now and later, unless the set-up changes."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"SES refused the mail ({code}): {why}")
        self.code = code


class NotYetError(HourTabError):
    """It is too early to carry out a task: it stays pending, and the sweep takes it up again."""


Compose = Callable[[Task], Mail]
"""Composes the mail from the current data of its ids, or raises UnwritableMailError or NothingToSayError."""


class Outcome(NamedTuple):
    """How a task ended; apart from `left_out`, the fields are those of `Task`."""

    state: TaskState
    reason: str | None = None
    message_id: str | None = None
    copy: str | None = None
    left_out: Mapping[int, str] = MappingProxyType({})
    """Which tasks of an occasion the mail left out, by their place, and why; not a field of `Task`."""

    def of(self, place: int) -> "Outcome":
        """How the task at this place of the occasion ended."""
        why = self.left_out.get(place)
        return self if why is None else Outcome(TaskState.SKIPPED, why)


Handler = Callable[[Task], Outcome]
"""Carries out tasks of a kind; safe to repeat. It raises CloudError if retrying later may help, or NotYetError."""


class Tasks(Protocol):
    """The tasks, from creation until they are settled. Every change is conditional on the state."""

    def read(self, task_id: TaskId) -> Task | None:
        """The task, strongly consistent, or None."""

    def known(self, ids: Collection[TaskId]) -> frozenset[TaskId]:
        """Those of the ids for which a task exists, in whatever state."""

    def add(self, tasks: Sequence[Task]) -> None:
        """Put tasks in one transaction (at most 100), each only if absent; existing ones do not change."""

    def list_waiting(self, now: datetime) -> Sequence[Task]:
        """All pending tasks that are due, the longest due first; costs what is due, not what was ever done."""

    def list_recent(self, limit: int) -> Sequence[Task]:
        """The newest tasks of any state, newest first."""

    def claim(self, task_id: TaskId, now: datetime, until: datetime) -> Task | None:
        """Claim a task that is pending and due; None if it is not, or another function has claimed it."""

    def settle(self, task: Task) -> None:
        """Store the state, time, reason and message of a pending task; a settled one does not change."""

    def reopen(self, task_id: TaskId, now: datetime, states: Collection[TaskState] = GIVEN_UP) -> Task | None:
        """Make a task that is in one of these states pending again, as of now; None if it is in none of them."""


class SuppressionReason(StrEnum):
    """Why an address is on the suppression list. The values are stored."""

    BOUNCE = "bounce"
    """A permanent bounce: its server reports no such mailbox, or rejects mails for good."""
    COMPLAINT = "complaint"
    """A complaint: its owner marked a mail as unwanted."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address on the suppression list."""

    key: str
    """A hash of the address: the address itself is not stored."""
    reason: SuppressionReason
    at: datetime
    """When the mail service reported it."""


class SuppressionList(Protocol):
    """The suppression list: addresses that no mail is sent to."""

    def find(self, address: str) -> Suppression | None:
        """The entry of an address, whatever its letter case, or None."""

    def add(self, address: str, reason: SuppressionReason, at: datetime, returned: TaskId) -> Sequence[Task]:
        """Suppress an address and write its tasks in one transaction; returns them, or none if it was listed already.

        `returned` is the mail that bounced.
        """

    def remove(self, address: str) -> bool:
        """Remove an address from the list; False if it was not listed."""


class Mailer(Protocol):
    """The mail service."""

    def send(self, message: bytes, *, sender: str, to: str, copy_to: str = "") -> str:
        """Send a MIME message once, with `copy_to` as a blind copy; returns the service's id of it.

        Raises:
            MailRefusedError: it is rejected, however often it is retried.
        """
