"""A list of no known tool of which no row can be read: its columns may mean something else."""

from collections.abc import Iterable, Iterator

from chalicelib.intake.cells.sums import says_total
from chalicelib.intake.export import Export
from chalicelib.intake.header import mapping_hint
from chalicelib.intake.rows import Refusal, RefusalKind, Row, RowProblem
from chalicelib.intake.sources.generic import GENERIC


class UnreadRows:
    """Watches an export's rows go by, and afterwards says whether the file was taken for what it is not."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._first: RowProblem | None = None
        self._is_suspect = export.source == GENERIC.name

    def watch(self, rows: Iterable[Row | RowProblem]) -> Iterator[Row | RowProblem]:
        """The same rows.

        A row that is read clears the file; so does a problem other than a cell with text in it that is not what its
        column should have, such as a timer that is still running or a row of totals.
        """
        if not self._is_suspect:
            yield from rows
            return
        left = iter(rows)
        for row in left:
            if isinstance(row, Row) or not (row.column and row.value and row.value.strip()) or says_total(row.value):
                self._is_suspect = False
            elif self._first is None:
                self._first = row
            yield row
            if not self._is_suspect:
                yield from left

    def refusal(self) -> Refusal | None:
        """Why the file is refused as a whole, once all rows went by."""
        first = self._first
        if not self._is_suspect or first is None:
            return None
        return Refusal(
            RefusalKind.NOTHING_READ,
            f"No row of this file could be read as a time entry. The first: line {first.line}, “{first.column}” is "
            f"“{(first.value or '')[:40]}”. {first.reason} If the columns mean something else, say so once: "
            f"{mapping_hint(self._export.columns)}.",
        )
