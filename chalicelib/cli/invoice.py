"""`hourtab invoice`: what a cycle costs."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, facts, table
from chalicelib.cli.parts import Parts
from chalicelib.domain.invoice import WORDING, InvoiceLine, wording_id
from chalicelib.domain.quantities import HOUR
from chalicelib.services.preview_invoice import InvoicePreview, preview_invoice
from chalicelib.web.formats import Formats
from chalicelib.web.sentences import Voice

_ALWAYS = ("allotment_seconds", "used_seconds")
"""Hours that are told even when they are none."""


@click.group(cls=Group)
def invoice() -> None:
    """Invoices of cycles."""


@invoice.command()
@click.argument("client")
@click.argument("retainer")
@click.option("--cycle", type=click.DateTime(["%Y-%m-%d"]), help="Any day of the cycle; without it, the current one.")
@pass_parts
def preview(parts: Parts, client: str, retainer: str, cycle: datetime | None) -> None:
    """What the invoice would be if the cycle closed as it stands. Nothing is written or numbered."""
    day = cycle.date() if cycle else None
    shown = preview_invoice(client, retainer, day, parts.now(), directory=parts.directory(), ledger=parts.ledger())
    answer(_as_json(shown), _lines(shown))


def _wording(line: InvoiceLine, formats: Formats) -> str:
    hours = f"{formats.hours_figure(line.seconds)} {'hour' if line.seconds == HOUR else 'hours'}"
    price = formats.price(line.price_of_hour) if line.price_of_hour else ""
    return WORDING[wording_id(line)].format(hours=hours, price=price)


def _lines(shown: InvoicePreview) -> Iterator[str]:
    formats = Formats.for_client(shown.client)
    period, found = shown.statement.period, shown.invoice
    yield from facts(
        (
            ("client", shown.client.name),
            ("retainer", shown.retainer.title),
            ("cycle", f"{formats.days(period.start, period.end)} ({shown.statement.state.value})"),
        )
    )
    yield ""
    rows = [(_wording(line, formats), formats.money(line.amount)) for line in found.lines]
    yield from table(("service", "amount"), [*rows, ("Total net amount", formats.money(found.net))], right=("amount",))
    yield ""
    hours = ((name, seconds) for name, seconds in asdict(found.balance).items() if seconds or name in _ALWAYS)
    told = [(name.removesuffix("_seconds").replace("_", " "), formats.hours(value)) for name, value in hours]
    yield from facts([*told, ("at the regular rate", formats.money(found.at_regular_rate))])
    yield Voice(formats).carry_over(shown.statement.terms, shown.retainer.length)


def _as_json(shown: InvoicePreview) -> dict[str, Any]:
    formats = Formats.for_client(shown.client)
    period, found = shown.statement.period, shown.invoice
    return {
        "client": shown.client.id,
        "retainer": shown.retainer.id.retainer,
        "cycle": {
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "state": shown.statement.state.value,
        },
        "currency": found.net.currency,
        "lines": [
            {
                "kind": line.kind.value,
                "text": _wording(line, formats),
                "seconds": line.seconds,
                "unit_price_minor": line.unit_price.minor,
                "amount_minor": line.amount.minor,
            }
            for line in found.lines
        ],
        "net_minor": found.net.minor,
        "balance": asdict(found.balance),
        "at_regular_rate_minor": found.at_regular_rate.minor,
        "carry_over": Voice(formats).carry_over(shown.statement.terms, shown.retainer.length),
    }
