"""The rollover: what finding and closing 10 due clients takes among 10, 1,000 and 100,000, and how fast a function is.

A due client has one retainer whose January, with 20 entries, is due to close. Messages are counted instead of sent.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count, islice
from time import perf_counter, process_time
from typing import Any

from chalicelib.domain.closing_position import Standing
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.parts import Parts
from chalicelib.services.cycles.close_due import roll_over, with_due
from chalicelib.services.store.books import ClientHead
from chalicelib.services.store.ledger import LedgerCommit
from tests.aws_calls import record_calls
from tests.bench.deployment import deployment
from tests.builders import entry
from tests.import_rig import book
from tests.invoice_rig import BUYER
from tests.item_writes import record_item_writes

_AMONG = (10, 1_000, 100_000)
_DUE = 10
_MANY = 300
"""So many of the 10,000 due clients are closed; the rest is in proportion."""
_JANUARY, _FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
_NOW = datetime(2026, 2, 10, tzinfo=UTC)
_LATER = "2027-01-01T00:00:00+00:00"
_BATCH = 25
_numbers = count(1)


def measure() -> dict[str, Any]:
    figures = {}
    with deployment() as parts:
        there = 0
        for among in _AMONG:
            clients = [_due_client(parts) for _ in range(_DUE)]
            _add_heads(parts, there, among - _DUE - there)
            there = among - _DUE
            figures[str(among)] = _find_and_close(parts, clients)
        many = [_due_client(parts) for _ in range(_MANY)]
        _add_heads(parts, there, 10_000 - _MANY, _NOW - timedelta(days=9))
        begin = perf_counter()
        found = sum(1 for _ in parts.directory.due(_NOW))
        finding = perf_counter() - begin
        begin, busy = perf_counter(), process_time()
        for client in many:
            roll_over(parts.directory, parts.ledger, client, _NOW)
        closing, computing = (perf_counter() - begin) / _MANY, (process_time() - busy) / _MANY
    return {
        "rollover_10_due_among": figures,
        "rollover_due_found": found,
        "rollover_finding_seconds": round(finding, 2),
        "rollover_clients_per_second": round(1 / closing, 1),
        "rollover_cpu_milliseconds_per_client": round(1000 * computing, 1),
        "rollover_10000_due_seconds_one_function": round(10_000 * closing),
    }


def _find_and_close(parts: Parts, clients: Sequence[ClientId]) -> dict[str, Any]:
    """Calls and capacity of the schedule's function, then of the closing functions: one client each."""
    with record_calls() as finding:
        due = list(parts.directory.due(_NOW))
    if sorted(due) != sorted(clients):
        raise ValueError(f"{len(due)} clients are due, not {len(clients)}")
    begin = process_time()
    with record_calls() as closing, record_item_writes() as written:
        for client in due:
            [made] = roll_over(parts.directory, parts.ledger, client, _NOW)
            if made.statement is None:
                raise ValueError(f"{client} was not closed")
    return {
        "calls_to_find": len(finding.made),
        "capacity_to_find": finding.capacity_units(),
        "calls_per_close": len(closing.made) / _DUE,
        "items_written_per_close": len(written) / _DUE,
        "capacity_per_close": closing.capacity_units() / _DUE,
        "cpu_milliseconds_per_close": round(1000 * (process_time() - begin) / _DUE, 1),
    }


def _due_client(parts: Parts) -> ClientId:
    """A live client with an address, whose January is due to close and whose February is announced."""
    client = ClientId(f"due-{next(_numbers)}")
    made = book(client)
    live = replace(made.retainers[0], live_from=_JANUARY)
    head = ClientHead(standings={live.id.retainer: Standing(announced_before=date(2026, 3, 1))})
    made = replace(made, retainers=(live,), billing=BUYER, head=head)
    parts.directory.write_client(made, with_due(head, made))
    stored = parts.directory.read_client(client)
    if stored is None:
        raise ValueError(f"{client} is not stored")
    cycle = CycleId(RetainerId(client, RetainerSlug("support")), _JANUARY)
    work = [entry(f"2026-01-{1 + nth:02}", "0:45", description=f"Ticket {nth}") for nth in range(20)]
    parts.ledger.commit(LedgerCommit(client, stored.head, (CycleLedger(cycle, 0, tuple(work)),), list))
    return client


def _add_heads(parts: Parts, first: int, more: int, due_at: datetime | None = None) -> None:
    """Put heads of further clients, which are due much later unless it is said when."""
    moment = due_at.isoformat(timespec="seconds") if due_at else _LATER
    requests = (_put(f"{moment[:10]}-{nth}", moment) for nth in range(first, first + more))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(partial(_write, parts), iter(lambda: list(islice(requests, _BATCH)), [])))


def _put(client: str, due_at: str) -> dict[str, Any]:
    words = {"pk": f"client#{client}", "sk": "head", "due": "due", "due_at": due_at}
    return {"PutRequest": {"Item": {**{name: {"S": text} for name, text in words.items()}, "version": {"N": "1"}}}}


def _write(parts: Parts, requests: list[dict[str, Any]]) -> None:
    table = parts.settings.directory_table
    answer = parts.aws.client("dynamodb").batch_write_item(RequestItems={table: requests})
    if answer["UnprocessedItems"]:
        raise ValueError("the engine did not take all heads")
