"""Imports and parts of imports as items of the activity table."""

from datetime import UTC

from chalicelib.adapters.documents import pack_document, unpack_document
from chalicelib.adapters.objects import REPORTS, ObjectStore
from chalicelib.adapters.tables import ActivityItem
from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.import_record import ImportPart, ImportRecord

FEED = "imports"
RECORD = "record"
PART_PREFIX = "client#"


def import_key(import_id: ImportId) -> str:
    """The partition of an import."""
    return f"import#{import_id}"


def import_item(
    items: type[ActivityItem], entry: ImportRecord | ImportPart, objects: ObjectStore, client: ClientId | None
) -> ActivityItem:
    """The item of an import or of a part of one; `client` is whose fold it takes its place in.

    A report that is too large for an item is stored as an object first.
    """
    data = pack_document(entry)
    key = objects.put_if_large(REPORTS, data)
    is_part = isinstance(entry, ImportPart)
    return items(
        import_key(entry.id),
        PART_PREFIX + entry.client if isinstance(entry, ImportPart) else RECORD,
        document=None if key else data,
        document_key=key,
        client=client,
        order=entry.order if client else None,
        feed=None if is_part else FEED,
        time=None if isinstance(entry, ImportPart) else _sortable(entry),
    )


def import_of(item: ActivityItem, objects: ObjectStore) -> ImportRecord | ImportPart:
    """The import, or the part of one, that the item holds."""
    kind: type[ImportRecord | ImportPart] = ImportRecord if item.sk == RECORD else ImportPart
    return unpack_document(kind, objects.get(item.document_key) if item.document_key else item.document)


def _sortable(record: ImportRecord) -> str:
    return record.finished_at.astimezone(UTC).isoformat(timespec="microseconds")
