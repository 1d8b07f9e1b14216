"""The suppression list, in the activity table. Only a hash of each address is stored."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.dynamo import bind, read_together, table_errors, write_together, write_when_free
from chalicelib.adapters.tables import ActivityItem
from chalicelib.adapters.tasks import task_item
from chalicelib.services.mails.ports import Suppression, SuppressionReason
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.follow_ups import after_bounce
from chalicelib.services.store.tasks import Task, TaskId


class DynamoSuppressionList:
    """The port `SuppressionList` on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(ActivityItem, aws, table)

    def find(self, address: str) -> Suppression | None:
        """The entry of an address, whatever its letter case, or None."""
        hashed = _hash(address)
        found = read_together(self._items, [_key(hashed)])
        return Suppression(hashed, SuppressionReason(found[0].reason), found[0].at) if found else None

    def add(self, address: str, reason: SuppressionReason, at: datetime, returned: TaskId) -> Sequence[Task]:
        """Suppress an address and write its tasks together; returns them, or none if it was listed already."""
        hashed = _hash(address)
        item = self._items(*_key(hashed), reason=reason.value, at=at)
        tasks = after_bounce(hashed, returned, at)
        once = [task_item(self._items, task) for task in tasks]
        is_new = self._items.pk.does_not_exist()
        try:
            write_when_free(
                "dynamodb:TransactWriteItems", lambda: write_together(item, conditions=[is_new], unless_there=once)
            )
        except StaleWriteError:
            return ()
        return tasks

    def remove(self, address: str) -> bool:
        """Remove an address from the list; False if it was not listed."""
        try:
            with table_errors("dynamodb:DeleteItem"):
                self._items(*_key(_hash(address))).delete(condition=self._items.pk.exists())
        except StaleWriteError:
            return False
        return True


def _key(hashed: str) -> tuple[str, str]:
    return f"address#{hashed}", "block"


def _hash(address: str) -> str:
    """A hash, so that the table does not reveal the address, without regard to letter case."""
    return sha256(address.strip().casefold().encode()).hexdigest()
