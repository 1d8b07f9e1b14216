"""All clients' running retainers, what runs out first on top: the console's first page and `hourtab balance --all`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.pace import pace_of
from chalicelib.domain.quantities import round_ratio
from chalicelib.services.access.actor import Actor, Role
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance, balance_of
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.lookup import visible_clients


@dataclass(frozen=True, slots=True)
class RunningRetainer:
    """A retainer whose cycle runs."""

    book: ClientBook
    client: ClientBalance
    retainer: RetainerBalance
    current: CycleStatement

    @property
    def lasts_until(self) -> date | None:
        """The last day that the hours cover at their pace; None where nothing is known."""
        found = pace_of(self.current, self.retainer.retainer, self.retainer.today)
        return found.lasts_until if found else None

    @property
    def days_left(self) -> int:
        """Days of the cycle after today."""
        return (self.current.period.end - self.retainer.today).days - 1

    @property
    def percent(self) -> int | None:
        """Used of the available hours; None without any."""
        figures = self.current.figures
        available = figures.available_seconds
        return round_ratio(100 * figures.used_seconds, available) if available > 0 else None

    def urgency(self) -> tuple[bool, date, int]:
        """What is over first, then by the last day that the hours cover, then by the share that is used."""
        return (
            not self.current.figures.is_over,
            self.lasts_until or self.current.period.end,
            -(self.percent or 0),
        )


def read_overview(actor: Actor, now: datetime, *, directory: Directory, ledger: Ledger) -> list[RunningRetainer]:
    """The running retainers at the aware instant `now`, the most urgent first; reads every client.

    Raises NotAllowedError.
    """
    actor.require(Role.VIEWER)
    books = visible_clients(directory, now)
    return sorted((one for book in books for one in _running(book, now, ledger)), key=RunningRetainer.urgency)


def _running(book: ClientBook, now: datetime, ledger: Ledger) -> Iterator[RunningRetainer]:
    shown = balance_of(book, now, ledger)
    for one in shown.retainers:
        if one.current is not None and one.has_begun and not one.has_ended:
            yield RunningRetainer(book, shown, one, one.current)
