"""Finds the header, its delimiter and its line, or explains why there is none."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import BinaryIO

from chalicelib.intake.guess import guess_columns, likeness
from chalicelib.intake.lines import Records
from chalicelib.intake.recognise import find_layout, find_look_alike, normal_names
from chalicelib.intake.rows import ColumnMapping, Refusal, RefusalKind, UnreadableExportError
from chalicelib.intake.sources.source import Layout, LookAlike

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 10
"""Some tools print a title and a period above their header."""
_NAMES_SHOWN = 12
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is and how to read its file."""

    layout: Layout
    delimiter: str
    records_before_rows: int
    """The header's own record and those above it."""
    row_width: int
    """How many cells a row may have: as many as the header, or more if the rows end with additional delimiters."""


def find_header(file: BinaryIO, encoding: str, mappings: Sequence[ColumnMapping]) -> Header | Refusal:
    """The most specific header in the first records, with any delimiter, or why there is none."""
    headers: list[tuple[int, Header]] = []
    reports: list[tuple[int, LookAlike]] = []
    seen, refusals = first_records(file, encoding)
    for delimiter, records in seen.items():
        for above, cells in enumerate(records):
            if found := find_layout(cells, mappings):
                headers.append((found[0], Header(found[1], delimiter, above + 1, _row_width(records[above:]))))
            if alike := find_look_alike(cells):
                reports.append(alike)
    header = max(headers, key=itemgetter(0), default=None)
    report = max(reports, key=itemgetter(0), default=None)
    if report and (header is None or (report[0] > header[0] and not report[1].if_unknown)):
        return _look_alike(report[1])
    if header:
        return header[1]
    return next(iter(refusals), None) or _no_header(list(seen.values()))


def first_records(file: BinaryIO, encoding: str) -> tuple[dict[str, list[list[str]]], list[Refusal]]:
    """The first records with each delimiter, and why some end early, where they are unreadable with it."""
    found: dict[str, list[list[str]]] = {delimiter: [] for delimiter in _DELIMITERS}
    refusals = []
    for delimiter, records in found.items():
        try:
            records.extend(cells for _, cells in islice(Records(file, encoding, delimiter), _HEADER_WITHIN))
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
    """The refusal for a file's first records, which are given as each delimiter splits them."""
    if any(_CONTROL.search(cell) for records in seen for cells in records for cell in cells):
        return Refusal(RefusalKind.NOT_CSV, "This is not a CSV file. Export the entries as CSV and drop that file.")
    cells = max((cells for records in seen for cells in records), key=likeness)
    shown = ", ".join(f"“{cell.strip()[:40]}”" for cell in cells[:_NAMES_SHOWN])
    more = f" and {len(cells) - _NAMES_SHOWN} more" if len(cells) > _NAMES_SHOWN else ""
    return Refusal(
        RefusalKind.UNKNOWN_HEADER,
        f"No header of a known export was found, only: {shown}{more}. "
        "A file needs a row of column names with at least a date, a duration and a description. "
        f"If these are its columns, say once what they mean: `hourtab source map FILE --as NAME`{_guess(cells)}.",
    )


def _guess(cells: list[str]) -> str:
    spelled = dict(zip(normal_names(cells), cells, strict=True))
    said = [f"{field.value} = “{spelled[column].strip()[:40]}”" for field, column in guess_columns(cells)]
    return f" (it will propose {', '.join(said)})" if said else ""
