"""The ledger: cycles with their entries, written by one commit at a time for each client."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.services.store.books import ClientHead

if TYPE_CHECKING:
    from chalicelib.domain.billing import InvoiceId, InvoiceRecord
    from chalicelib.services.store.approvals import ClientApprovals
    from chalicelib.services.store.audit import AuditRecord
    from chalicelib.services.store.import_record import ImportPart, ImportRecord
    from chalicelib.services.store.source_ids import SourceIds
    from chalicelib.services.store.tasks import Task

    SideRecord = ImportRecord | ImportPart | Task | InvoiceRecord | AuditRecord
    """Records that a commit stores in the same transaction as its cycles."""


@dataclass(frozen=True, slots=True)
class LedgerCommit:
    """A change of one client's ledger, written atomically.

    `head`, each cycle and each import have the version that was read; the store writes version + 1 on that condition
    (optimistic locking). More cycles than fit into a transaction are written through a commit plan, a redo log
    (ClientHead.plan).
    """

    client: ClientId
    head: ClientHead
    cycles: Iterable[CycleLedger] = ()
    """May be very many: they are iterated once."""
    records: "Sequence[SideRecord]" = ()
    """Stored in the same transaction: the import, its tasks, a draft, the audit trail. A draft that was read is changed
    on the condition of its version; a new one is put only if there is none, and so are tasks and the audit trail."""
    ids: "SourceIds | None" = None
    """Where the ids of the import's source stand once its cycles are written, with the version that was read."""
    removed: "Sequence[InvoiceRecord]" = ()
    """Drafts that are deleted in the same transaction, each on the condition of its version."""
    approvals: "ClientApprovals | None" = None
    """The questions to the client as they are from then on, with the version that was read; None: they stay."""


class LargeCommitError(HourTabError):
    """Commits of several clients do not fit in one transaction; nothing is written."""


class Ledger(Protocol):
    """Cycles with their entries."""

    def read_cycles(self, ids: Collection[CycleId], plan: str | None = None) -> Mapping[CycleId, CycleLedger]:
        """The stored cycles among `ids` (one batched, strongly consistent read), overlaid with `plan`.

        A cycle's entries are unpacked at each access. One about which the client was asked is there (version 0) even if
        nothing else is stored of it.
        """

    def read_ids(self, client: ClientId, source: str, plan: str | None = None) -> "SourceIds":
        """Where the ids of a source stand (one strongly consistent read), overlaid with `plan`."""

    def read_invoice(self, invoice: "InvoiceId") -> "InvoiceRecord | None":
        """The invoice that a commit may change, strongly consistent, or None."""

    def read_approvals(self, client: ClientId) -> "ClientApprovals":
        """The questions to a client (one strongly consistent read)."""

    def answer(self, approvals: "ClientApprovals", records: "Sequence[Task | AuditRecord]") -> None:
        """Store the questions with an answer, conditional on their version, and records that are put only if absent.

        Nothing else of the ledger is written: no cycle and no head.

        Raises:
            StaleWriteError: somebody else has answered, withdrawn or asked, or closed the cycle; nothing is written.
        """

    def finish_plan(self, client: ClientId, head: ClientHead) -> None:
        """Write what is left of `head.plan`, then clear it. Safe to repeat, also concurrently."""

    def commit(self, commit: LedgerCommit) -> None:
        """Write the commit atomically, or raise StaleWriteError and write nothing."""

    def commit_together(self, commits: Sequence[LedgerCommit]) -> None:
        """Write the commits of several clients atomically: all or none.

        However many cycles they have, their heads and records have to fit in one transaction: on AWS, those of at least
        24 clients.

        Raises:
            StaleWriteError: one of them is stale.
            LargeCommitError: there are too many.
        """
