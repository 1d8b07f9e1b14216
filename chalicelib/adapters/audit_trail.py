"""The audit trail on DynamoDB: a client's acts lie in one partition, in the order of their time."""

from collections.abc import Sequence

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.beside_items import audit_partition
from chalicelib.adapters.documents import unpack_document
from chalicelib.adapters.dynamo import bind, table_errors
from chalicelib.adapters.tables import ActivityItem
from chalicelib.domain.ids import ClientId
from chalicelib.services.audit import AuditRecord


class DynamoAuditTrail:
    """The port `AuditTrail` on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(ActivityItem, aws, table)

    def newest(self, client: ClientId, limit: int) -> Sequence[AuditRecord]:
        """The client's newest acts, newest first, strongly consistent."""
        with table_errors("dynamodb:Query"):
            found = list(
                self._items.query(audit_partition(client), scan_index_forward=False, limit=limit, consistent_read=True)
            )
        return [unpack_document(AuditRecord, item.document or b"") for item in found]
