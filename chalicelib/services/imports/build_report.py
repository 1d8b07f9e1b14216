"""Builds the report of an import from the staged rows and the ledger update."""

from collections.abc import Sequence

from chalicelib.domain.ids import ClientId
from chalicelib.intake.rows import Refusal
from chalicelib.services.imports.open_file import OpenedFile
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.store.import_record import (
    PROBLEM_LIMIT,
    Counts,
    DroppedFile,
    ImportPart,
    ImportReport,
    ImportStatus,
    import_id,
)

_TALLIED = ("new", "changed", "moved", "unchanged", "missing", "excluded")


def refused(refusal: Refusal) -> ImportReport:
    """The report of a file that was refused entirely."""
    return ImportReport(ImportStatus.REFUSED, refusal=refusal)


def part_of(file: DroppedFile, client: ClientId, source: str, update: LedgerUpdate) -> ImportPart:
    """One client's share of the report."""
    tally = update.tally
    return ImportPart(
        id=import_id(file),
        client=client,
        file=file,
        source=source,
        counts=tally.counts(),
        missing=tuple(tally.missing_entries),
        cycles=update.changes,
        duplicates=update.duplicates,
        late=update.late,
    )


def build_report(opened: OpenedFile, parts: Sequence[ImportPart]) -> ImportReport:
    """The report of a file, summed up from its clients' shares `parts`."""
    staged = opened.staged
    tallied = {name: sum(getattr(part.counts, name) for part in parts) for name in _TALLIED}
    listed = {"unrouted": staged.unrouted, "problems": staged.problems, "warnings": staged.warnings}
    counts = Counts(rows=staged.rows, **tallied, **{name: listing.count for name, listing in listed.items()})
    has_problems = counts.unrouted or counts.problems
    return ImportReport(
        status=ImportStatus.DONE_WITH_PROBLEMS if has_problems else ImportStatus.DONE,
        source=opened.source,
        counts=counts,
        seconds=staged.seconds,
        problems=tuple(staged.problems.shown),
        warnings=tuple(staged.warnings.shown),
        unrouted=tuple(staged.unrouted.shown),
        missing=tuple(entry for part in parts for entry in part.missing)[:PROBLEM_LIMIT],
        duplicates=tuple(one for part in parts for one in part.duplicates)[:PROBLEM_LIMIT],
        cycles=tuple(cycle for part in parts for cycle in part.cycles),
        late=tuple(entry for part in parts for entry in part.late)[:PROBLEM_LIMIT],
    )
