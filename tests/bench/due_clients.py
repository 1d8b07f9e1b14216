"""Benchmark clients whose January is over and due to close: 20 entries, an invoice to draft, a mail to queue."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

from tests.bench.deployment import Deployment
from tests.import_rig import SUPPORT, book, row
from tests.invoice_rig import BUYER

_IN_JANUARY = datetime(2026, 1, 25, tzinfo=UTC)
_IN_FEBRUARY = datetime(2026, 2, 1, 12, tzinfo=UTC)
DUE_ON = datetime(2026, 2, 10, tzinfo=UTC)
_numbers = count(1)


def add_due_clients(house: Deployment, clients: int) -> list[str]:
    """Bring them through January, to the day on which only its close is due."""
    names = [f"due-{next(_numbers)}" for _ in range(clients)]
    for name in names:
        _add(house, name)
    house.set_clock(DUE_ON)
    return names


def close_one(house: Deployment, client: str) -> None:
    """Close the January of a client.

    Raises:
        ValueError: it was not January's close that was due.
    """
    made = house.close_due(client)
    if [True] != [one.statement is not None for one in made]:
        raise ValueError(f"{client} was not closed: {made}")


def _add(house: Deployment, name: str) -> None:
    client = book(name)
    live = replace(client.retainers[0], live_from=date(2026, 1, 1))
    work = [row(f"2026-01-{1 + day:02}", "0:45", f"Ticket {day}") for day in range(20)]
    house.set_clock(_IN_JANUARY)
    house.add(replace(client, retainers=(live,), billing=BUYER))
    house.drop(work, SUPPORT.replace("acme", name))
    house.set_clock(_IN_FEBRUARY)
    house.close_due(name)  # announces February
