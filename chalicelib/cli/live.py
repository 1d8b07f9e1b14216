"""`hourtab retainer go-live`: end the backfill of a retainer."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer, plain, table
from chalicelib.cli.values import Day, Hours
from chalicelib.domain.cycle import Lot
from chalicelib.parts import Parts
from chalicelib.render.json_values import statement_json
from chalicelib.services.cycles.go_live import GoLive, WentLive, go_live, plan_go_live
from chalicelib.services.store.lookup import find_client
from chalicelib.words.formats import Formats


@click.command("go-live", cls=Command)
@click.argument("client")
@click.argument("retainer")
@click.option(
    "--opening-balance",
    type=Hours(signed=True),
    help="Hours to start with instead of those carried over from past cycles; a negative value is a debt.",
)
@click.option("--on", type=Day(), help="A day of the first live cycle; default: today.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing.")
@pass_parts
def go_live_command(
    parts: Parts, client: str, retainer: str, *, opening_balance: int | None, on: date | None, dry_run: bool
) -> None:
    """Close the past cycles of a retainer in backfill without invoices, and start invoicing it.

    This cannot be undone. If it is interrupted, run it again: it continues where it stopped. Hours are in the client's
    own format.
    """
    act = plan_go_live if dry_run else go_live
    wanted = GoLive(on, opening_balance)
    done = act(client, retainer, wanted, parts.clock(), directory=parts.directory, ledger=parts.ledger)
    formats = Formats.for_client(find_client(parts.directory, client).client)
    answer(_as_json(done, dry_run), _lines(done, formats, dry_run=dry_run))


def _lines(done: WentLive, formats: Formats, *, dry_run: bool) -> Iterator[str]:
    name, live = done.retainer.id, done.retainer.live_from
    if done.was_live:
        yield f"{name} is already live from {live}; nothing was done."
        return
    if done.closed:
        rows = (
            (str(one.period.start), formats.hours(one.figures.used_seconds), formats.hours(_sum(one.carried_out)))
            for one in done.closed
        )
        yield from table(("closed", "used", "carried out"), rows, right=("used", "carried out"))
        yield ""
    yield f"{name} {'would be' if dry_run else 'is'} live from {live}{plain(_starts_with(done, formats))}."


def _starts_with(done: WentLive, formats: Formats) -> str:
    if done.carry_forward is None:
        return ""
    if done.carry_forward.debt_seconds:
        return f" and starts with {formats.hours(done.carry_forward.debt_seconds)} to be deducted"
    return f" and starts with {formats.hours(_sum(done.carry_forward.lots))} carried in"


def _sum(lots: Iterable[Lot]) -> int:
    return sum(lot.seconds for lot in lots)


def _as_json(done: WentLive, dry_run: bool) -> dict[str, Any]:
    carry_forward = done.carry_forward
    return {
        **done.retainer.id._asdict(),
        "dry_run": dry_run,
        "was_live": done.was_live,
        "live_from": done.retainer.live_from.isoformat() if done.retainer.live_from else None,
        "carried_in_seconds": _sum(carry_forward.lots) if carry_forward else None,
        "debt_in_seconds": carry_forward.debt_seconds if carry_forward else None,
        "closed": [statement_json(one) for one in done.closed],
    }
