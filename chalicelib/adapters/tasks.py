"""The tasks on DynamoDB: every change is one conditional update of one item.

Pending tasks are found through an index, which is eventually consistent; each is then read, and claimed, by its key. If
the answer to a successful claim is lost, the task stays claimed until the claim ends: it is carried out late, but never
twice.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pynamodb.attributes import ListAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.dynamo import (
    bind,
    connection,
    read_together,
    table_errors,
    unless_there_actions,
    write_when_free,
)
from chalicelib.adapters.tables import Newest
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.tasks import Task, TaskId, TaskKind, TaskState

_GIVEN_UP = (TaskState.FAILED, TaskState.TOO_OLD)


class TaskItem(Model):
    """A task, in the activity table (tables.py). An attribute of a new task is never removed.

    `time` is when it is due, by which its feed is sorted; `created_at` is present if it differs.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    feed = UnicodeAttribute()
    time = UnicodeAttribute()
    kind = UnicodeAttribute()
    about: ListAttribute[Any] = ListAttribute()
    of_client = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    claimed_until = UnicodeAttribute(null=True)
    retried_at = UnicodeAttribute(null=True)
    settled_at = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    copy_key = UnicodeAttribute(null=True)
    newest = Newest()


class DynamoTasks:
    """The port `Tasks` on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(TaskItem, aws, table)

    def read(self, task_id: TaskId) -> Task | None:
        """The task, strongly consistent, or None."""
        found = read_together(self._items, [(task_key(task_id), _TASK)])
        return task_of(found[0]) if found else None

    def known(self, ids: Collection[TaskId]) -> frozenset[TaskId]:
        """Those of the ids for which a task exists, in whatever state."""
        found = read_together(self._items, [(task_key(task_id), _TASK) for task_id in ids])
        return frozenset(task_of(item).id for item in found)

    def add(self, tasks: Sequence[Task]) -> None:
        """Put tasks in one transaction (at most 10), each only if absent; existing ones do not change."""

        def write() -> None:
            with TransactWrite(connection=connection(self._items)) as together:
                for task in tasks:
                    item = task_item(self._items, task)
                    together.update(item, actions=unless_there_actions(item))

        write_when_free("dynamodb:TransactWriteItems", write)

    def list_waiting(self, now: datetime) -> Sequence[Task]:
        """All pending tasks that are due, the longest due first."""
        is_due = self._items.time <= moment(now)
        with table_errors("dynamodb:Query"):
            keys = [(item.pk, item.sk) for item in self._items.newest.query(WAITING_FEED, is_due)]
        waiting = [task_of(item) for item in read_together(self._items, keys)]
        return sorted((task for task in waiting if task.state is TaskState.WAITING), key=lambda task: task.due_at)

    def list_recent(self, limit: int) -> Sequence[Task]:
        """The newest tasks of any state, newest first."""
        keys: set[tuple[str, str]] = set()
        for feed in (WAITING_FEED, SETTLED_FEED):
            with table_errors("dynamodb:Query"):
                newest = self._items.newest.query(feed, scan_index_forward=False, limit=limit)
                keys |= {(item.pk, item.sk) for item in islice(newest, limit)}
        tasks = [task_of(item) for item in read_together(self._items, keys)]
        return sorted(tasks, key=lambda task: task.created_at, reverse=True)[:limit]

    def claim(self, task_id: TaskId, now: datetime, until: datetime) -> Task | None:
        """Claim a task that is pending and due; None if it is not, or another function has claimed it."""
        kind = self._items
        is_free = kind.claimed_until.does_not_exist() | (kind.claimed_until <= moment(now))
        # Only a task scheduled for a day has the attribute: clocks of two functions may differ slightly.
        is_due = kind.created_at.does_not_exist() | (kind.time <= moment(now))
        actions = [kind.claimed_until.set(moment(until))]
        return self.read(task_id) if self._change(task_id, actions, _waits(kind) & is_free & is_due) else None

    def settle(self, task: Task) -> None:
        """Store the state, time, reason and message of a pending task; a settled one does not change."""
        kind = self._items
        actions: list[Action] = [
            kind.state.set(task.state.value),
            kind.feed.set(SETTLED_FEED),
            *([kind.settled_at.set(moment(task.settled_at))] if task.settled_at else []),
            *_set_or_remove(kind.reason, task.reason),
            *_set_or_remove(kind.message_id, task.message_id),
            *_set_or_remove(kind.copy_key, task.copy),
            kind.claimed_until.remove(),
        ]
        self._change(task.id, actions, _waits(kind))

    def reopen(self, task_id: TaskId, now: datetime) -> Task | None:
        """Make a task that was given up pending again, as of now; None if it was not given up."""
        kind = self._items
        actions: list[Action] = [
            kind.state.set(TaskState.WAITING.value),
            kind.feed.set(WAITING_FEED),
            kind.retried_at.set(moment(now)),
            kind.reason.remove(),
            kind.settled_at.remove(),
        ]
        given_up = kind.state.is_in(*(state.value for state in _GIVEN_UP))
        return self.read(task_id) if self._change(task_id, actions, given_up) else None

    def _change(self, task_id: TaskId, actions: Sequence[Action], condition: Condition) -> bool:
        """Update the item; False if the condition does not hold."""

        def update() -> None:
            connection(self._items).update_item(
                self._items.Meta.table_name, task_key(task_id), range_key=_TASK, actions=actions, condition=condition
            )

        try:
            write_when_free("dynamodb:UpdateItem", update)
        except StaleWriteError:
            return False
        return True


def _waits(kind: type[TaskItem]) -> Condition:
    return kind.state == TaskState.WAITING.value


def _set_or_remove(attribute: UnicodeAttribute, value: str | None) -> list[Action]:
    return [attribute.set(value)] if value else [attribute.remove()]


WAITING_FEED = "outbox"
SETTLED_FEED = "mails"
_TASK = "mail"
_PREFIX = "outbox#"


def task_key(task_id: TaskId) -> str:
    """The partition of a task."""
    return _PREFIX + task_id


def task_item(items: type[TaskItem], task: Task) -> TaskItem:
    """The item of a new task, for the `unless_there` of `write_together`."""
    return items(
        task_key(task.id),
        _TASK,
        feed=WAITING_FEED if task.state is TaskState.WAITING else SETTLED_FEED,
        time=moment(task.due_at),
        created_at=moment(task.created_at) if task.not_before else None,
        kind=task.kind.value,
        about=list(task.about),
        state=task.state.value,
        of_client=task.client,
    )


def task_of(item: TaskItem) -> Task:
    """The task that the item holds."""
    return Task(
        id=TaskId(item.pk.removeprefix(_PREFIX)),
        kind=TaskKind(item.kind),
        about=tuple(item.about),
        created_at=datetime.fromisoformat(item.created_at or item.time),
        not_before=datetime.fromisoformat(item.time) if item.created_at else None,
        client=ClientId(item.of_client) if item.of_client else None,
        state=TaskState(item.state),
        claimed_until=_read(item.claimed_until),
        retried_at=_read(item.retried_at),
        settled_at=_read(item.settled_at),
        reason=item.reason,
        message_id=item.message_id,
        copy=item.copy_key,
    )


def moment(at: datetime) -> str:
    """An instant as text that sorts chronologically."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
