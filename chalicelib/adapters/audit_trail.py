"""The audit trail on DynamoDB: the acts of each client are a partition of the activity table, in the order of time."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.dynamo import bind, table_errors, write_together, write_when_free
from chalicelib.adapters.tables import ActivityItem
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.audit import AuditRecord, DoneBy

_PREFIX = "audit#"


class DynamoAuditTrail:
    """The acts on clients' cycles, on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._aws = aws
        self._items = bind(ActivityItem, aws, table)

    def newest(self, client: ClientId, limit: int) -> Sequence[AuditRecord]:
        """The client's newest acts, newest first, strongly consistent."""
        with table_errors("dynamodb:Query"):
            acts = self._items.query(_PREFIX + client, scan_index_forward=False, limit=limit, consistent_read=True)
            return [unpack_document(AuditRecord, item.document) for item in acts]

    def add(self, record: AuditRecord) -> None:
        """Put an act that is no change of a table's own, unless it is there already."""
        item = audit_item(self._items, record, self._aws)
        write_when_free("dynamodb:TransactWriteItems", lambda: write_together(unless_there=[item]))


def audit_item(items: type[ActivityItem], record: AuditRecord, aws: Aws) -> ActivityItem:
    """The item of an act that is done with this access to AWS."""
    sort_key = f"{record.at.isoformat(timespec='seconds')}#{record.id}"
    return items(_PREFIX + record.client, sort_key, document=pack_document(replace(record, by=DoneBy(*aws.done_by()))))
