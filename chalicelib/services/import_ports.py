"""What imports work with."""

from dataclasses import dataclass, field

from chalicelib.services.import_progress import ProgressLog
from chalicelib.services.import_watch import Unwatched, Watch
from chalicelib.services.ports import Clock, Directory, Files, ImportLog, Ledger


@dataclass(frozen=True, slots=True)
class ImportPorts:
    """The ports of importing, undoing and accepting."""

    directory: Directory
    ledger: Ledger
    log: ImportLog
    files: Files
    clock: Clock
    progress: ProgressLog
    watch: Watch = field(default_factory=Unwatched)
