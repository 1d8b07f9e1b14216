"""Open a file by its place in the bucket: its rows sorted into clients and cycles, or the reason why it is refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from chalicelib.intake.export import open_export
from chalicelib.intake.rows import Refusal, UnreadableExportError
from chalicelib.services.imports.destination import destination_of
from chalicelib.services.imports.progress import Watch
from chalicelib.services.imports.stage_rows import Staged, stage_rows
from chalicelib.services.store.books import Directory


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An export that could be read, sorted into clients and cycles."""

    source: str
    complete: bool
    """Whether the operator declared that this source's exports are always complete for their range."""
    staged: Staged


def open_file(stream: BinaryIO, key: str, directory: Directory, now: datetime, watch: Watch) -> OpenedFile | Refusal:
    """Read the file that lies at `key` (decoded). `stream` is seekable; `now` is aware; `watch` sees the rows pass."""
    destination = destination_of(key, directory)
    if isinstance(destination, Refusal):
        return destination
    hints = directory.read_operator().hints
    export = open_export(stream, hints)
    if isinstance(export, Refusal):
        return export
    try:
        staged = stage_rows(watch.rows(export.rows()), destination, directory, now)
    except UnreadableExportError as error:
        return error.refusal
    return OpenedFile(export.source, export.source in hints.complete, staged)
