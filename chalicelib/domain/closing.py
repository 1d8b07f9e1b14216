"""Closing a cycle: its statement is frozen, with what each of its entries drew, and never computed again."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.cycle import (
    AccountedEntry,
    CycleLedger,
    CycleState,
    CycleStatement,
    FrozenCost,
    FrozenCycle,
)


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
