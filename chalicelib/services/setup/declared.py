"""The set-up that an operator declares in a file: values, already checked, with the places they came from."""

from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.domain.aliases import Renamed
from chalicelib.domain.billing import NO_BUYER, ClientBilling, OperatorBilling
from chalicelib.domain.notices import ALL_MAILS, ClientMails, Issuing
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.routing import ClientRule, InboxRule
from chalicelib.intake.rows import SourceHints
from chalicelib.services.store.books import Operator


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
class ClientSetup:
    """One client as declared. Its link and each retainer's `live_from` are not the file's to say."""

    client: Client
    retainers: tuple[Retainer, ...]
    rules: tuple[ClientRule, ...]
    projects: tuple[Renamed, ...] = ()
    """The projects that exports name, or named once, in more than one way."""
    place: Place = _TOP
    billing: ClientBilling = NO_BUYER
    issuing: Issuing = Issuing.VERIFY
    mails: ClientMails = ALL_MAILS


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
    clients: tuple[ClientSetup, ...] = ()
    billing: OperatorBilling | None = None
    """Stands in the file with the operator, or not at all."""
