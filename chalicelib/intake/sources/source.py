"""What a source is: data about one tool's exports. Adding a tool means adding such a value, not code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.intake.sources.columns import DateOrder, Field, Unit


@dataclass(frozen=True, slots=True)
class DurationColumn:
    """A column that says how long the work took."""

    name: str
    unit: Unit = Unit.HOURS
    zero_is_empty: bool = False
    """A zero says nothing; the next column decides (ConnectWise moves hours from one column to another)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a report differs from a plain list of entries (intake/report_shape.py)."""

    headings: re.Pattern[str] | None = None
    """A record without a date is passed over if a cell is such a heading, total or number of things."""
    printed_once: tuple[Field, ...] = ()
    """Printed in the first row of its group only."""
    first_lines: tuple[Field, ...] = ()
    """Only the first line of the cell is the name; the others say something else."""
    halves: tuple[str, ...] = ()
    """Columns of hours that are an entry each, if they are not zero."""
    plan: str | None = None
    """A column of planned hours: a record that has these and no worked ones is passed over."""


@dataclass(frozen=True, slots=True)
class Source:
    """One header family of one tool. Names are folded and case-folded; of several the first present counts."""

    name: str
    """The tool, such as `toggl`; all its header families share it."""
    title: str
    """How we speak of this export to a person."""
    signatures: tuple[frozenset[str], ...]
    """A header that has all names of one of these is this source; the largest signature of any source wins."""
    columns: Mapping[Field, tuple[str, ...]]
    durations: tuple[DurationColumn, ...]
    """In order of preference; a cell that is empty leaves the next to decide."""
    workers: tuple[tuple[str, ...], ...] = ()
    """In order of preference; the names of one alternative are joined by a space."""
    never_with: frozenset[str] = frozenset()
    """Names that show that the header is of another family after all."""
    empty: str | None = None
    """The cell that stands for an empty one."""
    zero: str | None = None
    """The cell that stands for a duration of zero."""
    joined: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    """Further columns of a field, from the general to the special: filled cells are joined with ` › `."""
    date_order: DateOrder | None = None
    """What the operator said of this very header."""
    shape: Shape | None = None
    """What makes the file more than a list of entries."""
    tag_separator: str = ","
    formula_guard: bool = False
    """Descriptions may carry `' ` before what a spreadsheet might take for a formula."""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A report that cannot be imported because it is not a list of entries."""

    title: str
    signatures: tuple[frozenset[str], ...]
    instead: str
    """What to export, as the end of a sentence."""
    why: str = "it has sums and no single entries"
    if_unknown: bool = False
    """Only where no source can read the header."""
    day_columns: bool = False
    """The header also names days: its rows are weeks or months, not entries."""


def names(*spellings: str) -> frozenset[str]:
    """A signature."""
    return frozenset(spellings)


@dataclass(frozen=True, slots=True)
class Layout:
    """A recognised header: which column of the file is which."""

    source: Source
    header: tuple[str, ...]
    """As the file spells it, without spaces around."""
    normal: tuple[str, ...]
    """The same, folded."""
    columns: Mapping[Field, int]
    durations: tuple[tuple[int, DurationColumn], ...]
    worker: tuple[int, ...]
    joined: Mapping[Field, tuple[int, ...]]
    """Columns that follow that of a field in `columns`."""
    date_columns: tuple[int, ...] = field(default=())
    """Where dates stand that can settle the file's date order; the first of them is the work date."""
