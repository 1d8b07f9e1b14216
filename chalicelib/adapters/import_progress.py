"""Where running imports stand, on the activity table beside their records."""

from collections.abc import Sequence

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.documents import pack_document, unpack_document
from chalicelib.adapters.dynamo import bind, read_together, table_errors
from chalicelib.adapters.import_items import import_key
from chalicelib.adapters.tables import ActivityItem
from chalicelib.domain.ids import ImportId
from chalicelib.services.import_progress import Progress

_PROGRESS = "progress"
_FEED = "running"


class DynamoProgressLog:
    """The port `ProgressLog`; an item is there only while its import runs, or after it was killed."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(ActivityItem, aws, table)

    def write_progress(self, progress: Progress) -> None:
        """Put it in place of what the import said before."""
        time = progress.at.isoformat(timespec="microseconds")
        document = pack_document(progress)
        with table_errors("dynamodb:PutItem"):
            self._items(import_key(progress.id), _PROGRESS, document=document, feed=_FEED, time=time).save()

    def end_progress(self, import_id: ImportId) -> None:
        """Forget it: the import is done."""
        with table_errors("dynamodb:DeleteItem"):
            self._items(import_key(import_id), _PROGRESS).delete()

    def read_progress(self, import_id: ImportId) -> Progress | None:
        """Where the import stands, if it has told and is not done."""
        found = self._of_keys([(import_key(import_id), _PROGRESS)])
        return found[0] if found else None

    def list_running(self) -> Sequence[Progress]:
        """The imports that have told where they stand and are not done, newest first."""
        with table_errors("dynamodb:Query"):
            keys = [(item.pk, item.sk) for item in self._items.newest.query(_FEED)]
        return sorted(self._of_keys(keys), key=lambda progress: progress.at, reverse=True)

    def _of_keys(self, keys: Sequence[tuple[str, str]]) -> list[Progress]:
        items = read_together(self._items, keys)
        return [unpack_document(Progress, item.document) for item in items if item.document]
