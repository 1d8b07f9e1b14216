"""The readable report of an import: one value, of which page, mail and terminal each print what fits.

Its JSON is in render/report_json.py.
"""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import NamedTuple

from chalicelib.intake.rows import RowProblem
from chalicelib.services.store.import_record import (
    PROBLEM_LIMIT,
    CycleChange,
    DroppedFile,
    ImportRecord,
    ImportReport,
    LateEntry,
    LikelyDuplicate,
    MissingEntry,
    Verb,
    accepts_missing,
    is_undone,
    report_of,
)
from chalicelib.words.formats import Formats, locale_of
from chalicelib.words.import_sentences import (
    NextStep,
    fate_of_missing,
    late_words,
    next_steps,
    status_words,
)

_FORMATS = Formats(locale_of("en-GB"))


class CountRow(NamedTuple):
    """One line of the sum of the file's rows."""

    sign: str
    name: str
    rows: str
    what: str
    """What happened to them."""


class CycleRow(NamedTuple):
    """One cycle that the file has rows for."""

    retainer: str
    """`client/retainer`."""
    start: str
    before: str
    after: str
    change: str
    """Signed; "" if nothing changed."""


class ListedRow(NamedTuple):
    """One line of a list: a row of the file or an entry."""

    place: str
    """The line in the file, or the day."""
    text: str
    about: str
    """Column and value of a row; worker and retainer of an entry."""
    hours: str = ""


class Listing(NamedTuple):
    """Rows or entries that need attention."""

    slug: str
    title: str
    intro: str
    rows: tuple[ListedRow, ...]
    total: int
    """How many there are, including those that the record does not list, as far as they were counted."""
    is_cut: bool = False
    """Whether there may be more than `total`."""
    place: str = "Date"
    """What the first column holds: `Line` or `Date`."""
    text: str = "Entry"
    """What the second column holds."""
    rules: tuple[str, ...] = ()
    """Lines to paste into the set-up file."""

    @property
    def more(self) -> str:
        """How many there are besides `rows`; "" if none."""
        if hidden := self.total - len(self.rows):
            return f"and {'at least ' if self.is_cut else ''}{_FORMATS.number(hidden)} more"
        return f"Only the first {self.total} are listed." if self.is_cut else ""


class ReportView(NamedTuple):
    """The report of one import, as page, mail and terminal show it."""

    title: str
    """The name of the file."""
    time: str
    status: str
    summary: str
    """The figures behind the status."""
    is_refused: bool
    reason: str
    """Why the file was refused; "" if it was not."""
    note: str
    """That the figures below no longer count, or ""."""
    facts: tuple[tuple[str, str], ...]
    place: str
    """Where in the inbox the file was dropped."""
    steps: tuple[NextStep, ...]
    counts: tuple[CountRow, ...]
    missing: str
    """A sentence about the entries of earlier files that this one does not repeat; "" if there are none."""
    cycles: tuple[CycleRow, ...]
    listings: tuple[Listing, ...]
    decisions: tuple[tuple[str, str], ...]
    """Time, and what was decided."""
    kept: str
    """Where the file itself is stored."""


_ROWS = {
    "new": "counted for the first time",
    "changed": "replace entries that were counted before",
    "moved": "counted on another day, project or retainer than before",
    "unchanged": "already counted",
    "excluded": "not counted, because of a rule",
    "unrouted": "not counted: no rule says where they belong, or they name another client",
    "problems": "not counted: they could not be imported",
}
"""What happens to a file's rows, by the names in `Counts`, in the order of the sum."""

_ROW_LISTS = {
    "unrouted": "These rows do not count: no rule says where they belong, or they name another client.",
    "problems": "These rows cannot be imported and do not count; the other rows do.",
    "warnings": "These rows count as they are, but should be checked.",
}
"""The introductions of the lists of rows, by their names in `ImportReport` and `Counts`, most urgent first."""

_DECIDED = {
    Verb.UNDO: "Undone: as if the file had never been dropped",
    Verb.REDO: "Redone: the file counts again",
    Verb.ACCEPT: "Accepted: what the file does not repeat was deleted at the source",
}


def view_of(record: ImportRecord) -> ReportView:
    """The current report of an import."""
    report = report_of(record)
    return ReportView(
        title=record.file.key.rpartition("/")[2],
        time=_moment(record.finished_at),
        status=status_words(record),
        summary=_summary(record),
        is_refused=report.refusal is not None,
        reason=report.refusal.reason if report.refusal else "",
        note=note_of(record),
        facts=tuple(_facts(record)),
        place=record.file.key,
        steps=next_steps(record),
        counts=tuple(_counts(record)),
        missing=_missing(record),
        cycles=tuple(_cycle(change) for change in report.cycles),
        listings=tuple(listings(report, fate_of_missing(report, accepted=accepts_missing(record)))),
        decisions=tuple((_moment(one.at), _DECIDED[one.verb]) for one in record.decisions),
        kept=_kept(record.file),
    )


def note_of(record: ImportRecord) -> str:
    """That the figures of the report no longer count, or whom the last run changed nothing for, or ""."""
    if is_undone(record):
        return "Nothing in this file counts now. Below is what it did while it counted."
    if record.retry_refused is not None and record.stopped_before:
        left = ", ".join(record.stopped_before)
        return f"The last run stopped before {left}, for whom nothing has changed: {record.retry_refused.reason}"
    if record.retry_refused is not None:
        return f"The last retry was refused, so the import counts as before: {record.retry_refused.reason}"
    return ""


