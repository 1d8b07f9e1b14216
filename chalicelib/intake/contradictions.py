"""Rows that say two things about their hours: they count, with a warning that names both values."""

from collections.abc import Callable

from chalicelib.domain.quantities import HOUR, clock
from chalicelib.intake.cells.clocking import compile_span, duration_readers
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.intake.sources.source import Layout

Contradiction = Callable[[list[str], int], str | None]
_LONGER = 30 * MINUTE


def compile_contradiction(layout: Layout, order: DateOrder | None) -> Contradiction | None:
    """A function of a record and its seconds to what else it says, as a sentence; None for files of known tools."""
    if not layout.is_examined or not layout.durations:
        return None
    readers = duration_readers(layout)[: layout.compared]
    has_span = {Field.START, Field.END} <= layout.columns.keys()
    span = compile_span(layout, order) if has_span else lambda _: None

    def contradiction(cells: list[str], seconds: int) -> str | None:
        for at, _, read in readers:
            other = read[cells[at]] if cells[at].strip() else None
            if other is not None and abs(other - seconds) > layout.tolerance:
                return f"“{layout.header[at]}” says {clock(other, full=True)}; {clock(seconds, full=True)} counts."
        length = span(cells)
        if length is not None and _is_too_long(seconds, length, layout.step):
            return (
                f"The duration is {clock(seconds)}, and from start to end it is {clock(length)}; "
                f"{clock(seconds)} counts. Check it at the source."
            )
        return None

    return contradiction


def _is_too_long(seconds: int, span: int, step: int) -> bool:
    """Trackers round and people forget to stop a timer, so a little more than from start to end is nothing."""
    excess = seconds - span
    if excess < step:
        return False
    return excess > HOUR or (excess > _LONGER and 2 * excess > span)
