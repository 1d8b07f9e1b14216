"""The cost of finding the clients whose cycles are due, among few and among many."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from tests.aws_calls import record_calls
from tests.bench.deployment import Deployment, Engine, best_tables, deployment
from tests.bench.due_clients import add_due_clients

DUE = 10
AMONG = (10, 1_000, 100_000)
_LATER = "2027-01-01T00:00:00+00:00"
_BATCH = 25


def measure(due: int = DUE, among: Sequence[int] = AMONG, engine: Engine = best_tables) -> dict[str, Any]:
    calls, capacity, there = {}, {}, due
    with deployment(engine) as house:
        clients = add_due_clients(house, due)
        for size in among:
            _add_heads(house, there, size)
            there = size
            with record_calls() as finding:
                found = house.due()
            if sorted(found) != sorted(clients):
                raise ValueError(f"{len(found)} clients are due, not {due}")
            calls[size], capacity[size] = len(finding.made), finding.capacity_units()
    return {"calls_among": calls, "capacity_units_among": capacity}


def _add_heads(house: Deployment, first: int, end: int) -> None:
    """Store the heads of further clients that are due much later."""
    requests = map(_put, range(first, end))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda batch: _write(house, batch), _batches(requests)))


def _batches(requests: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return iter(lambda: list(islice(requests, _BATCH)), [])


def _put(number: int) -> dict[str, Any]:
    words = {"pk": f"client#later-{number}", "sk": "head", "due": "due", "due_at": _LATER}
    return {"PutRequest": {"Item": {**{name: {"S": text} for name, text in words.items()}, "version": {"N": "1"}}}}


def _write(house: Deployment, requests: list[dict[str, Any]]) -> None:
    answer = house.database().batch_write_item(RequestItems={house.table("directory"): requests})
    if answer["UnprocessedItems"]:
        raise ValueError("the engine did not take all heads")
