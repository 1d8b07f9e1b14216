"""The set-up that an operator declares in a file: values, already checked, with the places they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.domain.aliases import Renamed
from chalicelib.domain.billing import OperatorBilling
from chalicelib.domain.ids import ClientId
from chalicelib.domain.routing import InboxRule
from chalicelib.intake.rows import SourceHints
from chalicelib.services.store.books import ClientBook, Operator


class Place(NamedTuple):
    """Where something stands in the file; both count from 1."""

    line: int
    column: int


_TOP = Place(1, 1)


class SetupProblem(NamedTuple):
    """One thing to correct in the file, as a sentence."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class InboxRuleSetup:
    """One rule for files at the top of the inbox."""

    rule: InboxRule
    place: Place = _TOP


@dataclass(frozen=True, slots=True)
class Setup:
    """A whole file. None: the file does not speak about that part, and it is left as it is."""

    operator: Operator | None = None
    hints: SourceHints | None = None
    workers: tuple[Renamed, ...] | None = None
    """The workers whom exports name, or named once, in more than one way."""
    inbox_rules: tuple[InboxRuleSetup, ...] | None = None
    clients: tuple[ClientBook, ...] = ()
    """As declared: the file says nothing of a client's link, its ledger's head and each retainer's `live_from`."""
    billing: OperatorBilling | None = None
    """Stands in the file with the operator, or not at all."""
    places: Mapping[ClientId, Place] = field(default_factory=dict)
    """Where each client is declared."""

    def place_of(self, client: ClientId) -> Place:
        """Where a client is declared in the file."""
        return self.places.get(client, _TOP)
