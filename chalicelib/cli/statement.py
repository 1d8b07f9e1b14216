"""`hourtab statement`: a year of cycles, or the last twelve months under other plans."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer, listing, plain, table
from chalicelib.cli.setup_file.read_plans import read_plans
from chalicelib.domain.billing import InvoiceRecord
from chalicelib.domain.cycle import CycleState, CycleStatement
from chalicelib.domain.names import fold
from chalicelib.domain.year import Year, year_of
from chalicelib.parts import Parts
from chalicelib.render.json_values import lot_json, statement_json, top_up_json
from chalicelib.services.cycles.compare_plans import Comparison, compare_plans
from chalicelib.services.cycles.read_balance import Asked, RetainerBalance, balance_of
from chalicelib.services.invoices.read import invoice_of_cycle
from chalicelib.services.store.lookup import find_client, find_retainer
from chalicelib.words.breakdowns import breakdowns
from chalicelib.words.formats import Formats
from chalicelib.words.texts import texts_in


@dataclass(frozen=True, slots=True)
class _Line:
    statement: CycleStatement
    invoice: InvoiceRecord | None
    shares: dict[str, Any]
    """For what its hours were used, as JSON."""


@click.command(cls=Command)
@click.argument("client")
@click.argument("retainer", required=False)
@click.option("--year", type=click.IntRange(1, 9999), help="The year in which the cycles began.")
@click.option(
    "--plans",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of plans: what would the last 12 months have cost under each?",
)
@pass_parts
def statement(parts: Parts, client: str, retainer: str | None, year: int | None, plans: Path | None) -> None:
    """Show the cycles of CLIENT, or of one RETAINER, that began in a year, with hours and invoices.

    Below: the year's hours by kind of work, project and ticket, where the work names any. Hours are in the client's
    own format. Closed cycles show the figures they closed with, others the current ones.

    With --plans instead: the last 12 months under each plan of a YAML file, cheapest first. A plan is a name with terms
    as in the set-up, such as `large: {allotment: 30 h, fee: "1400.00", regular_rate: "100.00"}`.
    """
    book = find_client(parts.directory, client)
    if retainer is not None:
        book = replace(book, retainers=(find_retainer(book, retainer),))
    if plans is not None and year is None:
        terms = read_plans(plans.read_bytes(), book.client.currency)
        tried = (compare_plans(book, one, terms, parts.clock(), parts.ledger) for one in book.retainers)
        found = [one for one in tried if one]
        answer([_plans_json(one) for one in found], _plans_lines(found, Formats.for_client(book.client)))
        return
    if year is None or plans is not None:
        raise click.UsageError("Give either --year or --plans.")
    shown = balance_of(book, parts.clock(), parts.ledger, Asked(year=year)).retainers
    years = [(balance.today, cycles, year_of(cycles, balance.today)) for balance, cycles in _of_year(shown, year)]
    lines = [_line(parts, cycle, today, account) for today, cycles, account in years for cycle in cycles]
    formats = Formats.for_client(book.client)
    used_for = (_used_for(account, cycles[0].id.retainer.retainer, formats) for _, cycles, account in years)
    answer([_as_json(line) for line in lines], chain(_table(lines, formats), *used_for))


_ASSUMED = (
    "The same work as exports report it by now, on its own days; corrections by hand are kept, no top-ups are bought.",
    "Nothing is carried in; at the end what is owed is billed and what is left is forfeited, as when a retainer ends.",
    "Fees are charged for every cycle, with work or without; pauses are as they were. Amounts are before tax.",
)
"""What a comparison of plans rests on."""


def _plans_lines(found: Iterable[Comparison], formats: Formats) -> Iterator[str]:
    found = list(found)
    head = ("retainer", "plan", "cost", "used", "billed beyond", "unused")
    yield from listing(
        head, _plans_rows(found, formats), "No cycle has ended yet: there is nothing to compare.", right=head[2:]
    )
    for one in found:
        slug, cycles = one.retainer.id.retainer, "cycle" if one.cycles == 1 else "cycles"
        yield f"{slug}: {one.cycles} {cycles} from {one.start} until {one.end}, {one.without_work} without work."
    yield from _ASSUMED if found else ()


def _plans_rows(found: Iterable[Comparison], formats: Formats) -> Iterator[tuple[str, ...]]:
    for one in found:
        for cost in one.costs:
            hours = (cost.used_seconds, cost.billed_seconds, cost.unused_seconds)
            money = formats.money(cost.net)
            yield (one.retainer.id.retainer, plain(cost.plan), money, *map(formats.hours_cell, hours))


def _plans_json(one: Comparison) -> dict[str, Any]:
    return {
        **one.retainer.id._asdict(),
        "start": one.start.isoformat(),
        "end": one.end.isoformat(),
        "cycles": one.cycles,
        "cycles_without_work": one.without_work,
        "plans": [
            {
                "plan": cost.plan,
                "net_minor": cost.net.minor,
                "currency": cost.net.currency,
                "used_seconds": cost.used_seconds,
                "billed_seconds": cost.billed_seconds,
                "unused_seconds": cost.unused_seconds,
            }
            for cost in one.costs
        ],
        "assumed": list(_ASSUMED),
    }


def _of_year(
    balances: Iterable[RetainerBalance], year: int
) -> Iterator[tuple[RetainerBalance, tuple[CycleStatement, ...]]]:
    """The cycles of each retainer that has any in the year, oldest first."""
    for one in balances:
        if one.has_begun and (cycles := one.logged(year)):
            yield one, cycles[::-1]


def _line(parts: Parts, statement: CycleStatement, today: date, year: Year) -> _Line:
    closed, end = statement.state is CycleState.CLOSED, statement.period.end
    invoice = invoice_of_cycle(parts.invoice_ports.invoices, statement.id, end) if closed else None
    return _Line(statement, invoice, _shares_json(year_of([statement], today), year))


def _shares_json(cycle: Year, year: Year) -> dict[str, Any]:
    """For what a cycle's hours were used; names are spelled as in the year, so that cycles can be summed."""
    shares: dict[str, Any] = {}
    for key in ("by_work_type", "by_project", "by_ticket"):
        spelled = {fold(share.name): share.name for share in getattr(year, key) if share.name}
        shares[key] = [
            {"name": spelled[fold(share.name)] if share.name else share.name, "seconds": share.seconds}
            for share in getattr(cycle, key)
        ]
    return shares


