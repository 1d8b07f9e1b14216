"""`hourtab client remove` and `hourtab retainer remove`: what was set up by mistake goes, with all its hours."""

from collections.abc import Iterator
from typing import Any

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer
from chalicelib.domain.quantities import hours_in_words
from chalicelib.parts import Parts
from chalicelib.services.setup.remove import Removal, Remove, RemovedRetainer

_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be removed; write nothing.")


@click.command("remove", cls=Command)
@click.argument("client")
@_YES
@_DRY_RUN
@pass_parts
def remove_client(parts: Parts, client: str, yes: bool, dry_run: bool) -> None:
    """Remove CLIENT with all its retainers, hours and drafts, if no invoice was issued.

    Its link stops working. The plan is shown first, and nothing is done unless you agree.
    """
    _run(parts, client, None, yes=yes, dry_run=dry_run)


@click.command("remove", cls=Command)
@click.argument("client")
@click.argument("retainer")
@_YES
@_DRY_RUN
@pass_parts
def remove_retainer(parts: Parts, client: str, retainer: str, yes: bool, dry_run: bool) -> None:
    """Remove a retainer with its hours, drafts and rules, if no invoice was issued for it.

    The plan is shown first, and nothing is done unless you agree.
    """
    _run(parts, client, retainer, yes=yes, dry_run=dry_run)


def _run(parts: Parts, client: str, retainer: str | None, *, yes: bool, dry_run: bool) -> None:
    use_case = Remove(parts.directory, parts.ledger, parts.invoice_ports.invoices, parts.clock)
    planned = use_case.preview(client, retainer)
    if not dry_run and not yes:
        for line in _lines(planned):
            click.echo(line, err=True)
        click.confirm(f"This cannot be undone. Remove {planned.name}?", abort=True, err=True)
    done = planned if dry_run else use_case.remove(client, retainer)
    answer(_as_json(done, dry_run), _answer(done, dry_run))


def _answer(removal: Removal, dry_run: bool) -> Iterator[str]:
    yield from _lines(removal)
    yield f"Nothing was written; {removal.name} would be removed." if dry_run else f"{removal.name} is removed."


def _lines(removal: Removal) -> Iterator[str]:
    for one in removal.retainers:
        yield f"{one.retainer}: {', '.join(_parts(one))}"
    if removal.rules:
        yield _count(removal.rules, "routing rule")


def _parts(one: RemovedRetainer) -> Iterator[str]:
    """What goes with a retainer; top-ups and corrections only if there are any."""
    yield f"{hours_in_words(one.seconds)} worked in {_count(one.cycles, 'cycle')}"
    if one.top_ups:
        yield f"{_count(one.top_ups, 'top-up')} ({hours_in_words(one.top_up_seconds)})"
    if one.corrections:
        sign = "-" if one.correction_seconds < 0 else "+"
        yield f"{_count(one.corrections, 'correction')} ({sign}{hours_in_words(abs(one.correction_seconds))})"
    yield _count(one.drafts, "draft")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _as_json(removal: Removal, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "removed": removal.name,
        "retainers": [_retainer_json(one) for one in removal.retainers],
        "rules": removal.rules,
    }


def _retainer_json(one: RemovedRetainer) -> dict[str, Any]:
    return {
        **one.retainer._asdict(),
        "cycles": one.cycles,
        "worked_seconds": one.seconds,
        "top_ups": one.top_ups,
        "top_up_seconds": one.top_up_seconds,
        "corrections": one.corrections,
        "correction_seconds": one.correction_seconds,
        "drafts": one.drafts,
    }
