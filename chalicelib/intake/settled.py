"""How the hours of one file are read: what its cells have proven, as the record of its import keeps it."""

from dataclasses import replace
from typing import NamedTuple

from chalicelib.intake.sources.columns import Unit
from chalicelib.intake.sources.source import Break, DurationColumn, Layout


class HoursColumn(NamedTuple):
    """A column of hours, with the unit of its bare numbers."""

    column: str
    """Its name, folded."""
    unit: Unit


class Settled(NamedTuple):
    """The decisions about a file's hours. The defaults are how release 0.1 read every file."""

    durations: tuple[HoursColumn, ...] = ()
    """Where the hours stand, in order of preference; empty: where the source says, or between start and end."""
    minutes: str = ""
    """A column of 0 to 59 minutes that is added to the whole hours of the first one."""
    breaks: tuple[HoursColumn, ...] = ()
    """What is taken off the time from start to end."""
    break_times: tuple[str, str] | None = None
    """The same, as two columns of times: when the break begins and ends."""
    is_hours_dot_minutes: bool = False
    """Whether `9.15` is nine hours and fifteen minutes."""
    has_days: bool = False
    """Whether dates at midnight with an offset are days, and no instants."""
    compared: int = 0
    """How many of the durations claim the same time: a row in which two of these differ is warned of."""
    tolerance: int = 0
    """By how many seconds they may differ."""
    step: int = 0
    """The seconds to which all durations are rounded; 0: to none."""


AS_SAID = Settled()
"""Nothing had to be settled."""


def apply_settled(layout: Layout, settled: Settled) -> Layout:
    """The layout of the file as it was settled."""
    if settled == AS_SAID:
        return layout
    at = {name: index for index, name in reversed(list(enumerate(layout.normal)))}
    said = {column.name: column for _, column in layout.durations}
    durations = tuple(
        (at[name], replace(said.get(name, DurationColumn(name)), name=name, unit=unit))
        for name, unit in settled.durations
        if name in at
    )
    breaks = tuple((at[name], unit) for name, unit in settled.breaks if name in at)
    times = settled.break_times
    return replace(
        layout,
        durations=durations or layout.durations,
        minutes=at.get(settled.minutes),
        off=Break(breaks, (at[times[0]], at[times[1]]) if times else None) if breaks or times else None,
        is_hours_dot_minutes=settled.is_hours_dot_minutes,
        has_days=settled.has_days,
        compared=settled.compared,
        tolerance=settled.tolerance,
        step=settled.step,
    )
