"""The ports of the use cases of invoices, as Protocols; adapters/ and words/ implement them."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.clock import Clock
from chalicelib.domain.billing import InvoiceDocument, InvoiceId, InvoiceRecord, InvoiceState, Series, WorkLine
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.invoice import Invoice
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.conflicts import Sleep

if TYPE_CHECKING:
    from chalicelib.services.store.tasks import Task


class InvoiceWords(NamedTuple):
    """The texts of an invoice in the client's language."""

    lines: tuple[str, ...]
    """One for each line of the section."""
    carry_over: str
    """The carry-over rule of the cycle's last day, in words."""
    language: str
    """Its code."""


WordInvoice = Callable[[Client, Retainer, Invoice, date], InvoiceWords]
"""Writes the texts of a section, whose cycle ends before this day."""


WordWork = Callable[[ClientBook, CycleId, datetime], tuple[WorkLine, ...]]
"""The work of a cycle in the client's language, read at this moment."""


Unprintable = Callable[[InvoiceDocument], Sequence[str]]
"""The characters of a document that it cannot be printed with."""


class Invoices(Protocol):
    """The invoices, and the series of their numbers."""

    def read(self, invoice_id: InvoiceId) -> InvoiceRecord | None:
        """The invoice, strongly consistent, or None."""

    def read_all(self, ids: Collection[InvoiceId]) -> Sequence[InvoiceRecord]:
        """Those of these invoices that exist, strongly consistent, in no order."""

    def newest(self, client: ClientId | None = None, state: InvoiceState | None = None) -> Iterator[InvoiceRecord]:
        """The invoices, newest first, optionally of one client or in one state; read lazily."""

    def issued(self, first: date, last: date) -> Iterator[InvoiceRecord]:
        """At least what was issued from `first` to `last`, void invoices too, in any order; read lazily."""

    def write(self, record: InvoiceRecord, audit: Sequence[AuditRecord] = ()) -> None:
        """Store a changed draft, conditional on its version, and its audit records. Raises StaleWriteError."""

    def read_series(self, name: str) -> Series:
        """The current state of the series, strongly consistent; one without a number yet begins with 1."""

    def issue(
        self, series: Series, records: Sequence[InvoiceRecord], side_records: "Sequence[Task | AuditRecord]"
    ) -> None:
        """In one transaction: the series with its new number, the invoices, the audit record and the tasks.

        Series and invoices carry the version that was read. Side records are put only if absent.

        Raises:
            StaleWriteError: somebody else took the number or changed an invoice; nothing is written.
        """


@dataclass(frozen=True, slots=True)
class InvoicePorts:
    """The ports that issuing uses."""

    directory: Directory
    invoices: Invoices
    words: WordInvoice
    unprintable: Unprintable
    clock: Clock
    sleep: Sleep = time.sleep
    work: WordWork = lambda _book, _cycle, _now: ()
