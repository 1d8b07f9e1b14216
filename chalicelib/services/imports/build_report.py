"""Builds the record of an import, with its report, from the staged rows and the updates of the ledgers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import ClientId
from chalicelib.domain.quantities import clock
from chalicelib.domain.retainer import HoursFormat
from chalicelib.domain.zone_shift import Shift, ZoneOffset
from chalicelib.intake.rows import ColumnFault, Refusal, RefusalKind
from chalicelib.services.imports.open_file import OpenedFile
from chalicelib.services.imports.previewed import Previewed, digest_of_file
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.imports.stage_rows import Listing
from chalicelib.services.store.import_record import (
    PROBLEM_LIMIT,
    Counts,
    Decision,
    DroppedFile,
    ImportPart,
    ImportRecord,
    ImportReport,
    ImportStatus,
    Verb,
    edits_of,
    import_id,
)
from chalicelib.services.store.reading import Reading

_SHOWN = 40
_TALLIED = ("new", "changed", "moved", "unchanged", "missing", "excluded")


def refused(refusal: Refusal) -> ImportReport:
    """The report of a file that is refused."""
    return ImportReport(ImportStatus.REFUSED, refusal=refusal)


def other_zone(imported: "FileImport", shift: Shift) -> Refusal:
    """Why a file that was exported in another time zone than the ones before it is refused."""
    old, new = (clocked.placed for clocked in shift.pairs[0])
    line = imported.opened.staged.shares[new.cycle.retainer.client].lines_of([new])[new]
    name = import_id(imported.file) if imported.file.bucket else "ID"
    offsets = sorted({one.seconds for one in shift.offsets})
    apart = " or ".join(clock(abs(offset)) for offset in offsets)
    return Refusal(
        RefusalKind.OTHER_ZONE,
        f"The file seems to be exported in another time zone: {len(shift.pairs)} of its rows are equal to counted "
        f"entries but begin {apart} h {'later' if offsets[-1] > 0 else 'earlier'}, and no row has a start that was "
        f"counted. Line {line} begins on {_start(new.entry)}; it was counted on {_start(old.entry)}. Export it in the "
        f"time zone of the earlier files; or set `zone` for the source {imported.opened.source} in the set-up and "
        f"retry this import; or, if the starts were edited, `hourtab import retry {name} --as-edits` replaces the "
        f"counted entries by these rows.",
    )


def _start(entry: Entry) -> str:
    return f"{entry.date} at {clock(entry.start or 0)}"


@dataclass(frozen=True, slots=True)
class FileImport:
    """A file on its way into the ledger."""

    file: DroppedFile
    opened: OpenedFile
    before: ImportRecord | None = None
    """The record of an earlier run, if there was one."""
    has_parts: bool = False
    """Whether a delivery that was killed has committed parts by other rules than today's."""
    expected: Previewed | None = None
    """What was previewed of it: its shares are committed just so, or not at all."""
    edits_at: datetime | None = None
    """When the operator took rows that are equal to counted entries but for their start as edits, in this run."""
    offsets: tuple[ZoneOffset, ...] = ()
    """By how much all rows are then later than the counted entries, if they are of another time zone."""
    is_of_zone: bool = False
    """Whether all its shares were found to be of the time zone of the files before."""

    @property
    def is_first_run(self) -> bool:
        """Whether no run of it has ended so far."""
        return self.before is None or not self.before.clients

    @property
    def again(self) -> bool:
        """Whether it was committed before: its earlier entries are replaced."""
        return self.has_parts or not self.is_first_run

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions about it that stand, with that of this run."""
        made = self.before.decisions if self.before else ()
        accepted = edits_of(made)
        if self.edits_at is None or (accepted is not None and self.offsets in {(), accepted}):
            return made
        return (*made, Decision(Verb.ACCEPT_EDITS, self.edits_at, self.offsets))

    @property
    def digest(self) -> str:
        """The digest of what is known of it without any ledger (previewed.py)."""
        return digest_of_file(self.opened.content, self.report(()), self.opened.staged.shares)

    def part(self, client: ClientId, update: LedgerUpdate, now: datetime, reading: Reading | None = None) -> ImportPart:
        """One client's share of the record."""
        return ImportPart(
            id=import_id(self.file),
            client=client,
            file=self.file,
            source=self.opened.source,
            counts=Counts(**update.tally.counted),
            missing=tuple(update.tally.missing_entries),
            cycles=update.changes,
            decisions=self.decisions,
            duplicates=update.duplicates,
            late=update.late,
            finished_at=now,
            reading=reading,
        )

    def record(self, parts: Sequence[ImportPart], now: datetime) -> ImportRecord:
        """The import's record, its report summed up from the parts."""
        clients = tuple(part.client for part in parts)
        version = self.before.version if self.before else 0
        reading = parts[0].reading if len(parts) == 1 else None
        report = self.report(parts)
        return ImportRecord(import_id(self.file), self.file, now, report, clients, self.decisions, version, reading)

    def report(self, parts: Sequence[ImportPart]) -> ImportReport:
        """The report of the file, summed up from its clients' shares."""
        return summed_up(self._of_file(), parts)

    def _of_file(self) -> ImportReport:
        """What the report says about the file, whichever clients it counts for."""
        staged = self.opened.staged
        listed = {"unrouted": staged.unrouted, "problems": staged.problems, "warnings": staged.warnings}
        counts = Counts(**{name: listing.count for name, listing in listed.items()})
        return ImportReport(
            status=ImportStatus.DONE_WITH_PROBLEMS if counts.unrouted or counts.problems else ImportStatus.DONE,
            source=self.opened.source,
            counts=counts,
            seconds=staged.seconds,
            problems=tuple(staged.problems.shown),
            warnings=tuple(staged.warnings.shown),
            unrouted=tuple(staged.unrouted.shown),
            hours_format=self._hours_format(),
            how_read=self.opened.how_read,
            column_faults=(
                *self.opened.not_found,
                *(fault for listing in listed.values() for fault in _faults(listing, staged.rows)),
            ),
        )

    def _hours_format(self) -> HoursFormat:
        formats = {share.book.client.hours_format for share in self.opened.staged.shares.values()}
        return formats.pop() if len(formats) == 1 else HoursFormat.DECIMAL


def _faults(listing: Listing, rows: int) -> Iterator[ColumnFault]:
    """What more than half of a file's rows have alike, and at least two."""
    for first, count in listing.alike.values():
        if count > 1 and rows < 2 * count:
            value = f" (“{first.value[:_SHOWN]}”)" if first.column and first.value else ""
            of = f"All {rows:,}" if count == rows else f"{count:,} of {rows:,}"
            yield ColumnFault(first.column, f"{of} rows, the first in line {first.line}{value}: {first.reason}")


def summed_up(of_file: ImportReport, parts: Sequence[ImportPart]) -> ImportReport:
    """The report with what its clients' shares count; its rows are theirs and those that count nowhere."""
    tallied = {name: sum(getattr(part.counts, name) for part in parts) for name in _TALLIED}
    rows = sum(tallied.values()) - tallied["missing"] + of_file.counts.unrouted + of_file.counts.problems
    return replace(
        of_file,
        counts=replace(of_file.counts, rows=rows, **tallied),
        missing=tuple(entry for part in parts for entry in part.missing)[:PROBLEM_LIMIT],
        duplicates=tuple(one for part in parts for one in part.duplicates)[:PROBLEM_LIMIT],
        cycles=tuple(cycle for part in parts for cycle in part.cycles),
        late=tuple(entry for part in parts for entry in part.late)[:PROBLEM_LIMIT],
    )
