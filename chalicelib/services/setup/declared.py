"""The set-up that an operator declares in a file: validated values with their positions in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.domain.aliases import Renamed
from chalicelib.domain.branding import Logo
from chalicelib.domain.ids import ClientId
from chalicelib.domain.parties import OperatorBilling
from chalicelib.domain.routing import InboxRule
from chalicelib.intake.rows import SourceHints
from chalicelib.services.store.books import ClientBook, Operator


class Place(NamedTuple):
    """A position in the file; both numbers count from 1."""

    line: int
    column: int


_TOP = Place(1, 1)


class SetupProblem(NamedTuple):
    """One thing to correct in the file: a sentence, and the lines to write, if any, each on a line of its own."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class InboxRuleSetup:
    """One rule for files at the top of the inbox."""

    rule: InboxRule
    place: Place = _TOP


@dataclass(frozen=True, slots=True)
class Setup:
    """A complete file. None: the file lacks that section, and the stored one does not change."""

    operator: Operator | None = None
    hints: SourceHints | None = None
    workers: tuple[Renamed, ...] | None = None
    """The workers to whom exports refer, or have referred, by more than one name."""
    inbox_rules: tuple[InboxRuleSetup, ...] | None = None
    clients: tuple[ClientBook, ...] = ()
    """As declared: the file does not contain a client's link, its ledger's head or any retainer's `live_from`."""
    billing: OperatorBilling | None = None
    """Part of the operator's section; None without one."""
    logo: Logo | None = None
    """The content of the operator's logo."""
    places: Mapping[ClientId, Place] = field(default_factory=dict)
    """The position of each client."""

    def place_of(self, client: ClientId) -> Place:
        """The position of a client in the file."""
        return self.places.get(client, _TOP)
