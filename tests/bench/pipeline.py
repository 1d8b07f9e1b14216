"""The import from bytes to reconciled changes, without the store, against a bare pass of csv.DictReader.

`python -m tests.bench.pipeline FILE` runs it once over a file and prints the peak memory of its process in MB.
"""

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.intake.rows import Refusal
from chalicelib.services.imports.open_file import open_export_file
from chalicelib.services.imports.replay.match_share import FoldedShare
from chalicelib.services.imports.replay.replay import scope_of
from tests.bench.clock import best_of, run_python
from tests.exports.generate import write
from tests.fakes import FakeDirectory
from tests.import_rig import SUPPORT, book

_AFTER_ALL_WORK = datetime(2100, 1, 1, tzinfo=UTC)
_SIZES = (10_000, 100_000, 1_000_000)


def measure() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        files = {size: write(Path(folder) / f"{size}.csv", size) for size in _SIZES}
        middle = files[100_000]
        ours, theirs = best_of(5, lambda: reconcile(middle), lambda: read_bare(middle))
        peaks = [float(run_python("-m", "tests.bench.pipeline", str(path))) for path in files.values()]
    return {
        "intake_rows_per_second": round(100_000 / ours),
        "intake_time_over_dictreader": round(ours / theirs, 2),
        "intake_peak_rows": list(_SIZES),
        "intake_peak_mb": peaks,
    }


def reconcile(path: Path) -> int:
    """Read, route, sort into cycles and pair with an empty ledger; returns how many entries are new."""
    with path.open("rb") as stream:
        opened = open_export_file(stream, SUPPORT, FakeDirectory(book()), _AFTER_ALL_WORK)
    if isinstance(opened, Refusal):
        raise TypeError(opened.reason)
    [share] = opened.staged.shares.values()
    folded = FoldedShare(share, scope_of(share), lambda _: (), complete=False)
    entries = sum(len(entries) for _, entries in folded.changed_cycles())
    if entries != opened.staged.rows:
        raise ValueError(f"{opened.staged.rows - entries} rows were not counted")
    return entries


def read_bare(path: Path) -> int:
    """The yardstick: every row as a dictionary, and nothing more."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def peak_mb() -> float:
    """The peak memory of this process since it began, in MB; Linux only."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


if __name__ == "__main__":
    reconcile(Path(sys.argv[1]))
    sys.stdout.write(f"{peak_mb()}\n")
