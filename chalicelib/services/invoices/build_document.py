"""Builds the document of an invoice: the parties, the texts, the taxes and the sums at the time of issue."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from chalicelib.domain.billing import DocumentLine, InvoiceDocument, InvoiceKind, InvoiceRecord, TaxTotal, WorkLine
from chalicelib.domain.invoice import LineKind
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
    work: tuple[WorkLine, ...] = (),
) -> InvoiceDocument:
    """The document of a draft when issued with this number on this day, with the work if it is to be printed."""
    retainer = retainer_of(record, book)
    own_days = book.billing.payment_days
    payment_days = operator.billing.payment_days if own_days is None else own_days
    worded = words(book.client, retainer, record)
    lines = (*_lines(record, worded), *_adjustments(record))
    net = sum((line.amount for line in lines), Money(0, record.invoice.net.currency))
    taxes = _taxes(book.billing.tax, net)
    return InvoiceDocument(
        number=number,
        kind=InvoiceKind.INVOICE,
        issued_on=on,
        due_on=on + timedelta(days=payment_days),
        period_start=record.cycle.start,
        period_end=record.period_end,
        locale=book.client.locale,
        seller=seller_of(operator),
        buyer=buyer_of(book),
        retainer_title=retainer.title,
        lines=lines,
        net=net,
        taxes=taxes,
        gross=sum((one.amount for one in taxes), net),
        balance=record.invoice.balance,
        at_regular_rate=record.invoice.at_regular_rate,
        carry_over=worded.carry_over,
        payment_terms=operator.billing.notes.get(worded.language, operator.billing.note),
        hours_format=book.client.hours_format,
        purchase_order=book.billing.purchase_order,
        reference=book.billing.reference,
        compares=operator.billing.compares,
        shows_contact=True,
        work=work,
        logo=operator.logo,
    )


def credit_of(issued: InvoiceDocument, number: str, on: date, reason: str) -> InvoiceDocument:
    """The document of the credit note that reverses `issued`: every amount with the opposite sign."""
    return replace(
        issued,
        number=number,
        kind=InvoiceKind.CREDIT_NOTE,
        issued_on=on,
        due_on=on,
        lines=tuple(replace(one, quantity=-one.quantity, amount=_negated(one.amount)) for one in issued.lines),
        net=_negated(issued.net),
        taxes=tuple(replace(one, net=_negated(one.net), amount=_negated(one.amount)) for one in issued.taxes),
        gross=_negated(issued.gross),
        payment_terms="",
        work=(),
        corrects=issued.number,
        note=reason,
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
    """The retainer of an invoice. Raises UnknownNameError if it, and its draft, were removed since that was read."""
    return find_retainer(book, record.cycle.retainer.retainer)


def _lines(record: InvoiceRecord, worded: InvoiceWords) -> Iterator[DocumentLine]:
    for line, text in zip(record.invoice.lines, worded.lines, strict=True):
        unit = _ONE if line.kind in {LineKind.FEE, LineKind.TOP_UP} else _HOUR
        yield DocumentLine(text, line.quantity, unit, line.unit_price, line.amount)


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
