"""How an import was read: the rules of that moment, to which every replay of its original keeps.

Rules that were changed since then move no hours; `hourtab import retry` reads the file by today's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.domain.retainer import LateEntryRule, Retainer
from chalicelib.domain.routing import ClientRule, InboxRule
from chalicelib.intake.rows import SourceHints
from chalicelib.intake.sources.settled import AS_SAID, Settled
from chalicelib.services.store.books import ClientBook


class Reading(NamedTuple):
    """What the record of an import names."""

    rules: str
    """The key of the rules that it was read and routed by (`ImportLog.read_rules`)."""
    at: datetime
    """When: it decides which work lay in the future."""


class RetainerRules(NamedTuple):
    """What an import goes by of a retainer."""

    slug: RetainerSlug
    starts_on: date
    ends_on: date | None
    late_work: LateEntryRule


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides how a file is read, and where its rows count for one client."""

    hints: SourceHints
    """Those of the file's source."""
    rules: tuple[ClientRule, ...] = ()
    retainers: tuple[RetainerRules, ...] = ()
    aliases: Aliases = NO_ALIASES
    is_routed: bool = False
    """Whether the file was not in a client's folder: the inbox rules say whose its rows are."""
    inbox_rules: tuple[InboxRule, ...] = ()
    clients: Mapping[str, tuple[ClientId, ...]] | None = None
    """Whom the file's names of clients (folded) mean: none, one or several; in a client's folder, the other clients.

    None, of what an older release read: as they are known today; in a client's folder, nobody else.
    """
    absent: frozenset[ClientId] = frozenset()
    """Clients that inbox rules named and that did not exist."""
    hours: Settled = AS_SAID
    """What the file's cells proved about its hours."""

    def book(self, today: ClientBook) -> ClientBook:
        """The client's book under these rules; cycles are those of today's calendar."""
        of = {one.slug: one for one in self.retainers}
        kept = (one for one in today.retainers if one.id.retainer in of)
        retainers = tuple(replace(one, late_work=of[one.id.retainer].late_work) for one in kept)
        return replace(today, rules=self.rules, aliases=self.aliases, retainers=retainers)


def retainer_rules(retainer: Retainer) -> RetainerRules:
    """What an import of today goes by of a retainer."""
    return RetainerRules(retainer.id.retainer, retainer.starts_on, retainer.ends_on, retainer.late_work)


def hints_of(hints: SourceHints, source: str) -> SourceHints:
    """The hints of one source."""
    orders = {name: order for name, order in hints.date_orders.items() if name == source}
    mappings = tuple(mapping for mapping in hints.mappings if mapping.source == source)
    zones = {name: zone for name, zone in hints.zones.items() if name == source}
    return replace(hints, date_orders=orders, complete=hints.complete & {source}, mappings=mappings, zones=zones)


def rules_of_client(book: ClientBook, hints: SourceHints, inbox_rules: tuple[InboxRule, ...] = ()) -> Rules:
    """The rules that the client's imports go by today; `inbox_rules` concern files that are in no client's folder."""
    retainers = tuple(map(retainer_rules, book.retainers))
    return Rules(hints, book.rules, retainers, book.aliases, inbox_rules=inbox_rules)
