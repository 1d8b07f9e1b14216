"""Sorts a file's rows by client, retainer and cycle. A row without a destination is listed, never guessed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain.calendar import period_of, today
from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.names import fold
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.routing import (
    Facts,
    InboxRule,
    Route,
    Unrouted,
    client_of,
    of_other_client,
    route_in_client,
    route_in_folder,
)
from chalicelib.intake.rows import Row, RowProblem
from chalicelib.services.imports.replay.match_share import Share
from chalicelib.services.imports.replay.spool import SpooledEntries
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.import_record import PROBLEM_LIMIT
from chalicelib.services.store.lookup import clients_by_name
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.reading import RetainerRules, Rules, retainer_rules
from chalicelib.services.store.source_ids import hash_of

_ROWS_IN_MEMORY = 120_000
"""Up to this many rows (about 80 MB) a file never touches the disk."""
_REMEMBERED = 20_000
"""Decisions kept in memory: tickets make many combinations of facts, and a file may have any length."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How a file was read before, by which a replay reads it again for one client."""

    rules: Rules
    book: ClientBook
    """The client's, under these rules."""
    at: datetime
    """When it was read."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The client and retainer that a file's key names; None if rules decide."""

    book: ClientBook | None = None
    retainer: RetainerSlug | None = None
    kept: Kept | None = None
    """In a replay; rows of other clients are then left out."""


@dataclass(slots=True)
class Listing:
    """Row problems: the first ones in full, and their number."""

    shown: list[RowProblem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: RowProblem) -> None:
        """Count the problem, and keep it while there is room."""
        self.count += 1
        if len(self.shown) < PROBLEM_LIMIT:
            self.shown.append(problem)


@dataclass(slots=True)
class Staged:
    """The rows of a file, sorted."""

    shares: dict[ClientId, Share] = field(default_factory=dict)
    rows_by_cycle: SpooledEntries = field(default_factory=lambda: SpooledEntries(_ROWS_IN_MEMORY))
    rows: int = 0
    seconds: int = 0
    problems: Listing = field(default_factory=Listing)
    warnings: Listing = field(default_factory=Listing)
    unrouted: Listing = field(default_factory=Listing)
    blocked: set[tuple[str, date]] = field(default_factory=set)
    """Blocked days whose client is unknown: they are blocked for every client."""
    inbox_rules: tuple[InboxRule, ...] = ()
    """Those that rows without a client's name were routed by."""
    named: dict[str, tuple[ClientId, ...]] = field(default_factory=dict)
    """Whom the names of clients in the file (folded) mean; in a client's folder, the other clients."""
    absent: set[ClientId] = field(default_factory=set)
    """Clients that inbox rules name and that do not exist."""
    naming: int = 0
    """The rows that name a client, whichever."""
    naming_another: Counter[ClientId] = field(default_factory=Counter)
    """In a client's folder, those of them that name another client of the set-up, by that client; all are unrouted."""


class _Left(NamedTuple):
    """Rows with the same facts have no place; the client may be known all the same."""

    why: Unrouted
    share: Share | None = None


class _Place(NamedTuple):
    """The destination of rows with the same facts."""

    share: Share
    retainer: Retainer
    pool: Pool
    reason: str | None


def stage_rows(
    rows: Iterable[Row | RowProblem], destination: Destination, directory: Directory, now: datetime
) -> Staged:
    """Sort a file's rows into clients and cycles; `now` decides which work is in the future."""
    return _Stager(destination, directory, now).stage(rows)


