"""Counts the calls to AWS and the capacity they consume, whichever client makes them; and can fail one of them.

with record_calls() as calls:
    ledger.commit(commit)
assert ["dynamodb:TransactWriteItems"] == calls.names()
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

Hook = Callable[[str], None]


@dataclass
class AwsCalls:
    """The calls of a block, in order."""

    made: list[tuple[str, float]] = field(default_factory=list)
    """Each call as `service:Operation` with the capacity units that DynamoDB says it consumed."""
    items_read: int = 0
    """The items that queries and batches returned."""

    def names(self) -> list[str]:
        return [name for name, _ in self.made]

    def capacity_units(self) -> float:
        return sum(units for _, units in self.made)

    def read_units(self) -> float:
        return sum(units for name, units in self.made if name.endswith(("Query", "GetItem")))

    def write_units(self) -> float:
        return self.capacity_units() - self.read_units()


@contextmanager
def record_calls(before: Hook = lambda _: None, after: Hook = lambda _: None) -> Iterator[AwsCalls]:
    """Record every call of every client of this process; exceptions of `before` and `after` reach the caller."""
    calls = AwsCalls()
    make_call = BaseClient._make_api_call

    def recorded(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        name = f"{client.meta.service_model.service_name}:{operation}"
        before(name)
        answer = make_call(client, operation, parameters)
        calls.made.append((name, _units(answer)))
        calls.items_read += len(answer.get("Items", ())) + sum(map(len, answer.get("Responses", {}).values()))
        after(name)
        return answer

    with patch.object(BaseClient, "_make_api_call", recorded):
        yield calls


def _units(answer: dict[str, Any]) -> float:
    consumed = answer.get("ConsumedCapacity", [])
    each = consumed if isinstance(consumed, list) else [consumed]
    return sum(float(table.get("CapacityUnits", 0)) for table in each)
