"""The sentences of an import's report: its status, and what to do next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from chalicelib.domain.ids import ImportId
from chalicelib.domain.retainer import HoursFormat
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.store.import_record import (
    ImportRecord,
    ImportReport,
    ImportStatus,
    LateEntry,
    MissingEntry,
    accepts_missing,
    as_of_report,
    edits_of,
    is_undone,
    report_of,
)
from chalicelib.words.formats import Formats, locale_of

_STATUS = {
    ImportStatus.DONE: "Done",
    ImportStatus.DONE_WITH_PROBLEMS: "Done, with problems",
    ImportStatus.REFUSED: "Refused",
}

_SETTLED_IN_THE_SET_UP = {
    RefusalKind.LOST_ORIGINAL,
    RefusalKind.NOTHING_READ,
    RefusalKind.UNKNOWN_CLIENT,
    RefusalKind.UNKNOWN_HEADER,
    RefusalKind.UNKNOWN_RETAINER,
}
"""Refusals of files that can be imported unchanged, once the set-up or another file is corrected."""


@dataclass(frozen=True, slots=True)
class Tense:
    """The verbs with which a report says what an import did, and a preview what it would do."""

    do: str
    count: str
    stay: str
    stays: str
    were: str
    be: str
    """Before a participle that stands alone: "posted to …", "would be posted to …"."""


DID = Tense(do="do", count="count", stay="stay", stays="stays", were="were", be="")
WOULD = Tense("would", "would count", "would stay", "would stay", "would be", be="would be ")


class NextStep(NamedTuple):
    """Something that the operator can do, with its commands, if any."""

    text: str
    commands: tuple[str, ...] = ()


@cache
def _formats(hours_format: HoursFormat) -> Formats:
    return Formats(locale_of("en-GB"), hours_format)


def formats_of(report: ImportReport) -> Formats:
    """The formats of a report: English, with hours as its clients read them."""
    return _formats(report.hours_format)


def faults_of(report: ImportReport) -> tuple[str, ...]:
    """What is wrong with whole columns, or with most of the rows alike."""
    return tuple(f"“{one.column}”: {one.reason}" if one.column else one.reason for one in report.column_faults)


def moment(at: datetime) -> str:
    """`22 November 2026, 08:14 UTC`."""
    utc = at.astimezone(UTC)
    return f"{_formats(HoursFormat.DECIMAL).full_day(utc.date())}, {utc:%H:%M} UTC"


def notes_of(record: ImportRecord, *, is_fresh: bool = False) -> tuple[str, ...]:
    """What to know before reading the figures: whether they still count, and as of when they are.

    `is_fresh`: the import has only just ended; then its own figures need no date.
    """
    if is_undone(record):
        return ("Nothing in this file counts now. Below is what it did while it counted.",)
    if record.report.refusal is not None:
        return ()
    since = "Imports, decisions and removals since then may have changed what counts."
    as_of = f"As of {moment(as_of_report(record))}. {since}"
    if record.retry_refused is None:
        return () if is_fresh else (as_of,)
    if record.stopped_before:
        left = ", ".join(record.stopped_before)
        return (
            f"The last run stopped before {left}, for whom nothing has changed: {record.retry_refused.reason}",
            as_of,
        )
    return (f"The last retry was refused, so the import counts as before: {record.retry_refused.reason}", as_of)


def status_words(record: ImportRecord) -> str:
    """The current status of the import: `Done`, `Refused`, `Undone`."""
    return "Undone" if is_undone(record) else _STATUS[record.report.status]


def next_steps(record: ImportRecord) -> tuple[NextStep, ...]:
    """What the operator can do about the import, most useful first; never empty."""
    if is_undone(record):
        return (NextStep("To count this file again, at its original place:", (f"hourtab import redo {record.id}",)),)
    refusal = record.report.refusal
    if refusal is not None:
        return _after_refusal(record, refusal)
    steps = steps_left(record)
    check = "Check the rows with warnings." if record.report.counts.warnings else "Nothing needs to be done."
    undo = "If the file was a mistake:"
    return (*steps, NextStep(undo if steps else f"{check} {undo}", (f"hourtab import undo {record.id}",)))


_RETRIED = {
    RefusalKind.NOT_AS_PREVIEWED: (
        "Preview the file again, and drop it if that is right; or count this one as it is now:"
    ),
    RefusalKind.WRONG_FOLDER: (
        "Drop the file where it belongs. If it does belong here, correct the clients' names and aliases in the "
        "set-up file, then retry it:"
    ),
}
"""What to do before a refused file is retried, where that is not to fix the problem that its reason names."""


def _after_refusal(record: ImportRecord, refusal: Refusal) -> tuple[NextStep, ...]:
    kind, retry = refusal.kind, f"hourtab import retry {record.id}"
    if kind is RefusalKind.OTHER_ZONE:
        return (
            NextStep("Export these days again in the time zone of the earlier files, and drop that file."),
            NextStep(
                "Or, if the tool writes another zone than the retainer's, set the zone of its source in the set-up "
                "file, then retry this file:",
                ("hourtab apply setup.yaml", retry),
            ),
            NextStep(
                "Or, if the starts were edited in the time tracker, replace the earlier entries:",
                (f"{retry} --as-edits",),
            ),
        )
    drop = "a file that meets the requirement above; this one counts nothing and does not need to be undone."
    if kind is RefusalKind.AMBIGUOUS_HOURS and "hourtab source map" in refusal.reason:
        text = "Once you have said how to read this header, by the command above, retry this file:"
        return (NextStep(text, (retry,)), NextStep(f"Or drop {drop}"))
    if kind in _SETTLED_IN_THE_SET_UP or (kind is RefusalKind.AMBIGUOUS_DATES and "`date_order`" in refusal.reason):
        text = "Fix the problem above, then retry this file:"
    else:
        text = _RETRIED.get(kind, "")
    return (NextStep(text, (retry,)) if text else NextStep(f"Drop {drop}"),)


def steps_left(record: ImportRecord) -> tuple[NextStep, ...]:
    """What is left to do about a file that counts, most useful first."""
    counts_now = record.report.refusal is None and not is_undone(record)
    return tuple(_steps(record)) if counts_now else ()


def _steps(record: ImportRecord) -> Iterator[NextStep]:
    report, counts = report_of(record), record.report.counts
    if record.retry_refused is not None:
        yield NextStep(
            "Fix what the last run was refused for, then retry this file:", (f"hourtab import retry {record.id}",)
        )
    if to_accept := _imports_to_accept(record, [entry for entry in report.missing if entry.edit]):
        yield NextStep(
            "If the starts of the likely edits were changed in the time tracker, remove the earlier entries:",
            tuple(f"hourtab import accept {name} --edits" for name in to_accept),
        )
    if any(one.client for one in report.unrouted):
        yield NextStep(
            "Export the rows of other clients on their own, and drop that file at inbox/, where each row goes to its "
            "client."
        )
    if any(one.client is None for one in report.unrouted):
        yield NextStep(
            "Add a rule for the unrouted rows to the set-up file, then import this file again:",
            ("hourtab apply setup.yaml", f"hourtab import retry {record.id}"),
        )
    if counts.problems:
        yield NextStep(
            "Correct the problem rows in the time tracker, export the same days again and drop the new file; "
            "rows that are already counted are not counted twice."
        )
    if to_accept := _imports_to_accept(record, [entry for entry in report.missing if not entry.edit]):
        yield NextStep(
            "If the missing entries were deleted at the source, and not only filtered out, remove them here, too:",
            tuple(f"hourtab import accept {name}" for name in to_accept),
        )
    if any(entry.posted_to is None for entry in report.late):
        yield NextStep(
            "Review the late entries that were written off: nobody is charged for them unless you bill them yourself."
        )
    if report.duplicates:
        yield NextStep(
            "Review the likely duplicates: delete one of each pair at its source, export the same days again, drop the "
            "new file, and accept what it then lists as missing."
        )


def _imports_to_accept(record: ImportRecord, missing: Iterable[MissingEntry]) -> list[ImportId]:
    """The imports that lack these entries: this one, or later files, if this one arrived after them."""
    lacking = [entry.not_in or record.id for entry in missing if not entry.removed]
    return [name for name in dict.fromkeys(lacking) if name != record.id or not accepts_missing(record)]


def late_words(entry: LateEntry, tense: Tense = DID) -> str:
    """What happened to the late entries of a worker's day, or would happen."""
    if entry.posted_to is None:
        return f"{entry.retainer}, {tense.be}written off"
    return f"{entry.retainer}, {tense.be}posted to the cycle of {entry.posted_to}"


