"""What the report of an import says to a person besides its figures: how it stands, and what to do next."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.domain.ids import ImportId
from chalicelib.intake.rows import RefusalKind, RowProblem
from chalicelib.services.store.import_record import (
    ImportRecord,
    ImportReport,
    ImportStatus,
    LateEntry,
    accepts_missing,
    is_undone,
)

_STATUS = {
    ImportStatus.DONE: "Done",
    ImportStatus.DONE_WITH_PROBLEMS: "Done, with problems",
    ImportStatus.REFUSED: "Refused",
}

_SETTLED_IN_THE_SET_UP = {
    RefusalKind.AMBIGUOUS_DATES,
    RefusalKind.LOST_ORIGINAL,
    RefusalKind.UNKNOWN_CLIENT,
    RefusalKind.UNKNOWN_HEADER,
    RefusalKind.UNKNOWN_RETAINER,
}
"""Files that can count as they are, once the set-up or another file is corrected."""


class NextStep(NamedTuple):
    """One thing that the operator can do, with the commands that do it, if any."""

    text: str
    commands: tuple[str, ...] = ()


class ProblemWords(NamedTuple):
    """A row's problem as text."""

    line: str
    cell: str
    """The column with its value, or whichever of them is known."""
    reason: str


def status_words(record: ImportRecord) -> str:
    """How the import stands now: `Done`, `Refused`, `Undone`."""
    return "Undone" if is_undone(record) else _STATUS[record.report.status]


def problem_words(problem: RowProblem) -> ProblemWords:
    """The problem's place, what stands there, and what is wrong with it."""
    value = f"“{problem.value}”" if problem.value else ""
    return ProblemWords(str(problem.line), ": ".join(part for part in (problem.column, value) if part), problem.reason)


def next_steps(record: ImportRecord) -> tuple[NextStep, ...]:
    """What the operator can do about the import, the most useful first; never empty."""
    if is_undone(record):
        return (NextStep("To count this file again, at its old place:", (f"hourtab import redo {record.id}",)),)
    refusal = record.report.refusal
    if refusal is not None:
        return (_after_refusal(record, refusal.kind),)
    steps = steps_left(record)
    undo = "If the file was a mistake:" if steps else "Nothing has to be done. If the file was a mistake:"
    return (*steps, NextStep(undo, (f"hourtab import undo {record.id}",)))


def _after_refusal(record: ImportRecord, kind: RefusalKind) -> NextStep:
    if kind in _SETTLED_IN_THE_SET_UP:
        return NextStep("Correct what is said above, then try this file again:", (f"hourtab import retry {record.id}",))
    return NextStep("Drop a file that is as the sentence above says; this one counts nothing and needs no undo.")


def steps_left(record: ImportRecord) -> tuple[NextStep, ...]:
    """What a file that counts leaves to do, the most useful first."""
    counts_now = record.report.refusal is None and not is_undone(record)
    return tuple(_steps(record)) if counts_now else ()


def _steps(record: ImportRecord) -> Iterator[NextStep]:
    report, counts = record.report, record.report.counts
    if counts.unrouted:
        yield NextStep(
            "Put a rule for the unrouted rows into the set-up file, then read this file again:",
            ("hourtab apply setup.yaml", f"hourtab import retry {record.id}"),
        )
    if counts.problems:
        yield NextStep(
            "Correct the problem rows in the time tracker, export the same days again and drop the new file; "
            "what counts already is not counted twice."
        )
    if counts.missing and not accepts_missing(record) and not all(entry.removed for entry in report.missing):
        yield NextStep(
            "If the missing entries are gone at the source, and not only filtered out, remove them here, too:",
            tuple(f"hourtab import accept {name}" for name in _imports_to_accept(record)),
        )
    if any(entry.posted_to is None for entry in report.late):
        yield NextStep(
            "Look at the late work that was written off: nobody is charged for it unless you do so yourself."
        )
    if report.doubles:
        yield NextStep(
            "Look at the likely doubles: delete in one place what stands in two, then export and drop that again."
        )


def _imports_to_accept(record: ImportRecord) -> list[ImportId]:
    """The imports that leave something missing: this one, or later ones that it came after."""
    return list(dict.fromkeys(entry.not_in or record.id for entry in record.report.missing))


def late_words(entry: LateEntry) -> str:
    """What became of the late work of a worker's day."""
    if entry.posted_to is None:
        return f"{entry.retainer}, written off"
    return f"{entry.retainer}, posted to the cycle of {entry.posted_to}"


def fate_of_missing(report: ImportReport, *, is_accepted: bool) -> str:
    """What became of the entries that the file does not repeat: "They …"."""
    if is_accepted:
        return "were removed when you accepted that"
    if not any(entry.removed for entry in report.missing):
        return "stay counted until you accept that"
    if all(entry.removed for entry in report.missing):
        return "were removed, because exports of this source are always whole"
    return "were removed, but for those of days with problems, which stay counted until you accept that"
