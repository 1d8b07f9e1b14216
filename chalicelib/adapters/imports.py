"""The import log on DynamoDB. The indexes list the imports; each is then read by its key."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from itertools import islice
from typing import cast

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.dynamo import bind, connection, read_together, table_errors, unless_there_actions
from chalicelib.adapters.objects import REPORTS, ObjectStore
from chalicelib.adapters.tables import ActivityItem
from chalicelib.adapters.tasks import TaskItem, task_item
from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.imports.progress import Progress
from chalicelib.services.store.import_record import ImportPart, ImportRecord
from chalicelib.services.store.tasks import Task


class DynamoImportLog:
    """The port `ImportLog` on the activity table.

    The lists come from indexes, which are eventually consistent; `read` and `read_parts` are strongly consistent, and a
    client's head names the imports that its list may still lack.
    """

    def __init__(self, aws: Aws, table: str, objects: ObjectStore) -> None:
        self._items = bind(ActivityItem, aws, table)
        self._tasks = bind(TaskItem, aws, table)
        self._objects = objects

    def read(self, import_id: ImportId) -> ImportRecord | None:
        """The import's record, or None."""
        found = self._of_keys([(import_key(import_id), RECORD)])
        return cast("ImportRecord", found[0]) if found else None

    def read_parts(self, import_id: ImportId) -> Sequence[ImportPart]:
        """The clients' shares of a routed import that are committed."""
        only_parts = self._items.sk.startswith(PART_PREFIX)
        with table_errors("dynamodb:Query"):
            items = list(self._items.query(import_key(import_id), only_parts, consistent_read=True))
        return [cast("ImportPart", import_of(item, self._objects)) for item in items]

    def write(self, record: ImportRecord, tasks: Sequence[Task] = ()) -> None:
        """Put a record without a ledger change; if it had a place in a client's sequence of imports, it keeps it.

        Its tasks are put in the same transaction.
        """
        only_client = record.clients[0] if len(record.clients) == 1 else None
        item = import_item(self._items, record, self._objects, only_client)
        if not tasks:
            with table_errors("dynamodb:UpdateItem"):
                item.update(_changes(item))
            return
        with table_errors("dynamodb:TransactWriteItems"), TransactWrite(connection=connection(self._items)) as write:
            write.update(item, actions=_changes(item))
            for task in (task_item(self._tasks, one) for one in tasks):
                write.update(task, actions=unless_there_actions(task))

    def list_recent(self, limit: int) -> Sequence[ImportRecord]:
        """The newest imports, newest first."""
        with table_errors("dynamodb:Query"):
            newest = self._items.newest.query(FEED, scan_index_forward=False, limit=limit)
            keys = _keys(islice(newest, limit))
        records = [cast("ImportRecord", found) for found in self._of_keys(keys)]
        return sorted(records, key=lambda record: record.finished_at, reverse=True)

    def list_of_client(self, client: ClientId) -> Sequence[ImportRecord | ImportPart]:
        """All imports (or parts of routed ones) that touched the client's ledger, by order key.

        A part represents its import: the record that sums up a routed import is not listed as well.
        """
        with table_errors("dynamodb:Query"):
            keys = _keys(self._items.by_client.query(client))
        found = self._of_keys(keys)
        with_parts = {entry.id for entry in found if isinstance(entry, ImportPart)}
        listed = [entry for entry in found if isinstance(entry, ImportPart) or entry.id not in with_parts]
        return sorted(listed, key=lambda entry: (entry.file.order, entry.id))

    def _of_keys(self, keys: Iterable[tuple[str, str]]) -> list[ImportRecord | ImportPart]:
        return [import_of(item, self._objects) for item in read_together(self._items, keys)]


def _keys(items: Iterable[ActivityItem]) -> list[tuple[str, str]]:
    return [(item.pk, item.sk) for item in items]


def _changes(item: ActivityItem) -> list[Action]:
    """Sets the attributes of the item; of the two attributes for the report, the other one is removed."""
    kind = type(item)
    named = ("document", "document_key", "feed", "time", "client", "order")
    changes: list[Action] = [getattr(kind, name).set(value) for name in named if (value := getattr(item, name))]
    return [*changes, (kind.document if item.document_key else kind.document_key).remove()]


FEED = "imports"
RECORD = "record"
PART_PREFIX = "client#"


def import_key(import_id: ImportId) -> str:
    """The partition of an import."""
    return f"import#{import_id}"


def import_item(
    items: type[ActivityItem], entry: ImportRecord | ImportPart, objects: ObjectStore, client: ClientId | None
) -> ActivityItem:
    """The item of an import or of a part of one; `client` is the one whose imports it belongs to.

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
        order=entry.file.order if client else None,
        feed=None if is_part else FEED,
        time=None if isinstance(entry, ImportPart) else _sortable(entry),
    )


def import_of(item: ActivityItem, objects: ObjectStore) -> ImportRecord | ImportPart:
    """The import, or the part of one, that the item holds."""
    kind: type[ImportRecord | ImportPart] = ImportRecord if item.sk == RECORD else ImportPart
    return unpack_document(kind, objects.get(item.document_key) if item.document_key else item.document)


def _sortable(record: ImportRecord) -> str:
    return record.finished_at.astimezone(UTC).isoformat(timespec="microseconds")


_PROGRESS = "progress"
_FEED = "running"


class DynamoProgressLog:
    """The port `ProgressLog`; an item exists only while its import runs, or after it was killed."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(ActivityItem, aws, table)

    def write_progress(self, progress: Progress) -> None:
        """Replace what the import last reported."""
        time = progress.at.isoformat(timespec="microseconds")
        document = pack_document(progress)
        with table_errors("dynamodb:PutItem"):
            self._items(import_key(progress.id), _PROGRESS, document=document, feed=_FEED, time=time).save()

    def end_progress(self, import_id: ImportId) -> None:
        """Delete it: the import is done."""
        with table_errors("dynamodb:DeleteItem"):
            self._items(import_key(import_id), _PROGRESS).delete()

    def read_progress(self, import_id: ImportId) -> Progress | None:
        """The import's progress, if it has reported any and is not done."""
        found = self._of_keys([(import_key(import_id), _PROGRESS)])
        return found[0] if found else None

    def list_running(self) -> Sequence[Progress]:
        """The imports that have reported progress and are not done, newest first."""
        with table_errors("dynamodb:Query"):
            keys = [(item.pk, item.sk) for item in self._items.newest.query(_FEED)]
        return sorted(self._of_keys(keys), key=lambda progress: progress.at, reverse=True)

    def _of_keys(self, keys: Sequence[tuple[str, str]]) -> list[Progress]:
        items = read_together(self._items, keys)
        return [unpack_document(Progress, item.document) for item in items if item.document]
