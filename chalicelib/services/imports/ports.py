"""The ports that imports use."""

import time
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from chalicelib.clock import Clock
from chalicelib.services.imports.progress import ProgressLog, Watch
from chalicelib.services.store.books import Directory
from chalicelib.services.store.conflicts import Sleep
from chalicelib.services.store.import_log import ImportLog
from chalicelib.services.store.ledger import Ledger


class Files(Protocol):
    """The inbox bucket."""

    def open(self, key: str, version: str | None) -> tuple[BinaryIO, str]:
        """The object's bytes as a seekable temporary file, which the caller closes, and what was previewed of it.

        That is the text that was dropped with it (imports/previewed.py), "" if there is none.

        Raises FileNotFoundError if it is no longer there, or may not be read.
        """


@dataclass(frozen=True, slots=True)
class ImportPorts:
    """The ports of importing, undoing and accepting."""

    directory: Directory
    ledger: Ledger
    log: ImportLog
    files: Files
    clock: Clock
    progress: ProgressLog
    watch: Watch = field(default_factory=Watch)
    sleep: Sleep = time.sleep
