"""Invoices as QuickBooks Online imports them (Gear > Import data): the columns of its sample file.

Starred columns are required. Amounts exclude tax: choose "exclusive of tax" when importing.
"""

from collections.abc import Iterable, Iterator

from chalicelib.documents.bookkeeping import Codes, multiplied, percent, tax_name
from chalicelib.documents.quantities import signed
from chalicelib.domain.billing import InvoiceDocument, InvoiceKind
from chalicelib.domain.quantities import Money
from chalicelib.render.text import csv_text, plain, spreadsheet_text

HEADER = (
    "*InvoiceNo",
    "*Customer",
    "*InvoiceDate",
    "*DueDate",
    "Terms",
    "Location",
    "Memo",
    "Item(Product/Service)",
    "ItemDescription",
    "ItemQuantity",
    "ItemRate",
    "*ItemAmount",
    "*ItemTaxCode",
    "ItemTaxAmount",
    "Currency",
    "Service Date",
)
DEFAULTS = Codes(item="Sales")
"""QuickBooks creates the item "Sales" itself if a line names none."""
_TAXES = {"Z": "0.0% Z", "E": "Exempt"}
"""The tax codes of a company in the United Kingdom, by category; S names its rate. The import asks to map them."""


def quickbooks_csv(documents: Iterable[InvoiceDocument], codes: Codes = DEFAULTS) -> str:
    """The file, one row per line.

    QuickBooks imports credit notes separately, with positive amounts: invoices and credit notes belong in two files.

    Raises:
        ValueError: a document has several tax rates.
    """
    return csv_text(HEADER, (row for document in documents for row in _rows(document, codes)))


def _rows(document: InvoiceDocument, codes: Codes) -> Iterator[tuple[str, ...]]:
    sign = -1 if document.kind is InvoiceKind.CREDIT_NOTE else 1
    rate = percent(document)
    code = tax_name(document, codes, {"S": f"{rate if '.' in rate else f'{rate}.0'}% S", **_TAXES})
    for line, tax in zip(document.lines, _taxes_of_lines(document), strict=True):
        text, quantity, price = multiplied(line)
        yield (
            spreadsheet_text(document.number),
            spreadsheet_text(plain(document.buyer.name)),
            document.issued_on.strftime(codes.date),
            document.due_on.strftime(codes.date),
            *("", ""),
            spreadsheet_text(plain(document.corrects or document.retainer_title)),
            codes.item,
            text,
            f"{sign * quantity:f}",
            f"{price:f}",
            f"{signed(line.amount, sign):f}",
            code,
            f"{signed(tax, sign):f}",
            document.gross.currency,
            "",
        )


def _taxes_of_lines(document: InvoiceDocument) -> list[Money]:
    """The allocation of the tax to the lines; the last one gets the rounding difference, so that they add up."""
    currency = document.gross.currency
    if not document.taxes:
        return [Money(0, currency)] * len(document.lines)
    total = document.taxes[0]
    parts = [line.amount.times(total.tax.percent / 100) for line in document.lines[:-1]]
    return [*parts, Money(total.amount.minor - sum(part.minor for part in parts), currency)]
