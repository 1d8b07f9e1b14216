"""Open a file by its place in the bucket: its rows sorted into clients and cycles, or the reason why it is refused.

    inbox/<client>/<retainer>/…/name.csv    that retainer
    inbox/<client>/name.csv                 that client; its rules choose the retainer of each row
    inbox/name.csv                          any client; the operator's rules choose both

Deeper folders are the operator's own order and mean nothing.
"""

import unicodedata
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import BinaryIO

from chalicelib.domain.ids import ClientId, RetainerSlug, is_slug
from chalicelib.domain.routing import words_of
from chalicelib.intake.export import open_export
from chalicelib.intake.rows import ColumnFault, Refusal, RefusalKind, SourceHints, UnreadableExportError
from chalicelib.intake.sources.settled import ReadBefore, Settled
from chalicelib.intake.unread import UnreadRows
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.previewed import Previewed, digest_of_bytes
from chalicelib.services.imports.route_rows import Destination, Kept
from chalicelib.services.imports.stage_rows import NEWEST, Staged, stage_rows
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.import_record import DroppedFile
from chalicelib.services.store.lookup import SEARCHED
from chalicelib.services.store.reading import Rules, hints_of, rules_of_client

INBOX = "inbox/"
_NAMED = 3
"""The most other clients that a refusal names."""


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An export that could be read, sorted into clients and cycles."""

    source: str
    complete: bool
    """Whether the operator declared that this source's exports are always complete for their range."""
    staged: Staged
    hints: SourceHints
    """Those of its source, by which it was read."""
    hours: Settled
    """What its cells proved about its hours."""
    is_routed: bool
    """Whether rows of any client may be in it."""
    read_at: datetime
    how_read: str
    """In one line for a person (intake/how_read.py)."""
    not_found: tuple[ColumnFault, ...]
    """Columns that are missed in it."""
    expected: Previewed | None = None
    """What was previewed of it, if it was dropped so."""
    content: str = ""
    """The digest of its bytes, if something was."""

    def rules_for(self, book: ClientBook) -> Rules:
        """The rules by which it was read and routed for one client."""
        named, absent = dict(sorted(self.staged.named.items())), frozenset(self.staged.absent)
        return replace(
            rules_of_client(book, self.hints),
            is_routed=self.is_routed,
            inbox_rules=self.staged.inbox_rules,
            clients=named,
            absent=absent,
            hours=self.hours,
        )


def open_dropped(ports: ImportPorts, file: DroppedFile, kept: Kept | None = None) -> OpenedFile | Refusal:
    """Read a file of the inbox, by today's rules or as it was read before.

    Raises FileNotFoundError if it is no longer there.
    """
    stream, expected = ports.files.open(file.key, file.version)
    with closing(stream):
        opened = open_file(ports, stream, file.key, kept, file.order)
        if not expected or kept is not None or isinstance(opened, Refusal):
            return opened
        return replace(opened, expected=Previewed.read(expected), content=digest_of_bytes(stream))


def open_file(
    ports: ImportPorts, stream: BinaryIO, key: str, kept: Kept | None = None, order: str = NEWEST
) -> OpenedFile | Refusal:
    """Read the file that lies at `key` (decoded), or would; `stream` is seekable.

    `order` is its place in the order of files; without it, it is the newest.
    """
    destination = destination_of(key, ports.directory, kept)
    if isinstance(destination, Refusal):
        return destination
    said = kept.rules if kept else ports.directory.read_operator()
    hints, rules = said.hints, destination.book.rules if destination.book else said.inbox_rules
    read_at = kept.at if kept else ports.clock()
    export = open_export(stream, hints, ReadBefore(kept.source, kept.rules.hours) if kept else None, words_of(rules))
    if isinstance(export, Refusal):
        return export
    unread = UnreadRows(export)
    try:
        rows = ports.watch.rows(unread.watch(export.rows()))
        staged = stage_rows(rows, destination, ports.directory, read_at, order, header=export.columns)
    except UnreadableExportError as error:
        return error.refusal
    if kept is None and (refusal := unread.refusal()):
        return refusal
    if kept is None and destination.book and 2 * staged.naming_another.total() > staged.naming:
        return _wrong_folder(staged, destination.book.client.id)
    is_complete, is_routed = export.source in hints.complete, destination.book is None
    return OpenedFile(
        export.source,
        is_complete,
        staged,
        hints_of(hints, export.source),
        export.settled.kept,
        is_routed,
        read_at,
        export.how_read,
        export.not_found,
    )


def destination_of(key: str, directory: Directory, kept: Kept | None = None) -> Destination | Refusal:
    """The destination of a file dropped at `key` (decoded), or the reason why there is none."""
    if not key.startswith(INBOX):
        return Refusal(RefusalKind.BAD_KEY, f"Files are read from {INBOX} only. Drop the file at {INBOX}….")
    folders = _folders(key)
    if not folders:
        return Destination(kept=kept)
    book = kept.book if kept else _named(folders[0], directory)
    if book is None:
        known = directory.read_names(SEARCHED)
        return _unknown(RefusalKind.UNKNOWN_CLIENT, "There is no client", folders[0], known)
    if len(folders) == 1:
        return Destination(book, kept=kept)
    slugs = [retainer.id.retainer for retainer in book.retainers]
    if folders[1] not in slugs:
        return _unknown(RefusalKind.UNKNOWN_RETAINER, f"{book.client.id} has no retainer", folders[1], slugs)
    return Destination(book, RetainerSlug(folders[1]), kept)


def _named(folder: str, directory: Directory) -> ClientBook | None:
    """The client of this folder; a name that no client can have is not looked up: it may be longer than any key."""
    return directory.read_client(ClientId(folder)) if is_slug(folder) else None


def retainer_of(key: str) -> RetainerSlug | None:
    """The retainer in whose folder a file of the inbox lies, if it lies in one."""
    folders = _folders(key)
    return RetainerSlug(folders[1]) if len(folders) > 1 else None


def _folders(key: str) -> list[str]:
    return [unicodedata.normalize("NFC", part).strip().casefold() for part in key[len(INBOX) :].split("/")[:-1]]


def _wrong_folder(staged: Staged, own: ClientId) -> Refusal:
    most = sorted(staged.naming_another.items(), key=lambda one: (-one[1], one[0]))
    named = ", ".join(f"{client} ({count})" for client, count in most[:_NAMED])
    more = f" and {len(most) - _NAMED} more" if len(most) > _NAMED else ""
    return Refusal(
        RefusalKind.WRONG_FOLDER,
        f"{staged.naming_another.total()} of the {staged.naming} rows that name a client name another one than {own}: "
        f"{named}{more}. Drop the file at {INBOX}, where each row goes to its client, or in the right client's folder.",
    )


def _unknown(kind: RefusalKind, problem: str, name: str, known: Iterable[str]) -> Refusal:
    near = get_close_matches(name, list(known), n=1)
    shown = f"“{name[:80]}”"
    step = (
        f"Did you mean “{near[0]}”? Then drop the file in its folder; otherwise add {shown} to the set-up and retry "
        f"this import."
        if near
        else "Add it to the set-up and retry this import, or drop the file in the right folder."
    )
    return Refusal(kind, f"{problem} {shown}. {step}")
