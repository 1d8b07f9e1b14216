"""What a commit stores with its cycles, as items of the activity table: imports, tasks, invoices, the audit trail."""

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.audit_trail import audit_item
from chalicelib.adapters.aws import Aws
from chalicelib.adapters.imports import import_item, is_current, list_item
from chalicelib.adapters.invoices import invoice_item, is_follower
from chalicelib.adapters.objects import ObjectStore
from chalicelib.adapters.tables import ActivityItem
from chalicelib.adapters.tasks import task_item
from chalicelib.domain.billing import InvoiceRecord
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.import_record import ImportPart, ImportRecord
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.services.store.tasks import Task


def side_items(
    items: type[ActivityItem], commit: LedgerCommit, objects: ObjectStore, aws: Aws
) -> tuple[list[tuple[ActivityItem, Condition | None]], list[ActivityItem]]:
    """The items of the commit's records: those to put, with their conditions, and those to put only if absent."""
    put: list[tuple[ActivityItem, Condition | None]] = []
    put_once: list[ActivityItem] = []
    has_part = any(isinstance(record, ImportPart) for record in commit.records)
    for record in commit.records:
        if isinstance(record, ImportRecord | ImportPart):
            is_sum = isinstance(record, ImportRecord) and (has_part or record.clients != (commit.client,))
            item = import_item(items, record, objects, None if is_sum else commit.client)
            put.append((item, is_current(items, record)))
            if not is_sum:
                put.append((list_item(items, record, commit.client), None))
        elif isinstance(record, InvoiceRecord) and record.version:
            put.append((invoice_item(items, record), is_follower(items, record)))
        else:
            put_once.append(put_once_item(items, record, aws))
    return put, put_once


def put_once_item(items: type[ActivityItem], record: Task | InvoiceRecord | AuditRecord, aws: Aws) -> ActivityItem:
    """The item of a record whose id is an idempotency key."""
    match record:
        case Task():
            return task_item(items, record)
        case InvoiceRecord():
            return invoice_item(items, record)
        case AuditRecord():
            return audit_item(items, record, aws)
