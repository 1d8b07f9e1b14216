"""Carry out a task: claim it, run the handler of its kind, settle it.

A task is claimed for longer than a function can run, so no two functions have it at once. If a process dies before the
task is settled, it is carried out again after the claim has ended, so every handler is safe to repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.clock import Clock
from chalicelib.services.mails.ports import Handler, Outcome, Tasks
from chalicelib.services.store.tasks import Queue, Task, TaskId, TaskKind, TaskState

CLAIM = timedelta(minutes=2)
"""Longer than the function's time-out (.chalice/config.json), shorter than the queue's visibility."""
_TOO_OLD = Outcome(TaskState.TOO_OLD, "It waited too long; `hourtab mail retry` sends it anyway.")


def handlers_of(*, send_mail: Handler, check_usage: Handler, issue_draft: Handler) -> Mapping[TaskKind, Handler]:
    """The handler for each kind of task."""
    return {
        **dict.fromkeys(TaskKind, send_mail),
        TaskKind.CHECK_USAGE: check_usage,  # and write the alerts that are due
        TaskKind.ISSUE_DRAFT: issue_draft,  # or mail the operator, if it needs a person
    }


@dataclass(frozen=True, slots=True)
class RunTask:
    """The use case, over its ports."""

    tasks: Tasks
    handlers: Mapping[TaskKind, Handler]
    queue: Queue[TaskId]
    clock: Clock

    def run(self, task_id: TaskId) -> Task | None:
        """Carry out the task if it is pending; returns the settled task, or None if there was nothing to do.

        Raises:
            CloudError: the store or the mail service does not answer or is busy; retry.
        """
        now = self.clock()
        task = self.tasks.claim(task_id, now, now + CLAIM)
        if task is None:
            return None
        outcome = _TOO_OLD if task.is_too_old(now) else self.handlers[task.kind](task)
        settled = replace(task, **outcome._asdict(), claimed_until=None, settled_at=self.clock())
        self.tasks.settle(settled)
        return settled

    def sweep(self) -> int:
        """Queue every pending task that is due; returns how many there are."""
        return self.queue.send(task.id for task in self.tasks.list_waiting(self.clock()))

    def retry(self, task: Task) -> Task:
        """Make a task that was given up pending again, and queue it; one that is done does not change."""
        again = self.tasks.reopen(task.id, self.clock()) or task
        if again.state is TaskState.WAITING:
            self.queue.send([task.id])
        return again
