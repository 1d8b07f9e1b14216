"""The record of an import: the dropped file, its outcome, and its report.

The report's JSON is a stable format (docs/imports.md); `report_json` is its only writer.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.ids import ClientId, CycleId, ImportId, RetainerId
from chalicelib.domain.retainer import HoursFormat
from chalicelib.domain.zone_shift import ZoneOffset
from chalicelib.intake.rows import ColumnFault, Refusal, RowProblem
from chalicelib.services.store.reading import Reading

PROBLEM_LIMIT = 200
"""The most problems that are kept in full; the rest are counted."""


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
    """Sorts files by when they were dropped, for a replay: the bucket's own time, then its sequence within a key."""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """The outcome for the file's rows.

    rows = new + changed + moved + unchanged + excluded + unrouted + problems. `missing` counts rows of earlier imports
    that this file does not repeat; they stay counted. `warnings` counts rows that were imported but should be checked.
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
    """A cycle that the file covers, with its used time before and after."""

    retainer: RetainerId
    start: date
    before_seconds: int
    after_seconds: int
    before_remaining: int | None = None
    """The remaining seconds of the cycle, in a preview only (services/imports/replay/preview_balances.py)."""
    after_remaining: int | None = None
    unapproved_seconds: int = 0
    """Overage that the client was asked about and has not approved, with the import (domain/approval.py)."""


def changes_hours(cycles: Iterable[CycleChange]) -> bool:
    """Whether the used time of any cycle has changed."""
    return any(change.before_seconds != change.after_seconds for change in cycles)


@dataclass(frozen=True, slots=True)
class _WorkedTime:
    """A worker's time on a day, as reports list it."""

    retainer: RetainerId
    date: date
    worker: str
    seconds: int


class StartEdit(NamedTuple):
    """A row that is equal to an entry of an earlier import but for its start: likely the same work, edited."""

    line: int
    """The row's line in the file."""
    old_start: int
    """Seconds after midnight, as counted before."""
    new_start: int


@dataclass(frozen=True, slots=True)
class MissingEntry(_WorkedTime):
    """An entry of an earlier import that this file, which covers that day, does not repeat.

    For a file that arrives late, also its own rows that a later file does not repeat.
    """

    description: str
    not_in: ImportId | None = None
    """The later import that does not repeat it; None: this one."""
    removed: bool = False
    """Whether it was removed: exports of this source are always complete, or the operator accepted that it is gone."""
    is_blocked: bool = False
    """Whether it stays counted in any case, because a row of its day is unrouted or a problem in this reading."""
    edit: StartEdit | None = None
    """The row that it has likely become: then both count until the operator accepts the edit."""


@dataclass(frozen=True, slots=True)
class LikelyDuplicate(_WorkedTime):
    """An entry of the import that seems to be counted already: in another retainer, or from another source."""

    description: str
    other_retainer: RetainerId
    other_source: str


@dataclass(frozen=True, slots=True)
class LateEntry(_WorkedTime):
    """A late entry: a worker's day of a closed cycle that the import reports with more or less time."""

    posted_to: date | None
    """First day of the cycle to which the difference is posted; None: it is written off."""


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
    duplicates: tuple[LikelyDuplicate, ...] = ()
    refusal: Refusal | None = None
    cycles: tuple[CycleChange, ...] = ()
    late: tuple[LateEntry, ...] = ()
    hours_format: HoursFormat = HoursFormat.DECIMAL
    """How its clients read hours; decimal if they differ."""
    how_read: str = ""
    """How the file was read, in one line for a person; "": it was refused, or an older release read it."""
    column_faults: tuple[ColumnFault, ...] = ()
    """What is wrong with whole columns, or with most of its rows alike."""


def needs_attention(report: ImportReport) -> bool:
    """Whether an import was refused or left something to do.

    Problem rows, unrouted rows, missing entries, likely duplicates, and late entries that could not be posted to any
    cycle need action. Warnings alone do not: those rows count.
    """
    counts = report.counts
    is_written_off = any(entry.posted_to is None for entry in report.late)
    return bool(
        report.status is ImportStatus.REFUSED
        or counts.problems
        or counts.unrouted
        or counts.missing
        or report.duplicates
        or is_written_off
    )