class _Stager:
    def __init__(self, destination: Destination, directory: Directory, now: datetime) -> None:
        self.staged = Staged()
        self._now = now
        self._router = _Router(destination, directory, self.staged)
        self._cycles: dict[tuple[RetainerId, date], CycleId | str] = {}
        kept = destination.kept
        self._served = {one.slug: one for one in kept.rules.retainers} if kept else {}

    def stage(self, rows: Iterable[Row | RowProblem]) -> Staged:
        place_of = lru_cache(_REMEMBERED)(self._router.place)  # as an attribute it would keep all rows alive
        for row in rows:
            if isinstance(row, Row):
                self.staged.naming += bool(row.facts.client)
                place = place_of(row.facts)
                if isinstance(place, _Place):
                    self._put(row, place)
                elif place is not None:
                    self._leave(row, place)
            elif row.is_warning:
                self.staged.warnings.add(row)
            else:
                self._refuse(row)
        for share in self.staged.shares.values():
            share.blocked |= self.staged.blocked
        return self.staged

    def _put(self, row: Row, place: _Place) -> None:
        entry = _in_zone(row, place.retainer.zone)
        cycle = self._cycle(place.retainer, entry.date)
        if isinstance(cycle, str):
            self._refuse(_problem(row, cycle, entry.date), place.share)
            return
        if place.pool is not Pool.RETAINER:
            entry = entry._replace(pool=place.pool, pool_reason=place.reason)
        self.staged.rows += 1
        self.staged.seconds += entry.seconds
        place.share.rows_by_cycle.add(cycle, entry)
        if entry.source_id:
            place.share.ids.append(hash_of(entry.source_id))

    def _cycle(self, retainer: Retainer, day: date) -> CycleId | str:
        key = (retainer.id, day)
        found = self._cycles.get(key)
        if found is None:
            if len(self._cycles) >= _REMEMBERED:
                self._cycles.clear()
            served = self._served.get(retainer.id.retainer) or retainer_rules(retainer)
            found = self._cycles[key] = _cycle_of(retainer, served, day, self._now)
        return found

    def _leave(self, row: Row, left: _Left) -> None:
        self.staged.rows += 1
        self.staged.seconds += row.entry.seconds
        why = left.why
        self.staged.unrouted.add(_problem(row, why.reason, row.entry.date)._replace(rule=why.rule, client=why.other))
        if why.other is not None:
            self.staged.naming_another[why.other] += 1
        blocked = self.staged.blocked if left.share is None else left.share.blocked
        blocked.add((row.entry.worker.casefold(), row.entry.date))

    def _refuse(self, problem: RowProblem, share: Share | None = None) -> None:
        self.staged.rows += 1
        self.staged.problems.add(problem)
        blocked = self.staged.blocked if share is None else share.blocked
        if problem.date:
            blocked.add(((problem.worker or "").casefold(), date.fromisoformat(problem.date)))


class _Router:
    def __init__(self, destination: Destination, directory: Directory, staged: Staged) -> None:
        self._destination = destination
        self._directory = directory
        self._staged = staged
        self._kept = destination.kept
        if destination.book is not None:
            self._share(destination.book)
        else:
            staged.inbox_rules = self._kept.rules.inbox_rules if self._kept else self._operator.inbox_rules

    @cached_property
    def _operator(self) -> OperatorBook:
        return self._directory.read_operator()

    @cached_property
    def _named(self) -> Callable[[str], Mapping[ClientId, ClientBook | None]]:
        """Whom a client's name (folded) means: as the file was read before, or as the clients are called today."""
        known = self._kept.rules.clients if self._kept else None
        if known is None and self._kept is not None and self._destination.book is not None:
            known = {}  # it was read before rows in a folder could name another client
        if known is not None:
            return lambda name: dict.fromkeys(known.get(name, ()))
        return lru_cache(_REMEMBERED)(clients_by_name(self._directory, self._operator))

    def place(self, facts: Facts) -> _Place | _Left | None:
        """The place of rows with these facts, or why they have none; None: with another client, in a replay."""
        own = self._destination.book
        book = self._book_of(facts) if own is None else self._unless_other(own, facts)
        if isinstance(book, Unrouted):
            return _Left(book)
        if book is None:
            return None
        retainers = {retainer.id.retainer: retainer for retainer in book.retainers}
        folder = self._destination.retainer
        if folder is not None:
            route: Route | Unrouted = route_in_folder(facts, book.rules, folder, book.aliases)
        else:
            route = route_in_client(facts, book.rules, retainers, book.aliases)
        if isinstance(route, Unrouted):
            return _Left(route, self._share(book))
        if route.retainer not in retainers:
            reason = f"A rule names the retainer “{route.retainer}”, which {book.client.id} does not have."
            return _Left(Unrouted(f"{reason} Correct the rule."), self._share(book))
        return _Place(self._share(book), retainers[route.retainer], route.pool, route.reason)

    def _unless_other(self, own: ClientBook, facts: Facts) -> ClientBook | Unrouted:
        """The client in whose folder the file is, unless the row names another one."""
        if not facts.client:
            return own
        name = fold(facts.client)
        is_own = name in {fold(each) for each in (own.client.id, own.client.name, *own.client.aliases)}
        others = () if is_own and self._kept is None else tuple(sorted(self._named(name)))
        self._staged.named[name] = others
        return of_other_client(facts.client, others[0], own.client.id) if others else own

    def _book_of(self, facts: Facts) -> ClientBook | Unrouted | None:
        named: Mapping[ClientId, ClientBook | None] = {}
        if facts.client:
            name = fold(facts.client)
            named = self._named(name)
            self._staged.named[name] = tuple(sorted(named))
        client = client_of(facts, self._staged.inbox_rules, named)
        if isinstance(client, Unrouted):
            return client
        kept = self._destination.kept
        if kept is not None and client not in kept.rules.absent:
            return kept.book if client == kept.book.client.id else None
        share = self._staged.shares.get(client)
        book = share.book if share else None if kept else named.get(client) or self._directory.read_client(client)
        if book is None:
            self._staged.absent.add(client)
        return book or Unrouted(
            f"The inbox rules name the client “{client}”, which does not exist. Add it to the set-up."
        )

    def _share(self, book: ClientBook) -> Share:
        folder = self._destination.retainer
        scope = tuple(one for one in book.retainers if folder in {None, one.id.retainer})
        return self._staged.shares.setdefault(book.client.id, Share(book, scope, self._staged.rows_by_cycle))


