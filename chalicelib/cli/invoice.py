"""`hourtab invoice`: preview, adjust, issue, void and export the invoices of cycles."""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.errors import FAILED, one_line
from chalicelib.cli.invoice_answers import invoice_json, list_lines, preview_json, preview_lines, show_lines
from chalicelib.cli.invoice_export import export
from chalicelib.cli.invoice_files import FORMATS, invoice_file
from chalicelib.cli.output import answer
from chalicelib.cli.values import Day, Month, words
from chalicelib.domain.billing import InvoiceKind, InvoiceRecord, InvoiceState
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.quantities import Money
from chalicelib.parts import Parts
from chalicelib.services.invoices.issue import adjust as adjust_invoice
from chalicelib.services.invoices.issue import issue as issue_invoice
from chalicelib.services.invoices.issue import void as void_invoice
from chalicelib.services.invoices.read import ShownInvoice, find_invoice, list_invoices, preview_invoice, show_invoice
from chalicelib.services.store.lookup import find_client
from chalicelib.services.store.tasks import invoice_mail

_AMOUNT = re.compile(r"[+-]?\d{1,12}(\.\d+)?")

invoice = Group(commands=[export])


@invoice.command()
@click.argument("client")
@click.argument("retainer")
@click.option("--cycle", type=Day(), help="Any day of the cycle; default: the current cycle.")
@pass_parts
def preview(parts: Parts, client: str, retainer: str, cycle: date | None) -> None:
    """Show the invoice that the cycle would get if it closed now. Writes nothing and uses no number.

    Lines, balance and carry-over rule are in the client's language, as the client will read them.
    """
    shown = preview_invoice(client, retainer, cycle, parts.clock(), directory=parts.directory, ledger=parts.ledger)
    answer(preview_json(shown), preview_lines(shown))


@invoice.command("list")
@click.option("--client", help="Only those of this client.")
@click.option("--state", type=click.Choice([each.value for each in InvoiceState]), help="Only those in this state.")
@click.option("--of", "month", type=Month(), help="Only of cycles that ended in this month, as in 2026-11.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many.")
@pass_parts
def list_newest(parts: Parts, client: str | None, state: str | None, month: date | None, limit: int) -> None:
    """List drafts, invoices and credit notes, newest first, with their sums."""
    found = list_invoices(parts.invoice_ports, client, InvoiceState(state) if state else None, month)
    shown = list(islice(found, limit))
    nothing = (
        "No invoice matches."
        if client or state or month
        else "There are none yet: one is drafted when a live cycle closes."
    )
    answer([invoice_json(one) for one in shown], list_lines(shown, nothing))


@invoice.command()
@click.argument("id")
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), help="Write a file of this format; default: text for the terminal."
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; required for a PDF."
)
@pass_parts
def show(parts: Parts, id: str, kind: str | None, output: Path | None) -> None:  # noqa: A002 - the name on the command line
    """Show one invoice: an issued one as it was issued, a draft as it would be issued today."""
    if output and kind is None:
        raise click.UsageError("The file needs a --format.")
    if kind == "pdf" and output is None:
        raise click.UsageError("A PDF needs a file to be written to: add -o.")
    shown = show_invoice(parts.invoice_ports, id)
    if kind is None:
        answer(invoice_json(shown), show_lines(shown))
        return
    book = find_client(parts.directory, shown.record.client)
    look = book.operator.accent, parts.directory.read_printed_logo(shown.document.logo)
    file = invoice_file(shown, kind, parts.client_address(book) or "", *look)
    if output is None:
        click.echo(file, nl=False)
        return
    output.write_bytes(file)
    answer({"id": shown.record.id, "file": str(output), "bytes": len(file)}, [f"Wrote {output}."])


@invoice.command()
@click.argument("id")
@click.option("--amount", required=True, help="In the client's currency, as in 50.00 or -50.00.")
@click.option("--reason", required=True, help="Printed as the text of the line.")
@pass_parts
def adjust(parts: Parts, id: str, amount: str, reason: str) -> None:  # noqa: A002 - the name on the command line
    """Add a line with a reason to a draft; a negative amount is a deduction."""
    ports = parts.invoice_ports
    currency = find_invoice(ports.invoices, id).invoice.net.currency
    adjust_invoice(ports.invoices, id, _money(amount, currency), _reason(reason), parts.clock())
    shown = show_invoice(ports, id)
    answer(invoice_json(shown), show_lines(shown))


