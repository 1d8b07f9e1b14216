"""What a source is: data about one tool's exports. Adding a tool means adding such a value, not code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.intake.durations import Unit


class Field(StrEnum):
    """What we look for in a file."""

    DATE = "date"
    """The work date; a time in its cells is dropped."""
    START = "start"
    """A time of day, or a whole moment: then also the work date of a file that has no DATE."""
    END_DATE = "end_date"
    END = "end"
    """Only tells whether a timer still runs; measures the work where the file has no duration at all."""
    EMAIL = "email"
    CLIENT = "client"
    CONTRACT = "contract"
    PROJECT = "project"
    TASK = "task"
    DESCRIPTION = "description"
    WORK_TYPE = "work_type"
    TICKET = "ticket"
    TAGS = "tags"
    BILLABLE = "billable"
    SOURCE_ID = "source_id"
    """A true identity of the entry, never one of a ticket, an invoice or a row."""


@dataclass(frozen=True, slots=True)
class DurationColumn:
    """A column that says how long the work took."""

    name: str
    unit: Unit = Unit.HOURS
    zero_is_empty: bool = False
    """A zero says nothing; the next column decides (ConnectWise moves hours from one column to another)."""


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
    """The cell that stands for an empty one; as a duration it is zero."""
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
    columns: Mapping[Field, int]
    durations: tuple[tuple[int, DurationColumn], ...]
    worker: tuple[int, ...]
    date_columns: tuple[int, ...] = field(default=())
    """Where dates stand that can settle the file's date order; the first of them is the work date."""
