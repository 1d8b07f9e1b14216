"""The balances in a preview (dry run): the remaining hours of each cycle before and after the file.

An import itself does not report them: it reads the cycles that its file covers and their neighbours, while a balance
needs the whole chain of a retainer's cycles, from the first one on. Only where the client has answered a question about
hours beyond a cycle, an import reads the chain, too, and reports what goes beyond the answer.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain.aliases import Aliases
from chalicelib.domain.calendar import periods_between, today
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.cycle import CycleLedger, CycleStatement, Period
from chalicelib.domain.ids import CycleId, RetainerId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import carry_forward_of, statement_of_closed
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.imports.replay.spool import ReadCycles, SpooledEntries, StoredCycles
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import CycleChange

_Ledgers = Callable[[CycleId], CycleLedger]


def with_balances(update: LedgerUpdate, book: ClientBook, read: ReadCycles, now: datetime) -> LedgerUpdate:
    """The update with the remaining hours of its cycles before and after, and what goes beyond approvals."""
    found = _chains(update, book, read, now, {change.retainer for change in update.changes})
    changes = (_with_remaining(one, *found[one.retainer]) for one in update.changes)
    return replace(update, changes=tuple(changes))


def with_unapproved(update: LedgerUpdate, book: ClientBook, read: ReadCycles, now: datetime) -> LedgerUpdate:
    """The update with what goes beyond the client's answers; it reads only the retainers that have any."""
    asked = {cycle.retainer for cycle in update.answered}
    if not asked:
        return update
    found = _chains(update, book, read, now, asked)
    changes = (
        replace(one, unapproved_seconds=found[one.retainer][1][one.start].unapproved) if one.retainer in asked else one
        for one in update.changes
    )
    return replace(update, changes=tuple(changes))


class _Standing(NamedTuple):
    """How a cycle stands, in seconds."""

    remaining: int
    unapproved: int


def _chains(
    update: LedgerUpdate, book: ClientBook, read: ReadCycles, now: datetime, retainers: Collection[RetainerId]
) -> dict[RetainerId, list[dict[date, _Standing]]]:
    """The cycles of these retainers before and after the update; few cycles are in memory at a time."""
    changed = SpooledEntries()
    for ledger in update.cycles:
        changed.replace(ledger.id, ledger.entries)
    last = {change.retainer: change.start for change in update.changes}  # they are ordered by day
    own = [retainer for retainer in book.retainers if retainer.id in retainers]
    chains = {one.id: periods_between(one, one.starts_on, last[one.id]) for one in own}
    stored = StoredCycles(read, (CycleId(of, period.start) for of, chain in chains.items() for period in chain))
    is_changed = set(changed.cycles())

    def before(cycle: CycleId) -> CycleLedger:
        return stored.get(cycle) or CycleLedger(cycle)

    def after(cycle: CycleId) -> CycleLedger:
        ledger = before(cycle)
        return replace(ledger, entries=tuple(changed.entries(cycle))) if cycle in is_changed else ledger

    return {
        one.id: [_standings(one, chains[one.id], ledgers, book.aliases, now) for ledgers in (before, after)]
        for one in own
    }


def _with_remaining(
    change: CycleChange, before: Mapping[date, _Standing], after: Mapping[date, _Standing]
) -> CycleChange:
    then = after[change.start]
    return replace(
        change,
        before_remaining=before[change.start].remaining,
        after_remaining=then.remaining,
        unapproved_seconds=then.unapproved,
    )


def _standings(
    retainer: Retainer, periods: tuple[Period, ...], ledger: _Ledgers, aliases: Aliases, now: datetime
) -> dict[date, _Standing]:
    """The cycles by their first days; the chain of domain/statements.py, one at a time."""
    found: dict[date, _Standing] = {}
    carry_forward = CarryForward()
    day = today(now, retainer.zone)
    for period in periods:
        cycle = ledger(CycleId(retainer.id, period.start))
        settled: CycleStatement = (
            statement_of_closed(cycle, cycle.frozen)
            if cycle.frozen
            else settle(retainer, period, cycle, carry_forward, day, aliases=aliases)
        )
        found[period.start] = _Standing(settled.figures.remaining_seconds, settled.unapproved_seconds)
        carry_forward = carry_forward_of(settled)
    return found
