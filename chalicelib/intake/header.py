"""Finding the header: its delimiter, the line it stands in, and what to say when there is none."""

from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import BinaryIO

from chalicelib.intake.decode import Encoding
from chalicelib.intake.lines import Records
from chalicelib.intake.recognise import find_layout, find_look_alike
from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError
from chalicelib.intake.source import Layout, LookAlike

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 10
"""Some tools print a title and a period above their header."""
_NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is and how its file is to be read."""

    layout: Layout
    delimiter: str
    records_before_rows: int
    """The header's own record and what stands above it."""


def find_header(file: BinaryIO, encoding: Encoding) -> Header | Refusal:
    """The most specific header that any delimiter shows in the first records, or why there is none."""
    headers: list[tuple[int, Header]] = []
    reports: list[tuple[int, LookAlike]] = []
    widest: list[str] = []
    for delimiter in _DELIMITERS:
        try:
            records = [cells for _, cells in islice(Records(file, encoding, delimiter), _HEADER_WITHIN)]
        except UnreadableExportError as error:
            return error.refusal
        for above, cells in enumerate(records):
            if found := find_layout(cells):
                headers.append((found[0], Header(found[1], delimiter, above + 1)))
            if report := find_look_alike(cells):
                reports.append(report)
        widest = max(widest, *records[:1], key=len)
    weight, header = max(headers, key=itemgetter(0), default=(-1, None))
    if reports and reports[0][0] > weight:
        return _look_alike(reports[0][1])
    return header or _no_header(widest)


def _look_alike(report: LookAlike) -> Refusal:
    return Refusal(
        RefusalKind.SUMMARY_REPORT,
        f"This is a {report.title}: it has sums and no single entries. Please {report.instead}.",
    )


def _no_header(cells: list[str]) -> Refusal:
    if any("\0" in cell for cell in cells):
        return Refusal(RefusalKind.NOT_CSV, "This is not a CSV file. Export the entries as CSV and drop that file.")
    shown = ", ".join(f"“{cell.strip()[:40]}”" for cell in cells[:_NAMES_SHOWN])
    more = f" and {len(cells) - _NAMES_SHOWN} more" if len(cells) > _NAMES_SHOWN else ""
    return Refusal(
        RefusalKind.UNKNOWN_HEADER,
        f"No header of a known export was found, only: {shown}{more}. "
        "A file needs a row of column names with at least a date, a duration and a description.",
    )