def _moment(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{_FORMATS.full_day(utc.date())}, {utc:%H:%M} UTC"


def _summary(record: ImportRecord) -> str:
    if record.report.refusal is not None:
        return "nothing in this file counts"
    rows = record.report.counts.rows
    return f"{_FORMATS.number(rows)} {'row' if rows == 1 else 'rows'}, {_FORMATS.hours(record.report.seconds)} of work"


def _facts(record: ImportRecord) -> Iterator[tuple[str, str]]:
    if record.report.source:
        yield "Source", record.report.source
    if record.clients:
        yield ("Client" if len(record.clients) == 1 else "Clients"), ", ".join(record.clients)
    yield "Import", record.id


def _kept(file: DroppedFile) -> str:
    version = f", version {file.version}" if file.version else ""
    return f"The file itself is kept in the bucket {file.bucket}{version}."


def _counts(record: ImportRecord) -> Iterator[CountRow]:
    counts = asdict(record.report.counts)
    for name, what in _ROWS.items():
        if counts[name]:
            yield CountRow("+", name, _FORMATS.number(counts[name]), what)
    if record.report.refusal is None:
        yield CountRow("=", "rows", _FORMATS.number(counts["rows"]), "in the file")


def _missing(record: ImportRecord) -> str:
    count = record.report.counts.missing
    if not count:
        return ""
    entries = "1 entry" if count == 1 else f"{_FORMATS.number(count)} entries"
    fate = fate_of_missing(report_of(record), accepted=accepts_missing(record))
    return f"Besides these rows, there are {entries} from earlier files that this one does not repeat: they {fate}."


def _cycle(change: CycleChange) -> CycleRow:
    before, after = change.before_seconds, change.after_seconds
    sign = "+" if after > before else "−"
    return CycleRow(
        str(change.retainer),
        _FORMATS.full_day(change.start),
        _FORMATS.hours(before),
        _FORMATS.hours(after),
        f"{sign}{_FORMATS.hours(abs(after - before))}" if after != before else "",
    )


def listings(report: ImportReport, fate: str) -> Iterator[Listing]:
    """The non-empty lists, most urgent first; `fate`: what happens to the missing entries (`fate_of_missing`)."""
    every = (*_of_rows(report), *_of_entries(report, fate))
    return (listing for listing in every if listing.rows)


def _of_rows(report: ImportReport) -> Iterator[Listing]:
    for name, intro in _ROW_LISTS.items():
        problems: tuple[RowProblem, ...] = getattr(report, name)
        yield Listing(
            name,
            name.capitalize(),
            intro,
            tuple(map(_problem, problems)),
            max(getattr(report.counts, name), len(problems)),
            place="Line",
            text="Row",
            rules=tuple(dict.fromkeys(_visible(one.rule) for one in problems if one.rule)),
        )


def _why_missing(report: ImportReport) -> str:
    if any(entry.not_in for entry in report.missing):
        return "These entries are from earlier files or this one, which arrived late; a later one does not repeat them."
    return "These entries are from earlier files; this one does not repeat them."


def _of_entries(report: ImportReport, fate: str) -> Iterator[Listing]:
    is_mixed = len({entry.removed for entry in report.missing}) > 1
    yield Listing(
        "missing",
        "Missing",
        f"{_why_missing(report)} They {fate}.",
        tuple(_entry(entry, _missing_place(entry, is_mixed=is_mixed)) for entry in report.missing),
        report.counts.missing,
    )
    yield Listing(
        "late",
        "Late entries",
        "These days are in closed cycles, which do not change: this is the difference from what was counted there.",
        tuple(_late(entry) for entry in report.late),
        len(report.late),
        is_cut=len(report.late) >= PROBLEM_LIMIT,
        text="Worker",
    )
    yield Listing(
        "duplicates",
        "Likely duplicates",
        "These entries count, but look as if they had already been counted before.",
        tuple(_entry(duplicate, _duplicate_place(duplicate)) for duplicate in report.duplicates),
        len(report.duplicates),
        is_cut=len(report.duplicates) >= PROBLEM_LIMIT,
    )


def _problem(problem: RowProblem) -> ListedRow:
    value = f"“{problem.value}”" if problem.value else ""
    return ListedRow(str(problem.line), problem.reason, ": ".join(filter(None, (problem.column, value))))


def _entry(entry: MissingEntry | LikelyDuplicate, place: str) -> ListedRow:
    about = " · ".join(part for part in (entry.worker, place) if part)
    return ListedRow(entry.date.isoformat(), entry.description or "–", about, _FORMATS.hours(entry.seconds))


def _late(entry: LateEntry) -> ListedRow:
    return ListedRow(entry.date.isoformat(), entry.worker or "–", late_words(entry), _FORMATS.hours(entry.seconds))


def _missing_place(entry: MissingEntry, *, is_mixed: bool) -> str:
    return f"{entry.retainer}, {'removed' if entry.removed else 'stays counted'}" if is_mixed else str(entry.retainer)


def _duplicate_place(duplicate: LikelyDuplicate) -> str:
    return f"{duplicate.retainer}, already counted in {duplicate.other_retainer} from {duplicate.other_source}"


def _visible(rule: str) -> str:
    """The same rule with invisible characters escaped, as YAML reads them in double quotes."""
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in rule)
