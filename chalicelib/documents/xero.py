"""Invoices as Xero imports them (Business > Invoices > Import): the columns of its template for sales invoices.

Starred columns are required. Amounts exclude tax; Xero computes the tax from the name of the rate.
"""

from collections.abc import Iterable, Iterator

from chalicelib.documents.bookkeeping import Codes, multiplied, percent, tax_name
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.render.text import csv_text, plain, spreadsheet_text

HEADER = (
    "*ContactName",
    "EmailAddress",
    "POAddressLine1",
    "POAddressLine2",
    "POAddressLine3",
    "POAddressLine4",
    "POCity",
    "PORegion",
    "POPostalCode",
    "POCountry",
    "*InvoiceNumber",
    "Reference",
    "*InvoiceDate",
    "*DueDate",
    "InventoryItemCode",
    "*Description",
    "*Quantity",
    "*UnitAmount",
    "Discount",
    "*AccountCode",
    "*TaxType",
    "TrackingName1",
    "TrackingOption1",
    "TrackingName2",
    "TrackingOption2",
    "Currency",
    "BrandingTheme",
)
DEFAULTS = Codes(account="200")
"""Account 200 is "Sales" in Xero's default chart of accounts."""
_TAXES = {"Z": "Zero Rated Income", "E": "Exempt Income"}
"""The display names of tax rates of an organisation in the United Kingdom, by category; S names its rate."""
_ADDRESS_LINES = 4


def xero_csv(documents: Iterable[InvoiceDocument], codes: Codes = DEFAULTS) -> str:
    """The file, one row per line; a credit note has negative quantities.

    Raises:
        ValueError: a document has several tax rates.
    """
    return csv_text(HEADER, (row for document in documents for row in _rows(document, codes)))


def _rows(document: InvoiceDocument, codes: Codes) -> Iterator[tuple[str, ...]]:
    buyer = document.buyer
    kind = tax_name(document, codes, {"S": f"{percent(document)}% (VAT on Income)", **_TAXES})
    lines = [spreadsheet_text(plain(line)) for line in buyer.address]
    address = [*lines[: _ADDRESS_LINES - 1], ", ".join(lines[_ADDRESS_LINES - 1 :])]
    for line in document.lines:
        text, quantity, price = multiplied(line)
        yield (
            spreadsheet_text(plain(buyer.name)),
            spreadsheet_text(buyer.email),
            *(address + [""] * _ADDRESS_LINES)[:_ADDRESS_LINES],
            *("", "", ""),
            buyer.country,
            spreadsheet_text(document.number),
            spreadsheet_text(plain(document.corrects or document.retainer_title)),
            document.issued_on.strftime(codes.date),
            document.due_on.strftime(codes.date),
            "",
            text,
            f"{quantity:f}",
            f"{price:f}",
            "",
            codes.account,
            kind,
            *("", "", "", ""),
            document.gross.currency,
            "",
        )
