"""The suppression list, in the activity table. Only a hash of each address is stored."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.dynamo import bind, read_together, table_errors, write_together, write_when_free
from chalicelib.adapters.tasks import TaskItem, moment, task_item
from chalicelib.services.mails.ports import Suppression, SuppressionReason
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.follow_ups import after_bounce
from chalicelib.services.store.tasks import Task, TaskId

_PREFIX = "address#"
_ENTRY = "block"


class SuppressionItem(Model):
    """A suppressed address, in the activity table (tables.py)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    reason = UnicodeAttribute()
    at = UnicodeAttribute()


class DynamoSuppressionList:
    """The port `SuppressionList` on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(SuppressionItem, aws, table)
        self._tasks = bind(TaskItem, aws, table)

    def find(self, address: str) -> Suppression | None:
        """The entry of an address, whatever its letter case, or None."""
        key = address_key(address)
        found = read_together(self._items, [(_PREFIX + key, _ENTRY)])
        if not found:
            return None
        return Suppression(key, SuppressionReason(found[0].reason), datetime.fromisoformat(found[0].at))

    def add(self, address: str, reason: SuppressionReason, at: datetime, returned: TaskId) -> Sequence[Task]:
        """Suppress an address and write its tasks together; returns them, or none if it was listed already."""
        key = address_key(address)
        item = self._items(_PREFIX + key, _ENTRY, reason=reason.value, at=moment(at))
        tasks = after_bounce(key, returned, at)
        is_new = self._items.pk.does_not_exist()

        def write() -> None:
            write_together(item, condition=is_new, unless_there=[task_item(self._tasks, task) for task in tasks])

        try:
            write_when_free("dynamodb:TransactWriteItems", write)
        except StaleWriteError:
            return ()
        return tasks

    def remove(self, address: str) -> bool:
        """Remove an address from the list; False if it was not listed."""
        item = self._items(_PREFIX + address_key(address), _ENTRY)
        try:
            with table_errors("dynamodb:DeleteItem"):
                item.delete(condition=self._items.pk.exists())
        except StaleWriteError:
            return False
        return True


def address_key(address: str) -> str:
    """The key of an address: a hash, so that the table does not reveal the address, without regard to letter case."""
    return sha256(address.strip().casefold().encode()).hexdigest()
