"""Finds the header, the table that it is in and its line, or explains why there is none."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from chalicelib.intake.guess import guess_columns, likeness
from chalicelib.intake.recognise import find_layout, find_look_alike, normal_names
from chalicelib.intake.rows import ColumnMapping, Refusal, RefusalKind, UnreadableExportError
from chalicelib.intake.sources.settled import ReadBefore
from chalicelib.intake.sources.source import Layout, LookAlike
from chalicelib.intake.table import Table

_HEADER_WITHIN = 41
"""Reports print titles, a period and filters above their header, of up to 40 lines."""
_CELLS = 50_000
"""The search ends after a record with which there are more cells than these: the memory for it is bounded."""
_NAMES_SHOWN = 12
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is and how to read its file."""

    layout: Layout
    table: Table
    records_before_rows: int
    """The header's own record and those above it."""
    row_width: int
    """How many cells a row may have: as many as the header, or more if the rows end with additional delimiters."""


What = TypeVar("What")


class _Found(NamedTuple, Generic[What]):
    """A header, or a report that looks like one, among the first records."""

    above: int
    """The number of records above it."""
    weight: int
    what: What


def find_header(
    tables: Sequence[Table], mappings: Sequence[ColumnMapping], before: ReadBefore | None = None
) -> Header | Refusal:
    """The first header in the first records, the most specific of any table, or why there is none.

    A header that the operator mapped goes before one that is above it. `before`: how the file was read; what it was
    read by then is no report.
    """
    headers: list[_Found[Header]] = []
    reports: list[_Found[LookAlike]] = []
    seen, refusals = first_records(tables)
    for table, records in zip(tables, seen, strict=True):
        for above, cells in enumerate(records):
            if found := find_layout(cells, mappings, before):
                header = Header(found[1], table, above + 1, _row_width(records[above:]))
                headers.append(_Found(above, found[0], header))
            if alike := find_look_alike(cells):
                reports.append(_Found(above, *alike))
    first = max(headers, key=_preference, default=None)
    if first and before and first.what.layout.source.name == before.source:
        return first.what
    reports = [report for report in reports if first is None or report.above <= first.above]
    report = max(reports, key=attrgetter("weight"), default=None)
    if report and (first is None or (report.weight > first.weight and not report.what.if_unknown)):
        return _look_alike(report.what)
    if first:
        return first.what
    return next(iter(refusals), None) or _no_header(seen)


def _preference(found: _Found[Header]) -> tuple[bool, int, int]:
    return found.what.layout.source.is_mapping, -found.above, found.weight


def first_records(tables: Sequence[Table]) -> tuple[list[list[list[str]]], list[Refusal]]:
    """The first records of each table, and why some end early, where they are unreadable."""
    found: list[list[list[str]]] = [[] for _ in tables]
    refusals = []
    for table, records in zip(tables, found, strict=True):
        room = _CELLS
        try:
            for _, cells in islice(table.records(), _HEADER_WITHIN):
                records.append(cells)
                room -= len(cells)
                if room < 0:
                    break
        except UnreadableExportError as error:
            refusals.append(error.refusal)
    return found, refusals


def _row_width(records: list[list[str]]) -> int:
    """How many cells most of these rows have, but at least as many as the header above them."""
    header, *rows = records
    widths = Counter(len(cells) for cells in rows if any(cell.strip() for cell in cells))
    return max(len(header), max(widths, key=lambda width: (widths[width], -width), default=0))


def _look_alike(report: LookAlike) -> Refusal:
    return Refusal(
        RefusalKind.SUMMARY_REPORT,
        f"This is {'an' if report.title[0] in 'AEIOU' else 'a'} {report.title}: {report.why}. Please {report.instead}.",
    )


def _no_header(seen: list[list[list[str]]]) -> Refusal:
    """The refusal for a file's first records, which are given as they are in each of its tables."""
    if any(_CONTROL.search(cell) for records in seen for cells in records for cell in cells):
        return Refusal(RefusalKind.NOT_CSV, "This is not a CSV file. Export the entries as CSV and drop that file.")
    cells = max((cells for records in seen for cells in records), key=likeness)
    shown = ", ".join(f"“{cell.strip()[:40]}”" for cell in cells[:_NAMES_SHOWN])
    more = f" and {len(cells) - _NAMES_SHOWN} more" if len(cells) > _NAMES_SHOWN else ""
    return Refusal(
        RefusalKind.UNKNOWN_HEADER,
        f"No header of a known export was found, only: {shown}{more}. "
        "A file needs a row of column names with at least a date, a duration and a description. "
        f"If these are its columns, say once what they mean: {mapping_hint(cells)}.",
    )


def mapping_hint(cells: Sequence[str]) -> str:
    """The command that maps a header, and what it would propose."""
    spelled = dict(zip(normal_names(cells), cells, strict=True))
    said = [f"{field.value} = “{spelled[column].strip()[:40]}”" for field, column in guess_columns(cells)]
    proposal = f" (it will propose {', '.join(said)})" if said else ""
    return f"`hourtab source map FILE --as NAME`{proposal}"
