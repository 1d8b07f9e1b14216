"""An opened export, which imports and previews read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import Any, BinaryIO

from chalicelib.intake.cells.dates import parse_moment, parse_time
from chalicelib.intake.cells.first_grammar import compile_unread
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.cells.number_columns import Counted, counted_by, have_times_with_dots
from chalicelib.intake.cells.unclear import why_no_date
from chalicelib.intake.common_columns import order_in_caption
from chalicelib.intake.date_order import find_years_first, needs_order, settle_date_order
from chalicelib.intake.evidence.doubt import DoubtError
from chalicelib.intake.evidence.settle import apply_settled, settle_hours
from chalicelib.intake.evidence.tally import BARE, read_cell
from chalicelib.intake.header import Header
from chalicelib.intake.how_read import how_read, not_found
from chalicelib.intake.lines import CsvTable
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
from chalicelib.intake.sources.settled import AS_SAID, ReadBefore
from chalicelib.intake.table import Numbered, NumberedRecords

_BATCH = 64
"""Records that are read at once: one that gives no row costs six more tries, each of half as many."""


class Export:
    """A file whose header is understood. Its rows are not kept: each pass reads the file again."""

    def __init__(
        self, header: Header, before: ReadBefore | None = None, words_of_rules: frozenset[str] = frozenset()
    ) -> None:
        self._header = header
        self._before = before
        self._layout = replace(header.layout, words_of_rules=words_of_rules)
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

    def has_bare_durations(self) -> bool:
        """Whether a cell of its columns of hours is a number without a unit, and not zero."""
        cells = (read_cell(text) for _, text in self._cells(*(at for at, _ in self._layout.durations)))
        return any(cell.kind in BARE and cell.number for cell in cells)

    def rows(self) -> Iterator[Row | RowProblem]:
        """The rows in the order of the file.

        Each row of data gives exactly one Row or one problem, except in reports with sums among the rows or two
        entries in one row (sources with a `Shape`). A warning is yielded in addition, right before its Row.

        Raises:
            UnreadableExportError: the file turns out to be unreadable while it is read.
        """
        return chain.from_iterable(self._batches())

    def _batches(self) -> Iterator[Sequence[Row | RowProblem]]:
        """The rows of a few records at a time."""
        reader = RowReader(self._layout, self.date_order, self._header.row_width, may_refuse=self._before is None)
        width = len(self.columns)
        records = self._records()
        numbered = self._below_header(records)
        shape = self._layout.source.shape
        batch: list[Numbered] = []
        blocks = records.blocks
        for line, cells in read_shape(shape, self._layout, numbered) if shape else numbered:
            complaint = records.complaint(cells, width) if records.needs_care else None
            if batch and (complaint or len(batch) == _BATCH or records.blocks > blocks):
                yield reader.read(batch)
                batch, blocks = [], records.blocks
            if complaint:
                yield [reader.problems.broken(line, cells, complaint)]
            else:
                batch.append((line, cells))
        if batch:
            yield reader.read(batch)

    def settle(self, hints: SourceHints) -> Refusal | None:
        """Decide what single cells leave open, as it was decided before; or say why it cannot be decided."""
        before = self._before
        try:
            if before and not before.is_first_grammar:
                self.settled = before.settled
            elif refusal := self._settle_date_order(hints) or self._prove(hints):
                return refusal
        except UnreadableExportError as error:
            return error.refusal
        except DoubtError as doubt:
            return Refusal(RefusalKind.AMBIGUOUS_HOURS, str(doubt))
        self.date_order = self.settled.date_order
        self._layout = apply_settled(self._layout, self.settled)
        return None

    def _settle_date_order(self, hints: SourceHints) -> Refusal | None:
        layout = self._layout
        if not needs_order(text for _, text in self._cells(*layout.date_columns)):
            return None
        in_caption = None if layout.is_first_grammar else order_in_caption(layout.header[layout.date_columns[0]])
        said = layout.source.date_order or in_caption or hints.date_orders.get(self.source)
        order = settle_date_order(
            self._cells(*layout.date_columns), self.source, said, has_weekdays=not layout.is_first_grammar
        )
        if isinstance(order, Refusal):
            return order
        self.date_order = order
        return None if layout.is_first_grammar else find_years_first(self._cells(layout.date_columns[0]))

    def _prove(self, hints: SourceHints) -> Refusal | None:
        """What numbers in a column of dates count, the zone, and where the hours come from.

        Raises:
            DoubtError: the hours are in doubt.
        """
        columns, layout = self._layout.columns, self._layout
        if layout.is_first_grammar:
            self.settled = AS_SAID._replace(date_order=self.date_order)
            return None
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
        times: dict[str, Any] = {
            "has_times_with_dots": has_dots,
            "counted": counted,
            "zone": zone if has_times else None,
            "has_times_in_dates": has_times and Field.START not in columns,
        }
        table = self._header.table
        has_commas = isinstance(table, CsvTable) and table.delimiter == ","
        settled = settle_hours(replace(layout, **times), self._fresh_records, self.date_order, has_commas=has_commas)
        self.settled = settled._replace(date_order=self.date_order, **times)
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
        below = islice(records, self._header.records_before_rows, None)
        if not self._layout.is_first_grammar:
            return below
        unread = compile_unread(self._header.layout)
        return ((line, unread(cells)) for line, cells in below)


def open_export(
    file: BinaryIO,
    hints: SourceHints,
    before: ReadBefore | None = None,
    words_of_rules: frozenset[str] = frozenset(),
) -> Export | Refusal:
    """The export in `file` (seekable), or why it is refused as a whole and what to do next.

    Args:
        file: the bytes.
        hints: the operator's settings.
        before: how an import of the file was read, for its replay; by another source it would count twice.
        words_of_rules: the operator's patterns, folded: a sum that one of them names is an entry.
    """
    opened = open_tables(file, is_replayed=before is not None)
    if isinstance(opened, Refusal):
        return opened
    header = opened.find_header(hints.mappings, before)
    if isinstance(header, Refusal):
        return header
    export = Export(header, before, words_of_rules)
    return export.settle(hints) or export
