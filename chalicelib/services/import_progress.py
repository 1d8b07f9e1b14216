"""Where a running import stands, for whoever asks before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.ids import ImportId
from chalicelib.services.import_record import DroppedFile


class Stage(StrEnum):
    """What a running import does."""

    READING = "reading"
    """Rows are read and sorted."""
    COMPARING = "comparing"
    """Rows are compared with what is counted."""
    WRITING = "writing"
    """Changed cycles are put down; none of them counts before all of a client's are."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a running import stands."""

    id: ImportId
    file: DroppedFile
    started_at: datetime
    at: datetime
    stage: Stage
    done: int
    """Rows read, cycles compared or cycles written, as the stage says."""
    clients_done: int = 0
    clients: int = 0
    """Clients that the file speaks about; 0 while it is read."""


class ProgressLog(Protocol):
    """Keeps where running imports stand: those that have told, until they are done."""

    def write_progress(self, progress: Progress) -> None:
        """Put it in place of what the import said before."""

    def end_progress(self, import_id: ImportId) -> None:
        """Forget it: the import is done."""

    def read_progress(self, import_id: ImportId) -> Progress | None:
        """Where the import stands, or None."""

    def list_running(self) -> Sequence[Progress]:
        """All of them, newest first."""
