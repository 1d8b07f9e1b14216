"""What the services need from the outside world, as Protocols; adapters/ implements them.

Every stored thing that can change carries a version, and every write is conditional on it: a lost race
raises `StaleWriteError`, and the service reads again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

from chalicelib.domain.aliases import NO_ALIASES, Aliases, Renamed
from chalicelib.domain.billing import NO_BUYER, NO_SELLER, ClientBilling, OperatorBilling
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.notices import ALL_MAILS, ClientMails, Issuing
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.routing import ClientRule, InboxRule
from chalicelib.domain.standing import UNTOUCHED, Standing
from chalicelib.intake.rows import SourceHints

if TYPE_CHECKING:  # a client's page, whose cold start imports the ports, has no need of imports' records
    from chalicelib.domain.billing import InvoiceRecord
    from chalicelib.services.audit import AuditRecord
    from chalicelib.services.import_record import Delivery, ImportPart, ImportRecord
    from chalicelib.services.outbox import OutboxMail

    Beside = ImportRecord | ImportPart | OutboxMail | InvoiceRecord | AuditRecord
    """What a commit puts beside its cycles."""

Clock = Callable[[], datetime]
"""Returns an aware instant in UTC."""


class StaleWriteError(HourTabError):
    """Somebody else wrote first; read again and decide anew."""


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
    standings: Mapping[RetainerSlug, Standing] = field(default_factory=dict)
    """How far the cycles of each retainer are closed; a retainer that is missing: none is."""
    due_at: datetime | None = None
    """When the next step of a rollover is due (domain/rollover.py), in UTC; None: none is to come."""

    def standing(self, retainer: RetainerId) -> Standing:
        """How far the cycles of a retainer are closed."""
        return self.standings.get(retainer.retainer, UNTOUCHED)

    def after(self, import_id: ImportId, order: str, now: datetime) -> "ClientHead":
        """The head with one more import done."""
        recent = (*(one for one in self.recent if one != import_id), import_id)[-_RECENT:]
        return replace(self, last_order=max(self.last_order, order), as_of=now, recent=recent)


class Operator(NamedTuple):
    """Who runs the deployment, and where a client may ask; both empty where nothing is set up."""

    name: str = ""
    email: str = ""


NOBODY = Operator()


@dataclass(frozen=True, slots=True)
class ClientBook:
    """Everything the directory holds about one client: read with one query."""

    client: Client
    retainers: tuple[Retainer, ...]
    rules: tuple[ClientRule, ...]
    head: ClientHead
    version: int = 0
    """Version of the set-up part (client, retainers, rules, operator, aliases); 0: not stored yet."""
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


@dataclass(frozen=True, slots=True)
class LedgerCommit:
    """One client's share of an import: written whole or not at all.

    `head` and each cycle carry the version that was read; the store writes version + 1 on that condition.
    `beside` says what is put beside them: it is asked once the cycles, which may be many, are through.
    More cycles than a transaction holds go through a plan (ClientHead.plan).
    """

    client: ClientId
    head: ClientHead
    cycles: Iterable[CycleLedger]
    beside: "Callable[[], Sequence[Beside]]"


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


class RolloverQueue(Protocol):
    """Asks a function to roll clients over."""

    def send(self, clients: Iterable[ClientId]) -> int:
        """Queue them, one message each; returns how many."""


class Ledger(Protocol):
    """Cycles with their entries."""

    def read_cycles(self, ids: Collection[CycleId], plan: str | None = None) -> Mapping[CycleId, CycleLedger]:
        """The stored cycles among `ids` (one batched, strongly consistent read), overlaid with `plan`.

        A cycle's entries are unpacked each time that it is taken out.
        """

    def finish_plan(self, client: ClientId, head: ClientHead) -> None:
        """Write what `head.plan` still has to write, then clear it. Safe to repeat and to race."""

    def commit(self, commit: LedgerCommit) -> None:
        """Write the commit atomically, or raise StaleWriteError and write nothing."""


class ImportLog(Protocol):
    """Imports with their reports."""

    def read(self, import_id: ImportId) -> "ImportRecord | None":
        """The import's record, or None."""

    def read_parts(self, import_id: ImportId) -> "Sequence[ImportPart]":
        """The clients' shares of a routed import that are committed."""

    def write(self, record: "ImportRecord", mail: "OutboxMail | None" = None) -> None:
        """Put a record that goes with no ledger change (a refusal, the sum of a routed import), and its mail."""

    def list_recent(self, limit: int) -> "Sequence[ImportRecord]":
        """The newest imports, newest first."""

    def list_of_client(self, client: ClientId) -> "Sequence[ImportRecord | ImportPart]":
        """All imports (or parts of routed ones) that touched the client's ledger, by order key."""


class Files(Protocol):
    """The inbox bucket."""

    def open(self, key: str, version: str | None) -> BinaryIO:
        """The object's bytes as a seekable temporary file; the caller closes it."""

    def drop(self, key: str, file: BinaryIO) -> str:
        """Put an object; returns its version id."""


class ImportQueue(Protocol):
    """Asks a function to run an import."""

    def send(self, delivery: "Delivery") -> None:
        """Queue the import."""


class Links(Protocol):
    """Makes and reads the tokens of clients' links. The key is a secret that no table holds."""

    def token(self, client: ClientId, version: int) -> str:
        """The token for this version of the client's link."""

    def read(self, token: str) -> tuple[ClientId, int] | None:
        """The client and version that the token proves, or None for anything else."""
