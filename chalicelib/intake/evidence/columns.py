"""The columns of a file that can say something about its hours."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.intake.evidence import captions
from chalicelib.intake.evidence.doubt import DoubtError, map_with, quoted
from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import Layout

_MOST = 10
"""Columns that are compared with each other, in each unit; no list of entries has more of them."""
_DIGITS = "0123456789"


@dataclass(frozen=True, slots=True)
class HoursColumns:
    """Their numbers."""

    durations: tuple[int, ...]
    """Those that the source names."""
    others: tuple[int, ...]
    """Those of which only the name says that they may be the hours, where the source names none."""
    breaks: tuple[int, ...]
    break_times: tuple[int, int] | None
    """Where a break begins and ends."""
    hours_and_minutes: tuple[tuple[int, int], ...]
    """Pairs that may be one duration, the first of which is one that the source names."""
    added: tuple[int, ...]
    """Those that may be worked beside the durations or be within them, such as overtime beyond no planned time."""
    has_breaks: bool
    """Whether the time from start to end may be longer than the work."""
    is_in_doubt: bool
    """Whether the cells have to be looked at: the names do not say everything."""


def find_hours_columns(layout: Layout) -> HoursColumns:
    """The columns of this header.

    A name such as `Time`, which may be a time of day, is no second choice behind another column of hours.

    Raises:
        DoubtError: the hours stand in two columns of one name.
    """
    normal = layout.normal
    units = {at: column.unit for at, column in layout.durations}
    measured = [at for at in units if not captions.may_be_time_of_day(normal[at])] or list(units)[:1]
    if len(measured) > _MOST and not layout.source.is_mapping:
        raise DoubtError(
            f"The file has {len(measured)} columns that may be its hours, such as "
            f"{quoted(layout.header[measured[0]])}. {map_with('--set duration=COLUMN')}"
        )
    has_span = {Field.START, Field.END} <= layout.columns.keys()
    counted = measured or [layout.columns[field] for field in (Field.START, Field.END) if has_span]
    taken = {*layout.columns.values(), *units, *layout.worker}
    unread = [at for at in range(len(normal)) if at not in taken]
    breaks = tuple(at for at in unread if has_span and captions.says_break(normal[at]))
    _refuse_two_of_one_name(layout, {*counted, layout.date_columns[0], *(() if measured else breaks)})
    if has_span and not measured:
        _refuse_two_shifts(layout)
        _refuse_halves_of_days(layout, unread)
    is_settled = not has_span and [*units] == measured and [units[at] for at in measured] == [Unit.HOURS]
    parts = _find_parts(layout.header, measured, (*measured, *unread))
    is_planned = any(map(captions.says_planned, normal))
    added = tuple(at for at in unread if measured and not is_planned and captions.says_added(layout.header[at]))
    return HoursColumns(
        durations=tuple(measured),
        others=() if measured else tuple(at for at in unread if has_span and captions.says_worked(normal[at])),
        breaks=tuple(at for at in breaks if captions.says_sum(normal[at])) or breaks,
        break_times=_find_break_times(layout, unread, is_counted=not measured) if has_span else None,
        hours_and_minutes=parts,
        added=added,
        has_breaks=any(map(captions.says_any_break, normal)),
        is_in_doubt=not is_settled or bool(parts or added) or captions.says_hours_dot_minutes(normal[measured[0]]),
    )


def _refuse_halves_of_days(layout: Layout, unread: Sequence[int]) -> None:
    for at in unread:
        if captions.says_half_of_day(layout.header[at]):
            raise DoubtError(
                f"The file has am and pm in a column of their own, {quoted(layout.header[at])}. Write them behind the "
                "times, and drop the file again."
            )


def _find_break_times(layout: Layout, unread: Sequence[int], *, is_counted: bool) -> tuple[int, int] | None:
    begins = [at for at in unread if captions.says_break_start(layout.normal[at])]
    ends = [at for at in unread if captions.says_break_end(layout.normal[at])]
    if is_counted and (len(begins) > 1 or len(ends) > 1):
        last = max(begins, ends, key=len)[-1]
        raise DoubtError(
            f"The file has several breaks with start and end, such as {quoted(layout.header[last])}. Leave them "
            "out, give the length of all breaks in one column such as “Break (min)”, and drop the file again."
        )
    return (begins[0], ends[0]) if len(begins) == len(ends) == 1 else None


def _refuse_two_of_one_name(layout: Layout, counted: set[int]) -> None:
    first: dict[str, int] = {}
    for place, name in enumerate(layout.normal):
        at = first.setdefault(name, place)
        if at != place and at in counted:
            raise DoubtError(
                f"The file has two columns {quoted(layout.header[at])}, and nothing says which of them counts. "
                "Leave one of them out and export again."
            )


def _refuse_two_shifts(layout: Layout) -> None:
    """`Start`, `End`, `Start 2`, `End 2`: the second time of a day would be lost."""
    names = {layout.normal[layout.columns[field]] for field in (Field.START, Field.END)}
    for at, name in enumerate(layout.normal):
        if name not in names and _without_number(name) in names:
            raise DoubtError(
                f"The file has more than one start and end in a row, such as {quoted(layout.header[at])}. "
                "Write each time into a row of its own, or add a column of hours, and drop the file again."
            )


def _without_number(name: str) -> str:
    """`start` for `start 2`, `start_2.` and `start (2)`."""
    bare = name.rstrip(").")
    return bare.rstrip(_DIGITS).rstrip(" _.#(-") if bare.endswith(tuple(_DIGITS)) else name


def _find_parts(header: Sequence[str], measured: Sequence[int], others: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Pairs of columns whose names differ in their unit only: `Hours` and `Minutes`, `Work (h)` and `Work (min)`."""
    hours = [(what, at) for at in measured if (what := captions.what_has(Unit.HOURS, header[at])) is not None]
    minutes = [(what, at) for at in others if (what := captions.what_has(Unit.MINUTES, header[at])) is not None]
    return tuple((at, other_at) for what, at in hours for other, other_at in minutes if what == other)
