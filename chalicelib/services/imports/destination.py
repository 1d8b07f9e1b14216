"""The destination of a dropped file, by its place in the bucket.

    inbox/<client>/<retainer>/…/name.csv    that retainer
    inbox/<client>/name.csv                 that client; its rules choose the retainer of each row
    inbox/name.csv                          any client; the operator's rules choose both

Deeper folders are the operator's own order and mean nothing.
"""

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.store.books import ClientBook, Directory

INBOX = "inbox/"


@dataclass(frozen=True, slots=True)
class Destination:
    """The client and retainer that a key names; None if rules decide."""

    book: ClientBook | None = None
    retainer: RetainerSlug | None = None


def destination_of(key: str, directory: Directory) -> Destination | Refusal:
    """The destination of a file dropped at `key` (decoded), or the reason why there is none."""
    if not key.startswith(INBOX):
        return Refusal(RefusalKind.BAD_KEY, f"Files are read from {INBOX} only. Drop the file at {INBOX}….")
    folders = [unicodedata.normalize("NFC", part).strip().casefold() for part in key[len(INBOX) :].split("/")[:-1]]
    if not folders:
        return Destination()
    return _in_client(folders, directory)


def _in_client(folders: list[str], directory: Directory) -> Destination | Refusal:
    book = directory.read_client(ClientId(folders[0]))
    if book is None:
        names = directory.read_operator().client_names or {}
        return _unknown(RefusalKind.UNKNOWN_CLIENT, "client", folders[0], list(names))
    if len(folders) == 1:
        return Destination(book)
    slugs = [retainer.id.retainer for retainer in book.retainers]
    if folders[1] not in slugs:
        kind = RefusalKind.UNKNOWN_RETAINER
        return _unknown(kind, f"retainer of {book.client.id}", folders[1], [str(slug) for slug in slugs])
    return Destination(book, RetainerSlug(folders[1]))


def _unknown(kind: RefusalKind, what: str, name: str, known: list[str]) -> Refusal:
    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    step = "Add it to the set-up and retry this import, or drop the file in the right folder."
    return Refusal(kind, f"There is no {what} called “{name[:80]}”.{hint} {step}")
