"""What a commit stores with its cycles, as items of the activity table: imports, tasks, invoices, the audit trail."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.dynamo import bind, table_errors
from chalicelib.adapters.imports import import_item
from chalicelib.adapters.invoice_items import InvoiceItem, invoice_item
from chalicelib.adapters.objects import ObjectStore
from chalicelib.adapters.tables import ActivityItem
from chalicelib.adapters.tasks import TaskItem, task_item
from chalicelib.domain.billing import InvoiceRecord
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.import_record import ImportPart, ImportRecord
from chalicelib.services.store.tasks import Task

if TYPE_CHECKING:
    from pynamodb.models import Model

SideRecord = ImportRecord | ImportPart | Task | InvoiceRecord | AuditRecord


class SideItems:
    """The items stored with one commit."""

    def __init__(self, aws: Aws, table: str, objects: ObjectStore, client: ClientId) -> None:
        self._aws = aws
        self._table = table
        self._objects = objects
        self._client = client
        self.put: list[Model] = []
        """Put unconditionally."""
        self.put_once: list[Model] = []
        """Put only if absent: their ids are idempotency keys."""

    def add(self, values: Iterable[SideRecord]) -> None:
        """Add records of any kind."""
        for value in values:
            if isinstance(value, Task):
                self.put_once.append(task_item(bind(TaskItem, self._aws, self._table), value))
            elif isinstance(value, InvoiceRecord):
                self.put_once.append(invoice_item(bind(InvoiceItem, self._aws, self._table), value))
            elif isinstance(value, AuditRecord):
                self.put_once.append(audit_item(bind(ActivityItem, self._aws, self._table), value))
            else:
                self.put.append(
                    import_item(bind(ActivityItem, self._aws, self._table), value, self._objects, self._client)
                )

    def __len__(self) -> int:
        return len(self.put) + len(self.put_once)


def audit_item(items: type[ActivityItem], record: AuditRecord) -> ActivityItem:
    """The item of an act, listed by its client in the order of time."""
    sort_key = f"{record.at.isoformat(timespec='seconds')}#{record.id}"
    return items(audit_partition(record.client), sort_key, document=pack_document(record))


def audit_partition(client: ClientId) -> str:
    """The partition of a client's acts."""
    return f"audit#{client}"


class DynamoAuditTrail:
    """The acts on clients' cycles, on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(ActivityItem, aws, table)

    def newest(self, client: ClientId, limit: int) -> Sequence[AuditRecord]:
        """The client's newest acts, newest first, strongly consistent."""
        with table_errors("dynamodb:Query"):
            found = list(
                self._items.query(audit_partition(client), scan_index_forward=False, limit=limit, consistent_read=True)
            )
        return [unpack_document(AuditRecord, item.document or b"") for item in found]
