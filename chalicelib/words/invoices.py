"""An invoice in the client's language: lines, balance of hours, comparison and carry-over rule."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain.billing import WorkLine
from chalicelib.domain.cycle import AccountedEntry
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import CycleId
from chalicelib.domain.invoice import Invoice, InvoiceBalance, InvoiceLine, LineKind, wording_id
from chalicelib.domain.quantities import decimal_that_multiplies
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.terms_versions import terms_at
from chalicelib.services.invoices.ports import InvoiceWords
from chalicelib.services.invoices.read import InvoicePreview, statement_of
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.lookup import find_retainer
from chalicelib.words.formats import Formats, day_before
from chalicelib.words.sent_texts import SentTexts, sent_texts_in
from chalicelib.words.sentences import Localizer
from chalicelib.words.work import about_of, hours_of, work_of, worked_of

_PRINTABLE = re.compile(r"[ -~\u00a1-\u017e\u0400-\u045f\u2013\u2014\u2018-\u201a\u201c-\u201e\u2026]*")
"""A name in Latin or Cyrillic letters, which the documents' fonts have. The client types it, and no other name may keep
an invoice from being issued: the line then has the day alone."""
_ALWAYS = ("allotment_seconds", "used_seconds")
"""Figures that are shown even if they are zero."""


class WordedInvoice(NamedTuple):
    """The texts of an invoice; every figure is already text."""

    head: tuple[str, str]
    """Above the lines: "Service", "Amount"."""
    lines: tuple[tuple[str, str], ...]
    """Text and amount."""
    net: tuple[str, str]
    balance: tuple[tuple[str, str], ...]
    """The balance statement: label and hours; the comparison comes last, if the client saves by the retainer."""
    carry_over: str


def word_invoice(shown: InvoicePreview) -> WordedInvoice:
    """The invoice as the client reads it."""
    localizer = Localizer(Formats.for_client(shown.client))
    words, money = sent_texts_in(localizer.texts.language), localizer.formats.money
    hours = named_hours(localizer, words, shown.invoice.balance, _ALWAYS)
    return WordedInvoice(
        head=(words.service, words.amount),
        lines=tuple((word_line(localizer, words, line), money(line.amount)) for line in shown.invoice.lines),
        net=(words.net, money(shown.invoice.net)),
        balance=(
            *((name, localizer.formats.hours(seconds)) for _, name, seconds in hours),
            *(((words.at_regular_rate, money(shown.invoice.at_regular_rate)),) if shown.invoice.saves else ()),
        ),
        carry_over=localizer.carry_over(shown.retainer, shown.statement.terms, shown.statement.period.end),
    )


def word_line(localizer: Localizer, words: SentTexts, line: InvoiceLine) -> str:
    """The text of a line: "6.75 hours at the normal price (100 €)"; charged hours as in its quantity."""
    formats = localizer.formats
    figure, category = formats.hours_figure(line.seconds), formats.category_of_hours(line.seconds)
    if line.kind in {LineKind.OVERAGE, LineKind.AGREED, LineKind.DEBT}:
        exact = decimal_that_multiplies(line.quantity, line.unit_price, line.amount)
        figure = formats.exact_hours(exact, line.seconds)
        category = category if exact is None else formats.category(exact)
    price = formats.price(line.price_of_hour) if line.price_of_hour else ""
    line = line if _PRINTABLE.fullmatch(line.approved_by) else replace(line, approved_by="")
    return words.lines[wording_id(line)].format(
        hours=words.hours.form(category).format(count=figure),
        price=price,
        name=line.approved_by,
        day=formats.full_day(line.approved_on) if line.approved_on else "",
    )


def named_hours(
    localizer: Localizer, words: SentTexts, balance: InvoiceBalance, always: Collection[str]
) -> Iterator[tuple[str, str, int]]:
    """Field, label (the same as on the page) and seconds of what a balance statement shows: not zero, or `always`."""
    page = localizer.texts
    names = {
        "allotment_seconds": page.included,
        "carried_in_seconds": page.carried,
        "topped_up_seconds": page.topped_up,
        "corrected_seconds": page.corrected,
        "deducted_seconds": page.deducted,
        "used_seconds": page.used,
        "overage_seconds": words.overage,
        "expired_seconds": page.expired,
        "forfeited_seconds": words.forfeited,
        "capped_seconds": words.capped,
        "carried_out_seconds": words.carried_out,
        "debt_out_seconds": page.debt,
    }
    amounts = ((field, name, getattr(balance, field)) for field, name in names.items())
    return (amount for amount in amounts if amount[2] or amount[0] in always)


def word_work(ledger: Ledger, book: ClientBook, cycle: CycleId, now: datetime) -> tuple[WorkLine, ...]:
    """The work that took the hours of an invoiced cycle, by day; project work is billed elsewhere."""
    localizer, retainer = Localizer(Formats.for_client(book.client)), find_retainer(book, cycle.retainer.retainer)
    return tuple(
        WorkLine(
            one.entry.date,
            work_of(localizer, one.entry),
            ", ".join(filter(None, (about_of(one.entry), _worked(localizer, retainer, one)))),
            hours_of(one),
        )
        for one in statement_of(cycle, book, ledger, now).entries
        if one.entry.pool is Pool.RETAINER
    )


def _worked(localizer: Localizer, retainer: Retainer, one: AccountedEntry) -> str:
    cost = hours_of(one)
    return "" if cost == one.entry.seconds else worked_of(localizer, retainer, one.entry, cost)


def word_section(client: Client, retainer: Retainer, section: Invoice, end: date) -> InvoiceWords:
    """The texts of its lines, and the carry-over rule of the cycle's last day."""
    localizer = Localizer(Formats.for_client(client))
    words = sent_texts_in(localizer.texts.language)
    terms = terms_at(retainer, day_before(end))
    return InvoiceWords(
        lines=tuple(word_line(localizer, words, line) for line in section.lines),
        carry_over=localizer.carry_over(retainer, terms, end),
        language=localizer.texts.language,
    )
