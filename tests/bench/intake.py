"""The import of a file whose rows are all new, from its bytes to its report, against a bare pass of csv.DictReader.

It is the use case of the import function over ports in memory, in a fresh process that collects garbage as the
functions do. `python -m tests.bench.intake FILE` runs it once and prints the peak memory in MB; with a number of turns,
the CPU seconds of opening, importing and the bare pass. Opening ends before the first row: encoding, header, and what
the cells prove.
"""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from chalicelib.domain.cycle import CycleLedger
from chalicelib.intake.export import open_export
from chalicelib.intake.rows import Refusal, SourceHints
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.store.import_record import DroppedFile
from chalicelib.services.store.ledger import LedgerCommit
from tests.bench.clock import best_of, collect_as_in_app, peak_mb, run_python
from tests.exports.generate import write
from tests.fakes import FakeLedger
from tests.import_rig import SUPPORT, Rig

ROWS = 100_000
PEAKS = (10_000, 100_000, 1_000_000)
_AFTER_ALL_WORK = datetime(2100, 1, 1, tzinfo=UTC)


def measure(rows: int = ROWS, peaks: Sequence[int] = PEAKS, turns: int = 9) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        files = {size: write(Path(folder) / f"{size}.csv", size) for size in {rows, *peaks}}
        opening, ours, theirs = json.loads(run_python("-m", "tests.bench.intake", str(files[rows]), str(turns)))
        memory = {size: float(run_python("-m", "tests.bench.intake", str(files[size]))) for size in peaks}
    return {
        "rows_per_second": round(rows / ours),
        "cpu_over_dictreader": round(ours / theirs, 2),
        "opening_over_dictreader": round(opening / theirs, 2),
        "peak_mb_by_rows": memory,
    }


def import_new(path: Path) -> None:
    """Import a file for a client without entries.

    Raises:
        ValueError: not every row of it was written as a new entry.
    """
    rig = Rig()
    ledger = _ForgetfulLedger(directory=rig.directory, log=rig.log)
    ports = replace(rig.ports, ledger=ledger, files=_OnDisk(path), clock=lambda: _AFTER_ALL_WORK)
    record = RunImport(ports).run(DroppedFile("inbox", SUPPORT, "1", "1", path.stat().st_size))
    counts = record.report.counts
    if not counts.rows == counts.new == ledger.written:
        raise ValueError(f"{ledger.written} entries are written, and these rows counted: {counts}")


class _ForgetfulLedger(FakeLedger):
    """Accepts cycles but keeps none of their entries, so that only the import uses memory."""

    written = 0

    def commit(self, commit: LedgerCommit) -> None:
        super().commit(replace(commit, cycles=map(self._counted, commit.cycles)))

    def _counted(self, cycle: CycleLedger) -> CycleLedger:
        self.written += len(cycle.entries)
        return replace(cycle, entries=())


class _OnDisk:
    """An inbox that holds one file, as large as it may be."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self, _key: str, _version: str | None) -> tuple[BinaryIO, str]:
        return self._path.open("rb"), ""


def _open(path: Path) -> None:
    with path.open("rb") as file:
        opened = open_export(file, SourceHints())
    if isinstance(opened, Refusal):
        raise TypeError(opened.reason)


def read_bare(path: Path) -> int:
    """The baseline: every row as a dictionary, and nothing more."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


if __name__ == "__main__":
    collect_as_in_app()
    file = Path(sys.argv[1])
    if len(sys.argv) > 2:
        works = (lambda: _open(file), lambda: import_new(file), lambda: read_bare(file))
        sys.stdout.write(json.dumps(best_of(int(sys.argv[2]), *works)))
    else:
        import_new(file)
        sys.stdout.write(f"{peak_mb()}\n")
