"""The columns of a file that can say something about its hours."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.intake.evidence import captions
from chalicelib.intake.evidence.doubt import DoubtError, quoted
from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import Layout


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
    """Pairs of the durations that may be one."""
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
    has_span = {Field.START, Field.END} <= layout.columns.keys()
    counted = measured or [layout.columns[field] for field in (Field.START, Field.END) if has_span]
    _refuse_two_of_one_name(layout, {*counted, layout.date_columns[0]})
    if has_span and not measured:
        _refuse_two_shifts(layout)
    taken = {*layout.columns.values(), *units, *layout.worker}
    free = [at for at, name in enumerate(normal) if at not in taken] if has_span and not measured else []
    begins = [at for at in free if captions.says_break_start(normal[at])]
    ends = [at for at in free if captions.says_break_end(normal[at])]
    if len(begins) > 1 or len(ends) > 1:
        raise DoubtError(
            f"The file has several breaks with start and end, such as {quoted(layout.header[begins[-1]])}. Leave them "
            "out, give the length of all breaks in one column such as “Break (min)”, and drop the file again."
        )
    breaks = tuple(at for at in free if captions.says_break(normal[at]))
    is_settled = not has_span and [*units] == measured and [units[at] for at in measured] == [Unit.HOURS]
    return HoursColumns(
        durations=tuple(measured),
        others=tuple(at for at in free if captions.says_worked(normal[at])),
        breaks=tuple(at for at in breaks if captions.says_sum(normal[at])) or breaks,
        break_times=(begins[0], ends[0]) if begins and ends else None,
        hours_and_minutes=_find_parts({normal[at]: at for at in measured}),
        has_breaks=any(map(captions.says_any_break, normal)),
        is_in_doubt=not is_settled,
    )


def _refuse_two_of_one_name(layout: Layout, counted: set[int]) -> None:
    for name, count in Counter(layout.normal).items():
        at = layout.normal.index(name)
        if count > 1 and at in counted:
            raise DoubtError(
                f"The file has two columns {quoted(layout.header[at])}, and nothing says which of them counts. "
                "Leave one of them out and export again."
            )


def _refuse_two_shifts(layout: Layout) -> None:
    """`Start`, `End`, `Start 2`, `End 2`: the second time of a day would be lost."""
    names = {layout.normal[layout.columns[field]] for field in (Field.START, Field.END)}
    for at, name in enumerate(layout.normal):
        if name not in names and re.sub(r"[ _.#(-]*[0-9][).]?$", "", name) in names:
            raise DoubtError(
                f"The file has more than one start and end in a row, such as {quoted(layout.header[at])}. "
                "Write each time into a row of its own, or add a column of hours, and drop the file again."
            )


def _find_parts(named: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Pairs of columns whose names differ in their unit only: `Hours` and `Minutes`, `Time (h)` and `Time (min)`."""
    hours = [(what, at) for name, at in named.items() if (what := captions.what_has_hours(name)) is not None]
    minutes = [(what, at) for name, at in named.items() if (what := captions.what_has_minutes(name)) is not None]
    return tuple((at, other_at) for what, at in hours for other, other_at in minutes if what == other)
