"""Cycle close: calls, items, capacity, and how many clients a function closes in a second.

Write units are those of MiniStack, which counts as AWS does: an item of a transaction twice, its index entry once.
DynamoDB Local counts each of them four times.
"""

from statistics import median
from time import perf_counter
from typing import Any

from tests.aws_calls import record_calls
from tests.bench.clock import count_calls, cpu_of
from tests.bench.deployment import Engine, best_tables, deployment
from tests.bench.due_clients import add_due_clients, close_one
from tests.engines import ministack
from tests.item_writes import record_item_writes

CLIENTS = 100


def measure(clients: int = CLIENTS, engine: Engine = best_tables, counts: Engine = ministack) -> dict[str, Any]:
    with deployment(counts) as house:
        [counted] = add_due_clients(house, 1)
        with record_calls() as units:
            close_one(house, counted)
    with deployment(engine) as house:
        first, second, *timed = add_due_clients(house, 2 + clients)
        with record_calls() as calls, record_item_writes() as written:
            close_one(house, first)
        python_calls, _ = count_calls(lambda: close_one(house, second), "babel")
        begin = perf_counter()
        cpu = [cpu_of(lambda client=client: close_one(house, client)) for client in timed]  # type: ignore[misc]
        wall = (perf_counter() - begin) / clients
    return {
        "calls": len(calls.made),
        "items_written": len(written),
        "write_units": units.write_units(),
        "read_units": calls.read_units(),
        "cpu_ms": round(1000 * median(cpu), 1),
        "least_cpu_ms": round(1000 * min(cpu), 1),
        "python_calls": python_calls,
        "clients_per_second": round(1 / wall, 1),
        "minutes_for_10000_due": round(10_000 * wall / 60, 1),
    }
