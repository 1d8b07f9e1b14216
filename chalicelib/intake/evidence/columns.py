"""The columns of a file that can say something about its hours."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.intake.evidence import captions
from chalicelib.intake.evidence.doubt import DoubtError, quoted
from chalicelib.intake.sources.columns import OPEN_UNITS, Field
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
    for name, count in Counter(normal).items():
        if count > 1 and normal.index(name) in measured:
            raise DoubtError(
                f"The file has two columns {quoted(layout.header[normal.index(name)])}, and nothing says which of them "
                "has the hours. Leave one of them out and export again."
            )
    has_span = {Field.START, Field.END} <= layout.columns.keys()
    taken = {*layout.columns.values(), *units, *layout.worker}
    free = [at for at, name in enumerate(normal) if at not in taken] if has_span and not measured else []
    begins = [at for at in free if captions.says_break_start(normal[at])]
    ends = [at for at in free if captions.says_break_end(normal[at])]
    is_settled = [*units] == measured and len(measured) == 1 and units[measured[0]] not in OPEN_UNITS and not has_span
    return HoursColumns(
        durations=tuple(measured),
        others=tuple(at for at in free if captions.says_worked(normal[at])),
        breaks=tuple(at for at in free if captions.says_break(normal[at])),
        break_times=(begins[0], ends[0]) if begins and ends else None,
        hours_and_minutes=_find_parts({normal[at]: at for at in measured}),
        is_in_doubt=not is_settled,
    )


def _find_parts(named: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Pairs of columns whose names differ in their unit only: `Hours` and `Minutes`, `Time (h)` and `Time (min)`."""
    hours = [(what, at) for name, at in named.items() if (what := captions.what_has_hours(name)) is not None]
    minutes = [(what, at) for name, at in named.items() if (what := captions.what_has_minutes(name)) is not None]
    return tuple((at, other_at) for what, at in hours for other, other_at in minutes if what == other)
