"""Which tasks one mail carries out: a client with several retainers gets one mail per occasion.

The tasks of an occasion are of one client and kind and due at the same moment: cycles that begin together, hours that
expire on one day, levels that one check found crossed. Each keeps a task of its own, whose id is its idempotency key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from chalicelib.clock import Clock
from chalicelib.domain.calendar import period_of, today
from chalicelib.services.mails.ports import Tasks
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.tasks import ONE_MAIL, Task, TaskId, TaskKind, TaskState, is_of_removed, sibling


@dataclass(frozen=True, slots=True)
class FindOccasion:
    """The port `Occasion` over the directory and the table of tasks."""

    directory: Directory
    tasks: Tasks
    clock: Clock

    def __call__(self, task_id: TaskId) -> Sequence[TaskId]:
        """The pending tasks of the same occasion, this one included, by id; the same ones for each of them."""
        task = self.tasks.read(task_id) if task_id.startswith(tuple(f"{kind}-" for kind in ONE_MAIL)) else None
        book = self.directory.read_client(task.client) if task and task.client else None
        if task is None or book is None or len(book.retainers) < 2 or is_of_removed(task, book):  # noqa: PLR2004 - it has no siblings
            return (task_id,)
        others = self.tasks.known({*self._siblings(task, book)} - {task_id})
        found = [task, *filter(None, map(self.tasks.read, others))]
        return sorted(one.id for one in found if one.state is TaskState.WAITING and one.due_at == task.due_at)

    def _siblings(self, task: Task, book: ClientBook) -> Iterator[TaskId]:
        """The ids that tasks of the same occasion may have."""
        for retainer in book.retainers:
            if task.kind is not TaskKind.ALERT:
                yield sibling(task, retainer.id, task.about[1:], book.removed_at(retainer.id.retainer))
                continue
            days = (today(self.clock(), retainer.zone), date.fromisoformat(task.about[1]))
            periods = {period for day in days if (period := period_of(retainer, day))}
            levels = {percent for terms in retainer.terms for percent in terms.alert_percents}
            for period, percent in product(periods, levels):
                about = period.start.isoformat(), str(percent)
                yield sibling(task, retainer.id, about, book.removed_at(retainer.id.retainer))
