"""What an ISO week left for the operator to do. Only clients with activity are read, not all clients."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from chalicelib.clock import Clock
from chalicelib.domain.billing import InvoiceRecord, InvoiceState
from chalicelib.domain.cycle import CycleState
from chalicelib.domain.ids import ClientId, RetainerId
from chalicelib.services.cycles.read_balance import RetainerBalance, balance_of
from chalicelib.services.invoices.ports import Invoices
from chalicelib.services.mails.ports import Tasks
from chalicelib.services.store.books import Directory
from chalicelib.services.store.import_log import ImportLog
from chalicelib.services.store.import_record import ImportRecord, needs_attention
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.tasks import GIVEN_UP, Task

_AHEAD = timedelta(days=7)
_MOST_RECORDS = 500
"""How many of the newest imports and tasks are read."""
_MOST_CLIENTS = 200
"""How many clients with imports or with a closing cycle are read."""


class Closing(NamedTuple):
    """A settling cycle that closes soon."""

    retainer: RetainerId
    start: date
    closes_on: date


class Over(NamedTuple):
    """A retainer beyond its hours."""

    retainer: RetainerId
    over_seconds: int


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
        recent = [one for one in self.imports.list_recent(_MOST_RECORDS) if one.finished_at >= begin]
        tasks = self.tasks.list_recent(_MOST_RECORDS)
        balances = tuple(self._balances(recent))
        return Week(
            start=start,
            imports=tuple(one for one in recent if needs_attention(one.report)),
            drafts=tuple(islice(self.invoices.newest(state=InvoiceState.DRAFT), _MOST_RECORDS)),
            closing=tuple(_closing(balances)),
            over=tuple(_over(balances)),
            failed=tuple(one for one in tasks if one.state in GIVEN_UP and one.created_at >= begin),
        )

    def _balances(self, recent: Iterable[ImportRecord]) -> Iterator[RetainerBalance]:
        now = self.clock()
        moved = (client for record in recent for client in record.clients)
        due = islice(self.directory.due(now + _AHEAD), _MOST_CLIENTS)
        clients: dict[ClientId, None] = dict.fromkeys([*due, *moved])
        for client in islice(clients, _MOST_CLIENTS):
            book = self.directory.read_client(client)
            if book is not None:
                yield from balance_of(book, now, self.ledger).retainers


def _closing(balances: Iterable[RetainerBalance]) -> Iterator[Closing]:
    for balance in balances:
        for one in balance.statements:
            closes_on = one.period.end + timedelta(days=balance.retainer.grace_days)
            if one.state is CycleState.SETTLING and closes_on <= balance.today + _AHEAD:
                yield Closing(balance.retainer.id, one.period.start, closes_on)


def _over(balances: Iterable[RetainerBalance]) -> Iterator[Over]:
    for balance in balances:
        current = balance.current
        if current is None or current.state is not CycleState.OPEN:
            continue
        if current.figures.is_over:
            yield Over(balance.retainer.id, -current.figures.remaining_seconds)
