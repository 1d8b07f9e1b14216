"""What the tables for accounting programs have in common: plain figures, escaped text, one tax code per invoice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from chalicelib.documents.quantities import HOURS, decimal_quantity, exact, seconds_of
from chalicelib.domain.billing import DocumentLine, InvoiceDocument
from chalicelib.domain.quantities import clock
from chalicelib.render.text import plain, spreadsheet_text


@dataclass(frozen=True, slots=True)
class Codes:
    """The names used in the operator's books; each program has its own defaults."""

    account: str = ""
    """The revenue account."""
    item: str = ""
    """The product or service."""
    taxes: Mapping[str, str] = field(default_factory=dict)
    """Names of taxes by category and per cent (`S 19`, `AE 0`), or by `none`; others get the program's."""
    date: str = "%d/%m/%Y"
    """How dates are written, as `strftime` takes it: `%m/%d/%Y` in the United States."""


def tax_name(document: InvoiceDocument, codes: Codes, by_category: Mapping[str, str]) -> str:
    """The name of the document's tax in the operator's books, else in the program's own.

    Raises:
        ValueError: it has several rates, and the lines do not say which applies to them.
    """
    if len(document.taxes) > 1:
        raise ValueError(f"{document.number} has several tax rates: its lines do not say which is theirs")
    category = document.taxes[0].tax.category if document.taxes else ""
    key = f"{category} {percent(document)}" if category else "none"
    return codes.taxes.get(key, by_category.get(category, "No VAT"))


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


def _hours(line: DocumentLine) -> str:
    return f"{clock(seconds_of(line))} h" if line.unit == HOURS else f"{line.quantity}"
