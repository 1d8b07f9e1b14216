"""Reading each source: rows per CPU second, and the time of a bare csv.DictReader pass over the same bytes."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from chalicelib.intake.export import Export, open_export
from chalicelib.intake.header import Header
from chalicelib.intake.open_tables import open_tables
from chalicelib.intake.rows import Refusal, SourceHints
from tests.bench.clock import best_of

_EXPORTS = Path(__file__).resolve().parents[1] / "exports"


def measure(rows: int = 20_000, turns: int = 3) -> dict[str, Any]:
    figures = {source: _measure(text, turns) for source, text in _one_of_each(rows)}
    return {
        "rows_per_second": {source: round(read / ours) for source, (read, ours, _) in figures.items()},
        "cpu_seconds_per_million_rows": {
            source: round(ours / read * 1_000_000, 2) for source, (read, ours, _) in figures.items()
        },
        "cpu_over_dictreader": {source: round(ours / bare, 2) for source, (_, ours, bare) in figures.items()},
    }


def _measure(text: str, turns: int) -> tuple[int, float, float]:
    """Rows, and the CPU seconds of reading them and of the bare pass."""
    data = text.encode()
    rows = _count(data)
    ours, bare = best_of(turns, lambda: _count(data), lambda: sum(1 for _ in csv.DictReader(StringIO(text))))
    return rows, ours, bare


def _one_of_each(rows: int) -> Iterator[tuple[str, str]]:
    """Each source with an export of at least `rows` rows: those of its first example, repeated below its header."""
    done: set[str] = set()
    for path in sorted(_EXPORTS.glob("*.csv")):
        header, records = _read_records(path)
        source = header.layout.source.name
        if source not in done:
            done.add(source)
            yield source, _with_rows(records, header.records_before_rows, rows)


def _with_rows(records: list[list[str]], before_rows: int, wanted: int) -> str:
    head, rows = records[:before_rows], records[before_rows:]
    text = StringIO()
    csv.writer(text).writerows([*head, *(rows * -(-wanted // len(rows)))])
    return text.getvalue()


def _read_records(path: Path) -> tuple[Header, list[list[str]]]:
    with path.open("rb") as file:
        opened = open_tables(file)
        header = opened if isinstance(opened, Refusal) else opened.find_header((), None)
        if isinstance(header, Refusal):
            raise TypeError(f"{path.name} is no export")
        return header, [cells for _, cells in header.table.records()]


def _count(data: bytes) -> int:
    export = open_export(BytesIO(data), SourceHints())
    if not isinstance(export, Export):
        raise TypeError(export.reason)
    return sum(1 for _ in export.rows())
