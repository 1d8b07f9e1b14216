"""Why a record was not imported, and what in an imported one deserves a look, as sentences for a person."""

from dataclasses import dataclass

from chalicelib.domain.quantities import clock
from chalicelib.intake.cells.clocking import When, Worked, is_running
from chalicelib.intake.cells.durations import MINUTE, may_be_thousands
from chalicelib.intake.cells.memo import Each
from chalicelib.intake.cells.sums import says_total
from chalicelib.intake.cells.unclear import why_no_date, why_no_duration, why_no_time
from chalicelib.intake.profile import Worker
from chalicelib.intake.rows import Row, RowProblem
from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import Layout

VALUE_LIMIT = 200
_TOTAL = "This is a row of totals, not an entry; it does not count."
_LET_IN = " If it is work, a rule whose pattern is just this text lets it in."


@dataclass(frozen=True, slots=True)
class BadRows:
    """Finds the reasons for one file's records."""

    layout: Layout
    when: When
    worked: Worked
    worker: Each[Worker | None]

    def explain(self, line: int, cells: list[str]) -> RowProblem | None:
        """The first thing wrong with a record that could not be read; None if it is blank."""
        if not any(cell.strip() for cell in cells):
            return None
        at, reason = self._reason(cells)
        [moment], [worker] = self.when([cells]), self.worker([cells])
        return RowProblem(
            line,
            self.layout.header[at],
            cells[at][:VALUE_LIMIT],
            reason,
            worker=worker.name if worker else None,
            date=moment.date.isoformat() if moment else None,
        )

    def total(self, line: int, cells: list[str], at: int) -> RowProblem:
        """The record is a sum: its description, project, task or worker, in this column, says so."""
        return RowProblem(line, self.layout.header[at], cells[at][:VALUE_LIMIT], _TOTAL + _LET_IN)

    def ragged(self, line: int, cells: list[str]) -> RowProblem:
        """The record has too few or too many cells to tell which is which."""
        wanted = len(self.layout.header)
        return self.broken(
            line,
            cells,
            f"The row has {len(cells)} cells where the header has {wanted}, so it is unclear which cell is which. "
            "Export the file again, or put cells with a separator in quotation marks.",
        )

    def broken(self, line: int, cells: list[str], reason: str) -> RowProblem:
        """A problem of the record as a whole; with its day, if readable, so that nothing is removed on that day."""
        date_at = self.layout.date_columns[0]
        padded = [*cells, *[""] * len(self.layout.header)]
        [moment] = self.when([padded]) if date_at < len(cells) else [None]
        date = moment.date.isoformat() if moment else None
        return RowProblem(line, None, " | ".join(cells)[:VALUE_LIMIT], reason, date=date)

    def warn(self, row: Row, cells: list[str], doubt: str | None) -> RowProblem:
        """A warning about an imported row with negative hours, more than a day, or a doubt."""
        entry = row.entry
        sign, what = ("-", "so it gives hours back") if entry.seconds < 0 else ("", "more than a day")
        hours = sign + clock(abs(entry.seconds) // MINUTE * MINUTE)
        reason = doubt or f"The row's duration is {hours}, {what}; it counts as it is. Check it at the source."
        at = self._duration_at(cells)
        return RowProblem(
            row.line,
            self.layout.header[at],
            cells[at][:VALUE_LIMIT],
            reason,
            True,
            entry.worker,
            entry.date.isoformat(),
        )

    def _reason(self, cells: list[str]) -> tuple[int, str]:
        """The column that is to blame, and why."""
        date_at = self.layout.date_columns[0]
        if None in self.when([cells]):
            return date_at, self._reason_of_date(cells, date_at)
        if None in self.worked([cells]):
            return self._duration_at(cells), self._reason_of_duration(cells)
        return self.layout.worker[0], "The row names no worker. Fill it in at the source and export again."

    def _reason_of_date(self, cells: list[str], date_at: int) -> str:
        if any(map(says_total, cells)):
            return _TOTAL
        if not cells[date_at].strip():
            return "The row has no date. Fill it in at the source and export again."
        generic = "This is not a date, or not written like the others in the file. Correct it and export again."
        return why_no_date(cells[date_at]) or generic

    def _reason_of_duration(self, cells: list[str]) -> str:
        if is_running(self.layout, cells):
            return "The timer is still running. Stop it in the source and export again."
        if not cells[self._duration_at(cells)].strip():
            return "The row has no duration. Fill it in at the source and export again."
        if not self.layout.durations:
            points = (cells[self.layout.columns[field]] for field in (Field.START, Field.END))
            breaks = ", or the break is not readable or longer" if self.layout.off else ""
            return next(filter(None, (why_no_time(point) or why_no_date(point) for point in points)), None) or (
                "Start and end give no duration: one of them is not a time, or the end is before the start"
                f"{breaks}. Correct it and export again."
            )
        if may_be_thousands(cells[self._duration_at(cells)]):
            return (
                "The separator in this number can mean thousands or decimals. "
                "Write it without one, or as hours and minutes, and export again."
            )
        generic = "This is not a duration such as 1:30 or 1.5. Correct it and export again."
        return why_no_duration(cells[self._duration_at(cells)]) or generic

    def _duration_at(self, cells: list[str]) -> int:
        """The first filled duration column, else the first; in a file without one, the end."""
        if not self.layout.durations:
            return self.layout.columns[Field.END]
        columns = [at for at, _ in self.layout.durations]
        return next((at for at in columns if cells[at].strip()), columns[0])
