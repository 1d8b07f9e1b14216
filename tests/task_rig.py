"""Tasks of an invented operator, and the table of tasks in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.ids import ImportId
from chalicelib.services.mails.mime import Mail, NothingToSayError, UnwritableMailError
from chalicelib.services.mails.ports import Compose, Suppression, SuppressionReason
from chalicelib.services.mails.run_task import RunTask, handlers_of
from chalicelib.services.mails.send import SendMail
from chalicelib.services.store.follow_ups import after_bounce
from chalicelib.services.store.tasks import GIVEN_UP, Task, TaskId, TaskState, import_mail
from tests.fakes import FakeQueue

SENDER = "hours@fjordblick.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waiting_mail(name: str, minutes: int = 0) -> Task:
    """The mail about the import `name`."""
    return import_mail(ImportId(name), NOON + timedelta(minutes=minutes))


def composed(task: Task) -> Mail:
    """The mail's content: where it comes from, and not much more."""
    if task.about == ("gone",):
        raise UnwritableMailError("The import gone no longer exists.")
    if task.about == ("settled",):
        raise NothingToSayError("It is settled by now.")
    return Mail("ida@example.com", f"About {task.about[0]}", "Grüße", "<p>Grüße</p>", "Fjordblick & Söhne")


class FakeTasks:
    """Tasks by id, with the conditions of the port."""

    def __init__(self, *tasks: Task) -> None:
        self.stored = {task.id: task for task in tasks}

    def add(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self.stored.setdefault(task.id, task)

    def known(self, ids: Collection[TaskId]) -> frozenset[TaskId]:
        return frozenset(ids) & self.stored.keys()

    def read(self, task_id: TaskId) -> Task | None:
        return self.stored.get(task_id)

    def list_waiting(self, now: datetime) -> list[Task]:
        waiting = [task for task in self.stored.values() if task.state is TaskState.WAITING and task.due_at <= now]
        return sorted(waiting, key=lambda task: task.due_at)

    def list_recent(self, limit: int) -> list[Task]:
        return sorted(self.stored.values(), key=lambda task: task.created_at, reverse=True)[:limit]

    def claim(self, task_id: TaskId, now: datetime, until: datetime) -> Task | None:
        task = self.stored.get(task_id)
        if task is None or task.state is not TaskState.WAITING or (task.claimed_until and task.claimed_until > now):
            return None
        if task.not_before and task.not_before > now:
            return None
        self.stored[task_id] = replace(task, claimed_until=until)
        return self.stored[task_id]

    def settle(self, task: Task) -> None:
        if self.stored[task.id].state is TaskState.WAITING:
            self.stored[task.id] = task

    def reopen(self, task_id: TaskId, now: datetime, states: Collection[TaskState] = GIVEN_UP) -> Task | None:
        task = self.stored[task_id]
        if task.state not in states:
            return None
        self.stored[task_id] = replace(task, state=TaskState.WAITING, retried_at=now, reason=None, settled_at=None)
        return self.stored[task_id]


class FakeSuppressionList:
    """The suppression list: addresses, and why no mail is sent to them."""

    def __init__(self) -> None:
        self.entries: dict[str, Suppression] = {}

    def find(self, address: str) -> Suppression | None:
        return self.entries.get(address)

    def add(self, address: str, reason: SuppressionReason, at: datetime, returned: TaskId) -> Sequence[Task]:
        if address in self.entries:
            return ()
        self.entries[address] = Suppression(f"key{len(self.entries) + 1}", reason, at)
        return after_bounce(self.entries[address].key, returned, at)

    def remove(self, address: str) -> bool:
        return self.entries.pop(address, None) is not None


@dataclass
class Post:
    """The mail service and the kept copies, which record what they get; the queue; the suppression list."""

    sent: list[bytes] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    trouble: Exception | None = None
    """The error that the mail service raises."""
    copied_to: list[str] = field(default_factory=list)
    queue: FakeQueue[TaskId] = field(default_factory=FakeQueue)
    suppression_list: FakeSuppressionList = field(default_factory=FakeSuppressionList)

    def send(self, message: bytes, *, sender: str, to: str, copy_to: str = "") -> str:
        assert (sender, to) == (SENDER, "ida@example.com")
        if self.trouble:
            raise self.trouble
        self.sent.append(message)
        self.copied_to.append(copy_to)
        return f"ses-{len(self.sent)}"

    def keep(self, message: bytes) -> str:
        self.kept.append(message)
        return str(len(self.kept) - 1)

    def read(self, key: str) -> bytes:
        return self.kept[int(key)]


def send_mail(post: Post, *, now: datetime = NOON, sender: str = SENDER, compose: Compose = composed) -> SendMail:
    """The handler of tasks that send a mail, at a moment."""
    return SendMail(compose, post, post.keep, post.read, post.suppression_list, sender, lambda: now)


def running(*tasks: Task, now: datetime = NOON, sender: str = SENDER) -> tuple[RunTask, FakeTasks, Post]:
    """The use case over these tasks, at a moment; tasks of every kind send a mail."""
    table, post = FakeTasks(*tasks), Post()
    send = send_mail(post, now=now, sender=sender)
    handlers = handlers_of(send_mail=send, check_usage=send, issue_draft=send, note_expiry=send)
    return RunTask(table, handlers, post.queue, lambda: now), table, post
