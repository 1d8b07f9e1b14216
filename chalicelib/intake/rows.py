"""What reading a file yields. Problems are values: a bad row does not affect the good rows around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.entry import Entry
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.routing import Facts
from chalicelib.intake.sources.columns import DateOrder, Field, Unit


class Row(NamedTuple):
    """A row that was read. `entry` is not routed yet: its pool is the default."""

    line: int
    """First physical line of the row in the file, or its number in the sheet. The header is line 1, or a later one
    after a preamble."""
    facts: Facts
    entry: Entry
    instant: datetime | None = None
    """Set if the work date was given as an instant with an offset: date and start are then in UTC and still have to
    be converted to the retainer's zone."""
    span: int | None = None
    """Set if the hours come from local times of start and end: the seconds between them by the clock, with breaks. What
    passed differs in a night in which the zone's clocks change."""
    cells: Sequence[str] = ()
    """The whole record: rules may look at any column."""


class RowProblem(NamedTuple):
    """A row, or a cell of one, that was not imported; or a warning about a row that was."""

    line: int
    column: str | None
    """The column's name as the file spells it."""
    value: str | None
    """The cell, cut to 200 characters."""
    reason: str
    """One sentence for a person: what is wrong and what to do."""
    is_warning: bool = False
    """True: the row was imported anyway (negative, over 24 h); it is also yielded as a Row."""
    worker: str | None = None
    """If known: nothing is removed on a worker's day with a problem."""
    date: str | None = None
    """ISO date of the row, if known."""
    rule: str | None = None
    """For a row that no rule matches: a rule to paste into the set-up file."""
    client: str | None = None
    """For a row that names another client than the one in whose folder the file is: that other client."""


class ColumnFault(NamedTuple):
    """What is wrong with a column as a whole, or with most rows of the file alike."""

    column: str | None
    """As the file spells it; None: it was not found, or no column is to blame."""
    reason: str
    """A sentence or two for a person."""


class RefusalKind(StrEnum):
    """Why a file was refused as a whole."""

    EMPTY = "empty"
    NOT_CSV = "not_csv"
    SUMMARY_REPORT = "summary_report"
    UNKNOWN_HEADER = "unknown_header"
    TWO_HEADERS = "two_headers"
    NOTHING_READ = "nothing_read"
    AMBIGUOUS_DATES = "ambiguous_dates"
    AMBIGUOUS_HOURS = "ambiguous_hours"
    LINE_TOO_LONG = "line_too_long"
    UNKNOWN_CLIENT = "unknown_client"
    UNKNOWN_RETAINER = "unknown_retainer"
    BAD_KEY = "bad_key"
    WRONG_FOLDER = "wrong_folder"
    OTHER_ZONE = "other_zone"
    LOST_ORIGINAL = "lost_original"
    SEVERAL_SHEETS = "several_sheets"
    UNCALCULATED = "uncalculated"
    TOO_LARGE = "too_large"
    TOO_MUCH_CHANGED = "too_much_changed"
    NOT_AS_PREVIEWED = "not_as_previewed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is refused as a whole, in one or two sentences: what is wrong and what to do next."""

    kind: RefusalKind
    reason: str


class UnreadableExportError(HourTabError):
    """The file turned out to be unreadable while its rows were read: none of it counts."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class MappedColumn(NamedTuple):
    """The meaning of one column."""

    field: Field
    column: str
    """The column's name, folded."""


class ColumnMapping(NamedTuple):
    """The meaning of one header's columns, as the operator confirmed it.

    A named tuple, because the page's function imports this module at its cold start (docs/decisions/0007).
    """

    source: str
    """The source that its files are imported as: the operator's own name, or that of a known tool."""
    header: frozenset[str]
    """All names of the header, folded: the fingerprint that identifies its files, in any order of columns."""
    columns: tuple[MappedColumn, ...]
    """If a field has several: the first filled duration counts; parts of a name and of a project are joined."""
    unit: Unit = Unit.HOURS
    """The unit of bare numbers in its durations."""
    date_order: DateOrder | None = None
    zone: str | None = None
    """The IANA zone of its local times; None: the retainer's."""
    break_unit: Unit | None = None
    """The unit of bare numbers in its breaks; None: the cells have to prove it."""


@dataclass(frozen=True, slots=True)
class SourceHints:
    """The operator's settings for sources, by source name (`toggl`, `clockify` …)."""

    date_orders: Mapping[str, DateOrder] = field(default_factory=dict)
    complete: frozenset[str] = frozenset()
    """Sources whose exports are always complete for their range."""
    mappings: tuple[ColumnMapping, ...] = ()
    """The operator's own headers, no two with the same names; they take precedence over the known sources."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """The IANA zones in which sources write local times; without one it is the retainer's."""
