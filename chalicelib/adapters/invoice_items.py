"""Invoices and the counters of their numbers as items.

The draft of a cycle is put like a task (tasks.py): each attribute only if it does not exist yet, so that a close that
runs twice neither fails nor touches an invoice issued meanwhile. So no attribute is ever removed.
"""

from dataclasses import replace
from datetime import date

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.tables import ByClient, Newest
from chalicelib.adapters.tasks import moment
from chalicelib.domain.billing import InvoiceId, InvoiceRecord, InvoiceState, Series
from chalicelib.domain.ids import ClientId

INVOICE = "invoice"
_PREFIX = "invoice#"
_COUNTER = "counter"


class InvoiceItem(Model):
    """An invoice or a credit note, in the activity table (tables.py)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    feed = UnicodeAttribute()
    time = UnicodeAttribute()
    client = UnicodeAttribute()
    order = UnicodeAttribute()
    document = BinaryAttribute(legacy_encoding=False)
    newest = Newest()
    by_client = ByClient()


class SeriesItem(Model):
    """The last number of a series, in the directory table; a partition of its own that no other query reads."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    last = NumberAttribute()
    last_on = UnicodeAttribute()


def invoice_key(invoice: InvoiceId) -> str:
    """The partition of an invoice."""
    return _PREFIX + invoice


def feed_of(state: InvoiceState) -> str:
    """The feed of the index `newest` that lists invoices in this state."""
    return f"invoices#{state.value}"


def invoices_of(client: ClientId) -> str:
    """A client's invoices in the index `by_client`: no slug can collide with it."""
    return f"invoices#{client}"


def invoice_item(items: type[InvoiceItem], record: InvoiceRecord) -> InvoiceItem:
    """The item of the next version after the one in `record`; of a new invoice, version 1."""
    time = moment(record.drafted_at)
    return items(
        invoice_key(record.id),
        INVOICE,
        version=record.version + 1,
        feed=feed_of(record.state),
        time=time,
        client=invoices_of(record.cycle.retainer.client),
        order=time,
        document=pack_document(record),
    )


def follows(items: type[InvoiceItem], record: InvoiceRecord) -> Condition:
    """The condition for writing `record`: its version is the stored one, or (0) none is stored."""
    if record.version:
        return items.version == record.version
    return items.pk.does_not_exist()


def invoice_of_item(item: InvoiceItem) -> InvoiceRecord:
    """The invoice that the item holds, with the version that is stored."""
    return replace(unpack_document(InvoiceRecord, item.document), version=int(item.version))


def series_key(name: str) -> tuple[str, str]:
    """The key of a series' counter."""
    return f"series#{name}", _COUNTER


def series_of(name: str, item: SeriesItem) -> Series:
    """The series as stored in its counter."""
    return Series(name, int(item.last), date.fromisoformat(item.last_on), item.version or 0)