class Verb(StrEnum):
    """The decisions that an operator can make about an import that is done."""

    UNDO = "undo"
    """The ledger becomes as if the file had never been dropped."""
    REDO = "redo"
    """An undone import counts again, at its old place in the order of files."""
    ACCEPT = "accept"
    """Entries that the file does not repeat are deleted at the source, not only filtered out."""
    ACCEPT_EDITS = "accept_edits"
    """Rows that are equal to counted entries but for their start are these, edited: they replace them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about an import; all of them are kept."""

    verb: Verb
    at: datetime
    offsets: tuple[ZoneOffset, ...] = ()
    """Of accepted edits: how much later the rows begin, if all are of another time zone."""


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import as stored in the activity table."""

    id: ImportId
    file: DroppedFile
    finished_at: datetime
    report: ImportReport
    clients: tuple[ClientId, ...] = ()
    """The clients whose ledgers the file covers."""
    decisions: tuple[Decision, ...] = ()
    version: int = field(default=0, compare=False)
    """The version that was read (optimistic locking); 0: none is stored, or an older release has stored it."""
    reading: Reading | None = None
    """How it was read; None: it sums up parts, which have their own, or an older release read it."""
    retry_refused: Refusal | None = None
    """Why the last run was refused or stopped; what the report lists counts, and nothing else."""
    reported_at: datetime | None = None
    """When the report was made, if a refused retry has ended since; None: at `finished_at`."""
    stopped_before: tuple[ClientId, ...] = ()
    """Clients of the file that the last run did not come to: it was refused for one of them after others had their
    share."""

    @property
    def source(self) -> str | None:
        """The tool that the file came from."""
        return self.report.source

    @property
    def cycles(self) -> tuple[CycleChange, ...]:
        """The cycles that the file covers."""
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
    duplicates: tuple[LikelyDuplicate, ...] = ()
    late: tuple[LateEntry, ...] = ()
    finished_at: datetime | None = None
    version: int = field(default=0, compare=False)
    """As that of a record."""
    reading: Reading | None = None
    """How it was read; None: an older release read it."""


Imported = ImportRecord | ImportPart
"""One step of a client's replay: an import of that client alone, or its part of a routed one."""


@dataclass(frozen=True, slots=True)
class ListedImport:
    """A line of a client's list of imports: what tells whether a replay needs the import."""

    id: ImportId
    order: str
    """The file's (see DroppedFile.order)."""
    source: str | None
    cycles: tuple[CycleId, ...]
    """The client's cycles that the import covers."""
    is_part: bool
    """Whether the client has a part of it; else the whole record is the client's."""
    reading: Reading | None = None
    """How a replay reads the original; what an older release imported gets the rules of the day of the upgrade."""


def listed(imported: Imported, client: ClientId, older: Reading | None = None) -> ListedImport:
    """The import's line in the list of the client; `older`: how it is read if its record does not say it."""
    own = (change for change in imported.cycles if change.retainer.client == client)
    cycles = tuple(CycleId(change.retainer, change.start) for change in own)
    return ListedImport(
        id=imported.id,
        order=imported.file.order,
        source=imported.source,
        cycles=cycles,
        is_part=isinstance(imported, ImportPart),
        reading=imported.reading or older,
    )


class Delivery(NamedTuple):
    """A queued request to run an import."""

    file: DroppedFile
    retry_since: datetime | None = None
    """When the operator asked to import the file again; None: it was only dropped."""
    timeouts: int = 0
    """How many functions have timed out on it."""
    as_edits: bool = False
    """Whether the operator takes rows that are equal to counted entries but for their start as edits of these."""


def is_undone(imported: Imported) -> bool:
    """Whether the import is currently undone."""
    verbs = [decision.verb for decision in imported.decisions if decision.verb in {Verb.UNDO, Verb.REDO}]
    return verbs[-1:] == [Verb.UNDO]


def accepts_missing(imported: Imported) -> bool:
    """Whether entries that the file does not repeat are removed."""
    return any(decision.verb is Verb.ACCEPT for decision in imported.decisions)


def edits_of(decisions: Iterable[Decision]) -> tuple[ZoneOffset, ...] | None:
    """What these decisions take as edits: None, or rows that differ in their start, also all of them by offsets."""
    found = [decision.offsets for decision in decisions if decision.verb is Verb.ACCEPT_EDITS]
    return next(filter(None, reversed(found)), ()) if found else None


def as_of_report(record: ImportRecord) -> datetime:
    """The moment of which the report tells; what others did since then is not in it."""
    return record.reported_at or record.finished_at


def report_of(record: ImportRecord) -> ImportReport:
    """The report, which says of each missing entry whether it is removed.

    An older release did not note in the entries what an accept removed; it blocked nothing.
    """
    if not accepts_missing(record) or any(one.removed or one.is_blocked for one in record.report.missing):
        return record.report
    missing = tuple(replace(one, removed=one.not_in is None) for one in record.report.missing)
    return replace(record.report, missing=missing)


def is_left_to_review(record: ImportRecord) -> bool:
    """Whether there is something to do about an import as it stands now, after decisions and retries."""
    if is_undone(record):
        return False
    report = report_of(record)
    if (accepts_missing(record) or edits_of(record.decisions) is not None) and all(
        entry.removed for entry in report.missing
    ):
        report = replace(report, counts=replace(report.counts, missing=0))
    return record.retry_refused is not None or needs_attention(report)


def import_id(file: DroppedFile) -> ImportId:
    """The import of this version of this object: the same for every delivery of its event."""
    name = json.dumps([file.bucket, file.key, file.version])
    return ImportId(hashlib.sha256(name.encode()).hexdigest()[:16])
