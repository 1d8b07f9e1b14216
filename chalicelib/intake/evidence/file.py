"""A file whose hours are to be settled: its columns, what their cells add up to, and its records."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from chalicelib.intake.cells.clocking import compile_when
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.cells.sums import compile_sum
from chalicelib.intake.evidence.columns import HoursColumns
from chalicelib.intake.evidence.doubt import quoted
from chalicelib.intake.evidence.tally import Cell, Tally, read_cell
from chalicelib.intake.sources.columns import DateOrder, Unit
from chalicelib.intake.sources.source import Layout

Records = Callable[[], Iterable[tuple[int, list[str]]]]
"""A fresh pass over the records below the header, at each call."""


@dataclass(frozen=True, slots=True)
class File:
    """What the decisions look at."""

    layout: Layout
    columns: HoursColumns
    order: DateOrder | None
    records: Records
    tallies: Mapping[int, Tally]

    def name(self, at: int) -> str:
        """A column's name in quotation marks, as the file spells it."""
        return quoted(self.layout.header[at])

    def unit(self, at: int) -> Unit:
        """The unit of bare numbers in a column that the source names, as its name says it."""
        return dict(self.layout.durations)[at].unit

    def cells(self, *columns: int) -> Iterable[tuple[int, list[str], list[Cell]]]:
        """Each entry's line and text with what the cells of these columns can be.

        Records that give no entry prove nothing: short ones, those without a date, and sums.
        """
        read: Memo[str, Cell] = Memo(read_cell)
        width = len(self.layout.header)
        when, is_sum = compile_when(self.layout, self.order), compile_sum(self.layout)
        for line, texts in self.records():
            if len(texts) >= width and when(texts) is not None and not is_sum(texts):
                yield line, texts, [read[texts[at]] for at in columns]


def look_at(layout: Layout, columns: HoursColumns, order: DateOrder | None, records: Records) -> File:
    """The file with the tallies of its columns, from one pass."""
    file = File(layout, columns, order, records, {})
    watched = (*columns.durations, *columns.others, *columns.breaks)
    tallies = {at: Tally() for at in watched}
    for line, texts, cells in file.cells(*watched):
        for at, cell in zip(watched, cells, strict=True):
            tallies[at].add(line, texts[at], cell)
    return File(layout, columns, order, records, tallies)
