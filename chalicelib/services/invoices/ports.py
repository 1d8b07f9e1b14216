"""What the life of an invoice needs from the outside world, as Protocols; adapters/ and web/ implement them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.clock import Clock
from chalicelib.domain.billing import InvoiceId, InvoiceRecord, InvoiceState, Series
from chalicelib.domain.ids import ClientId
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.books import Directory

if TYPE_CHECKING:
    from chalicelib.services.store.tasks import Task


class InvoiceWords(NamedTuple):
    """What an invoice says in the client's language."""

    lines: tuple[str, ...]
    """One for each line of the cycle's invoice."""
    carry_over: str
    """The rule of the cycle's last day."""


WordInvoice = Callable[[Client, Retainer, InvoiceRecord], InvoiceWords]
"""Words the invoice of a cycle."""


class Invoices(Protocol):
    """The invoices, and the numbers that they were given."""

    def read(self, invoice_id: InvoiceId) -> InvoiceRecord | None:
        """The invoice, strongly consistent, or None."""

    def newest(self, client: ClientId | None = None, state: InvoiceState | None = None) -> Iterator[InvoiceRecord]:
        """The invoices, newest first, of one client or in one state where that is asked for; read as they are taken."""

    def write(self, record: InvoiceRecord, audit: Sequence[AuditRecord] = ()) -> None:
        """Store a changed draft on the condition of its version, and its audit records. Raises StaleWriteError."""

    def read_series(self, name: str) -> Series:
        """The series as it stands, strongly consistent; one without a number yet begins with 1."""

    def issue(
        self, series: Series, records: Sequence[InvoiceRecord], side_records: "Sequence[Task | AuditRecord]"
    ) -> None:
        """In one transaction: the series with its new number, the invoices, the audit record and what follows.

        Series and invoices carry the version that was read. Side records are put only where there is none yet.

        Raises:
            StaleWriteError: somebody else took the number or changed an invoice; nothing is written.
        """


@dataclass(frozen=True, slots=True)
class InvoicePorts:
    """Everything that issuing works with."""

    directory: Directory
    invoices: Invoices
    words: WordInvoice
    clock: Clock
