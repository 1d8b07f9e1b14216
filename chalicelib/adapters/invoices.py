"""Invoices on DynamoDB: in the activity table, their numbers in the directory table.

The lists come from indexes, which are eventually consistent; each invoice is then read by its key.

The draft of a cycle is put like a task (tasks.py): each attribute only if it does not exist yet, so that a close that
runs twice neither fails nor touches an invoice issued meanwhile. So no attribute is ever removed.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from heapq import merge
from itertools import islice

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.audit_trail import audit_item
from chalicelib.adapters.aws import Aws
from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.dynamo import at_version, bind, read_together, table_errors, write_together
from chalicelib.adapters.tables import ActivityItem, DirectoryItem, moment
from chalicelib.adapters.tasks import task_item
from chalicelib.domain.billing import InvoiceId, InvoiceRecord, InvoiceState, Series
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.tasks import Task

_PAGE = 100


class DynamoInvoices:
    """The port `Invoices`."""

    def __init__(self, aws: Aws, *, activity_table: str, directory_table: str) -> None:
        self._aws = aws
        self._items = bind(ActivityItem, aws, activity_table)
        self._counters = bind(DirectoryItem, aws, directory_table)

    def read(self, invoice_id: InvoiceId) -> InvoiceRecord | None:
        """The invoice, strongly consistent, or None."""
        return next(iter(self.read_all([invoice_id])), None)

    def read_all(self, ids: Collection[InvoiceId]) -> Sequence[InvoiceRecord]:
        """Those of these invoices that exist, strongly consistent, in no order."""
        return read_invoices(self._items, ids)

    def newest(self, client: ClientId | None = None, state: InvoiceState | None = None) -> Iterator[InvoiceRecord]:
        """The invoices, newest first, optionally of one client or in one state; read lazily."""
        keys = self._keys_of_client(client) if client else self._keys_in_states([state] if state else InvoiceState)
        for record in self._read_pages(keys):
            if state in {None, record.state}:
                yield record

    def issued(self, first: date, last: date) -> Iterator[InvoiceRecord]:
        """At least what was issued from `first` to `last`, void invoices too, in any order; read lazily.

        In this order: an invoice that is voided meanwhile is in both feeds, and in none if they were read the other
        way.
        """
        days = self._items.time.between(datetime.combine(first, time.min, UTC), datetime.combine(last, time.max, UTC))
        for state in (InvoiceState.ISSUED, InvoiceState.VOID):
            yield from self._read_pages(item.pk for item in self._feed(_feed_of(state), days))
            yield from self._read_pages(item.pk for item in self._feed(_feed_before_dates(state)))

    def write(self, record: InvoiceRecord, audit: Sequence[AuditRecord] = ()) -> None:
        """Store a changed draft, conditional on its version, and its audit records, in one transaction."""
        self._write([], [record], audit)

    def read_series(self, name: str) -> Series:
        """The current state of the series, strongly consistent; one without a number yet begins with 1."""
        found = read_together(self._counters, [_counter_key(name)])
        if not found:
            return Series(name)
        return Series(name, int(found[0].last), date.fromisoformat(found[0].last_on), found[0].version or 0)

    def issue(
        self, series: Series, records: Sequence[InvoiceRecord], side_records: Sequence[Task | AuditRecord]
    ) -> None:
        """In one transaction: the series with its new number, the invoices, the audit record and the tasks."""
        counter = self._counters(
            *_counter_key(series.name), **at_version(series.version), last=series.last, last_on=str(series.last_on)
        )
        self._write([counter], records, side_records)

    def _write(
        self,
        counters: Sequence[DirectoryItem],
        records: Iterable[InvoiceRecord],
        side_records: Iterable[Task | AuditRecord],
    ) -> None:
        write_together(
            *counters,
            *(invoice_item(self._items, record) for record in records),
            conditions=[*(None for _ in counters), *(is_follower(self._items, record) for record in records)],
            unless_there=map(self._side_item, side_records),
        )

    def _side_item(self, one: Task | AuditRecord) -> ActivityItem:
        return task_item(self._items, one) if isinstance(one, Task) else audit_item(self._items, one, self._aws)

    def _keys_of_client(self, client: ClientId) -> Iterator[str]:
        with table_errors("dynamodb:Query"):
            for item in self._items.by_client.query(_list_of(client), scan_index_forward=False):
                yield item.pk

    def _keys_in_states(self, states: Iterable[InvoiceState]) -> Iterator[str]:
        """The keys in these feeds, newest first; an invoice that changes feeds at this moment may come twice."""
        names = [feed(state) for state in states for feed in (_feed_of, _feed_before_dates)]
        for item in merge(*map(self._feed, names), key=lambda item: item.time, reverse=True):
            yield item.pk

    def _feed(self, name: str, within: Condition | None = None) -> Iterator[ActivityItem]:
        with table_errors("dynamodb:Query"):
            yield from self._items.newest.query(name, within, scan_index_forward=False)

    def _read_pages(self, keys: Iterator[str]) -> Iterator[InvoiceRecord]:
        seen: set[str] = set()
        while page := list(islice(keys, _PAGE)):
            new = [key for key in dict.fromkeys(page) if key not in seen]
            seen.update(new)
            found = {item.pk: item for item in read_together(self._items, [(key, _SORT_KEY) for key in new])}
            yield from (_invoice_of(found[key]) for key in new if key in found)


_SORT_KEY = "invoice"


def _key(invoice: InvoiceId) -> tuple[str, str]:
    return f"invoice#{invoice}", _SORT_KEY


def _counter_key(series: str) -> tuple[str, str]:
    return f"series#{series}", "counter"


def _feed_of(state: InvoiceState) -> str:
    """The feed of the index `newest` that lists invoices in this state."""
    return _feed_before_dates(state) if state is InvoiceState.DRAFT else f"invoices#{state.value}#by-date"


def _feed_before_dates(state: InvoiceState) -> str:
    """The feed of drafts; of other states, what release 0.1 issued: in the order of drafting, and it never grows."""
    return f"invoices#{state.value}"


def _list_of(client: ClientId) -> str:
    """A client's invoices in the index `by_client`: no slug can collide with it."""
    return f"invoices#{client}"


def read_invoices(items: type[ActivityItem], ids: Iterable[InvoiceId]) -> list[InvoiceRecord]:
    """Those of these invoices that exist, strongly consistent, in no order."""
    return [_invoice_of(item) for item in read_together(items, map(_key, ids))]


def is_follower(items: type[ActivityItem], record: InvoiceRecord) -> Condition:
    """The condition for writing `record`: its version is the stored one, or (0) none is stored."""
    return items.version == record.version if record.version else items.pk.does_not_exist()


def invoice_item(items: type[ActivityItem], record: InvoiceRecord) -> ActivityItem:
    """The item of the next version after the one in `record`; of a new invoice, version 1."""
    return items(
        *_key(record.id),
        version=record.version + 1,
        feed=_feed_of(record.state),
        time=record.listed_at,
        client=_list_of(record.client),
        order=moment(record.listed_at),
        document=pack_document(record),
    )


def removed_item(items: type[ActivityItem], record: InvoiceRecord) -> tuple[ActivityItem, Condition]:
    """The item of a draft to delete, and the condition that it is still as it was read."""
    return items(*_key(record.id)), items.version == record.version


def _invoice_of(item: ActivityItem) -> InvoiceRecord:
    return replace(unpack_document(InvoiceRecord, item.document), version=int(item.version))
