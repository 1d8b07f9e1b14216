"""The directory: the set-up of the operator and of each client, and the state of each client's ledger.

Every stored value that can change has a version, and every write is conditional on it (store/conflicts.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.branding import Logo
from chalicelib.domain.calendar import today
from chalicelib.domain.closing_position import NOTHING_CLOSED, ClosingPosition
from chalicelib.domain.ids import ClientId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.parties import NO_BUYER, ClientBilling
from chalicelib.domain.retainer import (
    ALERT_PAUSE,
    ALL_MAILS,
    BY_THE_BUYER,
    ApprovalRules,
    Client,
    ClientMails,
    Issuing,
    Retainer,
)
from chalicelib.domain.routing import ClientRule

if TYPE_CHECKING:
    from chalicelib.services.store.audit import AuditRecord
    from chalicelib.services.store.operator_book import OperatorBook

_RECENT = 20
"""More than the number of imports of one client that can be committed while a delivery is repeated."""


@dataclass(frozen=True, slots=True)
class ClientHead:
    """The head of a client's ledger: which imports it has seen, and how far it is closed.

    Its version is the optimistic lock of everything that depends on the client's set-up or cycles: each commit and each
    change of the set-up increments it, so that none is based on what the other has replaced.

    `version` 0: none is stored. `plan` names a commit that is decided but not yet written to every cycle;
    readers overlay it and the next writer finishes it, so half an import is never visible.
    """

    version: int = 0
    last_order: str = ""
    """The largest order key applied so far (see DroppedFile.order)."""
    as_of: datetime | None = None
    """When the last import was done."""
    plan: str | None = None
    recent: tuple[ImportId, ...] = ()
    """The newest imports in the order of their commits: a repeated delivery finds itself there."""
    rules: str | None = None
    """The key of the rules that the last import was read by (`ImportLog.keep_rules`)."""
    is_listed: bool = False
    """Whether the import log's list of the client is known to be complete; an older release did not keep it."""
    positions: Mapping[RetainerSlug, ClosingPosition] = field(default_factory=dict)
    """How far the cycles of each retainer are closed; for a retainer that is missing, none is."""
    due_at: datetime | None = None
    """When the next cycle close or opening is due (domain/closing_position.py), in UTC; None: none is to come."""
    setup_version: int = 0
    """The version of the set-up (ClientBook.version) that this head belongs to; 0: an older release wrote it."""

    def position(self, retainer: RetainerId) -> ClosingPosition:
        """How far the cycles of a retainer are closed."""
        return self.positions.get(retainer.retainer, NOTHING_CLOSED)

    def is_behind(self, now: datetime) -> bool:
        """Whether a half-written commit has to be finished, or an overdue step taken, before anything else is done."""
        return self.plan is not None or (self.due_at is not None and self.due_at <= now)

    def after(self, import_id: ImportId, order: str, now: datetime) -> "ClientHead":
        """The head with one more import done."""
        recent = (*(one for one in self.recent if one != import_id), import_id)[-_RECENT:]
        return replace(self, last_order=max(self.last_order, order), as_of=now, recent=recent)


NO_IMPORTS = ClientHead()


class DueClient(NamedTuple):
    """A client with an overdue step."""

    client: ClientId
    since: datetime
    """When the step became due, in UTC."""


class Operator(NamedTuple):
    """The operator of the deployment, and the address for clients' questions; both empty if not set up."""

    name: str = ""
    email: str = ""
    alert_pause_seconds: int = ALERT_PAUSE
    """How long after hours changed usage is checked; an import that is undone meanwhile alerts nobody."""
    phone: str = ""
    web: str = ""
    """An address with its scheme."""
    accent: str = ""
    """A colour `#rrggbb` that is legible on the light page (domain/branding.py); "": HourTab's own."""
    logo: str = ""
    """The id of the logo, which is read with `Directory.read_logo`; "": there is none, and nothing is read."""


NOBODY = Operator()