def _in_zone(row: Row, zone: str) -> Entry:
    """The row's entry by the zone's clock: an instant becomes its date and start, a span of local times what passed."""
    entry = row.entry
    if row.instant is not None:
        local = row.instant.astimezone(ZoneInfo(zone))
        return entry._replace(date=local.date(), start=local.hour * 3600 + local.minute * 60 + local.second)
    if row.span is not None and entry.start is not None:
        start = datetime.combine(entry.date, time()) + timedelta(seconds=entry.start)
        return entry._replace(seconds=entry.seconds - row.span + _elapsed(start, row.span, zone))
    return entry


def _elapsed(start: datetime, span: int, zone: str) -> int:
    """The seconds that pass between a local time and the one that is `span` later on the clock.

    Where the clock skips the start, so that less than nothing would have passed: the span.
    """
    points = start, start + timedelta(seconds=span)
    first, last = (one.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for one in points)
    elapsed = int((last - first).total_seconds())
    return span if elapsed < 0 else elapsed


def _cycle_of(retainer: Retainer, served: RetainerRules, day: date, now: datetime) -> CycleId | str:
    """The cycle of a work day, or the reason why it has none; `served`: the days on which the retainer served."""
    if day > today(now, retainer.zone) + timedelta(days=1):
        return "The work date lies in the future. Correct it in the time tracker and export again."
    starts_on, ends_on = max(retainer.starts_on, served.starts_on), served.ends_on
    period = period_of(retainer, day) if starts_on <= day and (ends_on is None or day < ends_on) else None
    if period is not None:
        return CycleId(retainer.id, period.start)
    if day < starts_on:
        return f"The work date lies before the retainer's start on {starts_on}: this work does not belong to it."
    last = ends_on and ends_on - timedelta(days=1)
    return f"The work date lies after the retainer's end; its last day was {last}: this work does not belong to it."


def _problem(row: Row, reason: str, day: date) -> RowProblem:
    return RowProblem(row.line, None, _summary(row), reason, worker=row.entry.worker, date=day.isoformat())


def _summary(row: Row) -> str:
    """A description of the row, for finding it in the file or writing a rule for it."""
    facts = row.facts
    named = {name: value for name, value in zip(facts._fields, facts, strict=True) if value}
    text = ", ".join(
        f"{name}: {', '.join(value) if isinstance(value, tuple) else value}" for name, value in named.items()
    )
    return f"{row.entry.date}; {text}"[:200]
