"""What a routed import reads, among few clients and among many: it looks clients up by name."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from tests.aws_calls import record_calls
from tests.bench.deployment import Deployment, Engine, best_tables, deployment
from tests.import_rig import book, row

AMONG = (10, 10_000)
_BATCH = 25


def measure(among: Sequence[int] = AMONG, engine: Engine = best_tables) -> dict[str, Any]:
    calls, units, items, there = {}, {}, {}, 0
    with deployment(engine) as house:
        for size in among:
            _add_names(house, there, size)
            there = size
            name = f"Named among {size}"
            house.add(book(f"named-{size}", name=name))
            work = [row(f"2026-11-{1 + day:02}", "0:15", f"Ticket {day}", client=name) for day in range(20)]
            with record_calls() as reading:
                house.drop(work, "inbox/all.csv")
            calls[size], units[size], items[size] = len(reading.made), reading.read_units(), reading.items_read
    return {"calls_among": calls, "read_units_among": units, "items_read_among": items}


def _add_names(house: Deployment, first: int, end: int) -> None:
    """Store the names of further clients, as far as the list of all clients goes, and index them."""
    requests = map(_put, range(first, end))
    for batch in iter(lambda: list(islice(requests, _BATCH)), []):
        answer = house.database().batch_write_item(RequestItems={house.table("directory"): batch})
        if answer["UnprocessedItems"]:
            raise ValueError("the engine did not take all names")
    house.index_names()


def _put(number: int) -> dict[str, Any]:
    key = {"pk": {"S": "operator"}, "sk": {"S": f"client#later-{number}"}}
    return {"PutRequest": {"Item": {**key, "names": {"L": [{"S": f"Later no. {number}"}]}, "version": {"N": "1"}}}}
