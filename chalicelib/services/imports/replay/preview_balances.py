"""The balances in a preview (dry run): the remaining hours of each cycle before and after the file.

An import itself does not report them: it reads the cycles that its file covers and their neighbours, while a balance
needs the whole chain of a retainer's cycles, from the first one on.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.aliases import Aliases
from chalicelib.domain.calendar import periods_between, today
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.cycle import CycleLedger, CycleStatement, Period
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import carry_forward_of, statement_of_closed
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.imports.replay.spool import ReadCycles, SpooledEntries, StoredCycles
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import CycleChange

_Ledgers = Callable[[CycleId], CycleLedger]


def with_balances(update: LedgerUpdate, book: ClientBook, read: ReadCycles, now: datetime) -> LedgerUpdate:
    """The update with the remaining hours of its cycles before and after; few cycles are in memory at a time."""
    changed = SpooledEntries()
    for ledger in update.cycles:
        changed.replace(ledger.id, ledger.entries)
    last = {change.retainer: change.start for change in update.changes}  # they are ordered by day
    own = [retainer for retainer in book.retainers if retainer.id in last]
    chains = {one.id: periods_between(one, one.starts_on, last[one.id]) for one in own}
    stored = StoredCycles(read, (CycleId(of, period.start) for of, chain in chains.items() for period in chain))
    is_changed = set(changed.cycles())

    def before(cycle: CycleId) -> CycleLedger:
        return stored.get(cycle) or CycleLedger(cycle)

    def after(cycle: CycleId) -> CycleLedger:
        ledger = before(cycle)
        return replace(ledger, entries=tuple(changed.entries(cycle))) if cycle in is_changed else ledger

    remaining = {
        one.id: [_remaining(one, chains[one.id], ledgers, book.aliases, now) for ledgers in (before, after)]
        for one in own
    }
    return replace(update, changes=tuple(_with_remaining(one, *remaining[one.retainer]) for one in update.changes))


def _with_remaining(change: CycleChange, before: Mapping[date, int], after: Mapping[date, int]) -> CycleChange:
    return replace(change, before_remaining=before[change.start], after_remaining=after[change.start])


def _remaining(
    retainer: Retainer, periods: tuple[Period, ...], ledger: _Ledgers, aliases: Aliases, now: datetime
) -> dict[date, int]:
    """The seconds that remain of each cycle by its first day; the chain of domain/statements.py, one at a time."""
    found: dict[date, int] = {}
    carry_forward = CarryForward()
    day = today(now, retainer.zone)
    for period in periods:
        cycle = ledger(CycleId(retainer.id, period.start))
        settled: CycleStatement = (
            statement_of_closed(cycle, cycle.frozen)
            if cycle.frozen
            else settle(retainer, period, cycle, carry_forward, day, aliases=aliases)
        )
        found[period.start] = settled.figures.remaining_seconds
        carry_forward = carry_forward_of(settled)
    return found
