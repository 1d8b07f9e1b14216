"""Invoices on DynamoDB: in the activity table, their numbers in the directory table.

The lists come from indexes, which are eventually consistent; each invoice is then read by its key.
"""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice

from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.dynamo import at_version, bind, connection, read_together, table_errors, unless_there_actions
from chalicelib.adapters.invoice_items import (
    INVOICE,
    InvoiceItem,
    SeriesItem,
    feed_of,
    follows,
    invoice_item,
    invoice_key,
    invoice_of_item,
    invoices_of,
    series_key,
    series_of,
)
from chalicelib.adapters.side_records import audit_item
from chalicelib.adapters.tables import ActivityItem
from chalicelib.adapters.tasks import TaskItem, task_item
from chalicelib.domain.billing import InvoiceId, InvoiceRecord, InvoiceState, Series
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.tasks import Task

_PAGE = 100


class DynamoInvoices:
    """The port `Invoices`."""

    def __init__(self, aws: Aws, *, activity_table: str, directory_table: str) -> None:
        self._items = bind(InvoiceItem, aws, activity_table)
        self._tasks = bind(TaskItem, aws, activity_table)
        self._acts = bind(ActivityItem, aws, activity_table)
        self._counters = bind(SeriesItem, aws, directory_table)

    def read(self, invoice_id: InvoiceId) -> InvoiceRecord | None:
        """The invoice, strongly consistent, or None."""
        found = read_together(self._items, [(invoice_key(invoice_id), INVOICE)])
        return invoice_of_item(found[0]) if found else None

    def newest(self, client: ClientId | None = None, state: InvoiceState | None = None) -> Iterator[InvoiceRecord]:
        """The invoices, newest first, optionally of one client or in one state; read lazily."""
        keys = self._of_client(client) if client else self._in_states([state] if state else list(InvoiceState))
        for record in self._read_pages(keys):
            if state in {None, record.state}:
                yield record

    def write(self, record: InvoiceRecord, audit: Sequence[AuditRecord] = ()) -> None:
        """Store a changed draft, conditional on its version, and its audit records, in one transaction."""
        self._write([], [record], audit)

    def read_series(self, name: str) -> Series:
        """The current state of the series, strongly consistent; one without a number yet begins with 1."""
        found = read_together(self._counters, [series_key(name)])
        return series_of(name, found[0]) if found else Series(name)

    def issue(
        self, series: Series, records: Sequence[InvoiceRecord], side_records: Sequence[Task | AuditRecord]
    ) -> None:
        """In one transaction: the series with its new number, the invoices, the audit record and the tasks."""
        counter = self._counters(
            *series_key(series.name), **at_version(series.version), last=series.last, last_on=str(series.last_on)
        )
        self._write([counter], records, side_records)

    def _write(
        self,
        counters: Iterable[SeriesItem],
        records: Iterable[InvoiceRecord],
        side_records: Iterable[Task | AuditRecord],
    ) -> None:
        # One TransactWriteItems whose attempts share a token: a lost answer is not a lost race.
        with table_errors("dynamodb:TransactWriteItems"), TransactWrite(connection=connection(self._items)) as write:
            for counter in counters:
                write.save(counter)
            for record in records:
                write.save(invoice_item(self._items, record), condition=follows(self._items, record))
            for item in map(self._side_item, side_records):
                write.update(item, actions=unless_there_actions(item))

    def _side_item(self, one: Task | AuditRecord) -> Model:
        return task_item(self._tasks, one) if isinstance(one, Task) else audit_item(self._acts, one)

    def _of_client(self, client: ClientId) -> Iterator[str]:
        with table_errors("dynamodb:Query"):
            for item in self._items.by_client.query(invoices_of(client), scan_index_forward=False):
                yield item.pk

    def _in_states(self, states: Iterable[InvoiceState]) -> Iterator[str]:
        """The keys in these feeds, newest first; an invoice that changes feeds at this moment may come twice."""
        feeds = [self._items.newest.query(feed_of(state), scan_index_forward=False) for state in states]
        with table_errors("dynamodb:Query"):
            for item in merge(*feeds, key=lambda item: item.time, reverse=True):
                yield item.pk

    def _read_pages(self, keys: Iterator[str]) -> Iterator[InvoiceRecord]:
        seen: set[str] = set()
        while page := list(islice(keys, _PAGE)):
            new = [key for key in dict.fromkeys(page) if key not in seen]
            seen.update(new)
            found = {item.pk: item for item in read_together(self._items, [(key, INVOICE) for key in new])}
            yield from (invoice_of_item(found[key]) for key in new if key in found)
