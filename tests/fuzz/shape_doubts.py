"""What a shape leaves open: why a file may be refused, by the rules of docs/doubtful-files.md alone.

Nothing here looks at the reader. A file without a doubt has to be read; one with a doubt may be refused for it, but if
it is read, it has to be read rightly.
"""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from chalicelib.intake.rows import RefusalKind
from tests.fuzz.any_shape import DAY, HOUR, NUMERIC, Column, Shape, Work

HOURS, DATES = RefusalKind.AMBIGUOUS_HOURS, RefusalKind.AMBIGUOUS_DATES
_OPEN = frozenset(("unsaid", "time", "unknown"))
_MAY_BE_HOURS = frozenset(("billable hours", "time of day"))
"""Columns of the generator with a word for hours in their names, which are not the hours."""


def doubts_of(shape: Shape) -> dict[str, RefusalKind]:
    """Each reason to refuse the file, with the kind of refusal."""
    return dict(_doubts(shape))


def _doubts(shape: Shape) -> Iterator[tuple[str, RefusalKind]]:
    yield from _doubts_of_dates(shape)
    captions = [column.caption.strip().casefold() for column in shape.of("hours")]
    if len(set(captions)) < len(captions):
        yield "two columns of one name", HOURS
    for column in shape.of("hours"):
        if column.kind in _OPEN:
            yield from _doubts_of_unit(shape, column)
        if column.kind in {"minutes", "seconds", "milliseconds"} and _is_short_clock(column):
            yield "a clock in a column of minutes", HOURS
        if column.kind == "time":
            yield from _doubts_of_time_of_day(shape, column)
    if shape.measure in {"span", "unknown"}:
        yield from _doubts_of_breaks(shape)
    if shape.measure == "unknown":
        yield from _doubts_of_unknown(shape)
    if shape.measure == "span" and _MAY_BE_HOURS & {column.caption.strip().casefold() for column in shape.of("other")}:
        yield "an unknown column of hours", HOURS


def _doubts_of_dates(shape: Shape) -> Iterator[tuple[str, RefusalKind]]:
    days = [work.day + timedelta(days=late) for work in shape.works for late in _days_late(shape, work)]
    if shape.dates == "serial":
        yield "dates as Excel keeps them", DATES
    if shape.dates in NUMERIC and all(day.day <= 12 for day in days) and any(day.day != day.month for day in days):
        yield "no day above 12", DATES


def _doubts_of_time_of_day(shape: Shape, column: Column) -> Iterator[tuple[str, RefusalKind]]:
    longest = max(abs(work.seconds) for work in shape.works)
    if column.notation and column.notation.kind == "clock" and 5 * HOUR <= longest < DAY:
        yield "a time of day or a duration", HOURS


def _days_late(shape: Shape, work: Work) -> tuple[int, ...]:
    """By how many days the dates in a row differ from the day of the work."""
    has_end = shape.of("end date") or not shape.of("date")
    return (0, (work.start + work.span) // DAY) if has_end else (0,)


def _bare(column: Column) -> list[Fraction]:
    """The bare numbers in the column."""
    cells = (cell.replace(",", ".").replace("−", "-") for cell in column.cells)
    return [Fraction(cell) for cell in cells if cell and set(cell) <= set("0123456789.-")]


def _doubts_of_unit(shape: Shape, column: Column) -> Iterator[tuple[str, RefusalKind]]:
    bare = [abs(number) for number in _bare(column) if number]
    if not bare:
        return
    if all(number.denominator == 1 for number in bare) and not any("." in cell or "," in cell for cell in column.cells):
        if not (_is_settled_by_other(shape, column) or _is_settled_by_span(shape, column)):
            yield "whole numbers without a unit", HOURS
    elif max(bare) > 24:
        yield "decimals over a day", HOURS
    elif column.notation and (column.notation.kind == "day" or _may_be_parts_of_a_day(bare)):
        yield "parts of a day", HOURS


def _may_be_parts_of_a_day(bare: list[Fraction]) -> bool:
    """Whether all are whole minutes or seconds of a day, to a thousandth, and one is none of an hour."""
    if max(bare) >= 1:
        return False
    return any(
        all(_is_whole(number * 24 * many) for number in bare) and not all(_is_whole(number * many) for number in bare)
        for many in (60, 3600)
    )


def _is_whole(number: Fraction) -> bool:
    return abs(number - round(number)) <= Fraction(1, 1000)


def _is_settled_by_other(shape: Shape, column: Column) -> bool:
    """Whether another column, whose unit is certain, says the same in a row that is not zero."""
    others = [one for one in shape.of("hours") if one is not column and (one.kind not in _OPEN or not _bare(one))]
    return any(
        work.seconds and column.cells[row] and other.cells[row]
        for other in others
        for row, work in enumerate(shape.works)
    )


def _is_settled_by_span(shape: Shape, column: Column) -> bool:
    """Whether every row that fills it is just as long as from start to end, without a doubtful break."""
    rows = [work for row, work in enumerate(shape.works) if column.cells[row]]
    return (
        bool(shape.of("start")) and all(work.seconds == work.span for work in rows) and any(work.span for work in rows)
    )


def _doubts_of_breaks(shape: Shape) -> Iterator[tuple[str, RefusalKind]]:
    for column in shape.of("break"):
        bare = [number for number in _bare(column) if number]
        decimals = any("." in cell or "," in cell for cell in column.cells)
        if any((number.denominator == 1 and (number < 5 or decimals)) or (number >= 5 and decimals) for number in bare):
            yield "a break in hours or minutes", HOURS


def _doubts_of_unknown(shape: Shape) -> Iterator[tuple[str, RefusalKind]]:
    [column] = shape.of("hours")
    notation = column.notation
    if shape.step:
        yield "it is not the time from start to end", HOURS
    if notation and notation.kind in {"seconds", "day"}:
        yield "no usual unit of such a column", HOURS


def _is_short_clock(column: Column) -> bool:
    return column.notation is not None and column.notation.kind == "clock" and column.notation.style != "seconds"
