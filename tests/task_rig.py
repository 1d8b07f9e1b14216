"""Mails of an invented operator, and the tasks in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.ids import ImportId
from chalicelib.services.mails.mime import Letter
from chalicelib.services.mails.ports import NothingToSayError, Suppression, SuppressionReason, UnwritableMailError
from chalicelib.services.mails.send import SendMail
from chalicelib.services.store.tasks import Task, TaskId, TaskKind, TaskState, import_mail_id

SENDER = "hours@fjordblick.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waiting_mail(name: str, minutes: int = 0) -> Task:
    """The mail about the import `name`."""
    return Task(import_mail_id(ImportId(name)), TaskKind.IMPORT, (name,), NOON + timedelta(minutes=minutes))


def letter(mail: Task) -> Letter:
    """What the mail says: where it comes from, and not much more."""
    if mail.about == ("gone",):
        raise UnwritableMailError("The import gone is not there any more.")
    if mail.about == ("settled",):
        raise NothingToSayError("It is settled by now.")
    return Letter("ida@example.com", f"About {mail.about[0]}", "Grüße", "<p>Grüße</p>", "Fjordblick & Söhne")


class FakeTasks:
    """Mails by id, with the conditions of the port."""

    def __init__(self, *mails: Task) -> None:
        self.mails = {mail.id: mail for mail in mails}

    def add(self, mails: Sequence[Task]) -> None:
        for mail in mails:
            self.mails.setdefault(mail.id, mail)

    def known(self, ids: Collection[TaskId]) -> frozenset[TaskId]:
        return frozenset(ids) & self.mails.keys()

    def read(self, mail_id: TaskId) -> Task | None:
        return self.mails.get(mail_id)

    def list_waiting(self, now: datetime) -> list[Task]:
        waiting = [mail for mail in self.mails.values() if mail.state is TaskState.WAITING and mail.due_at <= now]
        return sorted(waiting, key=lambda mail: mail.due_at)

    def list_recent(self, limit: int) -> list[Task]:
        return sorted(self.mails.values(), key=lambda mail: mail.created_at, reverse=True)[:limit]

    def claim(self, mail_id: TaskId, now: datetime, until: datetime) -> Task | None:
        mail = self.mails.get(mail_id)
        if mail is None or mail.state is not TaskState.WAITING or (mail.claimed_until and mail.claimed_until > now):
            return None
        if mail.not_before and mail.not_before > now:
            return None
        self.mails[mail_id] = replace(mail, claimed_until=until)
        return self.mails[mail_id]

    def settle(self, mail: Task) -> None:
        if self.mails[mail.id].state is TaskState.WAITING:
            self.mails[mail.id] = mail

    def reopen(self, mail_id: TaskId, now: datetime) -> Task | None:
        mail = self.mails[mail_id]
        if mail.state not in {TaskState.FAILED, TaskState.TOO_OLD}:
            return None
        self.mails[mail_id] = replace(mail, state=TaskState.WAITING, retried_at=now, reason=None, settled_at=None)
        return self.mails[mail_id]


@dataclass
class Post:
    """The mail service, the queue, the kept copies, the blocked addresses: remembers what it is given."""

    sent: list[bytes] = field(default_factory=list)
    woken: list[TaskId] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    trouble: Exception | None = None
    """What the mail service raises."""
    blocked: dict[str, Suppression] = field(default_factory=dict)
    copied_to: list[str] = field(default_factory=list)

    def find(self, address: str) -> Suppression | None:
        return self.blocked.get(address)

    def block(self, address: str, reason: SuppressionReason, at: datetime, mail: TaskId) -> Task | None:
        if address in self.blocked:
            return None
        self.blocked[address] = Suppression(f"key of {address}", reason, at)
        return Task(TaskId(f"bounced-{len(self.blocked)}"), TaskKind.BOUNCED, ("key", mail), at)

    def lift(self, address: str) -> bool:
        return self.blocked.pop(address, None) is not None

    def send(self, message: bytes, *, sender: str, to: str, copy_to: str = "") -> str:
        assert (sender, to) == (SENDER, "ida@example.com")
        if self.trouble:
            raise self.trouble
        self.sent.append(message)
        self.copied_to.append(copy_to)
        return f"ses-{len(self.sent)}"

    def wake(self, mails: list[TaskId]) -> None:
        self.woken += mails

    def keep(self, message: bytes) -> str:
        self.kept.append(message)
        return str(len(self.kept) - 1)

    def read(self, key: str) -> bytes:
        return self.kept[int(key)]


def sending(
    *mails: Task, now: datetime = NOON, sender: str = SENDER, **changes: Any
) -> tuple[SendMail, FakeTasks, Post]:
    """The use case over these mails, at a moment."""
    tasks, post = FakeTasks(*mails), Post()
    use_case = replace(SendMail(tasks, letter, post, post, post, post, sender, lambda: now), **changes)
    return use_case, tasks, post
