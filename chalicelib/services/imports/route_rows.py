"""Finds the client and retainer of a row: by the file's folder, the row's own client and the rules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.domain.names import fold
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.routing import (
    ClientRule,
    Facts,
    InboxRule,
    Route,
    Unrouted,
    client_of,
    columns_of,
    names_of,
    of_other_client,
    route_in_client,
    route_in_folder,
)
from chalicelib.services.imports.replay.match_share import Share
from chalicelib.services.imports.replay.spool import SpooledEntries
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.lookup import clients_by_name
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.reading import Rules

REMEMBERED = 20_000
"""Decisions kept in memory: tickets make many combinations of facts, and a file may have any length."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How a file was read before, by which a replay reads it again for one client."""

    rules: Rules
    book: ClientBook
    """The client's, under these rules."""
    at: datetime
    """When it was read."""
    source: str | None
    """The source that read it: its rows count as entries of that one."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The client and retainer that a file's key names; None if rules decide."""

    book: ClientBook | None = None
    retainer: RetainerSlug | None = None
    kept: Kept | None = None
    """In a replay; rows of other clients are then left out."""


class Left(NamedTuple):
    """Rows with the same facts have no place; the client may be known all the same."""

    why: Unrouted
    share: Share | None = None


class Place(NamedTuple):
    """The destination of rows with the same facts."""

    share: Share
    retainer: Retainer
    pool: Pool
    reason: str | None


class Router:
    """Finds the place of each row by its facts; says whom the file named, so that a replay finds the same.

    `shares` gets a share for each client that has rows, or a destination of its own; all write into `rows_by_cycle`.
    """

    def __init__(
        self, destination: Destination, directory: Directory, rows_by_cycle: SpooledEntries, order: str
    ) -> None:
        self._destination = destination
        self._order = order
        self._directory = directory
        self._rows_by_cycle = rows_by_cycle
        self._kept = destination.kept
        self.shares: dict[ClientId, Share] = {}
        self.inbox_rules: tuple[InboxRule, ...] = ()
        """Those that rows without a client's name are routed by."""
        self.named: dict[str, tuple[ClientId, ...]] = {}
        """Whom the names of clients in the file (folded) mean; in a client's folder, the other clients."""
        self.absent: set[ClientId] = set()
        """Clients that inbox rules name and that do not exist."""
        self.columns: tuple[str, ...] = ()
        """The columns, by folded names, that the rules look at which rows came under so far."""
        if destination.book is not None:
            self._share(destination.book)
        else:
            self.inbox_rules = self._kept.rules.inbox_rules if self._kept else self._operator.inbox_rules
            self._look_at(self.inbox_rules)

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
        return lru_cache(REMEMBERED)(clients_by_name(self._directory, self._operator))

    def place(self, facts: Facts) -> Place | Left | None:
        """The place of rows with these facts, or why they have none; None: with another client, in a replay.

        If the client's rules look at columns that the facts lack, `columns` has them afterwards, and the place is only
        certain once the facts have them, too.
        """
        own = self._destination.book
        book = self._book_of(facts) if own is None else self._unless_other(own, facts)
        if isinstance(book, Unrouted):
            return Left(book)
        if book is None:
            return None
        self._look_at(book.rules)
        retainers = {retainer.id.retainer: retainer for retainer in book.retainers}
        folder = self._destination.retainer
        if folder is not None:
            route: Route | Unrouted = route_in_folder(facts, book.rules, folder, book.aliases)
        else:
            route = route_in_client(facts, book.rules, retainers, book.aliases)
        if isinstance(route, Unrouted):
            return Left(route, self._share(book))
        if route.retainer not in retainers:
            reason = f"A rule names the retainer “{route.retainer}”, which {book.client.id} does not have."
            return Left(Unrouted(f"{reason} Correct the rule."), self._share(book))
        if not book.counts(route.retainer, self._order):
            reason = f"The file was dropped before {book.client.id}/{route.retainer} was removed"
            step = "so it does not count for the new one. Drop it again if it should."
            return Left(Unrouted(f"{reason}, {step}"), self._share(book))
        return Place(self._share(book), retainers[route.retainer], route.pool, route.reason)

    def _look_at(self, rules: Sequence[ClientRule | InboxRule]) -> None:
        if not columns_of(rules).issubset(self.columns):
            self.columns = tuple(sorted(columns_of(rules).union(self.columns)))

    def _unless_other(self, own: ClientBook, facts: Facts) -> ClientBook | Unrouted:
        """The client in whose folder the file is, unless the row names another one."""
        if not facts.client:
            return own
        name = fold(facts.client)
        is_own = name in names_of(own.client)
        others = () if is_own and self._kept is None else tuple(sorted(self._named(name)))
        self.named[name] = others
        return of_other_client(facts.client, others[0], own.client.id) if others else own

    def _book_of(self, facts: Facts) -> ClientBook | Unrouted | None:
        named: Mapping[ClientId, ClientBook | None] = {}
        if facts.client:
            name = fold(facts.client)
            named = self._named(name)
            self.named[name] = tuple(sorted(named))
        client = client_of(facts, self.inbox_rules, named)
        if isinstance(client, Unrouted):
            return client
        kept = self._destination.kept
        if kept is not None and client not in kept.rules.absent:
            return kept.book if client == kept.book.client.id else None
        share = self.shares.get(client)
        book = share.book if share else None if kept else named.get(client) or self._directory.read_client(client)
        if book is None:
            self.absent.add(client)
        return book or Unrouted(
            f"The inbox rules name the client “{client}”, which does not exist. Add it to the set-up."
        )

    def _share(self, book: ClientBook) -> Share:
        folder = self._destination.retainer
        scope = tuple(one for one in book.retainers if folder in {None, one.id.retainer})
        return self.shares.setdefault(book.client.id, Share(book, scope, self._rows_by_cycle))
