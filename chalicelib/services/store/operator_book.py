"""What the operator declared for all clients. Apart from the clients' books: a client's page has no need of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.aliases import Renamed
from chalicelib.domain.ids import ClientId
from chalicelib.domain.parties import NO_SELLER, OperatorBilling
from chalicelib.domain.routing import InboxRule
from chalicelib.intake.rows import SourceHints


@dataclass(frozen=True, slots=True)
class OperatorBook:
    """The set-up that belongs to no single client: read with one query."""

    name: str = ""
    email: str = ""
    inbox_rules: tuple[InboxRule, ...] = ()
    hints: SourceHints = field(default_factory=SourceHints)
    client_names: Mapping[ClientId, tuple[str, ...]] | None = None
    """Each client's name and aliases."""
    version: int = 0
    workers: tuple[Renamed, ...] = ()
    billing: OperatorBilling = NO_SELLER
    alert_pause_seconds: int = 30 * 60
    """As in `Operator`, which each client's book copies."""
