"""Which items are written to which table, one by one: a transaction of three items is three writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient


@contextmanager
def record_item_writes() -> Iterator[list[str]]:
    """The table of each item that is put, updated or deleted in this block, in order."""
    tables: list[str] = []
    make_call = BaseClient._make_api_call

    def recorded(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        answer = make_call(client, operation, parameters)
        tables.extend(_written(operation, parameters))
        return answer

    with patch.object(BaseClient, "_make_api_call", recorded):
        yield tables


def _written(operation: str, parameters: dict[str, Any]) -> list[str]:
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        return [parameters["TableName"]]
    if operation == "TransactWriteItems":
        items = [item[kind] for item in parameters["TransactItems"] for kind in item if kind != "ConditionCheck"]
        return [item["TableName"] for item in items]
    if operation == "BatchWriteItem":
        return [table for table, requests in parameters["RequestItems"].items() for _ in requests]
    return []
