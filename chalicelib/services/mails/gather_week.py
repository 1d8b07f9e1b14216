"""What an ISO week left for the operator to do. Only clients with activity are read, not all clients.

The function that sends mails has half a minute, so a week that is larger than its limits is not read to its end: `cut`
says of what, and the mail says it to the operator.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from chalicelib.clock import Clock
from chalicelib.domain.billing import InvoiceRecord, InvoiceState
from chalicelib.domain.cycle import CycleState
from chalicelib.domain.ids import ClientId, RetainerId
from chalicelib.domain.retainer import HoursFormat
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance, balance_of
from chalicelib.services.invoices.ports import Invoices
from chalicelib.services.mails.ports import Tasks
from chalicelib.services.store.books import Directory
from chalicelib.services.store.import_log import ImportLog
from chalicelib.services.store.import_record import ImportRecord, is_left_to_review
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.tasks import GIVEN_UP, Task

_AHEAD = timedelta(days=7)
MOST_RECORDS = 500
"""How many of the newest imports, tasks and drafts are read."""
MOST_CLIENTS = 200
"""How many clients with imports or with a closing cycle are read."""


class Cut(StrEnum):
    """What was not read to its end."""

    TASKS = "tasks"
    IMPORTS = "imports"
    DRAFTS = "drafts"
    CLIENTS = "clients"


class Closing(NamedTuple):
    """A settling cycle that closes soon."""

    retainer: RetainerId
    start: date
    closes_on: date


class Over(NamedTuple):
    """A retainer beyond its hours."""

    retainer: RetainerId
    over_seconds: int
    hours_format: HoursFormat = HoursFormat.DECIMAL
    """How the client reads hours."""
    unapproved_seconds: int = 0
    """Those that the client was asked about and has not approved."""


@dataclass(frozen=True, slots=True)
class Week:
    """The content of a week's mail."""

    start: date
    imports: tuple[ImportRecord, ...] = ()
    """The imports that left something to do."""
    drafts: tuple[InvoiceRecord, ...] = ()
    closing: tuple[Closing, ...] = ()
    over: tuple[Over, ...] = ()
    failed: tuple[Task, ...] = ()
    """The mails that were given up."""
    cut: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class GatherWeek:
    """The use case, over its ports."""

    directory: Directory
    ledger: Ledger
    imports: ImportLog
    invoices: Invoices
    tasks: Tasks
    clock: Clock

    def __call__(self, name: str) -> Week:
        """The week `2026-W48`."""
        start = date.fromisocalendar(int(name[:4]), int(name[-2:]), 1)
        begin = datetime(start.year, start.month, start.day, tzinfo=UTC)
        # One more than the limit of each: its presence says that there is more.
        recent = [one for one in self.imports.list_recent(MOST_RECORDS + 1) if one.finished_at >= begin]
        tasks = [one for one in self.tasks.list_recent(MOST_RECORDS + 1) if one.created_at >= begin]
        drafts = list(islice(self.invoices.newest(state=InvoiceState.DRAFT), MOST_RECORDS + 1))
        clients = self._clients(recent[:MOST_RECORDS])
        found = {Cut.TASKS: len(tasks), Cut.IMPORTS: len(recent), Cut.DRAFTS: len(drafts), Cut.CLIENTS: len(clients)}
        balances = tuple(self._balances(clients[:MOST_CLIENTS]))
        retainers = [retainer for one in balances for retainer in one.retainers]
        return Week(
            start=start,
            imports=tuple(one for one in recent[:MOST_RECORDS] if is_left_to_review(one)),
            drafts=tuple(drafts[:MOST_RECORDS]),
            closing=tuple(_closing(retainers)),
            over=tuple(over for one in balances for over in _over(one)),
            failed=tuple(one for one in tasks[:MOST_RECORDS] if one.state in GIVEN_UP),
            cut=tuple(one for one, n in found.items() if n > (MOST_CLIENTS if one is Cut.CLIENTS else MOST_RECORDS)),
        )

    def _clients(self, recent: Iterable[ImportRecord]) -> list[ClientId]:
        """The clients with a step in the coming week or with imports in the past one."""
        due = islice(self.directory.due(self.clock() + _AHEAD), MOST_CLIENTS + 1)
        moved = (client for record in recent for client in record.clients)
        return [*dict.fromkeys([*(one.client for one in due), *moved])]

    def _balances(self, clients: Iterable[ClientId]) -> Iterator[ClientBalance]:
        now = self.clock()
        for book in self.directory.read_clients(clients):
            yield balance_of(book, now, self.ledger)


def _closing(balances: Iterable[RetainerBalance]) -> Iterator[Closing]:
    for balance in balances:
        for one in balance.statements:
            closes_on = one.period.end + timedelta(days=balance.retainer.grace_days)
            if one.state is CycleState.SETTLING and closes_on <= balance.today + _AHEAD:
                yield Closing(balance.retainer.id, one.period.start, closes_on)


def _over(of_client: ClientBalance) -> Iterator[Over]:
    for balance in of_client.retainers:
        current = balance.current
        if current is None or current.state is not CycleState.OPEN:
            continue
        unapproved = current.unapproved_seconds
        if current.figures.is_over or unapproved:
            over_seconds = max(-current.figures.remaining_seconds, unapproved)
            yield Over(balance.retainer.id, over_seconds, of_client.client.hours_format, unapproved)
