"""From a record to a row: the header is compiled once into column numbers, and the meaning of cells is memoised.

A row whose cells are all good costs a handful of dict lookups; the reason is worked out only for a bad one.
"""

from collections.abc import Sequence
from functools import partial

from chalicelib.domain.calendar import elapsed_seconds
from chalicelib.domain.entry import Entry
from chalicelib.intake.bad_rows import BadRows
from chalicelib.intake.cells.clocking import compile_when, compile_worked
from chalicelib.intake.cells.dates import at_instant
from chalicelib.intake.cells.sums import compile_sum
from chalicelib.intake.doubts import compile_doubts
from chalicelib.intake.profile import clean, compile_billable, compile_description, compile_facts, compile_worker
from chalicelib.intake.recognise import is_header, normal_names
from chalicelib.intake.rows import Refusal, RefusalKind, Row, RowProblem, UnreadableExportError
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.intake.sources.source import Layout

_SHOWN = 120


class RowReader:
    """Reads the records of one file."""

    def __init__(self, layout: Layout, order: DateOrder | None, row_width: int, *, may_refuse: bool = True) -> None:
        columns = layout.columns
        self._source = layout.source.name
        self._header = layout.normal
        self._may_refuse = may_refuse
        self._width = len(layout.header)
        self._widest = row_width
        self._required = 1 + max((*layout.worker, layout.date_columns[0], *(at for at, _ in layout.durations)))
        self._when = compile_when(layout, order)
        self._worked = compile_worked(layout, order)
        self._is_span = not layout.durations
        self._zone = layout.zone
        self._worker = compile_worker(layout)
        self._find_sum = compile_sum(layout) if layout.leaves_out_sums else None
        self.doubt = compile_doubts(layout, order)
        self._facts = compile_facts(layout)
        self._billable = compile_billable(layout)
        self._description_at = columns.get(Field.DESCRIPTION)
        self._description = compile_description(layout.source)
        self._id_at = columns.get(Field.SOURCE_ID)
        self._id = partial(clean, source=layout.source)
        self.problems = BadRows(layout, self._when, self._worked, self._worker)

    def read(self, line: int, cells: list[str]) -> Row | RowProblem | None:
        """The row, or what is wrong with it; None for a blank record and for the file's own header once more.

        Raises:
            UnreadableExportError: the record is another header, so that the columns below it are others.
        """
        if len(cells) != self._width and not self._make_fit(cells):
            return None if self._is_own_header(line, cells) else self.problems.ragged(line, cells)
        if self._find_sum is not None and (sum_at := self._find_sum(cells)) is not None:
            return self.problems.total(line, cells, sum_at)
        moment = self._when(cells)
        seconds = self._worked(cells)
        who = self._worker(cells)
        if moment is None or seconds is None or who is None:
            return None if self._is_own_header(line, cells) else self.problems.explain(line, cells)
        if self._zone is not None and moment.instant is None and moment.start is not None:
            if self._is_span:
                seconds = elapsed_seconds(moment.date, moment.start, seconds, self._zone)
            moment = at_instant(moment, self._zone)
        day, start, instant = moment
        worker, email = who
        facts = self._facts(cells)
        entry = Entry(
            self._source,
            None if self._id_at is None else self._id(cells[self._id_at]) or None,
            worker,
            email,
            day,
            start,
            seconds,
            facts.project,
            facts.task,
            None if self._description_at is None else self._description(cells[self._description_at]),
            facts.work_type,
            facts.ticket,
            facts.tags,
            self._billable(cells),
        )
        return Row(line, facts, entry, instant, seconds if self._is_span and instant is None else None)

    def _is_own_header(self, line: int, cells: list[str]) -> bool:
        """Whether files with one header were joined, so that it stands here once more."""
        names = normal_names(cells)
        is_own = _without_end(names) == _without_end(self._header)
        if not is_own and self._may_refuse and is_header(cells):
            raise UnreadableExportError(
                Refusal(
                    RefusalKind.TWO_HEADERS,
                    f"Line {line} has another header ({', '.join(filter(None, names))[:_SHOWN]}), so the file is two "
                    "exports, one below the other, with different columns. Drop each as a file of its own.",
                )
            )
        return is_own

    def _make_fit(self, cells: list[str]) -> bool:
        """Adjust a record to the header's width if it only has too few or too many empty cells at its end.

        Spreadsheets save rows so. More cells than the other rows have can also mean that a delimiter within a cell has
        shifted the rest.
        """
        is_blank = not any(cell.strip() for cell in cells)
        fits = self._required <= len(cells) <= self._widest and not any(cell.strip() for cell in cells[self._width :])
        if not is_blank and not fits:
            return False
        cells[self._width :] = [""] * (self._width - len(cells))
        return True


def _without_end(names: Sequence[str]) -> Sequence[str]:
    """The names without empty ones at the end."""
    last = max((at for at, name in enumerate(names) if name), default=-1)
    return names[: last + 1]
