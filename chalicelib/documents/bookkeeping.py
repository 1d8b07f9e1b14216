"""What the tables for accounting programs have in common: plain figures, escaped text, one tax code per invoice."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO

from chalicelib.documents.quantities import HOURS, decimal_quantity, exact, seconds_of
from chalicelib.domain.billing import DocumentLine, InvoiceDocument
from chalicelib.domain.quantities import Money, clock
from chalicelib.render.text import plain, spreadsheet_text

NO_TAX = "none"
"""The tax key of a document that mentions no tax."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The names used in the operator's books; each program has its own defaults."""

    account: str = ""
    """The revenue account."""
    item: str = ""
    """The product or service."""
    taxes: Mapping[str, str] = field(default_factory=dict)
    """Names of taxes by category and per cent (`S 19`, `AE 0`), or by `none`; others get the default."""
    date: str = "%d/%m/%Y"
    """How dates are written, as `strftime` takes it: `%m/%d/%Y` in the United States."""


def tax_key(document: InvoiceDocument) -> str:
    """The tax of the document as `Codes.taxes` names it: `S 19`.

    Raises:
        ValueError: it has several rates, and the lines do not say which applies to them.
    """
    if len(document.taxes) > 1:
        raise ValueError(f"{document.number} has several tax rates: its lines do not say which is theirs")
    return f"{document.taxes[0].tax.category} {percent(document)}" if document.taxes else NO_TAX


def percent(document: InvoiceDocument) -> str:
    """The rate without trailing zeros: `19`, `7.7`; `0` if there is no tax."""
    return f"{exact(document.taxes[0].tax.percent):f}" if document.taxes else "0"


def multiplied(line: DocumentLine) -> tuple[str, Decimal, Decimal]:
    """Description, quantity and unit price that multiply out with four decimal places.

    If no decimal quantity does, the line is 1 × its amount, and the hours are added to the description. A price is
    never negative: a deduction has a negative quantity.
    """
    text, quantity, price = plain(line.text), decimal_quantity(line), line.unit_price.amount
    if quantity is None:
        text, quantity, price = f"{text} · {_hours(line)}", Decimal(1), line.amount.amount
    return spreadsheet_text(text), (-quantity if price < 0 else quantity), abs(price)


def figure(amount: Money) -> str:
    """An amount with a decimal point and all decimals of its currency: `1675.00`, `5000`."""
    return f"{amount.amount:f}"


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """The file: UTF-8 without a byte order mark, commas, CRLF (RFC 4180)."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _hours(line: DocumentLine) -> str:
    return f"{clock(seconds_of(line))} h" if line.unit == HOURS else f"{line.quantity}"
