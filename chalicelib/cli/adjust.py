"""`hourtab retainer top-up` and `correct`: hours that a person adds to or takes from a cycle."""

from datetime import date
from typing import Any
from uuid import uuid4

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer
from chalicelib.cli.values import Day, Hours, Slug, money, words
from chalicelib.domain.quantities import hours_in_words
from chalicelib.parts import Parts
from chalicelib.services.cycles.adjust_hours import Adjusted, BuyHours, CorrectHours, Order, adjust_hours
from chalicelib.services.store.lookup import find_client

_ID = click.option(
    "--id",
    "name",
    type=Slug(),
    default=lambda: uuid4().hex[:12],
    help="An idempotency key: a second call with the same id has no further effect.",
)


@click.command("top-up", cls=Command)
@click.argument("client")
@click.argument("retainer")
@click.option("--hours", type=Hours(), required=True, help="As in 5, 6.75 or 1:30.")
@click.option("--price", help="What the cycle's invoice charges for them, as in 400.00; default: nothing.")
@click.option(
    "--expires", type=Day(), help="The first day on which they can no longer be used; default: they do not expire."
)
@click.option("--cycle", type=Day(), help="Any day of the cycle; default: the current cycle.")
@click.option("--note", default="", help="Shown to the client with the hours.")
@_ID
@pass_parts
def top_up(
    parts: Parts,
    client: str,
    retainer: str,
    *,
    hours: int,
    price: str | None,
    expires: date | None,
    cycle: date | None,
    note: str,
    name: str,
) -> None:
    """Add hours that the client buys, in a cycle that is not closed.

    To fix a mistake, use `hourtab retainer correct` for the hours and a line on the draft for the price.
    """
    currency = find_client(parts.directory, client).client.currency
    cost = None if price is None else money(price, currency, "--price")
    order = BuyHours(name, hours, cycle, cost, expires, " ".join(note.split()))
    _carry_out(parts, client, retainer, order)


@click.command(cls=Command)
@click.argument("client")
@click.argument("retainer")
@click.option("--hours", type=Hours(signed=True), required=True, help="As in 2 (given to the client) or -1:30 (taken).")
@click.option("--reason", required=True, help="Shown to the client with the hours.")
@click.option("--date", "day", type=Day(), help="The day on which it counts; default: today.")
@_ID
@pass_parts
def correct(parts: Parts, client: str, retainer: str, *, hours: int, reason: str, day: date | None, name: str) -> None:
    """Give hours to the client, or take them, in a cycle that is not closed.

    To undo a correction, enter the same hours with the opposite sign.
    """
    if not hours:
        raise click.BadParameter("0 hours change nothing", param_hint="--hours")
    _carry_out(parts, client, retainer, CorrectHours(name, hours, words(reason, "--reason"), day))


def _carry_out(parts: Parts, client: str, retainer: str, order: Order) -> None:
    done = adjust_hours(client, retainer, order, parts.clock(), directory=parts.directory, ledger=parts.ledger)
    answer(_as_json(done), [_line(done)])


def _line(done: Adjusted) -> str:
    seconds = done.order.seconds
    hours = f"{'-' if seconds < 0 else '+'}{hours_in_words(abs(seconds))}"
    summary = f"{done.retainer.id}, cycle of {done.cycle.start}: {hours} (id {done.order.id})"
    return f"{summary}." if done.is_new else f"{summary} was entered before and counts only once."


def _as_json(done: Adjusted) -> dict[str, Any]:
    return {
        **done.retainer.id._asdict(),
        "cycle_start": done.cycle.start.isoformat(),
        "id": done.order.id,
        "seconds": done.order.seconds,
        "is_new": done.is_new,
    }
