"""How a file was read, in one line that its report shows; and which columns that a report needs were not found."""

from collections.abc import Iterator

from chalicelib.intake.cells.number_columns import Counted
from chalicelib.intake.rows import ColumnFault
from chalicelib.intake.sources.columns import DateOrder, Field, Unit
from chalicelib.intake.sources.source import Break, Layout

_LONGEST = 40
_NUMBERS = {
    Unit.MINUTES: "numbers in minutes",
    Unit.SECONDS: "numbers in seconds",
    Unit.MILLISECONDS: "numbers in milliseconds",
    Unit.SECONDS_OF_WHOLE_MINUTES: "numbers in seconds",
    Unit.SECONDS_OR_DECIMAL_HOURS: "whole numbers in seconds, decimals in hours",
}
"""What bare numbers are, where they are not hours."""
_ORDERS = {DateOrder.DAY_FIRST: ", day first", DateOrder.MONTH_FIRST: ", month first"}
_COUNTED = {Counted.SECONDS: ", seconds since 1970", Counted.MILLISECONDS: ", milliseconds since 1970"}


def how_read(layout: Layout, order: DateOrder | None) -> str:
    """How a file was read: `hours from `Total`; dates from `Day`, day first; source generic`.

    Args:
        layout: its columns, as the file was settled.
        order: how its numeric dates are read; None: it has none.
    """
    return "; ".join(_parts(layout, order))


def not_found(layout: Layout) -> Iterator[ColumnFault]:
    """The columns that every report and page would show, and this file does not have."""
    if not layout.worker:
        yield ColumnFault(None, "No column with the worker was found: the entries name nobody.")
    if layout.columns.keys().isdisjoint((Field.DESCRIPTION, Field.TASK)):
        yield ColumnFault(None, "No column with a description was found: the entries do not say what was done.")


def _parts(layout: Layout, order: DateOrder | None) -> Iterator[str]:
    yield f"hours from {_durations(layout) if layout.durations else _span(layout)}"
    if layout.is_hours_dot_minutes:
        yield "`9.15` is 9:15"
    if layout.off:
        yield f"breaks taken off ({', '.join(_breaks(layout, layout.off))})"
    what = _ORDERS[order] if order else _COUNTED[Counted(layout.counted)] if layout.counted else ""
    yield f"dates from {_name(layout, layout.date_columns[0])}{what}"
    if layout.has_days:
        yield "midnights are days"
    if layout.has_times_with_dots:
        yield "`8.37` is a time of day"
    if layout.zone:
        yield f"times in {layout.zone}"
    yield f"source {layout.source.name}{', as mapped' if layout.source.is_mapping else ''}"


def _span(layout: Layout) -> str:
    start, end = (_name(layout, layout.columns[field]) for field in (Field.START, Field.END))
    return f"{start} to {end}"


def _durations(layout: Layout) -> str:
    units: dict[int, set[Unit]] = {}
    for at, column in layout.durations:
        units.setdefault(at, set()).add(column.unit)
    # one that is proven in two units has no bare numbers
    named = [_with_unit(layout, at, said.pop() if len(said) == 1 else Unit.HOURS) for at, said in units.items()]
    halves = layout.source.shape.halves if layout.source.shape else ()
    if len(named) > 1 and all(column.name in halves for _, column in layout.durations):
        return f"{' and '.join(named)}, each its own entry"
    first, *others = named
    if layout.minutes is not None:
        first += f" and {_name(layout, layout.minutes)} together"
    if not others:
        return first
    or_zero = " or 0" if any(column.zero_is_empty for _, column in layout.durations[:-1]) else ""
    return f"{first}, where empty{or_zero} from {', then '.join(others)}"


def _breaks(layout: Layout, off: Break) -> Iterator[str]:
    yield from (_with_unit(layout, at, unit) for at, unit in off.lengths)
    if off.times:
        begin, end = (_name(layout, at) for at in off.times)
        yield f"{begin} to {end}"


def _with_unit(layout: Layout, at: int, unit: Unit) -> str:
    numbers = _NUMBERS.get(unit)
    return f"{_name(layout, at)} ({numbers})" if numbers else _name(layout, at)


def _name(layout: Layout, at: int) -> str:
    """The column as the file spells it, on one line."""
    spelled = " ".join(layout.header[at].replace("`", "'").split())
    return f"`{spelled[:_LONGEST].strip()}`"
