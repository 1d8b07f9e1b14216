"""Carry out a task: claim it, run the handler of its kind, settle it.

A task is claimed for longer than a function can run, so no two functions have it at once. If a process dies before the
task is settled, it is carried out again after the claim has ended, so every handler is safe to repeat.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.clock import Clock
from chalicelib.services.mails.ports import Handler, NotYetError, Outcome, Tasks
from chalicelib.services.store.tasks import Queue, Task, TaskId, TaskKind, TaskState

CLAIM = timedelta(minutes=2)
"""Longer than the function's time-out (.chalice/config.json), shorter than the queue's visibility."""
Occasion = Callable[[TaskId], Sequence[TaskId]]
"""The tasks that are carried out together with one, itself included, in an order that is the same for each of them."""
_TOO_OLD = Outcome(TaskState.TOO_OLD, "It waited too long; `hourtab mail retry` sends it anyway.")


def handlers_of(
    *, send_mail: Handler, check_usage: Handler, issue_draft: Handler, note_expiry: Handler
) -> Mapping[TaskKind, Handler]:
    """The handler for each kind of task."""
    return {
        **dict.fromkeys(TaskKind, send_mail),
        TaskKind.CHECK_USAGE: check_usage,  # and write the alerts that are due
        TaskKind.ISSUE_DRAFT: issue_draft,  # or mail the operator, if it needs a person
        TaskKind.NO_ANSWER: note_expiry,  # and mail the operator
    }


@dataclass(frozen=True, slots=True)
class RunTask:
    """The use case, over its ports."""

    tasks: Tasks
    handlers: Mapping[TaskKind, Handler]
    queue: Queue[TaskId]
    clock: Clock
    occasion: Occasion = lambda task_id: (task_id,)

    def run(self, task_id: TaskId) -> Task | None:
        """Carry out the task if it is pending; returns the settled task, or None if there was nothing to do.

        The pending tasks of the same occasion are carried out and settled with it; what the mail leaves out is skipped.

        Raises:
            CloudError: the store or the mail service does not answer or is busy; retry.
        """
        claimed = self.claim(task_id)
        return self.carry_out(claimed) if claimed else None

    def claim(self, task_id: TaskId) -> Sequence[Task]:
        """Claim the task and the pending tasks of its occasion; none if there is nothing to do.

        Raises:
            CloudError: the store does not answer; retry.
        """
        return self._claim(task_id, self.clock())

    def carry_out(self, claimed: Sequence[Task]) -> Task:
        """Carry out claimed tasks of one occasion; returns the first of them, settled. Raises CloudError, as `run`.

        One for which it is too early stays pending: it can be claimed again when this claim has ended.
        """
        now = self.clock()
        task = claimed[0]
        whole = replace(task, about=tuple(name for one in claimed for name in one.about))
        try:
            outcome = _TOO_OLD if task.is_too_old(now) else self.handlers[task.kind](whole)
        except NotYetError:
            return task
        at = self.clock()
        settled = [_settled(one, outcome.of(place), at) for place, one in enumerate(claimed)]
        for one in settled:
            self.tasks.settle(one)
        return settled[0]

    def _claim(self, task_id: TaskId, now: datetime) -> list[Task]:
        """Claim the tasks of the occasion in order; none if another function has the first one: it claims them all."""
        claimed: list[Task] = []
        for one in self.occasion(task_id):
            if task := self.tasks.claim(one, now, now + CLAIM):
                claimed.append(task)
            elif not claimed:
                return []
        return claimed

    def sweep(self) -> int:
        """Queue every pending task that is due; returns how many there are."""
        return self.queue.send(task.id for task in self.tasks.list_waiting(self.clock()))

    def retry(self, task: Task) -> Task:
        """Make a task that was given up pending again, and queue it; one that is done does not change."""
        again = self.tasks.reopen(task.id, self.clock()) or task
        if again.state is TaskState.WAITING:
            self.queue.send([task.id])
        return again


def _settled(task: Task, outcome: Outcome, at: datetime) -> Task:
    return replace(
        task,
        state=outcome.state,
        reason=outcome.reason,
        message_id=outcome.message_id,
        copy=outcome.copy,
        claimed_until=None,
        settled_at=at,
    )
