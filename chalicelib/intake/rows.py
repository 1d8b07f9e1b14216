"""What reading a file yields. Problems are values: the good rows around a bad one are still good."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.entry import Entry
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.routing import Facts
from chalicelib.intake.sources.columns import DateOrder, Field, Unit


class Row(NamedTuple):
    """A row that could be read. `entry` is not routed yet: its pool is the default."""

    line: int
    """First physical line of the row in the file, the header being line 1 (after a preamble: its own line)."""
    facts: Facts
    entry: Entry
    instant: datetime | None = None
    """Set when the work date came as an instant with an offset: date and start are then those of UTC and
    have to be read again in the retainer's zone."""


class RowProblem(NamedTuple):
    """A row, or a cell of one, that could not be taken; or a warning about a row that was."""

    line: int
    column: str | None
    """The column's name as the file spells it."""
    value: str | None
    """The cell, cut to 200 characters."""
    reason: str
    """One sentence for a person: what is wrong and what to do."""
    is_warning: bool = False
    """True: the row was taken all the same (negative, over 24 h); it also came as a Row."""
    worker: str | None = None
    """Where known: a worker's day with a problem removes nothing."""
    date: str | None = None
    """ISO date of the row where known."""
    rule: str | None = None
    """For a row that no rule claims: a rule to paste into the set-up file."""


class RefusalKind(StrEnum):
    """Why a file as a whole was not read."""

    EMPTY = "empty"
    NOT_CSV = "not_csv"
    SUMMARY_REPORT = "summary_report"
    UNKNOWN_HEADER = "unknown_header"
    AMBIGUOUS_DATES = "ambiguous_dates"
    LINE_TOO_LONG = "line_too_long"
    UNKNOWN_CLIENT = "unknown_client"
    UNKNOWN_RETAINER = "unknown_retainer"
    BAD_KEY = "bad_key"
    LOST_ORIGINAL = "lost_original"
    TOO_LARGE = "too_large"
    TOO_MUCH_CHANGED = "too_much_changed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is refused whole, with one or two sentences: what it is and what to do next."""

    kind: RefusalKind
    reason: str


class UnreadableExportError(HourTabError):
    """The file turned out to be unreadable while its rows were read: nothing of it counts."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class MappedColumn(NamedTuple):
    """What one column says."""

    field: Field
    column: str
    """The column's name, folded."""


class ColumnMapping(NamedTuple):
    """What the columns of one header say, as the operator confirmed it.

    A named tuple, because the page's function imports this module at its cold start (docs/decisions/0007).
    """

    source: str
    """The name under which its files are imported: one of the operator's own, or that of a tool."""
    header: frozenset[str]
    """All names of the header, folded: the fingerprint by which its files are known, in any order of columns."""
    columns: tuple[MappedColumn, ...]
    """Of several for one field the first filled duration counts; parts of a name and of a project are joined."""
    unit: Unit = Unit.HOURS
    """What bare numbers in its durations mean."""
    date_order: DateOrder | None = None


@dataclass(frozen=True, slots=True)
class SourceHints:
    """What the operator has said about sources, by source name (`toggl`, `clockify` …)."""

    date_orders: Mapping[str, DateOrder] = field(default_factory=dict)
    complete: frozenset[str] = frozenset()
    """Sources whose exports are always whole for their range."""
    mappings: tuple[ColumnMapping, ...] = ()
    """Headers of the operator's own, no two with the same names; they outweigh the sources that we know."""
