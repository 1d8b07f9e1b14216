"""Reading each source: rows per CPU second, and the time of a bare csv.DictReader pass over the same rows as CSV.

After the exports of the tools come lists of no known tool, whose cells have to prove what their hours are; a workbook.
Opening a file ends before its first row: encoding, header, and what the cells prove.
"""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.intake.export import Export, open_export
from chalicelib.intake.header import Header
from chalicelib.intake.open_tables import open_tables
from chalicelib.intake.rows import Refusal, SourceHints
from tests.bench.clock import best_of
from tests.workbooks import table

_EXPORTS = Path(__file__).resolve().parents[1] / "exports"
_LISTS = {
    "list_in_hours": ("Hours", "1.5"),
    "list_of_minutes": ("Start,End,Duration", "09:00,10:30,90"),
    "list_of_two_durations": ("Duration,Decimal hours", "1:30,1.5"),
    "list_with_breaks": ("Start,End,Break", "09:00,11:00,30"),
}
"""The columns of hours of lists that no known tool wrote, with their cells."""
_WORKBOOK = "workbook"


def measure(rows: int = 20_000, turns: int = 3) -> dict[str, Any]:
    texts = {**dict(_one_of_each(rows)), **dict(_lists(rows))}
    files = {name: text.encode() for name, text in texts.items()}
    texts[_WORKBOOK] = texts["list_with_breaks"]
    files[_WORKBOOK] = table(*csv.reader(StringIO(texts[_WORKBOOK])))
    figures = {name: _measure(data, texts[name], turns) for name, data in files.items()}
    return {
        "rows_per_second": {name: round(one.rows / one.ours) for name, one in figures.items()},
        "cpu_seconds_per_million_rows": {
            name: round(one.ours / one.rows * 1_000_000, 2) for name, one in figures.items()
        },
        "cpu_over_dictreader": {name: round(one.ours / one.bare, 2) for name, one in figures.items()},
        "opening_over_dictreader": {name: round(one.opening / one.bare, 2) for name, one in figures.items()},
    }


class _Spent(NamedTuple):
    """How many rows a file has, and the CPU seconds of opening it, of reading it in all and of the bare pass."""

    rows: int
    opening: float
    ours: float
    bare: float


def _measure(data: bytes, text: str, turns: int) -> _Spent:
    works = (lambda: _open(data), lambda: _count(data), lambda: sum(1 for _ in csv.DictReader(StringIO(text))))
    return _Spent(_count(data), *best_of(turns, *works))


def _lists(rows: int) -> Iterator[tuple[str, str]]:
    """Lists with dates that need no order, and few different descriptions, as the tools' examples have."""
    for name, (columns, cells) in _LISTS.items():
        lines = (f"2026-03-{1 + at % 28:02},Ada,Note {at % 50},{cells}\n" for at in range(rows))
        yield name, f"Date,Worker,Description,{columns}\n{''.join(lines)}"


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


def _open(data: bytes) -> Export:
    export = open_export(BytesIO(data), SourceHints())
    if not isinstance(export, Export):
        raise TypeError(export.reason)
    return export


def _count(data: bytes) -> int:
    return sum(1 for _ in _open(data).rows())
