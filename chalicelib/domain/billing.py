"""Invoices as documents: who bills whom, for what, with which taxes. Values; their words and layouts stand elsewhere.

draft    made when a cycle closes; a person can look at it and adjust it
issued   numbered and frozen: nothing of it changes any more
void     an issued invoice that a credit note took back
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NewType

from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.invoice import Invoice, InvoiceBalance
from chalicelib.domain.parties import Party, Tax
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import HoursFormat

InvoiceId = NewType("InvoiceId", str)
"""`<client>/<retainer>/<first day of the cycle>`, or if retainers share it `<client>/<last day of the cycles>`; after a
credit note `…/2`, and for a credit note the same with `/credit`: one of a kind."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line that a person added to a draft, with its reason; below zero it takes something off."""

    reason: str
    amount: Money
    made_at: datetime


class InvoiceState(StrEnum):
    """How far an invoice is."""

    DRAFT = "draft"
    ISSUED = "issued"
    VOID = "void"


class InvoiceKind(StrEnum):
    """What it is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A printed line: quantity × unit price = amount, rounded once (an adjustment is 1 × its amount)."""

    text: str
    """In the client's language, in the seed's wording."""
    quantity: Fraction
    unit: str
    """UN/ECE Rec 20: `C62` one, `HUR` hour."""
    unit_price: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A piece of work as the page's log has it, in the client's language."""

    day: date
    text: str
    about: str
    """Who did it, its kind and ticket, and why it counts other than it was worked."""
    seconds: int
    """The hours that it took; below zero, those that it gave back."""


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """What one rate adds: tax = net × percent, rounded half away from zero."""

    tax: Tax
    net: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """What a document says about the hours of one retainer."""

    retainer_title: str
    period_start: date
    balance: InvoiceBalance
    carry_over: str
    """The carry-over rule as one sentence in the client's language."""
    work: tuple[WorkLine, ...] = ()
    """The work of the retainer's hours in order, where the set-up wants it printed. A credit note has none."""


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """An issued invoice or credit note, whole and frozen.

    gross = net + the taxes; a credit note's amounts are those of its invoice with the other sign. If retainers share
    it, `sections` has what it says about each, their titles begin the texts of the lines, and balance and comparison
    here are sums.
    """

    number: str
    kind: InvoiceKind
    issued_on: date
    due_on: date
    period_start: date
    period_end: date
    """First day after the period, as in `Period`."""
    locale: str
    seller: Party
    buyer: Party
    retainer_title: str
    lines: tuple[DocumentLine, ...]
    net: Money
    taxes: tuple[TaxTotal, ...]
    gross: Money
    balance: InvoiceBalance
    at_regular_rate: Money
    carry_over: str
    """As in a section; "" if there are several."""
    payment_terms: str = ""
    corrects: str = ""
    """The number of the invoice that a credit note takes back."""
    note: str = ""
    """Why it was taken back."""
    hours_format: HoursFormat = HoursFormat.DECIMAL
    """How the client reads hours, here as on the page."""
    purchase_order: str = ""
    reference: str = ""
    """The buyer's order and reference."""
    compares: bool = True
    """Whether the operator wants the comparison at the regular rate."""
    shows_contact: bool = False
    """Whether it says how to reach the seller, as those of release 0.1 do not."""
    work: tuple[WorkLine, ...] = ()
    """As in a section; empty if there are several."""
    sections: tuple[DocumentSection, ...] = ()
    """Of the retainers that share it; empty if it is one retainer's."""
    logo: str = ""
    """The id of the logo that it is printed with; "": none, as of those of release 0.1."""

    @property
    def parts(self) -> tuple[DocumentSection, ...]:
        """The sections; the one of the retainer whose own it is."""
        own = DocumentSection(self.retainer_title, self.period_start, self.balance, self.carry_over, self.work)
        return self.sections or (own,)

    def without_work(self) -> "InvoiceDocument":
        """The document without the list of the work."""
        return replace(self, work=(), sections=tuple(replace(one, work=()) for one in self.sections))

    @property
    def saves(self) -> bool:
        """Whether to say that the hours would have cost more at the regular rate than the client pays."""
        return self.compares and self.at_regular_rate.minor > abs(self.net.minor)


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice from its draft on, as it is stored."""

    id: InvoiceId
    cycle: CycleId
    """That of `invoice`."""
    period_end: date
    drafted_at: datetime
    invoice: Invoice
    """As the closed cycle gives it: frozen with the cycle."""
    adjustments: tuple[Adjustment, ...] = ()
    state: InvoiceState = InvoiceState.DRAFT
    kind: InvoiceKind = InvoiceKind.INVOICE
    document: InvoiceDocument | None = None
    """From the issue on."""
    voided_by: InvoiceId | None = None
    followed_by: InvoiceId | None = None
    """The draft that its credit note made; none if that was made by release 0.1."""
    version: int = 0
    more: tuple[Invoice, ...] = ()
    """What the cycles of further retainers give, which end on the same day and share it."""

    @property
    def client(self) -> ClientId:
        """The client that it is for."""
        return self.cycle.retainer.client

    @property
    def sections(self) -> tuple[Invoice, ...]:
        """What each retainer's cycle gives, by the retainers' ids."""
        return (self.invoice, *self.more)

    @property
    def net(self) -> Money:
        """What the cycles cost, without the adjustments."""
        return sum((one.net for one in self.more), self.invoice.net)

    @property
    def adjusted_net(self) -> Money:
        """The sum before tax."""
        return sum((one.amount for one in self.adjustments), self.net)

    @property
    def retainers(self) -> str:
        """The ids of the retainers, for people."""
        return ", ".join(one.cycle.retainer.retainer for one in self.sections)

    @property
    def listed_at(self) -> datetime:
        """Its place in lists: when it was drafted; from the issue on, that time of the day (UTC) on its date."""
        if self.document is None:
            return self.drafted_at
        return datetime.combine(self.document.issued_on, self.drafted_at.astimezone(UTC).time(), UTC)


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one year without a gap, such as `2026-0001` and `2026-0002`."""

    name: str
    """What the set-up says numbers begin with, and the year."""
    last: int = 0
    last_on: date | None = None
    """The date of the last one: none of a later number is earlier."""
    version: int = 0

    @property
    def number(self) -> str:
        """The last number, as it is printed."""
        return f"{self.name}-{self.last:04}"

    def next(self, on: date) -> "Series":
        """The series with one more number."""
        return replace(self, last=self.last + 1, last_on=on)


