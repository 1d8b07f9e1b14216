"""Reading each source: rows a second of CPU, and the time of a bare csv.DictReader pass over the same bytes."""

import csv
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from chalicelib.intake.decode import Encoding, find_encoding
from chalicelib.intake.export import Export, open_export
from chalicelib.intake.header import Header, find_header
from chalicelib.intake.rows import SourceHints
from tests.bench.clock import best_of

_EXPORTS = Path(__file__).resolve().parents[1] / "exports"
_ROWS = 20_000


def measure() -> dict[str, Any]:
    figures = {}
    for path in sorted(_EXPORTS.glob("*.csv")):
        source, data = _many_rows(path)
        if source not in figures:
            figures[source] = _measure(data)
    return {
        "source_rows_per_second": {source: round(rows / ours) for source, (rows, ours, _) in figures.items()},
        "source_cpu_seconds_per_million_rows": {
            source: round(ours / rows * 1_000_000, 2) for source, (rows, ours, _) in figures.items()
        },
        "source_time_over_dictreader": {source: round(ours / bare, 2) for source, (_, ours, bare) in figures.items()},
    }


def _measure(data: bytes) -> tuple[int, float, float]:
    """Rows, and the seconds of CPU of reading them and of the bare pass."""
    text = data.decode()
    rows = sum(1 for _ in _open(data).rows())
    ours, bare = best_of(
        3, lambda: sum(1 for _ in _open(data).rows()), lambda: sum(1 for _ in csv.DictReader(StringIO(text)))
    )
    return rows, ours, bare


def _many_rows(path: Path) -> tuple[str, bytes]:
    """The fixture's source, and its rows again and again below its header, as UTF-8 with commas."""
    raw = path.read_bytes()
    with path.open("rb") as file:
        encoding = find_encoding(file)
        header = find_header(file, encoding, ()) if isinstance(encoding, Encoding) else encoding
    if not isinstance(encoding, Encoding) or not isinstance(header, Header):
        raise TypeError(f"{path.name} is no export")
    lines = list(csv.reader(StringIO(raw[encoding.mark :].decode(encoding.codec)), delimiter=header.delimiter))
    head, rows = lines[: header.records_before_rows], lines[header.records_before_rows :]
    text = StringIO()
    csv.writer(text).writerows([*head, *(rows * (_ROWS // len(rows)))])
    return header.layout.source.name, text.getvalue().encode()


def _open(data: bytes) -> Export:
    export = open_export(BytesIO(data), SourceHints())
    if not isinstance(export, Export):
        raise TypeError(export.reason)
    return export
