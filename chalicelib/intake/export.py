"""An opened export, which imports and previews read."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.domain.quantities import DAY
from chalicelib.intake.date_order import needs_order, settle_date_order
from chalicelib.intake.evidence.doubt import DoubtError
from chalicelib.intake.evidence.settle import apply_settled, settle_hours
from chalicelib.intake.header import Header
from chalicelib.intake.open_tables import open_tables
from chalicelib.intake.report_shape import read_shape
from chalicelib.intake.row_reader import RowReader
from chalicelib.intake.rows import Refusal, RefusalKind, Row, RowProblem, SourceHints, UnreadableExportError
from chalicelib.intake.sources.settled import AS_SAID, Settled
from chalicelib.intake.table import Numbered, NumberedRecords

if TYPE_CHECKING:
    from chalicelib.intake.sources.columns import DateOrder


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
        """Decide the date order and how hours are read, or say why it cannot be decided."""
        try:
            if needs_order(text for _, text in self._dates()):
                said = self._layout.source.date_order or hints.date_orders.get(self.source)
                order = settle_date_order(self._dates(), self.source, said)
                if isinstance(order, Refusal):
                    return order
                self.date_order = order
            self.settled = settled or settle_hours(self._layout, self._fresh_records, self.date_order)
            self._layout = apply_settled(self._layout, self.settled)
        except UnreadableExportError as error:
            return error.refusal
        except DoubtError as doubt:
            return Refusal(RefusalKind.AMBIGUOUS_HOURS, str(doubt))
        return None

    def _dates(self) -> Iterator[tuple[int, str]]:
        columns = self._layout.date_columns
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
