"""Carry out a person's order, a top-up or a correction: one commit of the cycle, the client's head and the audit trail.

The id of an order is an idempotency key: repeating it has no further effect. A mistake is corrected by the opposite
order.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain.calendar import period_of, periods_between, today
from chalicelib.domain.cycle import CycleLedger, Period, TopUp
from chalicelib.domain.entry import MANUAL, Entry
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import CycleId
from chalicelib.domain.quantities import Money, hours_in_words
from chalicelib.domain.retainer import Retainer
from chalicelib.services.cycles.close_due import current_book
from chalicelib.services.store.audit import Act, AuditRecord
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.conflicts import Sleep, retry_stale
from chalicelib.services.store.follow_ups import after_correction, after_top_up
from chalicelib.services.store.ledger import Ledger, LedgerCommit
from chalicelib.services.store.lookup import find_retainer
from chalicelib.services.store.tasks import Task


class NotAdjustableError(HourTabError):
    """The cycle cannot take these hours from a person; the message says why and what to do."""


class Place(NamedTuple):
    """Where the hours are added: a day of a cycle that is not closed."""

    book: ClientBook
    retainer: Retainer
    period: Period
    day: date
    now: datetime


class Change(NamedTuple):
    """The effect of an order on a cycle."""

    cycle: CycleLedger
    details: str
    """The text for the audit trail."""
    tasks: tuple[Task, ...] = ()
    """The tasks that follow."""


@dataclass(frozen=True, slots=True)
class BuyHours:
    """A top-up: hours that the client buys for a cycle."""

    id: str
    """A slug, unique among the top-ups of the retainer: an idempotency key."""
    seconds: int
    day: date | None = None
    """Any day of the cycle; None: today."""
    price: Money | None = None
    expires_on: date | None = None
    """The first day on which they can no longer be drawn."""
    note: str = ""
    act = Act.TOP_UP

    @property
    def name(self) -> str:
        """The name of the lot."""
        return f"top-up-{self.id}"

    def done_in(self, cycle: CycleLedger) -> int | None:
        """The hours that this order has already added to the cycle, or None."""
        return next((one.seconds for one in cycle.top_ups if one.id == self.name), None)

    def change(self, place: Place, cycle: CycleLedger) -> Change:
        """The cycle with these hours. Raises NotAdjustableError if they would expire before it begins."""
        expires, price = self.expires_on, self.price
        if expires is not None and expires <= place.period.start:
            text = f"Hours that expire on {expires} cannot be used in the cycle of {place.period.start}"
            raise NotAdjustableError(f"{text}: choose a later expiry.")
        bought = TopUp(self.name, self.seconds, today(place.now, place.retainer.zone), expires, price, self.note)
        said = (
            hours_in_words(self.seconds),
            f"{price.amount} {price.currency}" if price else "",
            f"until {expires}" if expires else "",
            self.note,
        )
        tasks = after_top_up(place.book, place.retainer, expires, place.now)
        return Change(replace(cycle, top_ups=(*cycle.top_ups, bought)), ", ".join(filter(None, said)), tasks)


@dataclass(frozen=True, slots=True)
class CorrectHours:
    """A correction: hours that a person grants to the client or takes away; they are not rounded."""

    id: str
    """A slug, unique among the corrections of the retainer: an idempotency key."""
    seconds: int
    """Granted to the client; below zero: taken away."""
    reason: str
    day: date | None = None
    """The day on which it counts; None: today."""
    act = Act.CORRECT

    @property
    def name(self) -> str:
        """The `source_id` of the entry."""
        return f"correction-{self.id}"

    def done_in(self, cycle: CycleLedger) -> int | None:
        """The hours that this order has already added to the cycle, or None."""
        own = (one for one in cycle.entries if one.source == MANUAL and one.source_id == self.name)
        return next((-one.seconds for one in own), None)

    def change(self, place: Place, cycle: CycleLedger) -> Change:
        """The cycle with the correction as an entry: granted hours are negative work."""
        entry = Entry(MANUAL, self.name, "", None, place.day, None, -self.seconds, description=self.reason)
        sign = "-" if self.seconds < 0 else "+"
        details = f"{sign}{hours_in_words(abs(self.seconds))} on {place.day}: {self.reason}"
        tasks = after_correction(place.book, self.name, place.now)
        return Change(replace(cycle, entries=(*cycle.entries, entry)), details, tasks)


Order = BuyHours | CorrectHours


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What the order did, now or earlier under the same id."""

    retainer: Retainer
    cycle: CycleId
    order: Order
    is_new: bool


def adjust_hours(
    client: str,
    retainer: str,
    order: Order,
    now: datetime,
    *,
    directory: Directory,
    ledger: Ledger,
    sleep: Sleep = time.sleep,
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

    return retry_stale(attempt, sleep)


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
    position = book.head.position(retainer.id)
    if position.has_closed(period.start):
        raise NotAdjustableError(f"{name} is closed and never changes: choose a day from {position.closed_before} on.")
    if period.start > today(now, retainer.zone):
        raise NotAdjustableError(f"{name} has not begun: choose an earlier day, or wait for its start.")
    return period
