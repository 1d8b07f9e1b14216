"""Close one cycle of a client's book: the same for a rollover and for a retainer that goes live."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.closing import close
from chalicelib.domain.cycle import CycleLedger, CycleStatement, Period
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle
from chalicelib.domain.standing import Standing
from chalicelib.domain.statements import hand_over
from chalicelib.services.audit import Act, AuditRecord
from chalicelib.services.ports import ClientBook, Ledger


class ClosedCycle(NamedTuple):
    """A cycle as it closes."""

    ledger: CycleLedger
    statement: CycleStatement
    standing: Standing
    """The retainer's, once the cycle is closed."""
    audit: AuditRecord


def close_cycle(book: ClientBook, retainer: Retainer, period: Period, ledger: Ledger, at: datetime) -> ClosedCycle:
    """Freeze the first cycle of a retainer that is not closed, and hand over its hours; nothing is written.

    Args:
        book: the client's, with its head as it is now.
        retainer: one of the book's.
        period: the cycle, whose end has come.
        ledger: reads what is stored of the cycle.
        at: when the cycle counts as closed (aware).
    """
    cycle = CycleId(retainer.id, period.start)
    stored = ledger.read_cycles([cycle], book.head.plan).get(cycle) or CycleLedger(cycle)
    before = book.head.standing(retainer.id)
    day = period.end + timedelta(days=retainer.grace_days)
    settled = settle(retainer, period, stored, before.handover, day, aliases=book.aliases)
    closed, statement = close(stored, settled, at)
    about = f"{cycle.retainer}/{cycle.start}"
    return ClosedCycle(
        closed,
        statement,
        replace(before, closed_before=period.end, handover=hand_over(statement)),
        AuditRecord(f"close-{about}", book.client.id, at, Act.CLOSE, about),
    )
