"""Find what a person named, or suggest similar names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.routing import index_names
from chalicelib.services.store.books import ClientBook, Directory

if TYPE_CHECKING:
    from chalicelib.services.store.operator_book import OperatorBook

SEARCHED = 1_000
"""How many clients are searched for names that are similar to one that nothing has."""
_LISTED = 8
"""The most names listed in a sentence."""


class UnknownNameError(HourTabError):
    """Nothing has this name.

    `problem` is the sentence that says so, `near` are similar names, `listing` is the command that shows all, `origin`
    says where they come from, for when there are none.
    """

    def __init__(
        self,
        problem: str,
        name: str,
        known: Iterable[str],
        listing: str,
        origin: str = "`hourtab apply setup.yaml` creates them",
    ) -> None:
        self.name = name
        self.known = tuple(sorted(known))
        self.near = near_names(name, self.known)
        self.listing = listing
        self.origin = origin
        super().__init__(f"{problem} {self._hint()}")

    def _hint(self) -> str:
        if self.near:
            return f"Did you mean {' or '.join(f'“{name}”' for name in self.near)}?"
        if len(self.known) > _LISTED:
            return f"`{self.listing}` shows them all."
        if self.known:
            return f"The only {'ones are' if self.known[1:] else 'one is'} {', '.join(self.known)}."
        return f"There are none yet: {self.origin}."


def near_names(name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Names that begin like it, else similar ones, ignoring case; at most three."""
    name = name.casefold()
    begin_alike = [each for each in known if name and each.startswith(name)]
    return tuple((begin_alike or get_close_matches(name, known, n=3))[:3])


def find_client(directory: Directory, name: str) -> ClientBook:
    """The book of the client with this slug. Raises UnknownNameError."""
    book = directory.read_client(ClientId(name))
    if book is None:
        known = directory.read_names(SEARCHED)
        raise UnknownNameError(f"There is no client “{name}”.", name, known, "hourtab client list")
    return book


def find_retainer(book: ClientBook, name: str) -> Retainer:
    """The client's retainer with this slug. Raises UnknownNameError."""
    found = next((retainer for retainer in book.retainers if retainer.id.retainer == name), None)
    if found is None:
        slugs = (retainer.id.retainer for retainer in book.retainers)
        problem, listing = f"{book.client.id} has no retainer “{name}”.", f"hourtab retainer list {book.client.id}"
        raise UnknownNameError(problem, name, slugs, listing)
    return found


def list_clients(directory: Directory) -> tuple[ClientBook, ...]:
    """The books of all clients, by slug."""
    return tuple(directory.read_clients(sorted(directory.read_names())))


Named = Callable[[str], Mapping[ClientId, ClientBook]]
"""From a name (folded) to the clients that have it, as slug, name or alias."""


def clients_by_name(directory: Directory, operator: "OperatorBook") -> Named:
    """How an import finds clients by their names; while they are not indexed, the list of all clients is read once."""
    if operator.names_indexed:
        return lambda name: {book.client.id: book for book in directory.read_named(name)}
    index = index_names(directory.read_names())

    def read(name: str) -> Mapping[ClientId, ClientBook]:
        books = (directory.read_client(client) for client in sorted(index.get(name, ())))
        return {book.client.id: book for book in books if book is not None}

    return read


def visible_clients(directory: Directory, now: datetime) -> tuple[ClientBook, ...]:
    """The books of all clients, by slug, without hidden retainers and without clients that have no others."""
    visible = (book.visible(now) for book in list_clients(directory))
    return tuple(book for book in visible if book.retainers)


class Links(Protocol):
    """Makes and reads the tokens of clients' links. The key is a secret that no table holds."""

    def token(self, client: ClientId, version: int) -> str:
        """The token for this version of the client's link."""

    def read(self, token: str) -> tuple[ClientId, int] | None:
        """The client and version that the token proves, or None for anything else."""


Admit = Callable[[str], None]
"""Called with a token that we signed, before anything is read for it; raises an error if it is not admitted now."""


def admit_all(_token: str) -> None:
    """An `Admit` without a limit."""
