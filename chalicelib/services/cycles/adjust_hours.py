"""Carry out a person's order: one commit of the cycle, the client's head and the audit trail.

The id of an order is an idempotency key: repeating it has no further effect. A mistake is corrected by the opposite
order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.calendar import period_of, periods_between, today
from chalicelib.domain.cycle import CycleLedger, Period
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Retainer
from chalicelib.services.cycles.close_due import MAX_ATTEMPTS, current_book
from chalicelib.services.cycles.hours_orders import NotAdjustableError, Order, Place
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.conflicts import retry_stale
from chalicelib.services.store.ledger import Ledger, LedgerCommit
from chalicelib.services.store.lookup import find_retainer


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What the order did, now or earlier under the same id."""

    retainer: Retainer
    cycle: CycleId
    order: Order
    is_new: bool


def adjust_hours(
    client: str, retainer: str, order: Order, now: datetime, *, directory: Directory, ledger: Ledger
) -> Adjusted:
    """Carry out an order on a cycle that is not closed.

    Raises:
        UnknownNameError: there is no such client or retainer.
        NotAdjustableError: the cycle is closed or does not exist, or the id belongs to another order.
        StaleWriteError: other writers won every attempt; run it again.
    """

    def attempt() -> Adjusted:
        book = current_book(client, now, directory, ledger)
        found = find_retainer(book, retainer)
        cycles = _cycles(book, found, now, ledger)
        if done := _done(found, order, cycles):
            return done
        day = order.day or today(now, found.zone)
        period = _open_period(book, found, day, now)
        cycle = CycleId(found.id, period.start)
        after, details, tasks = order.change(
            Place(book, found, period, day, now), cycles.get(cycle, CycleLedger(cycle))
        )
        audit = AuditRecord(order.name, book.client.id, now, order.act, f"{found.id}/{period.start}", details)
        ledger.commit(LedgerCommit(book.client.id, book.head, (after,), (*tasks, audit)))
        return Adjusted(found, cycle, order, is_new=True)

    return retry_stale(attempt, MAX_ATTEMPTS)


def _cycles(book: ClientBook, retainer: Retainer, now: datetime, ledger: Ledger) -> Mapping[CycleId, CycleLedger]:
    """All stored cycles of the retainer: an id is unique across them."""
    periods = periods_between(retainer, retainer.starts_on, today(now, retainer.zone))
    ids = [CycleId(retainer.id, period.start) for period in periods]
    return ledger.read_cycles(ids, book.head.plan) if ids else {}


def _done(retainer: Retainer, order: Order, cycles: Mapping[CycleId, CycleLedger]) -> Adjusted | None:
    """The earlier result of this order, if there is one."""
    for cycle, stored in cycles.items():
        seconds = order.done_in(stored)
        if seconds == order.seconds:
            return Adjusted(retainer, cycle, order, is_new=False)
        if seconds is not None:
            text = f"`{order.id}` names another one of {retainer.id}, in the cycle of {cycle.start}"
            raise NotAdjustableError(f"{text}: choose another `--id`.")
    return None


def _open_period(book: ClientBook, retainer: Retainer, day: date, now: datetime) -> Period:
    period = period_of(retainer, day)
    if period is None:
        served = f"from {retainer.starts_on}" + (f" until {retainer.ends_on}" if retainer.ends_on else "")
        raise NotAdjustableError(f"{retainer.id} is not served on {day}, but {served}: choose a day in that period.")
    name = f"The cycle of {period.start} of {retainer.id}"
    closed_before = book.head.position(retainer.id).closed_before
    if closed_before is not None and period.start < closed_before:
        raise NotAdjustableError(f"{name} is closed and never changes: choose a day from {closed_before} on.")
    if period.start > today(now, retainer.zone):
        raise NotAdjustableError(f"{name} has not begun: choose an earlier day, or wait for its start.")
    return period
