"""The import log on DynamoDB. The indexes list the imports; each is then read by its key."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, cast

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.dynamo import (
    bind,
    changes,
    connection,
    keys_of,
    read_together,
    table_errors,
    unless_there_actions,
)
from chalicelib.adapters.objects import REPORTS, ObjectStore
from chalicelib.adapters.tables import ActivityItem
from chalicelib.adapters.tasks import task_item
from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.imports.progress import Progress
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.import_record import Imported, ImportPart, ImportRecord, ListedImport, listed
from chalicelib.services.store.reading import Reading, Rules
from chalicelib.services.store.tasks import Task

_IMPORTS = "imports"
_RUNNING = "running"
_RECORD = "record"
_PROGRESS = "progress"
_LINKS = "links"
_PART_PREFIX = "client#"


class DynamoImportLog:
    """The port `ImportLog` on the activity table.

    The list of the newest comes from an index, which is eventually consistent; everything else is strongly consistent.
    """

    def __init__(self, aws: Aws, table: str, objects: ObjectStore) -> None:
        self._items = bind(ActivityItem, aws, table)
        self._objects = objects

    def read(self, import_id: ImportId) -> ImportRecord | None:
        """The import's record, or None."""
        found = self._of_keys([(_partition(import_id), _RECORD)])
        return cast("ImportRecord", found[0]) if found else None

    def read_parts(self, import_id: ImportId) -> Sequence[ImportPart]:
        """The clients' shares of a routed import that are committed."""
        only_parts = self._items.sk.startswith(_PART_PREFIX)
        with table_errors("dynamodb:Query"):
            items = list(self._items.query(_partition(import_id), only_parts, consistent_read=True))
        return [cast("ImportPart", self._import_of(item)) for item in items]

    def read_link_version(self, import_id: ImportId) -> int:
        """How often the addresses of its report were revoked; no import changes it."""
        found = read_together(self._items, [(_partition(import_id), _LINKS)])
        return int(found[0].version or 0) if found else 0

    def revoke_links(self, import_id: ImportId) -> None:
        """Revoke all addresses of its report that exist."""
        with table_errors("dynamodb:UpdateItem"):
            self._items(_partition(import_id), _LINKS).update([self._items.version.add(1)])

    def write(self, record: ImportRecord, tasks: Sequence[Task] = ()) -> None:
        """Put a record without a ledger change; if it had a place in a client's sequence of imports, it keeps it.

        Its tasks are put in the same transaction. Raises StaleWriteError.
        """
        only_client = record.clients[0] if len(record.clients) == 1 else None
        item = import_item(self._items, record, self._objects, only_client)
        current = is_current(self._items, record)
        if not tasks:
            with table_errors("dynamodb:UpdateItem"):
                item.update(_changes(item), condition=current)
            return
        with table_errors("dynamodb:TransactWriteItems"), TransactWrite(connection=connection(self._items)) as write:
            write.update(item, actions=_changes(item), condition=current)
            for task in (task_item(self._items, one) for one in tasks):
                write.update(task, actions=unless_there_actions(task))

    def list_recent(self, limit: int) -> Sequence[ImportRecord]:
        """The newest imports, newest first."""
        with table_errors("dynamodb:Query"):
            newest = self._items.newest.query(_IMPORTS, scan_index_forward=False, limit=limit)
            keys = keys_of(islice(newest, limit))
        records = [cast("ImportRecord", found) for found in self._of_keys(keys)]
        return sorted(records, key=lambda record: record.finished_at, reverse=True)

    def newest_at(self) -> datetime | None:
        """When the newest import was finished; None: there is none."""
        with table_errors("dynamodb:Query"):
            return next(
                (one.time for one in self._items.newest.query(_IMPORTS, scan_index_forward=False, limit=1)), None
            )

    def list_of_client(self, client: ClientId, newest: int | None = None) -> Sequence[ListedImport]:
        """All imports that touched the client's ledger, or the `newest`, by order key, strongly consistent."""
        with table_errors("dynamodb:Query"):
            items = self._items.query(_list_of(client), consistent_read=True, scan_index_forward=False, limit=newest)
            return [unpack_document(ListedImport, item.document) for item in items][::-1]

    def list_older_imports(self, client: ClientId, recent: Collection[ImportId], reading: Reading) -> None:
        """Add what an older release committed to the client's list.

        A part represents its import: the record that sums up a routed import is not listed as well.
        """
        with table_errors("dynamodb:Query"):
            keys = set(keys_of(self._items.by_client.query(client)))
        keys |= {(_partition(name), sk) for name in recent for sk in (_RECORD, _PART_PREFIX + client)}
        found = [entry for entry in self._of_keys(keys) if entry.source]
        parts = {entry.id for entry in found if isinstance(entry, ImportPart)}
        for entry in found:
            is_own = isinstance(entry, ImportPart) or client in entry.clients
            if is_own and (isinstance(entry, ImportPart) or entry.id not in parts):
                self._put_once(list_item(self._items, entry, client, reading))

    def read_listed(self, client: ClientId, imports: Collection[ListedImport]) -> Sequence[Imported]:
        """The records, or parts, of these lines of the client's list."""
        part = _PART_PREFIX + client
        return self._of_keys((_partition(one.id), part if one.is_part else _RECORD) for one in imports)

    def keep_rules(self, rules: Rules, known: str | None = None) -> str:
        """Store rules under the hash of their content, which is returned; nothing is written if it is `known`."""
        data = pack_document(rules)
        key = sha256(data).hexdigest()
        if key != known:
            large = self._objects.put_if_large(REPORTS, data)
            stored = {"document_key": large} if large else {"document": data}
            with table_errors("dynamodb:PutItem"):
                self._items(f"rules#{key}", "rules", **stored).save()
        return key

    def rules_key(self, rules: Rules) -> str:
        """The hash of their content."""
        return sha256(pack_document(rules)).hexdigest()

    def read_rules(self, key: str) -> Rules:
        """The rules under this key."""
        [item] = read_together(self._items, [(f"rules#{key}", "rules")])
        return unpack_document(Rules, self._objects.get(item.document_key) if item.document_key else item.document)

    def _put_once(self, item: ActivityItem) -> None:
        with suppress(StaleWriteError), table_errors("dynamodb:PutItem"):  # then a commit has written it meanwhile
            item.save(condition=self._items.pk.does_not_exist())

    def _of_keys(self, keys: Iterable[tuple[str, str]]) -> list[Imported]:
        return [self._import_of(item) for item in read_together(self._items, keys)]

    def _import_of(self, item: ActivityItem) -> Imported:
        kind: type[ImportRecord | ImportPart] = ImportRecord if item.sk == _RECORD else ImportPart
        data = self._objects.get(item.document_key) if item.document_key else item.document
        return replace(unpack_document(kind, data), version=int(item.version or 0))


