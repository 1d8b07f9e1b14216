"""The record of an import: what was dropped, what became of it, and its report.

The report's JSON is a stable format (docs/imports.md); `report_json` is its only writer.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.ids import ClientId, ImportId, RetainerId
from chalicelib.intake.rows import Refusal, RowProblem

_Day = date

PROBLEM_LIMIT = 200
"""This many problems are kept in full; the rest are counted."""


class ImportStatus(StrEnum):
    """How an import ended."""

    DONE = "done"
    DONE_WITH_PROBLEMS = "done_with_problems"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """One version of one object in the inbox."""

    bucket: str
    key: str
    """Decoded, as the operator typed it."""
    version: str | None
    order: str
    """Sorts files by when they were dropped: the bucket's own time, then its sequence within a key."""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the file's rows.

    rows = new + changed + moved + unchanged + excluded + unrouted + problems. `missing` counts rows of
    earlier imports that this file does not repeat; they stay counted. `warnings` counts rows that were taken and
    deserve a look.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    unchanged: int = 0
    missing: int = 0
    excluded: int = 0
    unrouted: int = 0
    problems: int = 0
    warnings: int = 0


@dataclass(frozen=True, slots=True)
class CycleChange:
    """A cycle that the file spoke about, with its used time before and after."""

    retainer: RetainerId
    start: date
    before_seconds: int
    after_seconds: int
    before_remaining: int | None = None
    """Seconds that remain of the cycle, in a preview only (services/imports/replay/preview_balances.py)."""
    after_remaining: int | None = None


def changes_hours(cycles: Iterable[CycleChange]) -> bool:
    """Whether any cycle's used time is another one now."""
    return any(change.before_seconds != change.after_seconds for change in cycles)


@dataclass(frozen=True, slots=True)
class MissingEntry:
    """An entry that an earlier import brought and this file, which speaks about that day, does not repeat.

    Of a file that arrives late also its own rows that a later file does not repeat.
    """

    retainer: RetainerId
    date: date
    worker: str
    seconds: int
    description: str
    not_in: ImportId | None = None
    """The later import that does not repeat it; None: this one."""
    removed: bool = False
    """Whether it went at once, because exports of this source are always whole."""


@dataclass(frozen=True, slots=True)
class LikelyDouble:
    """An entry that the import brought and that looks counted already: in another retainer, or from another source."""

    retainer: RetainerId
    date: date
    worker: str
    seconds: int
    description: str
    other_retainer: RetainerId
    other_source: str


@dataclass(frozen=True, slots=True)
class LateEntry:
    """A worker's day of a closed cycle that the import tells otherwise: by so much more, or less."""

    retainer: RetainerId
    date: date
    worker: str
    seconds: int
    posted_to: _Day | None
    """First day of the cycle that bears the difference; None: it is written off."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; the same shape for a preview."""

    status: ImportStatus
    source: str | None = None
    counts: Counts = Counts()
    seconds: int = 0
    """Sum of the worked time of the file's good rows."""
    problems: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()
    unrouted: tuple[RowProblem, ...] = ()
    missing: tuple[MissingEntry, ...] = ()
    doubles: tuple[LikelyDouble, ...] = ()
    refusal: Refusal | None = None
    cycles: tuple[CycleChange, ...] = ()
    late: tuple[LateEntry, ...] = ()


def needs_attention(report: ImportReport) -> bool:
    """Whether an import was refused or left something to do.

    To do are problem rows, unrouted rows, missing entries, likely doubles, and late entries that no cycle could take.
    Warnings alone are not: those rows count.
    """
    counts = report.counts
    is_written_off = any(entry.posted_to is None for entry in report.late)
    return bool(
        report.status is ImportStatus.REFUSED
        or counts.problems
        or counts.unrouted
        or counts.missing
        or report.doubles
        or is_written_off
    )


class Verb(StrEnum):
    """What an operator can decide about an import that is done."""

    UNDO = "undo"
    """The ledger is as if the file had never been dropped."""
    REDO = "redo"
    """An undone import counts again, at its old place in the order of files."""
    ACCEPT = "accept"
    """What the file does not repeat is gone at the source, not only filtered out."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about an import; all of them are kept."""

    verb: Verb
    at: datetime


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import as the activity table keeps it."""

    id: ImportId
    file: DroppedFile
    finished_at: datetime
    report: ImportReport
    clients: tuple[ClientId, ...] = ()
    """The clients whose ledgers the file spoke about."""
    decisions: tuple[Decision, ...] = ()

    @property
    def order(self) -> str:
        """Where the import stands in the fold."""
        return self.file.order

    @property
    def source(self) -> str | None:
        """The tool that the file came from."""
        return self.report.source

    @property
    def cycles(self) -> tuple[CycleChange, ...]:
        """The cycles that the file spoke about."""
        return self.report.cycles


@dataclass(frozen=True, slots=True)
class ImportPart:
    """One client's share of a routed import, committed with that client's cycles."""

    id: ImportId
    client: ClientId
    file: DroppedFile
    source: str
    counts: Counts = Counts()
    missing: tuple[MissingEntry, ...] = ()
    cycles: tuple[CycleChange, ...] = ()
    decisions: tuple[Decision, ...] = ()
    doubles: tuple[LikelyDouble, ...] = ()
    late: tuple[LateEntry, ...] = ()
    finished_at: datetime | None = None

    @property
    def order(self) -> str:
        """Where the import stands in the fold."""
        return self.file.order


Imported = ImportRecord | ImportPart
"""What stands in a client's fold: an import of that client alone, or its part of a routed one."""


class Delivery(NamedTuple):
    """An import that the queue asks for."""

    file: DroppedFile
    retry_since: datetime | None = None
    """When the operator asked to import the file again; None: it was only dropped."""
    turns: int = 0
    """How many functions have run out of time over it."""


def is_undone(imported: Imported) -> bool:
    """Whether the import does not count now."""
    verbs = [decision.verb for decision in imported.decisions if decision.verb is not Verb.ACCEPT]
    return verbs[-1:] == [Verb.UNDO]


def accepts_missing(imported: Imported) -> bool:
    """Whether what the file did not repeat is removed."""
    return any(decision.verb is Verb.ACCEPT for decision in imported.decisions)


def import_id(file: DroppedFile) -> ImportId:
    """The import of this version of this object: the same for every delivery of its event."""
    name = json.dumps([file.bucket, file.key, file.version])
    return ImportId(hashlib.sha256(name.encode()).hexdigest()[:16])
