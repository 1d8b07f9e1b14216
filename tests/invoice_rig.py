"""Invoices for tests: the seed's cycle, seller and buyer, and in-memory ports."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

from chalicelib.documents.pdf import unprintable
from chalicelib.domain.billing import InvoiceId, InvoiceRecord, InvoiceState, Series, invoice_id, of_sections
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.parties import ClientBilling, OperatorBilling, Party, Tax
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.statements import statements
from chalicelib.services.cycles.close_due import draft_of
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import Task
from chalicelib.words.invoices import word_section
from tests.builders import day, ledgers, retainer, terms, used
from tests.fakes import FakeDirectory, no_pause

JANUARY = "2026-01-01"
DRAFTED = datetime(2026, 2, 4, tzinfo=UTC)
NOW = datetime(2026, 2, 5, 9, tzinfo=UTC)
SEED = retainer(terms(allotment="20:00", fee="1000.00", rate="100.00"))
SELLER = OperatorBilling(
    Party(address=("Havneveien 1", "0150 Oslo"), country="NO", vat_id="NO123456785MVA", iban="NO9386011117947"),
    note="Thank you.",
)
BUYER = ClientBilling(
    Party(address=("Seestr. 2", "10115 Berlin"), country="DE", email="billing@acme.example"),
    tax=Tax(Fraction(19)),
)
OPERATOR = OperatorBook("Fjordblick IT", "hello@fjordblick.example", billing=SELLER)


def book(of: Retainer = SEED, billing: ClientBilling = BUYER, **client: object) -> ClientBook:
    acme = Client(ClientId("acme"), "Acme Ltd", **client)  # type: ignore[arg-type] # any field of a client
    return ClientBook(acme, (of,), (), ClientHead(), billing=billing)


def drafts(of: Retainer = SEED, *stored: CycleLedger, until: str = "2026-02-01") -> list[InvoiceRecord]:
    """The drafts of all cycles that have ended by a day; without work, of the seed's January."""
    cycles = ledgers(*(stored or (used(JANUARY, "20:00", "6:45"),)))
    ended = [one for one in statements(of, cycles, day(until)) if one.period.end <= day(until)]
    return [made for one in ended if (made := draft_of(of, one, DRAFTED))]


def draft(of: Retainer = SEED, *stored: CycleLedger) -> InvoiceRecord:
    return drafts(of, *stored)[0]


def draft_for(cycle: CycleId, **changes: object) -> InvoiceRecord:
    """The seed's draft, for another cycle."""
    made = replace(draft(), id=invoice_id(cycle), **changes)  # type: ignore[arg-type] # any field of a record
    return of_sections(made, [replace(made.invoice, cycle=cycle)])


class FakeInvoices:
    """Invoices and counters in dictionaries, with the checks of versions."""

    def __init__(self, *records: InvoiceRecord) -> None:
        self.records = {record.id: replace(record, version=1) for record in records}
        self.series: dict[str, Series] = {}
        self.tasks: list[Task] = []
        self.audit: list[AuditRecord] = []

    def read(self, invoice_id: InvoiceId) -> InvoiceRecord | None:
        return self.records.get(invoice_id)

    def read_all(self, ids: Collection[InvoiceId]) -> Sequence[InvoiceRecord]:
        return [self.records[one] for one in ids if one in self.records]

    def newest(self, client: ClientId | None = None, state: InvoiceState | None = None) -> Iterator[InvoiceRecord]:
        for record in sorted(self.records.values(), key=lambda one: (one.listed_at, one.id), reverse=True):
            if client in {None, record.cycle.retainer.client} and state in {None, record.state}:
                yield record

    def issued(self, first: date, last: date) -> Iterator[InvoiceRecord]:
        for record in self.newest():
            if record.document and first <= record.document.issued_on <= last:
                yield record

    def write(self, record: InvoiceRecord, audit: Sequence[AuditRecord] = ()) -> None:
        self._store([record], audit)

    def read_series(self, name: str) -> Series:
        return self.series.get(name, Series(name))

    def issue(
        self, series: Series, records: Sequence[InvoiceRecord], side_records: Sequence[Task | AuditRecord]
    ) -> None:
        _check(self.read_series(series.name).version, series.version)
        self._store(records, side_records)
        self.series[series.name] = replace(series, version=series.version + 1)

    def _store(self, records: Sequence[InvoiceRecord], side_records: Sequence[Task | AuditRecord]) -> None:
        for record in records:
            stored = self.records.get(record.id)
            _check(stored.version if stored else 0, record.version)
        self.records |= {record.id: replace(record, version=record.version + 1) for record in records}
        self.tasks += [one for one in side_records if isinstance(one, Task)]
        self.audit += [one for one in side_records if isinstance(one, AuditRecord)]


def ports(
    *records: InvoiceRecord, of: ClientBook | None = None, operator: OperatorBook = OPERATOR, now: datetime = NOW
) -> InvoicePorts:
    """In-memory ports with these drafts."""
    directory = FakeDirectory(of or book(), operator=operator)
    return InvoicePorts(directory, FakeInvoices(*records), word_section, unprintable, lambda: now, no_pause)


def _check(stored: int, read: int) -> None:
    if stored != read:
        raise StaleWriteError(f"version {stored} is stored, version {read} was read")
