"""Which alert levels a cycle has crossed, and the check of it after an import.

One mail for the highest level, once for each retainer and cycle: a level below it is put into the outbox in the same
transaction as one that needs no mail, so neither a top-up and new work nor a check that runs late brings it back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.clock import Clock
from chalicelib.domain.cycle import CycleState, CycleStatement
from chalicelib.services.cycles.read_balance import RetainerBalance, balance_of
from chalicelib.services.mails.ports import MailQueue, Outbox
from chalicelib.services.store.books import Directory
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.tasks import MailId, MailState, OutboxMail, alert_mail

_MOST_MARKS = 9
"""So many lower levels are marked with an alert: with it they fill a small transaction."""


def crossed_levels(statement: CycleStatement, percents: Iterable[int]) -> tuple[int, ...]:
    """Those of the percentages that are used of what the cycle had, ascending; of a cycle without hours none.

    Where older overruns took the whole allotment, any work crosses all of them.
    """
    figures = statement.figures
    used, available = figures.used_seconds, figures.available_seconds
    if used <= 0 or (available <= 0 and not figures.allotment_seconds):
        return ()
    return tuple(sorted(percent for percent in set(percents) if used * 100 >= percent * max(available, 0)))


@dataclass(frozen=True, slots=True)
class CheckUsage:
    """The check that an import leaves in the outbox (a `Check`)."""

    directory: Directory
    ledger: Ledger
    outbox: Outbox
    queue: MailQueue
    clock: Clock

    def __call__(self, mail: OutboxMail) -> str:
        """Write the alerts that are due; says what came of it.

        Raises:
            CloudError: the store does not answer; ask again.
        """
        book = self.directory.read_client(mail.client) if mail.client else None
        if book is None:
            return "The client is not there any more."
        now = self.clock()
        balances = balance_of(book, now, self.ledger).retainers
        written = [alert for balance in balances if (alert := self._alert(balance, now))]
        if not written:
            return "Checked: no level is newly crossed."
        self.queue.wake(written)
        return f"Checked: {', '.join(written)}."

    def _alert(self, balance: RetainerBalance, now: datetime) -> MailId | None:
        """The alert of one retainer, if this call wrote it."""
        statement = balance.current
        if statement is None or statement.state is not CycleState.OPEN or not balance.has_begun:
            return None
        crossed = crossed_levels(statement, statement.terms.alert_percents)
        if not crossed:
            return None
        of = balance.retainer.id
        # Levels of other versions of the terms count, too: a change of them brings back no level.
        levels = {percent for terms in balance.retainer.terms for percent in terms.alert_percents}
        above = [percent for percent in levels if percent >= crossed[-1]]
        if self.outbox.known([alert_mail(of, statement.period.start, percent, now).id for percent in above]):
            return None
        highest, *lower = (alert_mail(of, statement.period.start, percent, now) for percent in reversed(crossed))
        passed = [replace(one, state=MailState.NEEDLESS) for one in lower[:_MOST_MARKS]]
        self.outbox.add([highest, *passed])
        return highest.id
