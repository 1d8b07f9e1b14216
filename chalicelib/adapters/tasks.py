"""The tasks on DynamoDB: every change is one conditional update of one item.

Pending tasks are found through an index, which is eventually consistent; each is then read, and claimed, by its key. If
the answer to a successful claim is lost, the task stays claimed until the claim ends: it is carried out late, but never
twice.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.dynamo import (
    bind,
    changes,
    keys_of,
    read_together,
    table_errors,
    write_together,
    write_when_free,
)
from chalicelib.adapters.tables import ActivityItem
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.tasks import GIVEN_UP, Task, TaskId, TaskKind, TaskState

_WAITING = "outbox"
_SETTLED = "mails"
_PREFIX = "outbox#"


class DynamoTasks:
    """The port `Tasks` on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(ActivityItem, aws, table)

    def read(self, task_id: TaskId) -> Task | None:
        """The task, strongly consistent, or None."""
        return next(iter(self._of_keys([_key(task_id)])), None)

    def known(self, ids: Collection[TaskId]) -> frozenset[TaskId]:
        """Those of the ids for which a task exists, in whatever state."""
        return frozenset(task.id for task in self._of_keys(map(_key, ids)))

    def add(self, tasks: Sequence[Task]) -> None:
        """Put tasks in one transaction (at most 100), each only if absent; existing ones do not change."""
        items = [task_item(self._items, task) for task in tasks]
        write_when_free("dynamodb:TransactWriteItems", lambda: write_together(unless_there=items))

    def list_waiting(self, now: datetime) -> Sequence[Task]:
        """All pending tasks that are due, the longest due first."""
        with table_errors("dynamodb:Query"):
            keys = keys_of(self._items.newest.query(_WAITING, self._items.time <= now))
        waiting = (task for task in self._of_keys(keys) if task.state is TaskState.WAITING)
        return sorted(waiting, key=lambda task: task.due_at)

    def list_recent(self, limit: int) -> Sequence[Task]:
        """The newest tasks of any state, newest first."""
        keys: set[tuple[str, str]] = set()
        for feed in (_WAITING, _SETTLED):
            with table_errors("dynamodb:Query"):
                newest = self._items.newest.query(feed, scan_index_forward=False, limit=limit)
                keys.update(keys_of(islice(newest, limit)))
        return sorted(self._of_keys(keys), key=lambda task: task.created_at, reverse=True)[:limit]

    def claim(self, task_id: TaskId, now: datetime, until: datetime) -> Task | None:
        """Claim a task that is pending and due; None if it is not, or another function has claimed it."""
        kind = self._items
        is_free = kind.claimed_until.does_not_exist() | (kind.claimed_until <= now)
        # Only a task scheduled for a day has the attribute: clocks of two functions may differ slightly.
        is_due = kind.created_at.does_not_exist() | (kind.time <= now)
        return self._change(task_id, changes(kind, claimed_until=until), self._waits() & is_free & is_due)

    def settle(self, task: Task) -> None:
        """Store the state, time, reason and message of a pending task; a settled one does not change."""
        settled = changes(
            self._items,
            state=task.state.value,
            feed=_SETTLED,
            settled_at=task.settled_at,
            reason=task.reason,
            message_id=task.message_id,
            copy_key=task.copy,
            claimed_until=None,
        )
        self._change(task.id, settled, self._waits())

    def reopen(self, task_id: TaskId, now: datetime, states: Collection[TaskState] = GIVEN_UP) -> Task | None:
        """Make a task that is in one of these states pending again, as of now; None if it is in none of them."""
        state = TaskState.WAITING.value
        reopened = changes(self._items, state=state, feed=_WAITING, retried_at=now, reason=None, settled_at=None)
        return self._change(task_id, reopened, self._items.state.is_in(*(state.value for state in states)))

    def _waits(self) -> Condition:
        return self._items.state == TaskState.WAITING.value

    def _change(self, task_id: TaskId, actions: list[Action], condition: Condition) -> Task | None:
        """Update the item; returns the task as it is then, or None if the condition does not hold."""
        item = self._items(*_key(task_id))
        try:
            write_when_free("dynamodb:UpdateItem", lambda: item.update(actions, condition=condition))
        except StaleWriteError:
            return None
        return _task_of(item)

    def _of_keys(self, keys: Iterable[tuple[str, str]]) -> list[Task]:
        return [_task_of(item) for item in read_together(self._items, keys)]


def _key(task_id: TaskId) -> tuple[str, str]:
    return _PREFIX + task_id, "mail"


def task_item(items: type[ActivityItem], task: Task) -> ActivityItem:
    """The item of a new task, for the `unless_there` of `write_together`. None of its attributes is ever removed."""
    return items(
        *_key(task.id),
        feed=_WAITING if task.state is TaskState.WAITING else _SETTLED,
        time=task.due_at,
        created_at=task.created_at if task.not_before else None,
        kind=task.kind.value,
        about=list(task.about),
        state=task.state.value,
        of_client=task.client,
        cause=task.cause,
    )


def _task_of(item: ActivityItem) -> Task:
    return Task(
        id=TaskId(item.pk.removeprefix(_PREFIX)),
        kind=TaskKind(item.kind),
        about=tuple(item.about),
        created_at=item.created_at or item.time,
        not_before=item.time if item.created_at else None,
        client=ClientId(item.of_client) if item.of_client else None,
        state=TaskState(item.state),
        claimed_until=item.claimed_until,
        retried_at=item.retried_at,
        settled_at=item.settled_at,
        reason=item.reason,
        message_id=item.message_id,
        copy=item.copy_key,
        cause=item.cause,
    )
