"""The balance behind a client's link: every retainer's cycles that are not closed, and the latest closed ones.

Two round trips: the client's book (one query), then the cycles of all retainers (one batch). A token that we did not
sign costs none; one that is revoked, expired or outdated costs the query. Both give the same None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain.calendar import periods_between, today
from chalicelib.domain.cycle import CycleLedger, CycleState, CycleStatement
from chalicelib.domain.entry import OWN_SOURCES, Pool
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.retainer import Client, Link, Retainer
from chalicelib.domain.statements import statements
from chalicelib.services.store.books import NOBODY, ClientBook, ClientHead, Directory, Operator
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.lookup import Admit, Links, admit_all

PAST_CYCLES = 12
"""How many past cycles are shown in figures if no year is requested."""


@dataclass(frozen=True, slots=True)
class RetainerBalance:
    """One retainer's cycles up to today, oldest first; before it starts, its first one.

    Of the closed ones: the latest, and those requested.
    """

    retainer: Retainer
    today: date
    """Today in the retainer's zone."""
    statements: tuple[CycleStatement, ...]

    @property
    def has_begun(self) -> bool:
        """Whether its first day has come."""
        return self.today >= self.retainer.starts_on

    @property
    def has_ended(self) -> bool:
        """Whether its last day is over."""
        return self.retainer.ends_on is not None and self.today >= self.retainer.ends_on

    @property
    def current(self) -> CycleStatement | None:
        """Today's cycle; the last one if the retainer has ended, the first if it has not begun."""
        return self.statements[-1] if self.statements else None

    def past(self, year: int | None = None, cycle: date | None = None) -> tuple[CycleStatement, ...]:
        """The cycles before the current one, newest first.

        The one whose first day is `cycle`, else those that began in `year`, else the last twelve.
        """
        earlier = self.statements[-2::-1]
        if cycle is not None:
            return tuple(one for one in earlier if one.period.start == cycle)
        if year is None:
            return earlier[:PAST_CYCLES]
        return tuple(one for one in earlier if one.period.start.year == year)

    def logged(self, year: int | None = None, cycle: date | None = None) -> tuple[CycleStatement, ...]:
        """The cycles whose work log is shown, newest first.

        The one whose first day is `cycle`, else those that began in `year` (so two years never share an hour),
        else the current and the settling one.
        """
        if cycle is not None:
            return tuple(one for one in self.statements if one.period.start == cycle)
        if year is not None:
            return tuple(one for one in reversed(self.statements) if one.period.start.year == year)
        settling = [one for one in self.statements[-2:-1] if one.state is CycleState.SETTLING]
        return (*self.statements[-1:], *settling)

    def is_awaited(self, statement: CycleStatement) -> bool:
        """Whether the cycle has ended but its last entries may still be imported."""
        ended = (self.today - statement.period.end).days
        return statement.state is CycleState.SETTLING and ended < self.retainer.grace_days

    def usable_seconds(self, statement: CycleStatement) -> int:
        """What can still be used of a cycle's hours: 0 once it is over."""
        return max(statement.figures.remaining_seconds, 0) if self.today < statement.period.end else 0

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which cycles began, newest first."""
        periods = periods_between(self.retainer, self.retainer.starts_on, max(self.today, self.retainer.starts_on))
        return tuple(sorted({period.start.year for period in periods}, reverse=True))


@dataclass(frozen=True, slots=True)
class ClientBalance:
    """A client with all its retainers, in the order of the set-up, as of its last import."""

    client: Client
    retainers: tuple[RetainerBalance, ...]
    as_of: datetime | None
    """When the last import was done (aware), or None."""
    operator: Operator = NOBODY
    now: datetime | None = None
    """As of when; aware."""

    @property
    def recorded_until(self) -> date | None:
        """The day of the newest work that was read (late postings and corrections apart): how old the figures are."""
        entries = (one.entry for retainer in self.retainers for each in retainer.statements for one in each.entries)
        days = (one.date for one in entries if one.source not in OWN_SOURCES and one.pool is not Pool.EXCLUDED)
        return max(days, default=None)

    @property
    def zone(self) -> str:
        """The zone in which the client reads the time: its first retainer's."""
        return self.retainers[0].retainer.zone if self.retainers else "UTC"


class Asked(NamedTuple):
    """Which closed cycles are requested in addition to the latest."""

    year: int | None = None
    """Those that began in it."""
    cycle: date | None = None
    """The one that began on this day."""


LATEST = Asked()


def read_balance(
    token: str,
    now: datetime,
    *,
    links: Links,
    directory: Directory,
    ledger: Ledger,
    asked: Asked = LATEST,
    admit: Admit = admit_all,
) -> ClientBalance | None:
    """The balance behind a link at the aware instant `now`, or None if the token opens nothing (any more).

    `token` comes from the visitor's address and may be any text. `asked` are closed cycles in addition to the latest.
    """
    proven = links.read(token)
    if proven is None:
        return None
    admit(token)
    book = open_link(*proven, now, directory)
    return None if book is None else balance_of(book, now, ledger, asked)


def open_link(client: ClientId, version: int, now: datetime, directory: Directory) -> ClientBook | None:
    """The client whose link has this version, with the retainers that are not hidden; None if it opens nothing."""
    book = directory.read_client(client)
    if book is None or not _opens(book.client.link, version, now):
        return None
    visible = book.visible(now)
    is_hidden = bool(book.retainers) and not visible.retainers
    return None if is_hidden else visible


def balance_of(book: ClientBook, now: datetime, ledger: Ledger, asked: Asked = LATEST) -> ClientBalance:
    """The balance of a client whose book has been read, at the aware instant `now`."""
    days = {retainer.id: today(now, retainer.zone) for retainer in book.retainers}
    ids = [cycle for one in book.retainers for cycle in _cycle_ids(one, days[one.id], book.head, asked)]
    stored = ledger.read_cycles(ids, book.head.plan) if ids else {}
    balances = tuple(_balance(retainer, days[retainer.id], stored, book) for retainer in book.retainers)
    return ClientBalance(book.client, balances, book.head.as_of, book.operator, now)


def _opens(link: Link, version: int, now: datetime) -> bool:
    expired = link.expires_at is not None and link.expires_at <= now
    return version == link.version and not link.revoked and not expired


def _cycle_ids(retainer: Retainer, on: date, head: ClientHead, asked: Asked) -> list[CycleId]:
    """The cycles that are not closed, each carrying its hours to the next, and the closed ones that are shown."""
    starts = [period.start for period in periods_between(retainer, retainer.starts_on, on)]
    latest = set(starts[-PAST_CYCLES - 1 :])
    position = head.position(retainer.id)
    return [
        CycleId(retainer.id, start)
        for start in starts
        if start in latest or not position.has_closed(start) or start.year == asked.year or start == asked.cycle
    ]


def _balance(retainer: Retainer, on: date, stored: Mapping[CycleId, CycleLedger], book: ClientBook) -> RetainerBalance:
    own = {cycle_id.start: cycle for cycle_id, cycle in stored.items() if cycle_id.retainer == retainer.id}
    chain = statements(retainer, own, on, book.aliases, book.head.position(retainer.id))
    return RetainerBalance(retainer, on, chain)