def likely_edits(report: ImportReport) -> ImportReport:
    """The report with those missing entries alone that are likely edited."""
    edits = tuple(entry for entry in report.missing if entry.edit)
    return replace(report, missing=edits, counts=replace(report.counts, missing=len(edits)))


def without_edits(report: ImportReport) -> ImportReport:
    """The report without the missing entries that are likely edited."""
    others = tuple(entry for entry in report.missing if not entry.edit)
    edits = len(report.missing) - len(others)
    return replace(report, missing=others, counts=replace(report.counts, missing=report.counts.missing - edits))


def fate_of_edits(record: ImportRecord) -> str:
    """What happened to the earlier entries of an import's likely edits, as the predicate of "They …"."""
    accepted = accepts_missing(record) or edits_of(record.decisions) is not None
    return fate_of_missing(likely_edits(report_of(record)), accepted=accepted, what="the edits")


def fate_of_missing(
    report: ImportReport, *, accepted: bool = False, tense: Tense = DID, what: str = "their deletion"
) -> str:
    """What happened to the entries that the file does not repeat, or would, as the predicate of "They …".

    `accepted`: whether the operator accepted `what`: that they are deleted at the source, or were edited.
    """
    were, stay = tense.were, f"{tense.stay} counted"
    why = f"when you accepted {what}" if accepted else "because exports of this source are always complete"
    own = [entry for entry in report.missing if entry.not_in is None]
    blocked = any(entry.is_blocked for entry in own)
    until = f"until {_settled(report)}"
    if own and all(entry.removed for entry in report.missing):
        return f"{were} removed{'' if accepted else ','} {why}"
    if any(entry.removed for entry in own):
        rest = (
            f"days with {_blocking(report)}, where they {stay} {until}"
            if blocked
            else "those that a later file does not repeat"
        )
        return f"{were} removed {why}, except {'on ' if blocked else ''}{rest}"
    if accepted and blocked:
        return f"{stay} although you accepted {what}, because their days have {_blocking(report)}, {until}"
    if blocked:
        return f"{stay} until you accept {what}, on days with {_blocking(report)} also {until}"
    return f"{stay} until you accept {what}"


def _blocking(report: ImportReport) -> str:
    """What keeps a day's entries from being removed."""
    kinds = {"a problem row": report.counts.problems, "an unrouted row": report.counts.unrouted}
    return " or ".join(kind for kind, count in kinds.items() if count)


def _settled(report: ImportReport) -> str:
    """What has to happen to such a row before a day's entries are removed."""
    kinds = {
        "a corrected export is imported and accepted": report.counts.problems,
        "that row has a place and this file is retried": report.counts.unrouted,
    }
    return " or ".join(kind for kind, count in kinds.items() if count)
