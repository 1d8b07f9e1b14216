"""A source is data about one tool's exports. Adding a tool means adding such a value, not code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.intake.sources.columns import OPEN_UNITS, DateOrder, Field, Unit


@dataclass(frozen=True, slots=True)
class DurationColumn:
    """A column with the duration of the work."""

    name: str
    unit: Unit = Unit.HOURS
    zero_is_empty: bool = False
    """A zero counts as empty; the next column decides (ConnectWise moves hours from one column to another)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a report differs from a plain list of entries (intake/report_shape.py)."""

    headings: re.Pattern[str] | None = None
    """A record without a date is skipped if a cell matches this: a heading, a total or a count."""
    printed_once: tuple[Field, ...] = ()
    """Printed only in the first row of a group."""
    first_lines: tuple[Field, ...] = ()
    """Only the first line of the cell is the name."""
    halves: tuple[str, ...] = ()
    """Columns of hours, each of which is a separate entry if it is not zero."""
    plan: str | None = None
    """A column of planned hours: a record that has these and no worked ones is skipped."""


@dataclass(frozen=True, slots=True)
class Source:
    """One header family of one tool. Names are folded and case-folded; of several the first one present counts."""

    name: str
    """The tool, such as `toggl`; all its header families share it."""
    title: str
    """What this export is called in messages."""
    signatures: tuple[frozenset[str], ...]
    """A header that has all names of one of these matches; the largest matching signature of all sources wins."""
    columns: Mapping[Field, tuple[str, ...]]
    durations: tuple[DurationColumn, ...]
    """In order of preference; if a cell is empty, the next one counts."""
    workers: tuple[tuple[str, ...], ...] = ()
    """In order of preference; the names of one alternative are joined by a space."""
    thin: tuple[frozenset[str], ...] = ()
    """Those of the signatures that any list may have."""
    predecessors: tuple[str, ...] = ()
    """Sources that read its files in older releases: entries that they brought are compared as its own."""
    never_with: frozenset[str] = frozenset()
    """Names that rule this source out."""
    empty: str | None = None
    """The cell that stands for an empty one."""
    zero: str | None = None
    """The cell that stands for a duration of zero."""
    joined: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    """Further columns of a field, from general to specific: filled cells are joined with ` › `."""
    date_order: DateOrder | None = None
    """The operator's setting for this header."""
    zone: str | None = None
    """The same: the IANA zone of its local times."""
    break_unit: Unit | None = None
    """The same: the unit of bare numbers in its breaks."""
    shape: Shape | None = None
    """How the file differs from a plain list of entries."""
    tag_separator: str = ","
    ignored: frozenset[str] = frozenset()
    """Names that are not what the common captions say: they are never read."""
    is_mapping: bool = False
    """Whether the operator said what its columns mean: common captions then say nothing about the others."""
    formula_guard: bool = False
    """Descriptions that a spreadsheet might run as a formula may be prefixed with `' `."""
    is_examined: bool = False
    """Whether its files have no known writer: how their hours are read has to be proven (intake/evidence/)."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A report that cannot be imported because it is not a list of entries."""

    title: str
    signatures: tuple[frozenset[str], ...]
    instead: str
    """What to export, as the end of a sentence."""
    why: str = "it has sums and no single entries"
    if_unknown: bool = False
    """Applies only if no source can read the header."""
    day_columns: bool = False
    """The header also names days: its rows are weeks or months, not entries."""


def names(*spellings: str) -> frozenset[str]:
    """A signature."""
    return frozenset(spellings)


def same_name(*fields: Field) -> dict[Field, tuple[str, ...]]:
    """Columns that a tool calls what we call the field."""
    return {field: (field.value,) for field in fields}


class Break(NamedTuple):
    """The columns of a file that say how long a break was."""

    lengths: tuple[tuple[int, Unit], ...] = ()
    """Columns of durations with the unit of bare numbers: all of them are added."""
    times: tuple[int, int] | None = None
    """Columns with the times at which a break begins and ends."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A recognised header: which column of the file is which."""

    source: Source
    header: tuple[str, ...]
    """As the file spells it, without surrounding spaces."""
    normal: tuple[str, ...]
    """The same, folded."""
    columns: Mapping[Field, int]
    durations: tuple[tuple[int, DurationColumn], ...]
    worker: tuple[int, ...]
    joined: Mapping[Field, tuple[int, ...]]
    """Further columns of a field, after the one in `columns`."""
    rival: "Layout | None" = None
    """The same with all columns of hours that have common captions, where only a thin signature matched and the file
    has columns that are none of the tool's, or where the tool's own column of hours is not there: the hours have to be
    proven by these."""
    date_columns: tuple[int, ...] = field(default=())
    """Columns with dates that can settle the file's date order; the first of them is the work date."""
    is_first_grammar: bool = False
    """Whether it is read as release 0.1 read it: without common captions, and text as it is."""
    has_times_with_dots: bool = False
    """Whether `8.37` is a time of day in this file."""
    counted: str | None = None
    """What the numbers in its column of dates count (intake/cells/number_columns.py); None: they are dates."""
    zone: str | None = None
    """The IANA zone of the file's local times; None: the retainer's, or it has no times."""
    has_times_in_dates: bool = False
    """Whether the times in its column of dates count: there is a zone, and no start."""
    off: Break | None = None
    """What is taken off the time from start to end. This and the rest as the file was settled (sources/settled.py)."""
    minutes: int | None = None
    """A column of minutes that is added to the first duration."""
    is_hours_dot_minutes: bool = False
    has_days: bool = False
    leaves_out_sums: bool = False
    words_of_rules: frozenset[str] = frozenset()
    """The operator's patterns, folded: a sum that one of them names is an entry."""
    compared: int = 0
    tolerance: int = 0
    step: int = 0

    @property
    def is_examined(self) -> bool:
        """Whether its hours have to be proven: no known tool wrote it, or its own column of hours is not there."""
        is_open = any(column.unit in OPEN_UNITS for _, column in self.durations)
        is_absent = bool(self.source.durations and not self.durations)
        return self.source.is_examined or is_open or is_absent or self.rival is not None
