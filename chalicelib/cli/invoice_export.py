"""`hourtab invoice export`: many invoices as one table for a bookkeeping program (docs/invoice-files.md)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer
from chalicelib.cli.values import Day
from chalicelib.documents import quickbooks, xero
from chalicelib.documents.bookkeeping import Codes
from chalicelib.domain.billing import InvoiceKind
from chalicelib.parts import Parts
from chalicelib.services.invoices.read import issued_invoices

_TABLES = {"xero": xero.xero_csv, "quickbooks": quickbooks.quickbooks_csv}
_DEFAULTS = {"xero": xero.DEFAULTS, "quickbooks": quickbooks.DEFAULTS}
_KINDS = {"xero": {*InvoiceKind}, "quickbooks": {InvoiceKind.INVOICE}}
"""The kinds of document that the program accepts in one file."""


@click.command(cls=Command)
@click.option(
    "--for", "program", type=click.Choice([*_DEFAULTS]), required=True, help="The program whose columns to write."
)
@click.option("--client", help="Only those of this client.")
@click.option("--from", "first", type=Day(), help="Issued on this day or later.")
@click.option("--to", "last", type=Day(), help="Issued on this day or earlier.")
@click.option(
    "--credit-notes", is_flag=True, help="Export credit notes instead; QuickBooks needs them in a separate file."
)
@click.option("--account", help="The revenue account (Xero).")
@click.option("--item", help="The product or service (QuickBooks).")
@click.option("--tax", "taxes", multiple=True, metavar="TAX=NAME", help="The program's name for a tax: 'S 19=VAT 19'.")
@click.option("--us-dates", is_flag=True, help="Write dates as 11/04/2026 for 4 November.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write."
)
@pass_parts
def export(
    parts: Parts,
    *,
    program: str,
    client: str | None,
    first: date | None,
    last: date | None,
    credit_notes: bool,
    account: str | None,
    item: str | None,
    taxes: tuple[str, ...],
    us_dates: bool,
    output: Path,
) -> None:
    """Write the issued invoices as a table that Xero or QuickBooks Online imports.

    A tax is named by category and percentage, or `none` for an invoice that shows no tax.
    """
    if credit_notes and program == "xero":
        raise click.UsageError("Xero takes credit notes in the same file: leave --credit-notes out.")
    codes = _codes(_DEFAULTS[program], account, item, taxes, us_dates=us_dates)
    documents = issued_invoices(parts.invoice_ports, client, first or date.min, last or date.max)
    kinds = {InvoiceKind.CREDIT_NOTE} if credit_notes else _KINDS[program]
    chosen = [document for document in documents if document.kind in kinds]
    output.write_bytes(_TABLES[program](chosen, codes).encode())
    numbers = [document.number for document in chosen]
    answer(
        {"file": str(output), "numbers": numbers},
        [f"{output}: {', '.join(numbers) or 'nothing was issued in that period'}"],
    )


def _codes(defaults: Codes, account: str | None, item: str | None, taxes: Iterable[str], *, us_dates: bool) -> Codes:
    named = [tax.partition("=") for tax in taxes]
    if not all(sign and name for _, sign, name in named):
        raise click.BadParameter("write it as in 'S 19=VAT 19'", param_hint="--tax")
    return replace(
        defaults,
        account=account or defaults.account,
        item=item or defaults.item,
        taxes={tax.strip(): name.strip() for tax, _, name in named},
        date="%m/%d/%Y" if us_dates else defaults.date,
    )