def _changes(item: ActivityItem) -> list[Action]:
    """Sets the attributes of the item; of the two attributes for the report, the other one is removed."""
    names = ("feed", "time", "client", "order")
    present = {name: value for name in names if (value := getattr(item, name))}
    return changes(type(item), document=item.document, document_key=item.document_key, version=item.version, **present)


def _partition(import_id: ImportId) -> str:
    return f"import#{import_id}"


def _list_of(client: ClientId) -> str:
    return f"imports#{client}"


def list_item(
    items: type[ActivityItem], entry: Imported, client: ClientId, older: Reading | None = None
) -> ActivityItem:
    """The import's line in the list of a client; `older`: how it is read if its record does not say it."""
    return items(
        _list_of(client), f"{entry.file.order}#{entry.id}", document=pack_document(listed(entry, client, older))
    )


def is_current(items: type[ActivityItem], entry: ImportRecord | ImportPart) -> Condition:
    """The condition for writing `entry`: the stored one still has the version that was read."""
    return items.version == entry.version if entry.version else items.version.does_not_exist()


def import_item(
    items: type[ActivityItem], entry: ImportRecord | ImportPart, objects: ObjectStore, client: ClientId | None
) -> ActivityItem:
    """The item of the next version of an import or of a part of one.

    `client` is the one whose imports it belongs to.

    A report that is too large for an item is stored as an object first.
    """
    data = pack_document(entry, leave_out=("version",))
    key = objects.put_if_large(REPORTS, data)
    values: dict[str, Any] = {"version": entry.version + 1, **({"document_key": key} if key else {"document": data})}
    if client:
        values |= {"client": client, "order": entry.file.order}
    if isinstance(entry, ImportPart):
        return items(_partition(entry.id), _PART_PREFIX + entry.client, **values)
    return items(_partition(entry.id), _RECORD, **values, feed=_IMPORTS, time=entry.finished_at)


class DynamoProgressLog:
    """The port `ProgressLog`; an item exists only while its import runs, or after it was killed."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(ActivityItem, aws, table)

    def write_progress(self, progress: Progress) -> None:
        """Replace what the import last reported."""
        item = self._item(progress.id, document=pack_document(progress), feed=_RUNNING, time=progress.at)
        with table_errors("dynamodb:PutItem"):
            item.save()

    def end_progress(self, import_id: ImportId) -> None:
        """Delete it: the import is done."""
        with table_errors("dynamodb:DeleteItem"):
            self._item(import_id).delete()

    def read_progress(self, import_id: ImportId) -> Progress | None:
        """The import's progress, if it has reported any and is not done."""
        found = self._of_keys(keys_of([self._item(import_id)]))
        return found[0] if found else None

    def list_running(self) -> Sequence[Progress]:
        """The imports that have reported progress and are not done, newest first."""
        with table_errors("dynamodb:Query"):
            keys = keys_of(self._items.newest.query(_RUNNING))
        return sorted(self._of_keys(keys), key=lambda progress: progress.at, reverse=True)

    def _item(self, import_id: ImportId, **values: Any) -> ActivityItem:
        return self._items(_partition(import_id), _PROGRESS, **values)

    def _of_keys(self, keys: Iterable[tuple[str, str]]) -> list[Progress]:
        return [unpack_document(Progress, item.document) for item in read_together(self._items, keys)]
