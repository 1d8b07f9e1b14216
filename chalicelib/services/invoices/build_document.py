"""Builds the document of an invoice: the parties, the texts, the taxes and the sums at the time of issue."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain

from chalicelib.domain.billing import (
    DocumentLine,
    DocumentSection,
    InvoiceDocument,
    InvoiceKind,
    InvoiceRecord,
    TaxTotal,
    WorkLine,
)
from chalicelib.domain.invoice import Invoice, LineKind
from chalicelib.domain.parties import Party, Tax
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import Retainer
from chalicelib.services.invoices.ports import InvoiceWords, WordInvoice
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.lookup import find_retainer
from chalicelib.services.store.operator_book import OperatorBook

_ONE = "C62"
_HOUR = "HUR"
_AE = "AE"


def build_document(
    record: InvoiceRecord,
    book: ClientBook,
    operator: OperatorBook,
    words: WordInvoice,
    *,
    number: str,
    on: date,
    work: Sequence[tuple[WorkLine, ...]] = (),
) -> InvoiceDocument:
    """The document of a draft when issued with this number on this day, with the work if it is to be printed."""
    own_days = book.billing.payment_days
    payment_days = operator.billing.payment_days if own_days is None else own_days
    retainers = [find_retainer(book, one.cycle.retainer.retainer) for one in record.sections]
    worded = [
        words(book.client, retainer, section, record.period_end)
        for retainer, section in zip(retainers, record.sections, strict=True)
    ]
    titles = _titles(retainers)
    sections = tuple(
        DocumentSection(title, section.cycle.start, section.balance, words_of.carry_over)
        for title, section, words_of in zip(titles, record.sections, worded, strict=True)
    )
    before = titles if record.more else [""]
    lines = (*chain(*map(_lines, record.sections, worded, before)), *_adjustments(record))
    net = sum((line.amount for line in lines), Money(0, record.net.currency))
    taxes = _taxes(book.billing.tax, net)
    made = InvoiceDocument(
        number=number,
        kind=InvoiceKind.INVOICE,
        issued_on=on,
        due_on=on + timedelta(days=payment_days),
        period_start=min(one.cycle.start for one in record.sections),
        period_end=record.period_end,
        locale=book.client.locale,
        seller=seller_of(operator),
        buyer=buyer_of(book),
        retainer_title=", ".join(titles),
        lines=lines,
        net=net,
        taxes=taxes,
        gross=sum((one.amount for one in taxes), net),
        balance=sum((one.balance for one in record.more), record.invoice.balance),
        at_regular_rate=sum((one.at_regular_rate for one in record.more), record.invoice.at_regular_rate),
        carry_over="" if record.more else worded[0].carry_over,
        payment_terms=operator.billing.notes.get(worded[0].language, operator.billing.note),
        hours_format=book.client.hours_format,
        purchase_order=book.billing.purchase_order,
        reference=book.billing.reference,
        compares=operator.billing.compares,
        shows_contact=True,
        sections=sections if record.more else (),
        logo=operator.logo,
    )
    return with_work(made, work)


def with_work(document: InvoiceDocument, work: Sequence[tuple[WorkLine, ...]]) -> InvoiceDocument:
    """The document with the work of each of its sections; without any, as it is."""
    if not work:
        return document
    if not document.sections:
        return replace(document, work=work[0])
    sections = (replace(one, work=of_section) for one, of_section in zip(document.sections, work, strict=True))
    return replace(document, sections=tuple(sections))


def credit_of(issued: InvoiceDocument, number: str, on: date, reason: str) -> InvoiceDocument:
    """The document of the credit note that reverses `issued`: every amount with the opposite sign."""
    return replace(
        issued.without_work(),
        number=number,
        kind=InvoiceKind.CREDIT_NOTE,
        issued_on=on,
        due_on=on,
        lines=tuple(replace(one, quantity=-one.quantity, amount=_negated(one.amount)) for one in issued.lines),
        net=_negated(issued.net),
        taxes=tuple(replace(one, net=_negated(one.net), amount=_negated(one.amount)) for one in issued.taxes),
        gross=_negated(issued.gross),
        payment_terms="",
        corrects=issued.number,
        note=reason,
        compares=False,
    )


def missing_keys(book: ClientBook, operator: OperatorBook) -> tuple[str, ...]:
    """The missing keys of the set-up that an invoice of this client requires."""
    seller, buyer, tax = seller_of(operator), buyer_of(book), book.billing.tax
    return tuple(
        key
        for key, is_there in (
            ("operator.name", seller.name),
            ("operator.billing.address", seller.address),
            ("operator.billing.country", seller.country),
            ("operator.billing.vat_id", seller.vat_id or (seller.tax_number and not _is_reverse(tax)) or not tax),
            (f"clients.{book.client.id}.billing.address", buyer.address),
            (f"clients.{book.client.id}.billing.country", buyer.country),
            (f"clients.{book.client.id}.billing.vat_id", buyer.vat_id or not _is_reverse(tax)),
        )
        if not is_there
    )


def seller_of(operator: OperatorBook) -> Party:
    """The seller: the operator, under the name of its billing identity if it has one."""
    party = operator.billing.party
    return replace(
        party,
        name=party.name or operator.name,
        email=party.email or operator.email,
        phone=operator.phone,
        web=operator.web,
    )


def buyer_of(book: ClientBook) -> Party:
    """The buyer: the client, likewise."""
    return replace(book.billing.party, name=book.billing.party.name or book.client.name)


def retainer_of(record: InvoiceRecord, book: ClientBook) -> Retainer:
    """The retainer of an invoice, of several the first.

    Raises UnknownNameError if it, and its draft, were removed since that was read.
    """
    return find_retainer(book, record.cycle.retainer.retainer)


def _titles(retainers: Sequence[Retainer]) -> list[str]:
    """Their titles; the same title of several is told apart by the retainer's id."""
    often = Counter(one.title for one in retainers)
    return [f"{one.title} ({one.id.retainer})" if often[one.title] > 1 else one.title for one in retainers]


def _lines(section: Invoice, worded: InvoiceWords, title: str) -> Iterator[DocumentLine]:
    """The lines of a section; those of a shared invoice begin with the title of their retainer."""
    for line, text in zip(section.lines, worded.lines, strict=True):
        unit = _ONE if line.kind in {LineKind.FEE, LineKind.TOP_UP} else _HOUR
        yield DocumentLine(f"{title} · {text}" if title else text, line.quantity, unit, line.unit_price, line.amount)


def _adjustments(record: InvoiceRecord) -> Iterator[DocumentLine]:
    for one in record.adjustments:
        yield DocumentLine(one.reason, Fraction(1), _ONE, one.amount, one.amount)


def _taxes(tax: Tax | None, net: Money) -> tuple[TaxTotal, ...]:
    """One rate for a client's whole invoice, rounded once."""
    return (TaxTotal(tax, net, net.times(tax.percent / 100)),) if tax else ()


def _is_reverse(tax: Tax | None) -> bool:
    """Whether the buyer owes the tax (reverse charge): then both need a VAT id."""
    return tax is not None and tax.category == _AE


def _negated(amount: Money) -> Money:
    return Money(-amount.minor, amount.currency)
