"""An opened export, which imports and previews read."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import BinaryIO

from chalicelib.domain.quantities import DAY
from chalicelib.intake.cells.dates import parse_moment, parse_time
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.cells.number_columns import Counted, counted_by, have_times_with_dots
from chalicelib.intake.cells.unclear import why_no_date
from chalicelib.intake.date_order import needs_order, settle_date_order
from chalicelib.intake.evidence.doubt import DoubtError
from chalicelib.intake.evidence.settle import apply_settled, settle_hours
from chalicelib.intake.header import Header
from chalicelib.intake.how_read import how_read, not_found
from chalicelib.intake.open_tables import open_tables
from chalicelib.intake.report_shape import read_shape
from chalicelib.intake.row_reader import RowReader
from chalicelib.intake.rows import (
    ColumnFault,
    Refusal,
    RefusalKind,
    Row,
    RowProblem,
    SourceHints,
    UnreadableExportError,
)
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.intake.sources.settled import AS_SAID, Settled
from chalicelib.intake.table import Numbered, NumberedRecords


class Export:
    """A file whose header is understood. Its rows are not kept: each pass reads the file again."""

    def __init__(self, header: Header, *, is_replayed: bool = False) -> None:
        self._header = header
        self._is_replayed = is_replayed
        self._layout = header.layout
        self.source = header.layout.source.name
        """The tool it came from, such as `toggl`."""
        self.columns = header.layout.header
        """The header's names as the file spells them."""
        self.date_order: DateOrder | None = None
        """How numeric dates are read; None where the file has none."""
        self.settled = AS_SAID
        """How its hours are read."""

    @property
    def how_read(self) -> str:
        """How it is read, in one line for a person (intake/how_read.py)."""
        return how_read(self._layout, self.date_order)

    @property
    def not_found(self) -> tuple[ColumnFault, ...]:
        """The columns that are missed in it."""
        return tuple(not_found(self._layout))

    def rows(self) -> Iterator[Row | RowProblem]:
        """The rows in the order of the file.

        Each row of data gives exactly one Row or one problem, except in reports with sums among the rows or two
        entries in one row (sources with a `Shape`). A warning is yielded in addition, right before its Row.

        Raises:
            UnreadableExportError: the file turns out to be unreadable while it is read.
        """
        reader = RowReader(self._layout, self.date_order, self._header.row_width, may_refuse=not self._is_replayed)
        width = len(self.columns)
        records = self._records()
        numbered = self._below_header(records)
        shape = self._layout.source.shape
        for line, cells in read_shape(shape, self._layout, numbered) if shape else numbered:
            if records.needs_care and (complaint := records.complaint(cells, width)):
                yield reader.problems.broken(line, cells, complaint)
                continue
            row = reader.read(line, cells)
            if row is None:
                continue
            if isinstance(row, Row):
                said = reader.doubt and reader.doubt(cells, row.entry.seconds)
                if said or not 0 <= row.entry.seconds <= DAY:
                    yield reader.problems.warn(row, cells, said)
            yield row

    def settle(self, hints: SourceHints, settled: Settled | None = None) -> Refusal | None:
        """Decide what single cells leave open, or say why it cannot be decided."""
        columns, layout = self._layout.columns, self._layout
        try:
            if needs_order(text for _, text in self._cells(*layout.date_columns)):
                said = layout.source.date_order or hints.date_orders.get(self.source)
                order = settle_date_order(self._cells(*layout.date_columns), self.source, said)
                if isinstance(order, Refusal):
                    return order
                self.date_order = order
            counted = counted_by(text for _, text in self._cells(layout.date_columns[0]))
            if counted is Counted.EXCEL_DAYS:
                line, text = next((line, text) for line, text in self._cells(layout.date_columns[0]) if text.strip())
                return Refusal(RefusalKind.AMBIGUOUS_DATES, f"Line {line}: {why_no_date(text)}")
            has_dots = not layout.durations and have_times_with_dots(
                text for _, text in self._cells(columns[Field.START], columns[Field.END])
            )
            zone = layout.source.zone or hints.zones.get(self.source)
            has_times = zone is not None and self._has_times(
                columns.get(Field.START, layout.date_columns[0]), zone, dots=has_dots
            )
            self._layout = replace(
                layout,
                has_times_with_dots=has_dots,
                counted=counted,
                zone=zone if has_times else None,
                has_times_in_dates=has_times and Field.START not in columns,
            )
            self.settled = settled or settle_hours(self._layout, self._fresh_records, self.date_order)
            self._layout = apply_settled(self._layout, self.settled)
        except UnreadableExportError as error:
            return error.refusal
        except DoubtError as doubt:
            return Refusal(RefusalKind.AMBIGUOUS_HOURS, str(doubt))
        return None

    def _has_times(self, at: int, zone: str, *, dots: bool) -> bool:
        """Whether a cell of this column has a time other than the midnight that spreadsheets add to dates."""
        moments = Memo(partial(parse_moment, order=self.date_order, zone=zone))
        return any(
            parse_time(text, dots=dots) or ((moment := moments[text]) is not None and moment.start)
            for _, text in self._cells(at)
        )

    def _cells(self, *columns: int) -> Iterator[tuple[int, str]]:
        """The cells of these columns, with their lines."""
        for line, cells in self._fresh_records():
            for at in columns:
                if at < len(cells):
                    yield line, cells[at]

    def _fresh_records(self) -> Iterator[Numbered]:
        return self._below_header(self._records())

    def _records(self) -> NumberedRecords:
        return self._header.table.records()

    def _below_header(self, records: NumberedRecords) -> Iterator[Numbered]:
        return islice(records, self._header.records_before_rows, None)


def open_export(
    file: BinaryIO, hints: SourceHints, read_as: str | None = None, settled: Settled | None = None
) -> Export | Refusal:
    """The export in `file` (seekable), or why it is refused as a whole and what to do next.

    Args:
        file: the bytes.
        hints: the operator's settings.
        read_as: the source that an import of the file was read by, for its replay; by another one it would count twice.
        settled: how its hours were read then.
    """
    opened = open_tables(file)
    if isinstance(opened, Refusal):
        return opened
    header = opened.find_header(hints.mappings, read_as)
    if isinstance(header, Refusal):
        return header
    export = Export(header, is_replayed=read_as is not None)
    return export.settle(hints, settled) or export
