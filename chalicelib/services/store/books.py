"""The directory: what is known of a client and of the operator, and how far each client's ledger is.

Every stored thing that can change carries a version, and every write is conditional on it (store/conflicts.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from chalicelib.domain.aliases import NO_ALIASES, Aliases, Renamed
from chalicelib.domain.billing import NO_BUYER, NO_SELLER, ClientBilling, OperatorBilling
from chalicelib.domain.closing_position import NOTHING_CLOSED, ClosingPosition
from chalicelib.domain.ids import ClientId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.notices import ALL_MAILS, ClientMails, Issuing
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.routing import ClientRule, InboxRule
from chalicelib.intake.rows import SourceHints

_RECENT = 20
"""More imports of one client than can be committed within the moment that an index lags behind."""


@dataclass(frozen=True, slots=True)
class ClientHead:
    """Which imports a client's ledger has seen, and how far it is closed: the token on which its writers take turns.

    `version` 0: no import yet. `plan` names a commit that is decided but not yet written to every cycle;
    readers overlay it and the next writer finishes it, so half an import is never seen.
    """

    version: int = 0
    last_order: str = ""
    """The largest order key applied so far (see ImportRecord.order)."""
    as_of: datetime | None = None
    """When the last import was done."""
    plan: str | None = None
    recent: tuple[ImportId, ...] = ()
    """The newest imports by when they were committed: lists of the import log may lag behind by a moment."""
    positions: Mapping[RetainerSlug, ClosingPosition] = field(default_factory=dict)
    """How far the cycles of each retainer are closed; a retainer that is missing: none is."""
    due_at: datetime | None = None
    """When the next step of a rollover is due (domain/closing_position.py), in UTC; None: none is to come."""

    def position(self, retainer: RetainerId) -> ClosingPosition:
        """How far the cycles of a retainer are closed."""
        return self.positions.get(retainer.retainer, NOTHING_CLOSED)

    def after(self, import_id: ImportId, order: str, now: datetime) -> "ClientHead":
        """The head with one more import done."""
        recent = (*(one for one in self.recent if one != import_id), import_id)[-_RECENT:]
        return replace(self, last_order=max(self.last_order, order), as_of=now, recent=recent)


NO_IMPORTS = ClientHead()


class Operator(NamedTuple):
    """Who runs the deployment, and where a client may ask; both empty where nothing is set up."""

    name: str = ""
    email: str = ""


NOBODY = Operator()


@dataclass(frozen=True, slots=True)
class ClientBook:
    """What the operator declared about one client, and the head of its ledger: all are read with one query."""

    client: Client
    retainers: tuple[Retainer, ...]
    rules: tuple[ClientRule, ...] = ()
    head: ClientHead = NO_IMPORTS
    version: int = 0
    """Version of everything but the head; 0: declared, and not stored yet."""
    operator: Operator = NOBODY
    """As the set-up that was last applied has it: kept with each client, so that a page need not read it apart."""
    aliases: Aliases = NO_ALIASES
    """The operator's renamed workers, kept with each client likewise, and the client's renamed projects."""
    billing: ClientBilling = NO_BUYER
    issuing: Issuing = Issuing.VERIFY
    mails: ClientMails = ALL_MAILS


@dataclass(frozen=True, slots=True)
class OperatorBook:
    """What belongs to no single client: read with one query."""

    name: str = ""
    email: str = ""
    inbox_rules: tuple[InboxRule, ...] = ()
    hints: SourceHints = field(default_factory=SourceHints)
    client_names: Mapping[ClientId, tuple[str, ...]] | None = None
    """Each client's name and aliases."""
    version: int = 0
    workers: tuple[Renamed, ...] = ()
    billing: OperatorBilling = NO_SELLER


class Directory(Protocol):
    """Clients, retainers, rules, and the operator's settings."""

    def read_operator(self) -> OperatorBook:
        """The operator's book with the names of all clients; an empty one where nothing is stored."""

    def write_operator(self, book: OperatorBook) -> None:
        """Store the book but its clients' names, conditional on `book.version`."""

    def read_client(self, client: ClientId) -> ClientBook | None:
        """The client's book, strongly consistent, or None."""

    def write_client(self, book: ClientBook, head: ClientHead | None = None) -> None:
        """Store all of the book but its head in one transaction, conditional on `book.version`.

        The client's names become part of the operator's book in the same transaction; `head`, if it is given, is
        written too, conditional on the version that it carries.
        """

    def due(self, now: datetime) -> "Iterable[ClientId]":
        """The clients whose next step is due at `now`, the longest due first; costs what is due, not what exists."""
