"""`hourtab balance`: the current figures of the retainers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer, listing, table
from chalicelib.domain.cycle import CycleStatement, Figures
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json, statement_json
from chalicelib.services.access.actor import COMMAND_LINE
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance, balance_of
from chalicelib.services.cycles.read_overview import RunningRetainer, read_overview
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.lookup import find_client, find_retainer, visible_clients
from chalicelib.services.store.tasks import GIVEN_UP
from chalicelib.words.formats import Formats

_FIGURES = tuple(Figures.__dataclass_fields__)
_MAILS = 1000
"""Of how many of the latest mails it is said whether they were sent."""
_ALWAYS = ("allotment_seconds", "used_seconds", "remaining_seconds")


@dataclass(frozen=True, slots=True)
class _Line:
    """One cycle of one retainer."""

    balance: ClientBalance
    statement: CycleStatement


@click.command(cls=Command)
@click.argument("client", required=False)
@click.argument("retainer", required=False)
@click.option("--all", "overview", is_flag=True, help="One line a running retainer; what runs out first is on top.")
@pass_parts
def balance(parts: Parts, client: str | None, retainer: str | None, *, overview: bool) -> None:
    """Show the figures of all clients, of CLIENT, or of one RETAINER with its past cycles.

    Hours are in the client's own format. remaining = allotment + carried + topped up + corrected - deducted
    - expired - used; negative when over.
    """
    if overview:
        if client is not None:
            raise click.UsageError("--all is about all clients: leave CLIENT out.")
        _overview(parts)
        return
    books = (find_client(parts.directory, client),) if client else visible_clients(parts.directory, parts.clock())
    if retainer is not None:
        books = tuple(replace(book, retainers=(find_retainer(book, retainer),)) for book in books)
    lines = [line for book in books for line in _lines_of(parts, book, with_past=retainer is not None)]
    answer([_as_json(line) for line in lines], _table(lines))


def _overview(parts: Parts) -> None:
    failed = Counter(task.client for task in parts.tasks.list_recent(_MAILS) if task.state in GIVEN_UP)
    found = read_overview(COMMAND_LINE, parts.clock(), directory=parts.directory, ledger=parts.ledger)
    running = [(one, _mails(one, failed[one.book.client.id])) for one in found]
    head = ("client", "retainer", "left", "used", "days left", "lasts until", "last import", "mails")
    right = ("left", "used", "days left")
    rows = (_overview_cells(one, mails) for one, mails in running)
    values = [_overview_json(one, mails) for one, mails in running]
    answer(values, listing(head, rows, "No retainer runs.", right=right))


def _mails(one: RunningRetainer, failed: int) -> str:
    """What is wrong with the client's mails; "" if nothing is known to be."""
    if not one.book.billing.party.email:
        return "no address"
    return f"{failed} not sent" if failed else ""


def _overview_cells(one: RunningRetainer, mails: str) -> tuple[str, ...]:
    formats, as_of = Formats.for_client(one.client.client), one.client.as_of
    return (
        *one.retainer.retainer.id,
        formats.hours_cell(one.current.figures.remaining_seconds),
        "" if one.percent is None else f"{one.percent} %",
        str(one.days_left),
        str(one.lasts_until or ""),
        f"{as_of:%Y-%m-%d}" if as_of else "never",
        mails,
    )


def _overview_json(one: RunningRetainer, mails: str) -> dict[str, Any]:
    return {
        **_as_json(_Line(one.client, one.current)),
        "used_percent": one.percent,
        "days_left": one.days_left,
        "lasts_until": one.lasts_until.isoformat() if one.lasts_until else None,
        "mails": mails or None,
    }


def _lines_of(parts: Parts, book: ClientBook, *, with_past: bool) -> Iterator[_Line]:
    balance = balance_of(book, parts.clock(), parts.ledger)
    for retainer in balance.retainers:
        for statement in _shown(retainer, with_past=with_past):
            yield _Line(balance, statement)


def _shown(retainer: RetainerBalance, *, with_past: bool) -> tuple[CycleStatement, ...]:
    """The current cycle and those still settling; `with_past`: also the last twelve."""
    if not with_past or retainer.current is None:
        return retainer.logged()
    return (retainer.current, *retainer.past())


def _table(lines: list[_Line]) -> list[str]:
    """Columns that are all zero are left out, so that the table fits a terminal."""
    shown = [name for name in _FIGURES if name in _ALWAYS or any(getattr(one.statement.figures, name) for one in lines)]
    heads = [name.removesuffix("_seconds").replace("_", " ") for name in shown]
    head = ("client", "retainer", "cycle", "state", *heads)
    return table(head, (_cells(line, shown) for line in lines), right=heads)


def _cells(line: _Line, shown: list[str]) -> tuple[str, ...]:
    formats = Formats.for_client(line.balance.client)
    statement = line.statement
    figures = (formats.hours_cell(getattr(statement.figures, name)) for name in shown)
    retainer = statement.id.retainer
    return (retainer.client, retainer.retainer, str(statement.period.start), statement.state.value, *figures)


def _as_json(line: _Line) -> dict[str, Any]:
    statement = line.statement
    return {
        **statement.id.retainer._asdict(),
        **statement_json(statement),
        "as_of": instant_json(line.balance.as_of),
    }
