"""The port of the list of imports."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.store.import_record import ImportPart, ImportRecord
from chalicelib.services.store.tasks import Task


class ImportLog(Protocol):
    """Imports with their reports."""

    def read(self, import_id: ImportId) -> ImportRecord | None:
        """The import's record, or None."""

    def read_parts(self, import_id: ImportId) -> Sequence[ImportPart]:
        """The clients' shares of a routed import that are committed."""

    def write(self, record: ImportRecord, tasks: Sequence[Task] = ()) -> None:
        """Put a record without a ledger change (a refusal, the summary of a routed import), and its tasks.

        Conditional on the record's version; raises StaleWriteError.
        """

    def list_recent(self, limit: int) -> Sequence[ImportRecord]:
        """The newest imports, newest first."""

    def list_of_client(self, client: ClientId) -> Sequence[ImportRecord | ImportPart]:
        """All imports (or parts of routed ones) that touched the client's ledger, by order key."""