def _used_for(account: Year, slug: str, formats: Formats) -> Iterator[str]:
    """For what the year's hours were used, in English, each breakdown with its sum."""
    texts = texts_in("en")
    for one in breakdowns(texts, formats, account):
        rounding = [(texts.rounding_line, one.rounding_seconds)] if one.rounding_seconds else []
        rows = (*one.lines, *rounding, (texts.total, account.used_seconds))
        head = (f"{slug}: {one.title}", "used")
        yield ""
        yield from table(head, ((name, formats.hours_cell(seconds)) for name, seconds in rows), right=head[1:])


def _table(lines: list[_Line], formats: Formats) -> list[str]:
    head = ("retainer", "cycle", "state", *_HOURS, "invoice")
    return table(head, (_cells(line, formats) for line in lines), right=_HOURS)


def _cells(line: _Line, formats: Formats) -> tuple[str, ...]:
    one, invoice = line.statement, line.invoice
    hours = (formats.hours_cell(seconds(one)) for seconds in _HOURS.values())
    settled = (_number(invoice) or invoice.state.value) if invoice else ""
    return (one.id.retainer.retainer, str(one.period.start), one.state.value, *hours, settled)


def _lost(one: CycleStatement) -> int:
    """What expired, was forfeited or exceeded the cap."""
    return one.figures.expired_seconds + one.lapsing_seconds + one.forfeited_seconds + one.capped_seconds


def _carried_out(one: CycleStatement) -> int:
    return sum(lot.seconds for lot in one.carried_out)


_HOURS: dict[str, Callable[[CycleStatement], int]] = {
    "granted": attrgetter("figures.allotment_seconds"),
    "carried": attrgetter("figures.carried_seconds"),
    "topped up": attrgetter("figures.topped_up_seconds"),
    "corrected": attrgetter("figures.corrected_seconds"),
    "deducted": attrgetter("figures.deducted_seconds"),
    "used": attrgetter("figures.used_seconds"),
    "overage": attrgetter("figures.overage_seconds"),
    "lost": _lost,
    "carried out": _carried_out,
}
"""The columns of hours."""


def _number(invoice: InvoiceRecord) -> str | None:
    return invoice.document.number if invoice.document else None


def _as_json(line: _Line) -> dict[str, Any]:
    one, invoice = line.statement, line.invoice
    return {
        **one.id.retainer._asdict(),
        **statement_json(one),
        "forfeited_seconds": one.forfeited_seconds,
        "capped_seconds": one.capped_seconds,
        "lapsing_seconds": one.lapsing_seconds,
        "carried_out_seconds": _carried_out(one),
        "lots": [lot_json(lot) for lot in one.lots],
        "top_ups": [top_up_json(bought) for bought in one.top_ups],
        **line.shares,
        "invoice": _invoice_json(invoice) if invoice else None,
    }


def _invoice_json(invoice: InvoiceRecord) -> dict[str, Any]:
    return {"id": invoice.id, "number": _number(invoice), "invoice_state": invoice.state.value}
