"""`hourtab invoice`: what a cycle costs."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, facts, table
from chalicelib.cli.parts import Parts
from chalicelib.services.preview_invoice import InvoicePreview, preview_invoice
from chalicelib.services.statement_json import cycle_json
from chalicelib.web.formats import Formats
from chalicelib.web.word_invoice import word_invoice


@click.group(cls=Group)
def invoice() -> None:
    """Invoices of cycles."""


@invoice.command()
@click.argument("client")
@click.argument("retainer")
@click.option("--cycle", type=click.DateTime(["%Y-%m-%d"]), help="Any day of the cycle; without it, the current one.")
@pass_parts
def preview(parts: Parts, client: str, retainer: str, cycle: datetime | None) -> None:
    """What the invoice would be if the cycle closed as it stands. Nothing is written or numbered.

    Its lines, its balance and the rule are in the client's language, as the client will read them.
    """
    day = cycle.date() if cycle else None
    shown = preview_invoice(client, retainer, day, parts.now(), directory=parts.directory(), ledger=parts.ledger())
    answer(_as_json(shown), _lines(shown))


def _lines(shown: InvoicePreview) -> Iterator[str]:
    period, worded = shown.statement.period, word_invoice(shown)
    yield from facts(
        (
            ("client", shown.client.name),
            ("retainer", shown.retainer.title),
            ("cycle", f"{Formats().days(period.start, period.end)} ({shown.statement.state.value})"),
        )
    )
    yield ""
    yield from table(worded.head, (*worded.lines, worded.net), right=worded.head[1:])
    yield ""
    yield from facts(worded.balance)
    yield worded.carry_over


def _as_json(shown: InvoicePreview) -> dict[str, Any]:
    found, worded = shown.invoice, word_invoice(shown)
    return {
        "client": shown.client.id,
        "retainer": shown.retainer.id.retainer,
        "cycle": cycle_json(shown.statement),
        "currency": found.net.currency,
        "lines": [
            {
                "kind": line.kind.value,
                "text": text,
                "seconds": line.seconds,
                "unit_price_minor": line.unit_price.minor,
                "amount_minor": line.amount.minor,
            }
            for line, (text, _) in zip(found.lines, worded.lines, strict=True)
        ],
        "net_minor": found.net.minor,
        "balance": asdict(found.balance),
        "at_regular_rate_minor": found.at_regular_rate.minor,
        "carry_over": worded.carry_over,
    }
