"""Finds ids that a file seems to have renamed: an id is for ever, as links, folders, cycles and invoices name it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from chalicelib.domain.ids import ClientId
from chalicelib.domain.names import fold
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.services.store.books import ClientBook

_KEEP = "an id is for ever, so keep the old one"


def renamed_client(client: Client, missing: Mapping[ClientId, tuple[str, ...]]) -> str:
    """The conflict of a client that is not stored with a stored one of its name that the file lacks; "" if none has it.

    `missing` are the name and aliases of the stored clients that the file lacks.
    """
    for old, (name, *_) in missing.items():
        if fold(name) == fold(client.name):
            other = "give the new client another name"
            return f"`{client.id}` is not stored, and the stored client `{old}` has its name: {_KEEP}, or {other}."
    return ""


def renamed_retainers(declared: ClientBook, stored: ClientBook) -> Iterator[str]:
    """Conflicts of retainers that are not stored with stored ones, which the file lacks, that are the same by title."""
    before, after = ({one.id: one for one in book.retainers} for book in (stored, declared))
    missing = [one for one in stored.retainers if one.id not in after]
    for new in (one for one in declared.retainers if one.id not in before):
        if old := next((one for one in missing if _is_same(one, new)), None):
            other = f"keep `{old.id.retainer}` in the file, too, if this is another retainer"
            yield f"`{new.id}` is not stored, and the stored retainer `{old.id}` is the same one: {_KEEP}, or {other}."


def _is_same(old: Retainer, new: Retainer) -> bool:
    """Whether the titles say so; a title that is only the id says nothing, then all the rest has to be equal."""
    if old.title == old.id.retainer and new.title == new.id.retainer:
        return replace(new, id=old.id, title=old.title, live_from=old.live_from) == old
    return fold(old.title) == fold(new.title)
