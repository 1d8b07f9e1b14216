"""Builds the year at a glance (`?year=2026`): hours by cycle, what became of them, and for what they were used.

The log behind it is a click away: each cycle is a link to its own page, and the spreadsheet has all entries.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.year import Ends, Year, ends_of, year_of
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance
from chalicelib.web.page.draw_bars import draw_chart
from chalicelib.web.page.view import Chart, Fact, Step
from chalicelib.words.breakdowns import Breakdown, breakdowns
from chalicelib.words.formats import Formats
from chalicelib.words.sentences import Localizer


class CycleRow(NamedTuple):
    """One cycle: hours included, used and beyond the retainer."""

    name: str
    start: str
    """Its first day in ISO 8601, for the link to its work; "" for the current cycle, which the page itself shows."""
    notes: str
    hours: tuple[str, str, str]


class ShareRow(NamedTuple):
    """A line of a breakdown, with its bar in percent of the longest."""

    name: str
    width: str
    hours: str


class SharesTable(NamedTuple):
    """The hours used, by kind of work, project or ticket."""

    title: str
    rows: tuple[ShareRow, ...]
    total: str


class YearView(NamedTuple):
    """One retainer's year. Without cycles in it there is only the note."""

    slug: str
    title: str
    note: str
    big: str = ""
    caption: str = ""
    chart: Chart | None = None
    facts: tuple[Fact, ...] = ()
    steps: tuple[Step, ...] = ()
    """How what is left, or carried on, is made."""
    cycles: tuple[CycleRow, ...] = ()
    totals: tuple[tuple[str, tuple[str, str, str]], ...] = ()
    """The lines below the cycles: what the shown hours lack to their sums, if anything, and the sums."""
    breakdowns: tuple[SharesTable, ...] = ()


def build_year(balance: ClientBalance, year: int) -> tuple[YearView, ...]:
    """The year of every retainer, in the order of the set-up."""
    localizer = Localizer(Formats.for_client(balance.client))
    return tuple(_retainer(localizer, one, year) for one in balance.retainers)


def _retainer(localizer: Localizer, balance: RetainerBalance, year: int) -> YearView:
    texts, formats, retainer = localizer.texts, localizer.formats, balance.retainer
    cycles = balance.logged(year)[::-1] if balance.has_begun else ()
    if not cycles:
        return YearView(retainer.id.retainer, retainer.title, texts.year_empty.format(year=year))
    account = year_of(cycles, balance.today)
    is_running = balance.today < cycles[-1].period.end
    is_provisional = any(one.carried_is_provisional and one.figures.carried_seconds for one in cycles)
    return YearView(
        slug=retainer.id.retainer,
        title=retainer.title,
        note=texts.provisional_note if is_provisional else "",
        big=formats.hours(account.used_seconds),
        caption=texts.year_used.format(hours=formats.hours(account.included_seconds)),
        chart=draw_chart(localizer, cycles, retainer.length, lambda figures: figures.allotment_seconds),
        facts=_facts(localizer, account),
        steps=_steps(localizer, account, texts.remaining if is_running else texts.carried_on),
        cycles=tuple(_cycle_row(localizer, balance, one) for one in cycles),
        totals=_totals(localizer, cycles),
        breakdowns=tuple(_shares(localizer, one, account.used_seconds) for one in breakdowns(texts, formats, account)),
    )


def _facts(localizer: Localizer, account: Year) -> tuple[Fact, ...]:
    texts, hours = localizer.texts, localizer.formats.hours
    facts = [Fact(texts.entries, ((localizer.formats.number(account.entries), ""),))]
    if account.project_seconds:
        facts.append(Fact(texts.project, ((hours(account.project_seconds), ""),), texts.project_note))
    if account.debt_seconds:
        facts.append(Fact(texts.debt, ((hours(account.debt_seconds), ""),)))
    return tuple(facts)


def _steps(localizer: Localizer, account: Year, result: str) -> tuple[Step, ...]:
    texts, formats = localizer.texts, localizer.formats
    parts = [
        (1, texts.included, account.included_seconds),
        (1, texts.carried, account.carried_seconds),
        (1, texts.opening_balance, account.opening_seconds),
        (1, texts.topped_up, account.topped_up_seconds),
        (1, texts.corrected, account.corrected_seconds),
        (-1, texts.used, account.used_seconds),
        (1, texts.beyond, account.overage_seconds),
        (-1, texts.deducted, account.deducted_seconds),
        (-1, texts.expired, account.expired_seconds),
        (-1, texts.forfeited, account.forfeited_seconds),
        (-1, texts.capped, account.capped_seconds),
    ]
    rounding = formats.rounding((sign * seconds for sign, _, seconds in parts), account.left_seconds)
    shown = [*(one for one in parts[1:] if one[2]), *([(1, texts.rounding_line, rounding)] if rounding else ())]
    first, last = (formats.hours_cell(one) for one in (account.included_seconds, account.left_seconds))
    middle = (
        Step("+" if sign * seconds > 0 else "\N{MINUS SIGN}", name, formats.hours_cell(abs(seconds)))
        for sign, name, seconds in shown
    )
    return (Step("", texts.included, first), *middle, Step("=", result, last))


def _cycle_row(localizer: Localizer, balance: RetainerBalance, statement: CycleStatement) -> CycleRow:
    texts, hours, figures = localizer.texts, localizer.formats.hours, statement.figures
    ends = ends_of(statement, is_running=balance.today < statement.period.end)
    notes = ((texts.carried, figures.carried_seconds), *_lost(localizer, ends))
    return CycleRow(
        name=localizer.cycle_name(statement.period, balance.retainer.length),
        start="" if statement is balance.current else statement.period.start.isoformat(),
        notes=" · ".join(f"{name} {hours(seconds)}" for name, seconds in notes if seconds),
        hours=_cells(localizer, _hours(statement)),
    )


def _lost(localizer: Localizer, ends: Ends) -> tuple[tuple[str, int], ...]:
    texts = localizer.texts
    return (
        (texts.deducted, ends.deducted),
        (texts.expired, ends.expired),
        (texts.forfeited, ends.forfeited),
        (texts.capped, ends.capped),
    )


def _hours(statement: CycleStatement) -> tuple[int, int, int]:
    figures = statement.figures
    return figures.allotment_seconds, figures.used_seconds, figures.overage_seconds


def _totals(localizer: Localizer, cycles: Sequence[CycleStatement]) -> tuple[tuple[str, tuple[str, str, str]], ...]:
    columns = tuple(zip(*map(_hours, cycles), strict=True))
    lacking = tuple(localizer.formats.rounding(one, sum(one)) for one in columns)
    lines = [(localizer.texts.rounding_line, lacking)] if any(lacking) else []
    lines.append((localizer.texts.total, tuple(map(sum, columns))))
    return tuple((name, _cells(localizer, hours)) for name, hours in lines)


def _cells(localizer: Localizer, hours: Iterable[int]) -> tuple[str, str, str]:
    included, used, over = (localizer.formats.hours_cell(one) for one in hours)
    return included, used, over


def _shares(localizer: Localizer, shown: Breakdown, used: int) -> SharesTable:
    formats, most = localizer.formats, max(seconds for _, seconds in shown.lines)
    rows = [ShareRow(name, f"{seconds * 100 // most}%", formats.hours_cell(seconds)) for name, seconds in shown.lines]
    if shown.rounding_seconds:
        rows.append(ShareRow(localizer.texts.rounding_line, "", formats.hours_cell(shown.rounding_seconds)))
    return SharesTable(shown.title, tuple(rows), formats.hours_cell(used))
