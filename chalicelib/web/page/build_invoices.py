"""Builds the list of a client's invoices (`?invoices=1`), each with a link to its PDF that ends."""

from typing import NamedTuple

from chalicelib.domain.billing import InvoiceDocument, InvoiceKind
from chalicelib.domain.retainer import Client
from chalicelib.services.invoices.offer import Offer
from chalicelib.words.formats import Formats
from chalicelib.words.sent_texts import SentTexts, sent_texts_in


class InvoiceRow(NamedTuple):
    """An invoice or a credit note."""

    token: str
    kind: str
    number: str
    note: str
    """Its period, and which other document cancels it, or is cancelled by it."""
    iso_date: str
    date: str
    amount: str


class InvoiceList(NamedTuple):
    """The list; without rows there is only the note."""

    head: tuple[str, str, str]
    rows: tuple[InvoiceRow, ...]
    note: str


def build_invoices(client: Client, language: str, offer: Offer) -> InvoiceList:
    """The list in the page's language."""
    formats, words = Formats.for_client(client), sent_texts_in(language)
    numbers = {one.id: one.document.number for one in offer.records if one.document}
    rows = tuple(
        InvoiceRow(
            token=token,
            kind=words.title[document.kind],
            number=document.number,
            note=_note(formats, words, document, numbers.get(record.voided_by) if record.voided_by else None),
            iso_date=document.issued_on.isoformat(),
            date=formats.full_day(document.issued_on),
            amount=formats.money(document.gross),
        )
        for record, token in zip(offer.records, offer.tokens, strict=True)
        if (document := record.document)
    )
    note = words.links_end.format(day=formats.full_day(offer.last_day)) if rows else words.no_invoices
    if offer.has_more:
        note = f"{words.newest_invoices.format(count=formats.number(len(rows)))} {note}"
    return InvoiceList((words.title[InvoiceKind.INVOICE], words.issued_on, words.gross), rows, note)


def _note(formats: Formats, words: SentTexts, document: InvoiceDocument, cancelled_by: str | None) -> str:
    said = [formats.days(document.period_start, document.period_end)]
    if document.corrects:
        said.append(f"{words.corrects} {document.corrects}")
    if cancelled_by:
        said.append(words.cancelled_by.format(number=cancelled_by))
    return " · ".join(said)
