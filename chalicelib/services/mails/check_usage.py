"""Which alert levels a cycle has crossed, and the check of it after hours changed.

One mail for the highest level, once for each retainer and cycle: the levels below it are stored in the same transaction
as skipped, so that neither a top-up followed by new work nor a delayed check sends one later. An alert whose level was
not the highest any more when it was to be sent is skipped, too; then nothing was announced, and a later check may.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.domain.calendar import period_of, today
from chalicelib.domain.cycle import CycleState, CycleStatement
from chalicelib.services.cycles.read_balance import RetainerBalance, balance_of
from chalicelib.services.mails.ports import Outcome, Tasks
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.follow_ups import after_beyond, after_crossing
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
        balances = [one for at in _moments(book, task, now) for one in balance_of(book, at, self.ledger).retainers]
        found = (mail for balance in balances for mail in self._mails(book, balance, task.cause, now))
        written = [*dict.fromkeys(found)]
        if not written:
            return "The usage was checked: no alert level is newly crossed."
        self.queue.send(written)
        return f"The usage was checked, which led to the mail {', '.join(written)}."

    def _mails(self, book: ClientBook, balance: RetainerBalance, cause: str | None, now: datetime) -> Iterator[TaskId]:
        """The mails about one retainer's cycle that this call wrote."""
        statement = next(
            (one for one in balance.statements if one.period.start <= balance.today < one.period.end), None
        )
        if statement is None or statement.state is CycleState.BACKFILL:
            return
        for mail in (
            self._alert(book, balance, statement, cause, now),
            self._beyond(book, statement, cause, now),
        ):
            if mail:
                yield mail

    def _beyond(self, book: ClientBook, statement: CycleStatement, cause: str | None, now: datetime) -> TaskId | None:
        """The mail about work beyond what the client approved, if this call wrote it."""
        if not statement.unapproved_seconds:
            return None
        latest = [one for one in statement.approvals if one.answer is not None][-1]
        mails = [replace(one, cause=cause) for one in after_beyond(book, latest, now)]
        if self.tasks.known([one.id for one in mails]):
            return None
        self.tasks.add(mails)
        return mails[0].id

    def _alert(
        self,
        book: ClientBook,
        balance: RetainerBalance,
        statement: CycleStatement,
        cause: str | None,
        now: datetime,
    ) -> TaskId | None:
        """The alert of one retainer, if this call wrote it."""
        crossed = crossed_levels(statement, statement.terms.alert_percents)
        if not crossed:
            return None
        of, start = balance.retainer.id, statement.period.start
        # Levels of other versions of the terms count, too: changing the terms sends no level again.
        levels = {percent for terms in balance.retainer.terms for percent in terms.alert_percents}
        above = [percent for percent in levels if percent >= crossed[-1]]
        removed_at = book.removed_at(of.retainer)
        known = self.tasks.known([alert_mail(of, start, percent, now, removed_at).id for percent in above])
        if any(task.state is not TaskState.SKIPPED for task in map(self.tasks.read, known) if task):
            return None
        alerts = [replace(one, cause=cause) for one in after_crossing(book, of, start, crossed, now)]
        self.tasks.add(alerts)
        if alerts[0].id in known:
            self.tasks.reopen(alerts[0].id, now, (TaskState.SKIPPED,))
        return alerts[0].id


def _moments(book: ClientBook, task: Task, now: datetime) -> tuple[datetime, ...]:
    """The moments as of which usage is checked: now and, if a cycle has ended since hours changed, also then."""
    then = task.created_at
    days = ((one, today(then, one.zone), today(now, one.zone)) for one in book.retainers)
    has_ended = any(period_of(one, before) != period_of(one, after) for one, before, after in days)
    return (then, now) if has_ended else (now,)
