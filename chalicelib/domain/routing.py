"""Where a row counts: rules that the operator wrote down, never a guess."""

from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId, RetainerSlug


class Facts(NamedTuple):
    """What rules may look at. Few distinct combinations exist in a file, so decisions are remembered."""

    client: str | None = None
    project: str | None = None
    contract: str | None = None
    task: str | None = None
    work_type: str | None = None
    ticket: str | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Patterns that must all fit. `*` stands for anything, case does not matter; None fits everything."""

    client: str | None = None
    project: str | None = None
    contract: str | None = None
    task: str | None = None
    work_type: str | None = None
    ticket: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class ClientRule:
    """A rule of one client; of its ordered rules the first that fits decides.

    pool RETAINER: the row draws hours of `retainer`; PROJECT: it is shown beside `retainer`;
    EXCLUDED: it is kept out for `reason`. `retainer` None: the retainer whose folder the file lies in.
    """

    match: Match
    pool: Pool
    retainer: RetainerSlug | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InboxRule:
    """A rule of the operator for files at the top of the inbox: rows that fit belong to `client`."""

    match: Match
    client: ClientId
