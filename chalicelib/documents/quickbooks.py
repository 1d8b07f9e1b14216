"""Invoices as QuickBooks Online imports them (Gear > Import data): the columns of its sample file.

Starred columns are required. Amounts exclude tax: choose "exclusive of tax" when importing.
"""

from collections.abc import Iterable, Iterator

from chalicelib.documents.bookkeeping import NO_TAX, Codes, figure, multiplied, percent, table, tax_key
from chalicelib.domain.billing import InvoiceDocument, InvoiceKind
from chalicelib.domain.quantities import Money
from chalicelib.render.text import plain, spreadsheet_text

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


def quickbooks_csv(documents: Iterable[InvoiceDocument], codes: Codes = DEFAULTS) -> str:
    """The file, one row per line.

    QuickBooks imports credit notes separately, with positive amounts: invoices and credit notes belong in two files.

    Raises:
        ValueError: a document has several tax rates.
    """
    return table(HEADER, (row for document in documents for row in _rows(document, codes)))


def _rows(document: InvoiceDocument, codes: Codes) -> Iterator[tuple[str, ...]]:
    sign = -1 if document.kind is InvoiceKind.CREDIT_NOTE else 1
    code, taxes = _tax_code(document, codes), _taxes_of_lines(document)
    for line, tax in zip(document.lines, taxes, strict=True):
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
            figure(_signed(line.amount, sign)),
            code,
            figure(_signed(tax, sign)),
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


def _signed(amount: Money, sign: int) -> Money:
    return Money(sign * amount.minor, amount.currency)


def _tax_code(document: InvoiceDocument, codes: Codes) -> str:
    """The name of the tax code; by default that of a company in the United Kingdom. The import asks to map it."""
    key = tax_key(document)
    rate = percent(document)
    standard = f"{rate if '.' in rate else f'{rate}.0'}% S" if key.startswith("S ") else "No VAT"
    return codes.taxes.get(key, standard if key == NO_TAX else _TAXES.get(key.split()[0], standard))
