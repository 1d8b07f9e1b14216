"""From records to rows: the header is compiled once into column numbers, and the meaning of cells is memoised.

Records are read in batches, column by column, so that most of the work for a good row is done in C. A batch with a
record that gives no row is halved until that record is alone; only then it is worked out what is wrong with it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import repeat, zip_longest
from typing import Any, cast

from chalicelib.domain.calendar import elapsed_seconds
from chalicelib.domain.entry import Pool, new_entry
from chalicelib.domain.quantities import DAY
from chalicelib.intake.bad_rows import BadRows
from chalicelib.intake.cells.clocking import compile_when, compile_worked
from chalicelib.intake.cells.dates import Moment, at_instant
from chalicelib.intake.cells.sums import compile_sum
from chalicelib.intake.doubts import compile_doubts
from chalicelib.intake.profile import (
    Worker,
    compile_billable,
    compile_description,
    compile_facts,
    compile_id,
    compile_worker,
)
from chalicelib.intake.recognise import is_header, normal_names
from chalicelib.intake.rows import Refusal, RefusalKind, Row, RowProblem, UnreadableExportError
from chalicelib.intake.sources.columns import DateOrder
from chalicelib.intake.sources.source import Layout
from chalicelib.intake.table import Numbered

_SHOWN = 120
_new_row: Callable[[Iterable[Any]], Row] = partial(tuple.__new__, Row)
_NOT_ROUTED = (repeat(Pool.RETAINER), repeat(None), repeat(None))
"""The last fields of an entry: pool, reason, work date of late work."""


class RowReader:
    """Reads the records of one file."""

    def __init__(self, layout: Layout, order: DateOrder | None, row_width: int, *, may_refuse: bool) -> None:
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
        self._doubt = compile_doubts(layout, order)
        self._facts = compile_facts(layout)
        self._billable = compile_billable(layout)
        self._descriptions = compile_description(layout)
        self._ids = compile_id(layout)
        self.problems = BadRows(layout, self._when, self._worked, self._worker)

    def read(self, batch: Sequence[Numbered]) -> Sequence[Row | RowProblem]:
        """The rows in some records, each after its warning if it has one, and what is wrong with other records.

        A blank record, and the file's own header once more, give nothing.

        Raises:
            UnreadableExportError: a record is another header, so that the columns below it are others.
        """
        rows = self._rows(batch)
        if rows is not None:
            return self._with_warnings(rows, batch)
        if len(batch) > 1:
            half = len(batch) // 2
            return [*self.read(batch[:half]), *self.read(batch[half:])]
        [(line, cells)] = batch
        if len(cells) != self._width and self._make_fit(cells):
            return self.read(batch)
        problem = self._problem(line, cells)
        return [problem] if problem else []

    def _rows(self, batch: Sequence[Numbered]) -> list[Row] | None:
        """The rows in these records; None if one of them gives no row."""
        lines, records = zip(*batch, strict=True)
        if set(map(len, records)) != {self._width} or (self._find_sum and set(map(self._find_sum, records)) != {None}):
            return None
        moments, seconds, workers = [*self._when(records)], [*self._worked(records)], [*self._worker(records)]
        if None in moments or None in seconds or None in workers:
            return None
        (days, starts, instants), worked = self._times(cast("list[Moment]", moments), cast("list[int]", seconds))
        names, emails = zip(*cast("list[Worker]", workers), strict=True)
        facts = [*self._facts(records)]
        _, projects, _, tasks, work_types, tickets, tags, _ = zip(*facts, strict=True)
        who_and_when = (repeat(self._source), self._ids(records), names, emails, days, starts, worked)
        what = (projects, tasks, self._descriptions(records), work_types, tickets, tags, self._billable(records))
        entries = map(new_entry, zip(*who_and_when, *what, *_NOT_ROUTED, strict=False))
        spans = map(_span, worked, instants) if self._is_span else repeat(None)
        return [*map(_new_row, zip(lines, facts, entries, instants, spans, records, strict=False))]

    def _times(self, moments: Sequence[Moment], seconds: Sequence[int]) -> tuple[Iterable[Any], Sequence[int]]:
        """Days, starts and instants, and seconds: what is by the clocks of the file's zone becomes an instant."""
        if self._zone is not None:
            if self._is_span:
                seconds = [*map(_passed, moments, seconds, repeat(self._zone))]
            moments = [at_instant(moment, self._zone) for moment in moments]
        return zip(*moments, strict=True), seconds

    def _with_warnings(self, rows: list[Row], batch: Sequence[Numbered]) -> Sequence[Row | RowProblem]:
        seconds = [row.entry.seconds for row in rows]
        if self._doubt is None and min(seconds) >= 0 and max(seconds) <= DAY:
            return rows
        found: list[Row | RowProblem] = []
        for row, (_, cells) in zip(rows, batch, strict=True):
            said = self._doubt and self._doubt(cells, row.entry.seconds)
            if said or not 0 <= row.entry.seconds <= DAY:
                found.append(self.problems.warn(row, cells, said))
            found.append(row)
        return found

    def _problem(self, line: int, cells: list[str]) -> RowProblem | None:
        """What is wrong with a record that gives no row; None for a blank one and for the file's own header."""
        is_ragged = len(cells) != self._width
        if not is_ragged and self._find_sum and (sum_at := self._find_sum(cells)) is not None:
            return self.problems.total(line, cells, sum_at)
        if self._is_own_header(line, cells):
            return None
        return self.problems.ragged(line, cells) if is_ragged else self.problems.explain(line, cells)

    def _is_own_header(self, line: int, cells: list[str]) -> bool:
        """Whether files with one header were joined, so that it stands here once more."""
        names = normal_names(cells)
        is_own = all(one == own for one, own in zip_longest(names, self._header, fillvalue=""))
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


def _span(seconds: int, instant: datetime | None) -> int | None:
    return seconds if instant is None else None


def _passed(moment: Moment, seconds: int, zone: str) -> int:
    """The seconds that pass in a zone from a moment of its clocks until they show so many seconds more."""
    if moment.instant is not None or moment.start is None:
        return seconds
    return elapsed_seconds(moment.date, moment.start, seconds, zone)
