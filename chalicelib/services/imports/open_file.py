"""Open a file by its place in the bucket: its rows sorted into clients and cycles, or the reason why it is refused.

    inbox/<client>/<retainer>/…/name.csv    that retainer
    inbox/<client>/name.csv                 that client; its rules choose the retainer of each row
    inbox/name.csv                          any client; the operator's rules choose both

Deeper folders are the operator's own order and mean nothing.
"""

import unicodedata
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from typing import BinaryIO

from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.intake.export import open_export
from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.stage_rows import Destination, Staged, stage_rows
from chalicelib.services.store.books import Directory
from chalicelib.services.store.import_record import DroppedFile
from chalicelib.services.store.lookup import SEARCHED

INBOX = "inbox/"


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An export that could be read, sorted into clients and cycles."""

    source: str
    complete: bool
    """Whether the operator declared that this source's exports are always complete for their range."""
    staged: Staged


def open_dropped(ports: ImportPorts, file: DroppedFile) -> OpenedFile | Refusal:
    """Read a file of the inbox. Raises FileNotFoundError if it is no longer there."""
    with closing(ports.files.open(file.key, file.version)) as stream:
        return open_file(ports, stream, file.key)


def open_file(ports: ImportPorts, stream: BinaryIO, key: str) -> OpenedFile | Refusal:
    """Read the file that lies at `key` (decoded), or would; `stream` is seekable."""
    destination = destination_of(key, ports.directory)
    if isinstance(destination, Refusal):
        return destination
    hints = ports.directory.read_operator().hints
    export = open_export(stream, hints)
    if isinstance(export, Refusal):
        return export
    try:
        staged = stage_rows(ports.watch.rows(export.rows()), destination, ports.directory, ports.clock())
    except UnreadableExportError as error:
        return error.refusal
    return OpenedFile(export.source, export.source in hints.complete, staged)


def destination_of(key: str, directory: Directory) -> Destination | Refusal:
    """The destination of a file dropped at `key` (decoded), or the reason why there is none."""
    if not key.startswith(INBOX):
        return Refusal(RefusalKind.BAD_KEY, f"Files are read from {INBOX} only. Drop the file at {INBOX}….")
    folders = [unicodedata.normalize("NFC", part).strip().casefold() for part in key[len(INBOX) :].split("/")[:-1]]
    if not folders:
        return Destination()
    book = directory.read_client(ClientId(folders[0]))
    if book is None:
        known = directory.read_names(SEARCHED)
        return _unknown(RefusalKind.UNKNOWN_CLIENT, "There is no client", folders[0], known)
    if len(folders) == 1:
        return Destination(book)
    slugs = [retainer.id.retainer for retainer in book.retainers]
    if folders[1] not in slugs:
        return _unknown(RefusalKind.UNKNOWN_RETAINER, f"{book.client.id} has no retainer", folders[1], slugs)
    return Destination(book, RetainerSlug(folders[1]))


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
