"""Reports that are more than a list of entries: with headings, sums, groups, plans, or two entries in a row.

Their records are converted to those of a plain list before they are read; only sources with a `Shape` pay for that.
"""

from collections.abc import Iterator

from chalicelib.intake.cells.durations import parse_duration
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import Layout, Shape
from chalicelib.intake.table import Numbered


def read_shape(shape: Shape, layout: Layout, records: Iterator[Numbered]) -> Iterator[Numbered]:
    """The records of entries, each with its line number and its cells in their columns."""
    reader = _ShapeReader(shape, layout)
    for line, cells in records:
        padded = cells + [""] * (reader.width - len(cells))
        if reader.is_furniture(padded):
            reader.begin_group(padded)
        elif len(cells) < reader.width or not any(cell.strip() for cell in cells):
            yield line, cells
        elif not reader.is_plan(cells):
            reader.complete(cells)
            for half in reader.halves(cells):
                yield line, half


class _ShapeReader:
    def __init__(self, shape: Shape, layout: Layout) -> None:
        self._headings = shape.headings
        self._date_at = layout.date_columns[0]
        self._group = {layout.columns[field]: "" for field in shape.printed_once if field in layout.columns}
        names = {layout.columns[field] for field in shape.first_lines if field in layout.columns}
        self._first_lines = names | set(layout.worker if Field.WORKER in shape.first_lines else ())
        at = {column.name: index for index, column in layout.durations}
        self._halves = [at[name] for name in shape.halves if name in at]
        self._hours = list(at.values())
        self._plan_at = next((at for at, name in enumerate(layout.normal) if name == shape.plan), None)
        self._is_nothing = Memo(_is_nothing)
        self.width = 1 + max(self._date_at, *self._group, *self._first_lines, *self._hours, self._plan_at or 0)

    def is_furniture(self, cells: list[str]) -> bool:
        """Whether the record is a heading, a sum or a count: it has no date, and a cell that names it as such."""
        headings = self._headings
        if headings is None:
            return False
        date = cells[self._date_at].strip()
        return (not date or headings.fullmatch(date) is not None) and any(
            headings.fullmatch(cell.strip()) for cell in cells
        )

    def begin_group(self, cells: list[str]) -> None:
        """Start a group: values that its heading does not repeat no longer apply."""
        for at in self._group:
            is_name = self._headings is None or not self._headings.fullmatch(cells[at].strip())
            self._group[at] = cells[at] if is_name else ""

    def is_plan(self, cells: list[str]) -> bool:
        """Whether the record has planned hours and no worked ones."""
        at = self._plan_at
        return (
            at is not None
            and not self._is_nothing[cells[at]]
            and all(self._is_nothing[cells[hours]] for hours in self._hours)
        )

    def complete(self, cells: list[str]) -> None:
        """Fill in the values that its group printed once, and reduce multi-line names to their first line."""
        for at, before in self._group.items():
            cells[at] = self._group[at] = cells[at] if cells[at].strip() else before
        for at in self._first_lines:
            cells[at] = cells[at].strip().partition("\n")[0]

    def halves(self, cells: list[str]) -> list[list[str]]:
        """The record, or one for each of its columns of hours if several of them have a value."""
        said = [at for at in self._halves if not self._is_nothing[cells[at]]]
        if len(said) < 2:  # noqa: PLR2004  two halves
            return [cells]
        return [["" if at in said and at != own else cell for at, cell in enumerate(cells)] for own in said]


def _is_nothing(cell: str) -> bool:
    return not cell.strip() or parse_duration(cell, Unit.HOURS) == 0
