"""Reads and writes items: PynamoDB over the shared client, complete batches, and errors translated to HourTab's."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from types import new_class
from typing import Any, TypeVar, cast

from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import Aws, CloudError
from chalicelib.services.store.conflicts import Sleep, StaleWriteError, pauses, retry_stale

_M = TypeVar("_M", bound=Model)
BATCH = 100
"""The most keys in one BatchGetItem."""


@dataclass(frozen=True, slots=True)
class TransactionLimits:
    """What one transaction may hold. AWS takes 100 items of 4 MB together; an emulator may take less."""

    items: int = 100
    size: int = 2_900_000
    """Bytes of all items; as base64, which is how MiniStack counts binary values, they stay below the limit, too."""

    def take(self, items: Iterator[_M]) -> list[_M]:
        """The first items: all of them, or as many as exceed the limits, so that `allow` says no."""
        taken: list[_M] = []
        size = 0
        while len(taken) <= self.items and size <= self.size and (item := next(items, None)) is not None:
            taken.append(item)
            size += _size(item)
        return taken

    def allow(self, items: Sequence[Model], others: int = 0) -> bool:
        """Whether one transaction may hold these items, and `others` small ones."""
        return len(items) + others <= self.items and sum(map(_size, items)) <= self.size


LIMITS_OF_AWS = TransactionLimits()


def _size(item: Model) -> int:
    """About how many bytes the item has."""
    values = item.attribute_values.items()
    return sum(len(name) + len(value if isinstance(value, bytes) else str(value).encode()) for name, value in values)


def at_version(version: int) -> dict[str, Any]:
    """The version attribute that a save is conditional on: this version is stored, or (0) no item is."""
    return {"version": version} if version else {}


_CONDITION_FAILED = {"ConditionalCheckFailedException", "ConditionalCheckFailed"}
_CONFLICT = {"TransactionConflictException", "TransactionConflict", "TransactionInProgressException"}


def bind(model: type[_M], aws: Aws, table: str) -> type[_M]:
    """The model bound to this table and the shared client: PynamoDB would create a session and a client for each."""
    return cast("type[_M]", _bind(model, aws, table))


@lru_cache(maxsize=32)  # making a model takes longer than using it
def _bind(model: type[Model], aws: Aws, table: str) -> type[Model]:
    meta = type("Meta", (), {"table_name": table})
    bound: type[Model] = new_class(model.__name__, (model,), exec_body=lambda body: body.update(Meta=meta))
    connection(bound)._client = aws.client("dynamodb")  # noqa: SLF001 - PynamoDB takes no client from outside
    return bound


def connection(bound: type[Model]) -> Connection:
    """The connection of a bound model, for transactions and batches."""
    return bound._get_connection().connection  # noqa: SLF001 - PynamoDB's transactions want it and no public name has it


class WriteConflictError(StaleWriteError):
    """Another transaction is writing the same item right now; whether it will change is not known yet."""


@contextmanager
def table_errors(operation: str) -> Iterator[None]:
    """Turns a lost race in this block into a StaleWriteError, any other error of DynamoDB into a CloudError."""
    try:
        yield
    except PynamoDBException as error:
        codes = _codes(error)
        if codes & _CONDITION_FAILED:
            raise StaleWriteError("Somebody else changed it first: read it again, then repeat.") from error
        if codes & _CONFLICT:
            raise WriteConflictError("Somebody else is changing it: read it again, then repeat.") from error
        raise CloudError(operation, error.cause_response_code or type(error.cause or error).__name__) from error


def write_when_free(operation: str, write: Callable[[], object], sleep: Sleep = time.sleep) -> None:
    """Write, and retry while another transaction is writing the same item: such a conflict decides nothing yet.

    Raises:
        StaleWriteError: the write's condition failed.
        CloudError: the conflict persists.
    """

    def attempt() -> None:
        with table_errors(operation):
            write()

    try:
        retry_stale(attempt, sleep, on=WriteConflictError)
    except WriteConflictError as error:
        raise CloudError(operation, "TransactionConflict") from error


def _codes(error: PynamoDBException) -> set[str | None]:
    reasons = getattr(error, "cancellation_reasons", [])
    return {error.cause_response_code, *(reason.code for reason in reasons if reason)}


def write_together(
    *items: Model,
    conditions: Iterable[Condition | None] = (),
    unless_there: Iterable[Model] = (),
    removed: Iterable[tuple[Model, Condition]] = (),
) -> None:
    """Put all items or none, each conditional on its version and, if it has one, on its place in `conditions`.

    Those of `removed` are deleted, each on its condition.

    Each item of `unless_there` is put only if its key does not exist yet; an existing one stays as it is without
    failing the transaction. All items together have to be within the engine's `TransactionLimits`.

    botocore sends the same ClientRequestToken with all attempts of this call, so an attempt whose answer was lost is
    not mistaken for another writer's.

    Raises:
        StaleWriteError: a condition failed, or another transaction is writing one of the items.
    """
    once = list(unless_there)
    shared = connection(type([*items, *once][0]))
    with table_errors("dynamodb:TransactWriteItems"), TransactWrite(connection=shared) as write:
        for item, condition in zip_longest(items, conditions):
            write.save(item, condition=condition)
        for item in once:
            write.update(item, actions=unless_there_actions(item), add_version_condition=False)
        for item, condition in removed:
            write.delete(item, condition=condition, add_version_condition=False)


def unless_there_actions(item: Model) -> list[Action]:
    """Set the attributes that the stored item lacks: all or none, if attributes are never removed."""
    kind: Any = type(item)
    keys = {kind._hash_keyname, kind._range_keyname}  # noqa: SLF001 - PynamoDB's own names of the key's parts
    values = {name: value for name, value in item.attribute_values.items() if name not in keys and value is not None}
    return [getattr(kind, name).set(getattr(kind, name) | value) for name, value in values.items()]


def changes(model: type[Model], **values: Any) -> list[Action]:
    """Set each of these attributes to its value, or remove it if it has none."""
    pairs = ((getattr(model, name), value) for name, value in values.items())
    return [attribute.set(value) if value else attribute.remove() for attribute, value in pairs]


def keys_of(items: Iterable[Any]) -> list[tuple[str, str]]:
    """The primary keys of items, for `read_together`: an index that lists them holds nothing else."""
    return [(item.pk, item.sk) for item in items]


def read_together(model: type[_M], keys: Iterable[tuple[str, str]], sleep: Sleep = time.sleep) -> list[_M]:
    """The items that exist among `keys` (no duplicates), strongly consistent, in no order; one round trip per 100.

    Keys that DynamoDB leaves unprocessed are requested again, after a pause that doubles while it returns nothing
    (store/conflicts.py).
    """
    waiting = list(keys)
    found: list[_M] = []
    waits = pauses()
    while waiting:
        page, left = _read_page(model, waiting[:BATCH])
        found += page
        waiting = left + waiting[BATCH:]
        if left:
            waits = pauses() if page else waits
            pause = next(waits, None)
            if pause is None:
                raise CloudError("dynamodb:BatchGetItem", "UnprocessedKeys")
            sleep(pause)
    return found


def _read_page(model: type[_M], keys: list[tuple[str, str]]) -> tuple[list[_M], list[tuple[str, str]]]:
    table = model.Meta.table_name
    with table_errors("dynamodb:BatchGetItem"):
        answer = connection(model).batch_get_item(
            table, cast("Any", [{"pk": pk, "sk": sk} for pk, sk in keys]), consistent_read=True
        )
    left = answer["UnprocessedKeys"].get(table, {}).get("Keys", [])
    return [model.from_raw_data(raw) for raw in answer["Responses"][table]], [
        (k["pk"]["S"], k["sk"]["S"]) for k in left
    ]
