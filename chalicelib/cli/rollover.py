"""`hourtab rollover`: run the cycle close, or show what it would do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer, table
from chalicelib.cli.values import Instant
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.cycles.close_due import CycleStep, close_due, overdue_steps
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.lookup import find_client, list_clients


@click.command(cls=Command)
@click.argument("client", required=False)
@click.option("--at", type=Instant(), help="Run as of this time; one in the future needs --dry-run.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing.")
@pass_parts
def rollover(parts: Parts, client: str | None, at: datetime | None, dry_run: bool) -> None:
    """Close the cycles whose grace period is over and announce new ones, for all clients or for CLIENT.

    The deployment does this automatically every hour; use this command to look ahead or to run it now.
    """
    now = at or parts.clock()
    if now > parts.clock() and not dry_run:
        raise click.UsageError(
            "A close cannot be undone, so a time in the future can only be previewed: add --dry-run."
        )
    books = (find_client(parts.directory, client),) if client else list_clients(parts.directory)
    done = [one for book in books for one in _run(parts, book, now, dry_run=dry_run)]
    answer([_as_json(one, dry_run) for one in done], _lines(done, dry_run))


def _run(parts: Parts, book: ClientBook, now: datetime, *, dry_run: bool) -> Iterable[CycleStep]:
    if dry_run:
        return overdue_steps(book, parts.ledger, now)
    return close_due(parts.directory, parts.ledger, book.client.id, now)


def _lines(done: list[CycleStep], dry_run: bool) -> list[str]:
    if not done:
        return ["Nothing is due."]
    rows = ((f"{one.step.due_at:%Y-%m-%d %H:%M}", *_named(one)) for one in done)
    lines = table(("due (UTC)", "step", "client", "retainer", "cycle"), rows)
    return [*lines, "", "Nothing was written."] if dry_run else lines


def _named(one: CycleStep) -> tuple[str, ...]:
    of = one.step.retainer.id
    return one.step.kind.value, of.client, of.retainer, str(one.step.period.start)


def _as_json(one: CycleStep, dry_run: bool) -> dict[str, Any]:
    step, client, retainer, start = _named(one)
    return {
        "due_at": instant_json(one.step.due_at),
        "step": step,
        "client": client,
        "retainer": retainer,
        "cycle_start": start,
        "dry_run": dry_run,
    }
