"""What the operator declared for all clients. Apart from the clients' books: a client's page has no need of it."""

from dataclasses import dataclass, field

from chalicelib.domain.aliases import Renamed
from chalicelib.domain.parties import NO_SELLER, OperatorBilling
from chalicelib.domain.retainer import ALERT_PAUSE
from chalicelib.domain.routing import InboxRule
from chalicelib.intake.rows import SourceHints


@dataclass(frozen=True, slots=True)
class OperatorBook:
    """The set-up that belongs to no single client: one item, however many clients there are."""

    name: str = ""
    email: str = ""
    inbox_rules: tuple[InboxRule, ...] = ()
    hints: SourceHints = field(default_factory=SourceHints)
    version: int = 0
    workers: tuple[Renamed, ...] = ()
    billing: OperatorBilling = NO_SELLER
    alert_pause_seconds: int = ALERT_PAUSE
    """As in `Operator`, which each client's book copies; so are the four below."""
    phone: str = ""
    web: str = ""
    accent: str = ""
    logo: str = ""
    names_indexed: bool = False
    """Whether every client can be looked up by its names (`Directory.read_named`): older releases stored no index."""
