"""The sheet of a workbook that has the work, as a table; several such sheets are refused."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO

from chalicelib.intake.date_order import find_swapped
from chalicelib.intake.header import Header, find_header
from chalicelib.intake.rows import ColumnMapping, Refusal, RefusalKind, UnreadableExportError
from chalicelib.intake.sheet import Merged, SheetReader
from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.settled import ReadBefore
from chalicelib.intake.sources.source import Layout
from chalicelib.intake.spool import SpooledRecords
from chalicelib.intake.table import Numbered
from chalicelib.intake.workbook import MOST_UNPACKED, TOO_LARGE, SheetPart, Workbook, open_workbook

_SAID_ONCE = frozenset((Field.START, Field.END, Field.END_DATE, Field.BILLABLE_AMOUNT, Field.SOURCE_ID))
"""Fields for which merged cells mean all of their rows together, as they do for durations."""
_NAMES_SHOWN = 5
_EMPTY = Refusal(RefusalKind.EMPTY, "The workbook is empty. Export it again, with a period that has entries.")


@dataclass(frozen=True, slots=True)
class SheetRecords:
    """The records of a sheet in one pass."""

    numbered: Iterable[Numbered]
    errors: Collection[str] = ()
    """Those that cells of the sheet have, such as `#REF!`."""
    columns: Mapping[int, str] = field(default_factory=dict)
    """Columns in which an error is a problem, with their names."""
    kept: SpooledRecords | None = None
    """Where they are read from, if they were parsed before."""

    @property
    def needs_care(self) -> bool:
        """Whether `complaint` may find a problem."""
        return bool(self.errors)

    @property
    def blocks(self) -> int:
        """How many blocks were read so far."""
        return self.kept.blocks if self.kept else 0

    def __iter__(self) -> Iterator[Numbered]:
        return iter(self.numbered)

    def complaint(self, cells: list[str], width: int) -> str | None:
        """A sentence about an error in one of the first `width` cells, or None."""
        for at, name in self.columns.items():
            if at < width and cells[at] in self.errors:
                return (
                    f"The cell in “{name}” has the error {cells[at]}. "
                    "Correct it in the workbook, save it, and drop it once more."
                )
        return None


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet as it is, of which nobody knows yet whether it has work; each pass parses it again."""

    workbook: Workbook
    sheet: SheetPart

    def records(self) -> SheetRecords:
        """Its records from the first one on."""
        return SheetRecords(self._records())

    def _records(self) -> Iterator[Numbered]:
        yield from SheetReader(self.workbook).read(self.workbook.open(self.sheet.part))


class WorkTable:
    """The header of a sheet and what is below it, parsed once and kept.

    Rows are as wide as the header. What merged cells say is said for each of their rows, unless it is a quantity.
    """

    def __init__(self, table: SheetTable, layout: Layout, header_row: int) -> None:
        self._records = SpooledRecords()
        width, room = len(layout.header), MOST_UNPACKED
        reader = SheetReader(table.workbook, width, header_row)
        for row, cells in reader.read(table.workbook.open(table.sheet.part)):
            length = sum(map(len, cells))
            room -= length
            if room < 0:
                raise UnreadableExportError(TOO_LARGE)
            self._records.append((row, cells + [""] * (width - len(cells))), length)
        self._records.flush()
        used = _used_columns(layout)
        self._errors = reader.errors
        self._columns = {at: layout.header[at] for at in sorted(used)}
        repeated = used - {at for at, _ in layout.durations} - {layout.columns.get(field) for field in _SAID_ONCE}
        self._merged: dict[int, list[Merged]] = {}
        for merged in reader.merged:
            if merged.column in repeated and merged.first_row > header_row:
                self._merged.setdefault(merged.first_row, []).append(merged)

    def records(self) -> SheetRecords:
        """Its records, the header first."""
        numbered = self._filled() if self._merged else self._records
        return SheetRecords(numbered, self._errors, self._columns, self._records)

    def _filled(self) -> Iterator[Numbered]:
        current: dict[int, tuple[int, str]] = {}
        for row, cells in self._records:
            for at, (last_row, value) in current.items():
                if row <= last_row and not cells[at]:
                    cells[at] = value
            for merged in self._merged.get(row, ()):
                current[merged.column] = merged.last_row, cells[merged.column]
            yield row, cells


def open_sheets(file: BinaryIO) -> list[SheetTable] | Refusal:
    """The sheets of the workbook in `file`, or why it is refused."""
    workbook = open_workbook(file)
    return workbook if isinstance(workbook, Refusal) else [SheetTable(workbook, sheet) for sheet in workbook.sheets]


def find_sheet(
    tables: Sequence[SheetTable], mappings: Sequence[ColumnMapping], before: ReadBefore | None = None
) -> Header | Refusal:
    """The header of the one sheet with work, or why there is none. A sheet without a header or rows has no work."""
    tables = [table for table in tables if _has_text(table, 0)]
    if not tables:
        return _EMPTY
    found = [(table, find_header([table], mappings, before)) for table in tables]
    headers = [(table, header) for table, header in found if isinstance(header, Header)]
    if not headers:
        return find_header(tables, mappings, before)
    working = [(table, header) for table, header in headers if _has_text(table, header.records_before_rows)]
    if len(working) > 1:
        return _several([table.sheet.name for table, _ in working])
    table, header = (working or headers)[0]
    try:
        ((header_row, _),) = islice(table.records(), header.records_before_rows - 1, header.records_before_rows)
        work = WorkTable(table, header.layout, header_row)
        date_at = header.layout.date_columns[0]
        dates = ((row, cells[date_at]) for row, cells in islice(work.records(), 1, None))
        swapped = None if before else find_swapped(dates)
        return swapped or replace(header, table=work, records_before_rows=1)
    except UnreadableExportError as error:
        return error.refusal


def _has_text(table: SheetTable, records_above: int) -> bool:
    """Whether the sheet has any text below its first records."""
    try:
        rows = islice(table.records(), records_above, None)
        return any(cell.strip() for _, cells in rows for cell in cells)
    except UnreadableExportError:
        return True  # the refusal follows


def _used_columns(layout: Layout) -> set[int]:
    joined = (at for columns in layout.joined.values() for at in columns)
    return {*layout.columns.values(), *layout.worker, *joined, *(at for at, _ in layout.durations)}


def _several(names: Sequence[str]) -> Refusal:
    shown = ", ".join(f"“{name[:40]}”" for name in names[:_NAMES_SHOWN])
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return Refusal(
        RefusalKind.SEVERAL_SHEETS,
        f"The workbook has work in {len(names)} sheets: {shown}{more}. "
        "Save each sheet that counts as a workbook or CSV file of its own, and drop those.",
    )
