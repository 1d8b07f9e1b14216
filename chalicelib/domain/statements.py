"""The chain of a retainer's cycles: each one carries its hours and its debt forward to the next.

Nothing that is derived from another cycle is stored, so carried hours are computed anew through the chain
at every read, and are provisional until the cycle that they come from is closed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.calendar import periods_between
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.closing_position import NOTHING_CLOSED, ClosingPosition
from chalicelib.domain.cycle import AccountedEntry, CycleLedger, CycleState, CycleStatement, FrozenCost, FrozenCycle
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle


def statements(
    retainer: Retainer,
    ledgers: Mapping[date, CycleLedger],
    today: date,
    aliases: Aliases = NO_ALIASES,
    position: ClosingPosition = NOTHING_CLOSED,
) -> tuple[CycleStatement, ...]:
    """The statement of every closed cycle among `ledgers`, then of every cycle that is not closed, oldest first.

    These run from the first one to the one that contains `today`: to the last one where the retainer has ended, and
    to its first one where it has not begun. Later cycles follow up to the last one that has entries.

    Args:
        retainer: with all versions of its terms.
        ledgers: what is stored of each cycle, by the cycle's first day; a missing one is empty.
        today: in the retainer's zone.
        aliases: under which names one worker's day may be logged.
        position: how far the retainer's cycles are closed.
    """
    first = position.closed_before or retainer.starts_on
    closed = (stored for start, stored in sorted(ledgers.items()) if start < first)
    chain = [statement_of_closed(stored, stored.frozen) for stored in closed if stored.frozen]
    carry_forward = position.carry_forward
    last_day = max([today, first, *(start for start, stored in ledgers.items() if stored.entries)])
    for period in periods_between(retainer, first, last_day):
        ledger = ledgers.get(period.start) or CycleLedger(CycleId(retainer.id, period.start))
        chain.append(settle(retainer, period, ledger, carry_forward, today, aliases=aliases))
        carry_forward = carry_forward_of(chain[-1])
    return tuple(chain)


def carry_forward_of(statement: CycleStatement) -> CarryForward:
    """What the next cycle begins with, were this one closed as it stands."""
    is_final = statement.state is CycleState.CLOSED
    return CarryForward(statement.carried_out, statement.debt_out_seconds, is_final)


def close(ledger: CycleLedger, settled: CycleStatement, closed_at: datetime) -> tuple[CycleLedger, CycleStatement]:
    """The ledger and the statement of the cycle that `settled` settles, closed."""
    statement = replace(settled, state=CycleState.CLOSED, carried_is_provisional=False)
    costs = tuple(FrozenCost(*one[1:]) for one in statement.entries)
    frozen = FrozenCycle(closed_at, replace(statement, entries=()), costs)
    return replace(ledger, entries=tuple(one.entry for one in statement.entries), frozen=frozen), statement


def statement_of_closed(ledger: CycleLedger, frozen: FrozenCycle) -> CycleStatement:
    """The statement as it was when the cycle closed."""
    entries = (AccountedEntry(entry, *cost) for entry, cost in zip(ledger.entries, frozen.costs, strict=True))
    return replace(frozen.statement, entries=tuple(entries))