@invoice.command()
@click.argument("id", required=False)
@click.option("--on", type=Day(), help="The invoice date; default: today.")
@click.option("--all", "issues_all", is_flag=True, help="All drafts of the month --of, which are listed first.")
@click.option("--of", "month", type=Month(), help="With --all: the month in which the cycles ended, as in 2026-11.")
@click.option("--yes", is_flag=True, help="With --all: do not ask.")
@pass_parts
def issue(
    parts: Parts,
    id: str | None,  # noqa: A002 - the name on the command line
    on: date | None,
    *,
    issues_all: bool,
    month: date | None,
    yes: bool,
) -> None:
    """Issue a draft: number it, freeze it, and mail it to the client's billing address.

    An invoice that is already issued keeps its number and is only shown.
    """
    if (id is None) != issues_all or (month is None) == issues_all:
        raise click.UsageError("Name the draft by its ID, or all of a month by --all --of 2026-11.")
    if id is None:
        _issue_all(parts, month, on, yes=yes)
        return
    before = find_invoice(parts.invoice_ports.invoices, id)
    _answer_issued(parts, issue_invoice(parts.invoice_ports, id, on), is_repeated=before.state is InvoiceState.ISSUED)


@invoice.command()
@click.argument("id")
@click.option("--reason", required=True, help="Printed on the credit note.")
@pass_parts
def void(parts: Parts, id: str, reason: str) -> None:  # noqa: A002 - the name on the command line
    """Cancel an issued invoice with a credit note, which gets the next number and is mailed, too.

    The cycle then has a draft again, which you can adjust and issue; lines that you had added are not copied.
    """
    invoices = parts.invoice_ports.invoices
    before = find_invoice(invoices, id)
    credit = void_invoice(parts.invoice_ports, id, _reason(reason))
    _answer_issued(parts, credit, find_invoice(invoices, id), is_repeated=before.state is InvoiceState.VOID)


def _issue_all(parts: Parts, month: date | None, on: date | None, *, yes: bool) -> None:
    """Issue the drafts of a month, the earliest first; one that cannot be issued stops none of the others."""
    drafts = [*list_invoices(parts.invoice_ports, state=InvoiceState.DRAFT, month=month)]
    drafts.sort(key=lambda one: (one.record.period_end, one.record.id))
    if drafts and not yes:
        for line in list_lines(drafts, ""):
            click.echo(line, err=True)
        click.confirm("Number them, freeze them, and mail them?", abort=True, err=True)
    issued, problems = [], []
    for one in drafts:
        try:
            record = issue_invoice(parts.invoice_ports, one.record.id, on)
        except HourTabError as error:
            problems.append((one.record.id, one_line(error)))
            continue
        if record.document:
            issued.append(ShownInvoice(record, record.document))
            if record.document.buyer.email:
                with suppress(HourTabError):  # the mail is pending, and its function finds it by itself, too
                    parts.task_queue.send([invoice_mail(record, parts.clock()).id])
    answer(
        {
            "issued": [invoice_json(one) for one in issued],
            "problems": [{"id": name, "reason": reason} for name, reason in problems],
        },
        [*list_lines(issued, "No draft was issued."), *(f"{name}: {reason}" for name, reason in problems)],
    )
    if problems:
        raise click.exceptions.Exit(FAILED)


def _answer_issued(
    parts: Parts, record: InvoiceRecord, voided: InvoiceRecord | None = None, *, is_repeated: bool
) -> None:
    """Show the number and the address it is mailed to, and queue the mail; of an invoice that is void, what follows."""
    shown = show_invoice(parts.invoice_ports, record.id)
    client = record.client
    address = shown.document.buyer.email
    if address:
        parts.task_queue.send([invoice_mail(record, parts.clock()).id])
    what = "credit note" if record.kind is InvoiceKind.CREDIT_NOTE else "invoice"
    name = find_client(parts.directory, client).client.name
    mailed = f", mailed to {address}" if address else ", not mailed: the client's `billing` has no `email`"
    done = "; this was done before, and nothing was changed" if is_repeated else mailed
    lines = [f"{shown.number}: {what} to {name}, dated {shown.document.issued_on}{done}."]
    if voided and voided.followed_by:
        lines.append(
            f"The cycle has a draft again: {voided.followed_by}. Nothing issues it but `hourtab invoice issue`."
        )
    if voided and voided.adjustments:
        lines.append("Lines that were added to the void invoice and are not in the draft:")
        lines += [f"  {one.amount.amount} {one.amount.currency}  {one.reason}" for one in voided.adjustments]
    answer(invoice_json(shown) | {"done_before": is_repeated}, lines)


def _money(written: str, currency: str) -> Money:
    if _AMOUNT.fullmatch(written) is None:
        raise click.BadParameter(f"{written} is not an amount; write it as 50.00 or -50.00", param_hint="--amount")
    try:
        return Money.of(Decimal(written), currency)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--amount") from None


def _reason(written: str) -> str:
    return words(written, "--reason", "give a reason in a few words; it is printed")
