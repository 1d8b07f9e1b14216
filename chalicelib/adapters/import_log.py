"""The import log on DynamoDB. Indexes say which imports there are; each is then read by its key."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import cast

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.dynamo import bind, connection, read_together, table_errors, unless_there_actions
from chalicelib.adapters.import_items import FEED, PART_PREFIX, RECORD, import_item, import_key, import_of
from chalicelib.adapters.objects import ObjectStore
from chalicelib.adapters.outbox_items import OutboxItem, mail_item
from chalicelib.adapters.tables import ActivityItem
from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.import_record import ImportPart, ImportRecord
from chalicelib.services.outbox import OutboxMail


class DynamoImportLog:
    """The port `ImportLog` on the activity table.

    The lists come from indexes, which follow a write after a moment; `read` and `read_parts` are consistent, and
    a client's head names the imports that its list may not have yet.
    """

    def __init__(self, aws: Aws, table: str, objects: ObjectStore) -> None:
        self._items = bind(ActivityItem, aws, table)
        self._mails = bind(OutboxItem, aws, table)
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

    def write(self, record: ImportRecord, mail: OutboxMail | None = None) -> None:
        """Put a record that goes with no ledger change; a place in a client's fold that it has had, it keeps.

        Its mail is put with it, or neither is.
        """
        only_client = record.clients[0] if len(record.clients) == 1 else None
        item = import_item(self._items, record, self._objects, only_client)
        if mail is None:
            with table_errors("dynamodb:UpdateItem"):
                item.update(_changes(item))
            return
        with table_errors("dynamodb:TransactWriteItems"), TransactWrite(connection=connection(self._items)) as write:
            write.update(item, actions=_changes(item))
            told = mail_item(self._mails, mail)
            write.update(told, actions=unless_there_actions(told))

    def list_recent(self, limit: int) -> Sequence[ImportRecord]:
        """The newest imports, newest first."""
        with table_errors("dynamodb:Query"):
            newest = self._items.newest.query(FEED, scan_index_forward=False, limit=limit)
            keys = _keys(islice(newest, limit))
        records = [cast("ImportRecord", found) for found in self._of_keys(keys)]
        return sorted(records, key=lambda record: record.finished_at, reverse=True)

    def list_of_client(self, client: ClientId) -> Sequence[ImportRecord | ImportPart]:
        """All imports (or parts of routed ones) that touched the client's ledger, by order key.

        A part stands for its import: the sum of a routed import is not listed beside it.
        """
        with table_errors("dynamodb:Query"):
            keys = _keys(self._items.by_client.query(client))
        found = self._of_keys(keys)
        with_parts = {entry.id for entry in found if isinstance(entry, ImportPart)}
        listed = [entry for entry in found if isinstance(entry, ImportPart) or entry.id not in with_parts]
        return sorted(listed, key=lambda entry: (entry.order, entry.id))

    def _of_keys(self, keys: Iterable[tuple[str, str]]) -> list[ImportRecord | ImportPart]:
        return [import_of(item, self._objects) for item in read_together(self._items, keys)]


def _keys(items: Iterable[ActivityItem]) -> list[tuple[str, str]]:
    return [(item.pk, item.sk) for item in items]


def _changes(item: ActivityItem) -> list[Action]:
    """Sets what the item has; of the two places for the report, the other one is emptied."""
    kind = type(item)
    named = ("document", "document_key", "feed", "time", "client", "order")
    changes: list[Action] = [getattr(kind, name).set(value) for name in named if (value := getattr(item, name))]
    return [*changes, (kind.document if item.document_key else kind.document_key).remove()]
