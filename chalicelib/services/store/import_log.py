"""The port of the list of imports."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.store.import_record import Imported, ImportPart, ImportRecord, ListedImport
from chalicelib.services.store.reading import Reading, Rules
from chalicelib.services.store.tasks import Task


class ImportLog(Protocol):
    """Imports with their reports."""

    def read(self, import_id: ImportId) -> ImportRecord | None:
        """The import's record, or None."""

    def read_parts(self, import_id: ImportId) -> Sequence[ImportPart]:
        """The clients' shares of a routed import that are committed."""

    def read_link_version(self, import_id: ImportId) -> int:
        """How often the addresses of its report were revoked."""

    def revoke_links(self, import_id: ImportId) -> None:
        """Revoke all addresses of its report that exist."""

    def write(self, record: ImportRecord, tasks: Sequence[Task] = ()) -> None:
        """Put a record without a ledger change (a refusal, the summary of a routed import), and its tasks.

        Conditional on the record's version; raises StaleWriteError.
        """

    def list_recent(self, limit: int) -> Sequence[ImportRecord]:
        """The newest imports, newest first."""

    def newest_at(self) -> datetime | None:
        """When the newest import was finished, from the index alone; None: there is none."""

    def list_of_client(self, client: ClientId, newest: int | None = None) -> Sequence[ListedImport]:
        """All imports that touched the client's ledger, or the `newest`, by order key; strongly consistent.

        Complete by construction: a commit writes its import's line in its own transaction. Of a client whose head is
        not listed yet, what an older release committed is added by `list_older_imports` first.
        """

    def list_older_imports(self, client: ClientId, recent: Collection[ImportId], reading: Reading) -> None:
        """Add what an older release committed to the client's list; safe to repeat, also concurrently.

        Args:
            client: whose list it is.
            recent: those that its index, which is eventually consistent, may still lack (ClientHead.recent).
            reading: how their originals are read from now on.
        """

    def keep_rules(self, rules: Rules, known: str | None = None) -> str:
        """Store rules under the hash of their content, which is returned; nothing is written if it is `known`."""

    def rules_key(self, rules: Rules) -> str:
        """The hash of their content; nothing is written."""

    def read_rules(self, key: str) -> Rules:
        """The rules under this key."""

    def read_listed(self, client: ClientId, imports: Collection[ListedImport]) -> Sequence[Imported]:
        """The records (or parts of routed ones) of these lines of the client's list, in no order."""
