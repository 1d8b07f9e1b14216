"""Orders of a person that change the hours of a cycle that is not closed: a top-up or a correction."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain.calendar import today
from chalicelib.domain.cycle import CycleLedger, Period, TopUp
from chalicelib.domain.entry import MANUAL, Entry
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.quantities import Money, hours_in_words
from chalicelib.domain.retainer import Retainer
from chalicelib.services.store.audit import Act
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.follow_ups import after_correction, after_top_up
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
        tasks = after_correction(place.book.client.id, self.name, place.now)
        return Change(replace(cycle, entries=(*cycle.entries, entry)), details, tasks)


Order = BuyHours | CorrectHours
