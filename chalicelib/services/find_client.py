"""Find what a person named, or say which names are near."""

from collections.abc import Iterable
from difflib import get_close_matches

from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId
from chalicelib.domain.retainer import Retainer
from chalicelib.services.ports import ClientBook, Directory


class UnknownNameError(HourTabError):
    """Nothing is called so. `near` are the names that are like it; where none is, `known` are all."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known = tuple(sorted(known))
        self.near = _near(name.casefold(), self.known)
        super().__init__(f"There is no {what} `{name}`.{self._hint()}")

    def _hint(self) -> str:
        if self.near:
            return f" Did you mean {' or '.join(f'`{name}`' for name in self.near)}?"
        if self.known:
            return f" There are {', '.join(self.known[:20])}{' …' if len(self.known) > 20 else ''}."  # noqa: PLR2004 - a line's worth
        return " There are none yet: `hourtab apply setup.yaml` makes them."


def _near(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Names that begin like it, else those that are spelt like it; at most three."""
    begin_alike = [each for each in known if name and each.startswith(name)]
    return tuple((begin_alike or get_close_matches(name, known, n=3))[:3])


def find_client(directory: Directory, name: str) -> ClientBook:
    """The book of the client with this slug. Raises UnknownNameError."""
    book = directory.read_client(ClientId(name))
    if book is None:
        raise UnknownNameError("client", name, directory.read_operator().client_names or {})
    return book


def find_retainer(book: ClientBook, name: str) -> Retainer:
    """The client's retainer with this slug. Raises UnknownNameError."""
    found = next((retainer for retainer in book.retainers if retainer.id.retainer == name), None)
    if found is None:
        slugs = (retainer.id.retainer for retainer in book.retainers)
        raise UnknownNameError(f"retainer of {book.client.id}", name, slugs)
    return found


def list_clients(directory: Directory) -> tuple[ClientBook, ...]:
    """The books of all clients, by slug."""
    names = sorted(directory.read_operator().client_names or {})
    books = (directory.read_client(name) for name in names)
    return tuple(book for book in books if book is not None)