@dataclass(frozen=True, slots=True)
class ClientBook:
    """The set-up that the operator declared for one client, and the head of its ledger: one query reads them all."""

    client: Client
    retainers: tuple[Retainer, ...]
    rules: tuple[ClientRule, ...] = ()
    head: ClientHead = NO_IMPORTS
    version: int = 0
    """The version of everything except the head; 0: declared, but not stored yet."""
    operator: Operator = NOBODY
    """From the set-up that was last applied: copied to each client, so that a page need not read it separately."""
    aliases: Aliases = NO_ALIASES
    """The operator's renamed workers, also copied to each client, and the client's renamed projects."""
    billing: ClientBilling = NO_BUYER
    issuing: Issuing = Issuing.VERIFY
    mails: ClientMails = ALL_MAILS
    approvals: ApprovalRules = BY_THE_BUYER
    counts_after: str = ""
    """No file up to this place in the order of files counts: an earlier client of this id was removed then."""
    removed: Mapping[RetainerSlug, str] = field(default_factory=dict)
    """The same for each retainer that was removed, whether or not there is a new one of its id."""

    @property
    def approvers(self) -> tuple[str, ...]:
        """The addresses of those who approve hours beyond the retainers; none: the set-up has no address."""
        return self.approvals.approvers or tuple(filter(None, (self.billing.party.email,)))

    def visible(self, now: datetime) -> "ClientBook":
        """The book without the retainers that are hidden at `now` (aware): those whose last cycle is settled."""
        return replace(self, retainers=tuple(one for one in self.retainers if not self._is_hidden(one, now)))

    def _is_hidden(self, retainer: Retainer, now: datetime) -> bool:
        ends_on, closed_before = retainer.ends_on, self.head.position(retainer.id).closed_before
        if not retainer.hidden or ends_on is None or today(now, retainer.zone) < ends_on:
            return False
        return retainer.live_from is None or (closed_before is not None and closed_before >= ends_on)

    def counts(self, retainer: RetainerSlug, order: str) -> bool:
        """Whether a file with this order key counts for the retainer: not if it was dropped before a removal."""
        removed_at = self.removed_at(retainer)
        return not removed_at or order > removed_at

    def removed_at(self, retainer: RetainerSlug) -> str:
        """The place in the order of files at which an earlier retainer of this id was removed; "": none was."""
        return max(self.counts_after, self.removed.get(retainer, ""))


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a removed client, so that nothing of it becomes part of a new client of the same id."""

    name: str
    link_version: int
    """The last version of its link; the link of a new client has the next one."""
    counts_after: str
    """See `ClientBook.counts_after`."""
    head: ClientHead = NO_IMPORTS
    """The versions go on, so that no commit that began before the removal can succeed."""
    version: int = 0


class Directory(Protocol):
    """Clients, retainers, rules, and the operator's settings."""

    def read_operator(self) -> "OperatorBook":
        """The operator's book, strongly consistent; an empty one if nothing is stored."""

    def write_operator(self, book: "OperatorBook", act: "AuditRecord | None" = None) -> None:
        """Store the book, conditional on `book.version`, and the record of the act in the same transaction."""

    def read_logo(self, logo: str) -> Logo | None:
        """The logo with this id (`Operator.logo`), or None. One that was read is kept in memory: it never changes."""

    def read_printed_logo(self, logo: str) -> Logo | None:
        """The same with what a document prints; None also for the id ""."""

    def write_logo(self, logo: Logo) -> None:
        """Store the logo under its id; repeating it has no further effect. Earlier logos stay: invoices name them."""

    def read_names(self, limit: int | None = None) -> Mapping[ClientId, tuple[str, ...]]:
        """The name and the aliases of each client, by slug: of all clients, or of the first `limit`.

        Its cost grows with the number of clients: it is for lists, not for anything that happens per import.
        """

    def read_named(self, name: str) -> Sequence[ClientBook]:
        """The clients whose slug, name or alias is `name` (folded), strongly consistent.

        Complete only if `OperatorBook.names_indexed`; its cost does not depend on the number of clients.
        """

    def index_names(self) -> None:
        """Make every stored client known to `read_named`: for clients that an older release wrote. Safe to repeat."""

    def read_client(self, client: ClientId) -> ClientBook | None:
        """The client's book, strongly consistent, or None. Its set-up is never older than its head.

        So a commit on that head is based on the current set-up, or it is stale.
        """

    def read_clients(self, clients: Iterable[ClientId]) -> Iterator[ClientBook]:
        """The books of those clients that exist, in this order, strongly consistent; read lazily, in batches.

        For readers: who commits on a head reads that client with `read_client`.
        """

    def names_version(self) -> int:
        """How often clients have got names so far, strongly consistent."""

    def write_client(
        self, book: ClientBook, names_version: int | None = None, act: "AuditRecord | None" = None
    ) -> None:
        """Store the book with its head in one transaction, conditional on the versions of both, and increment both.

        The record of the act is part of the transaction.

        From then on `read_names` and `read_named` know the client's names. If it gets names that it did not have, the
        write is also conditional on the `names_version` under which nobody else had them, and increments it.

        Raises:
            StaleWriteError: set-up or head has changed, or a half-written commit has to be finished first; or another
                client has got names since.
        """

    def remove_client(self, book: ClientBook, tombstone: Tombstone) -> None:
        """Replace the client by its tombstone in one transaction, conditional on the versions of all that was read."""

    def read_tombstone(self, client: ClientId) -> Tombstone | None:
        """The tombstone of the client of this id that was removed last, strongly consistent, or None."""

    def due(self, now: datetime) -> Iterable[DueClient]:
        """The clients whose next step is due at `now`, the longest due first; costs what is due, not what exists."""