def credit_id(invoice: InvoiceId) -> InvoiceId:
    """The id of the credit note that takes an invoice back."""
    return InvoiceId(f"{invoice}/credit")


def following_id(invoice: InvoiceId) -> InvoiceId:
    """The id of the draft that follows a void invoice: `…/2`, `…/3`."""
    first, _, last = invoice.rpartition("/")
    return InvoiceId(f"{first}/{int(last) + 1}" if last.isdecimal() else f"{invoice}/2")


def invoice_id(cycle: CycleId) -> InvoiceId:
    """The id of the first invoice of a cycle that shares it with no other."""
    return InvoiceId(f"{cycle.retainer}/{cycle.start}")


def shared_id(client: ClientId, period_end: date) -> InvoiceId:
    """The id of the first invoice of the retainers whose cycles have this end (the first day after them)."""
    return InvoiceId(f"{client}/{period_end - timedelta(days=1)}")


def is_shared(invoice: InvoiceId) -> bool:
    """Whether it is the first invoice of several retainers, or will be one."""
    return invoice.count("/") == 1


def shared_draft(stored: InvoiceRecord | None, own: InvoiceRecord, share: InvoiceId) -> InvoiceRecord:
    """The draft of a cycle that has closed, of a client whose retainers share their invoices.

    Args:
        stored: the invoice `share`, if there is one yet.
        own: the draft that the cycle would have by itself.
        share: the id of the invoice that the cycles share that end together.

    Returns:
        The shared draft with the cycle as a section, or `own` if it cannot be one: what is issued never changes, and an
        invoice has one currency.
    """
    if stored is None:
        return replace(own, id=share)
    if stored.state is not InvoiceState.DRAFT or own.net.currency != stored.net.currency:
        return own
    return of_sections(stored, (*stored.sections, own.invoice))


def of_sections(record: InvoiceRecord, sections: Iterable[Invoice]) -> InvoiceRecord:
    """The record with these sections, at least one, by the retainers' ids."""
    first, *more = sorted(sections, key=lambda one: one.cycle)
    return replace(record, cycle=first.cycle, invoice=first, more=tuple(more))
