"""What a preview showed, in a few bytes: a file that is dropped with them is imported just so, or refused.

They travel with the file, as metadata of its object, so that every delivery of it knows them. Each of a file's clients
has a digest of its own, because each client's share is decided and committed on its own (commit_share.py).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO

from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import Counts, ImportReport

MOST_CLIENTS = 200
"""S3 keeps up to 2 KB of metadata with an object."""
_CHUNK = 256 * 1024
_NEXT = "Preview it again, or count it as it is now with `hourtab import retry`."


@dataclass(frozen=True, slots=True)
class Previewed:
    """The digests of what a preview showed."""

    file: str
    """Of the file's bytes, and of what does not depend on any ledger: its rows, problems and clients."""
    shares: frozenset[str]
    """Of each client's share: the ledger that it was based on, how it was read, and what it would change."""

    @property
    def fingerprint(self) -> str:
        """All of them in a word that a person can copy."""
        return _digest(str(self), digits=12)

    def __str__(self) -> str:
        """As metadata, which `read` reads again."""
        return ",".join((self.file, *sorted(self.shares)))

    @classmethod
    def read(cls, text: str) -> "Previewed":
        """The digests that were kept with a file."""
        file, *shares = text.split(",")
        return cls(file, frozenset(shares))


class NotAsPreviewedError(HourTabError):
    """What a share would change is not what was previewed."""

    def __init__(self, book: ClientBook) -> None:
        head = book.head
        newest = f" (its newest import: {head.recent[-1]}, {head.as_of:%Y-%m-%d %H:%M} UTC)" if head.recent else ""
        self.reason = f"The ledger or the set-up of {book.client.id} has moved since this file was previewed{newest}."
        super().__init__(self.reason)

    def as_refusal(self) -> Refusal:
        """Why the file does not count."""
        return Refusal(RefusalKind.NOT_AS_PREVIEWED, f"{self.reason} {_NEXT}")


OTHER_FILE = Refusal(
    RefusalKind.NOT_AS_PREVIEWED,
    f"It is not the file that was previewed, or is read or routed otherwise by now. {_NEXT}",
)


def digest_of_bytes(stream: BinaryIO) -> str:
    """The digest of a file's bytes (seekable)."""
    stream.seek(0)
    digest = hashlib.sha256()
    for chunk in iter(partial(stream.read, _CHUNK), b""):
        digest.update(chunk)
    return digest.hexdigest()


def digest_of_file(content: str, report: ImportReport, clients: Iterable[ClientId]) -> str:
    """The digest of a file.

    Args:
        content: that of its bytes.
        report: what can be said of its rows without any ledger.
        clients: whom it has rows for.
    """
    return _digest(content, report, *sorted(clients))


def digest_of_share(book: ClientBook, rules: str, update: LedgerUpdate) -> str:
    """The digest of a client's share.

    Args:
        book: the client's, with its head after overdue cycles are closed.
        rules: the key of the rules that the share was read and routed by.
        update: what the import changes.
    """
    changes = [
        replace(change, before_remaining=None, after_remaining=None, unapproved_seconds=0) for change in update.changes
    ]
    outcome = Counts(**update.tally.counted), changes, update.late, len(update.cycles), len(update.duplicates)
    return _digest(book.client.id, book.head.version, rules, *outcome)


def _digest(*values: object, digits: int = 8) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:digits]
