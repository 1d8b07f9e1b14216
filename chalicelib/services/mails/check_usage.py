"""Which alert levels a cycle has crossed, and the check of it after hours changed.

One mail for the highest level, once for each retainer and cycle: the levels below it are stored in the same transaction
as skipped, so that neither a top-up followed by new work nor a delayed check sends one later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.domain.cycle import CycleState, CycleStatement
from chalicelib.services.cycles.read_balance import RetainerBalance, balance_of
from chalicelib.services.mails.ports import Outcome, Tasks
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.follow_ups import after_crossing
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.tasks import Queue, Task, TaskId, TaskState, alert_mail, is_of_removed


def crossed_levels(statement: CycleStatement, percents: Iterable[int]) -> tuple[int, ...]:
    """Those of the percentages that usage has reached, ascending; none for a cycle without hours.

    If earlier overruns took all hours, any work crosses all of them.
    """
    figures = statement.figures
    used, available = figures.used_seconds, figures.available_seconds
    if used <= 0 or figures.granted_seconds <= 0:
        return ()
    return tuple(sorted(percent for percent in set(percents) if used * 100 >= percent * available))


@dataclass(frozen=True, slots=True)
class CheckUsage:
    """The handler of tasks that check usage."""

    directory: Directory
    ledger: Ledger
    tasks: Tasks
    queue: Queue[TaskId]
    clock: Clock

    def __call__(self, task: Task) -> Outcome:
        """Write the alerts that are due; the reason in the outcome lists them.

        Raises:
            CloudError: the store does not answer; retry.
        """
        return Outcome(TaskState.SKIPPED, self._check(task))

    def _check(self, task: Task) -> str:
        book = self.directory.read_client(task.client) if task.client else None
        if book is None or is_of_removed(task, book):
            return "The client no longer exists."
        now = self.clock()
        balances = balance_of(book, now, self.ledger).retainers
        written = [alert for balance in balances if (alert := self._alert(book, balance, now))]
        if not written:
            return "The usage was checked: no alert level is newly crossed."
        self.queue.send(written)
        return f"The usage was checked, which led to the mail {', '.join(written)}."

    def _alert(self, book: ClientBook, balance: RetainerBalance, now: datetime) -> TaskId | None:
        """The alert of one retainer, if this call wrote it."""
        statement = balance.current
        if statement is None or statement.state is not CycleState.OPEN or not balance.has_begun:
            return None
        crossed = crossed_levels(statement, statement.terms.alert_percents)
        if not crossed:
            return None
        of, start = balance.retainer.id, statement.period.start
        # Levels of other versions of the terms count, too: changing the terms sends no level again.
        levels = {percent for terms in balance.retainer.terms for percent in terms.alert_percents}
        above = [percent for percent in levels if percent >= crossed[-1]]
        removed_at = book.removed_at(of.retainer)
        if self.tasks.known([alert_mail(of, start, percent, now, removed_at).id for percent in above]):
            return None
        alerts = after_crossing(book, of, start, crossed, now)
        self.tasks.add(alerts)
        return alerts[0].id
