"""What a preview says of balances: the remaining hours of each cycle before and after the file.

An import itself does not say it: it reads the cycles that its file speaks about and their neighbours, while a
balance needs the whole chain of a retainer's cycles, from the first one on.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.aliases import Aliases
from chalicelib.domain.calendar import periods_between, today
from chalicelib.domain.carry_over import Handover
from chalicelib.domain.cycle import CycleLedger, CycleStatement, Period
from chalicelib.domain.ids import CycleId, RetainerId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import hand_over, statement_of_closed
from chalicelib.services.imports.replay.apply_to_cycles import Fold
from chalicelib.services.imports.replay.cycle_reader import CycleReader, ReadCycles
from chalicelib.services.imports.replay.spooled_entries import RowShelf
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import CycleChange

_Ledgers = Callable[[CycleId], CycleLedger]


def with_balances(fold: Fold, book: ClientBook, read: ReadCycles, now: datetime) -> Fold:
    """Go through a fold of the client's ledger without a write; its cycles then say what remains of each.

    Like the fold it has a few cycles in memory at a time.
    """
    shelf = RowShelf()
    for ledger in fold.changed():
        shelf.replace(ledger.id, ledger.entries)
    chains = _Chains(fold, book, read, shelf, now)
    fold.cycles = [chains.tell(change) for change in fold.cycles]
    return fold


class _Chains:
    """The retainers of a fold, each with its chain of cycles."""

    def __init__(self, fold: Fold, book: ClientBook, read: ReadCycles, shelf: RowShelf, now: datetime) -> None:
        last: dict[RetainerId, date] = {}
        for change in fold.cycles:  # in the order of their days
            last[change.retainer] = change.start
        own = [retainer for retainer in book.retainers if retainer.id in last]
        periods = {one.id: periods_between(one, one.starts_on, last[one.id]) for one in own}
        reader = CycleReader(read, (CycleId(of, period.start) for of, each in periods.items() for period in each))
        changed = set(shelf.cycles())

        def before(cycle: CycleId) -> CycleLedger:
            return reader.get(cycle) or CycleLedger(cycle)

        def after(cycle: CycleId) -> CycleLedger:
            stored = before(cycle)
            return replace(stored, entries=tuple(shelf.entries(cycle))) if cycle in changed else stored

        self._remaining = {
            one.id: (
                _remaining(one, periods[one.id], before, book.aliases, now),
                _remaining(one, periods[one.id], after, book.aliases, now),
            )
            for one in own
        }

    def tell(self, change: CycleChange) -> CycleChange:
        """The change with what remains."""
        before, after = self._remaining[change.retainer]
        return replace(change, before_remaining=before[change.start], after_remaining=after[change.start])


def _remaining(
    retainer: Retainer, periods: tuple[Period, ...], ledger: _Ledgers, aliases: Aliases, now: datetime
) -> dict[date, int]:
    """The seconds that remain of each cycle by its first day; the chain of domain/statements.py, one at a time."""
    found: dict[date, int] = {}
    handover = Handover()
    day = today(now, retainer.zone)
    for period in periods:
        cycle = ledger(CycleId(retainer.id, period.start))
        settled: CycleStatement = (
            statement_of_closed(cycle, cycle.frozen)
            if cycle.frozen
            else settle(retainer, period, cycle, handover, day, aliases=aliases)
        )
        found[period.start] = settled.figures.remaining_seconds
        handover = hand_over(settled)
    return found
