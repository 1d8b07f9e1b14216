"""The report of an import for people: one value, of which page, mail and terminal print as much as fits.

For programs there is its JSON (render/report_json.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import NamedTuple

from chalicelib.services.store.import_record import (
    PROBLEM_LIMIT,
    CycleChange,
    DroppedFile,
    ImportRecord,
    ImportReport,
    LateEntry,
    LikelyDouble,
    MissingEntry,
    Verb,
    accepts_missing,
    is_undone,
)
from chalicelib.words.formats import Formats
from chalicelib.words.import_sentences import (
    NextStep,
    ProblemWords,
    fate_of_missing,
    late_words,
    next_steps,
    problem_words,
    status_words,
)


class CountRow(NamedTuple):
    """One line of the sum of the file's rows."""

    sign: str
    name: str
    rows: str
    what: str
    """What became of them."""


class CycleRow(NamedTuple):
    """One cycle that the file spoke about."""

    retainer: str
    """`client/retainer`."""
    start: str
    before: str
    after: str
    change: str
    """Signed; "" where nothing changed."""


class ListedRow(NamedTuple):
    """One line of a list: a row of the file or an entry."""

    place: str
    """The line in the file, or the day."""
    text: str
    about: str
    hours: str = ""


class Listing(NamedTuple):
    """Rows or entries that deserve a look."""

    slug: str
    one: str
    """What a single one of them is called."""
    title: str
    intro: str
    place: str
    """What the first column holds: `Line` or `Date`."""
    text: str
    """What the second column holds."""
    rows: tuple[ListedRow, ...]
    total: int | None
    """How many there are, those that the record does not list among them; None: nobody counted them."""
    rules: tuple[str, ...] = ()
    """Lines to paste into the set-up file."""


class ReportView(NamedTuple):
    """The report of one import, as every printer shows it: page, mail, terminal."""

    title: str
    """The name of the file."""
    time: str
    status: str
    summary: str
    """What the status stands for, in figures."""
    is_refused: bool
    reason: str
    """Why a file was refused; "" for others."""
    note: str
    """That what follows does not count (any more), or ""."""
    facts: tuple[tuple[str, str], ...]
    place: str
    """Where in the inbox the file was dropped."""
    steps: tuple[NextStep, ...]
    counts: tuple[CountRow, ...]
    missing: str
    """What entries of earlier files this one does not repeat, in a sentence; "" where there are none."""
    cycles: tuple[CycleRow, ...]
    listings: tuple[Listing, ...]
    decisions: tuple[tuple[str, str], ...]
    """When, and what."""
    kept: str
    """Where the file itself is."""


_ROWS = {
    "new": "counted for the first time",
    "changed": "in place of what was counted before",
    "moved": "counted on another day, project or retainer than before",
    "unchanged": "counted already",
    "excluded": "kept and not counted, by a rule",
    "unrouted": "not counted: no rule says where they belong",
    "problems": "not counted: they could not be taken",
}
"""What becomes of a file's rows, by the names in `Counts` and in the order in which they are summed up."""

_DECIDED = {
    Verb.UNDO: "Undone: as if the file had never been dropped",
    Verb.REDO: "Redone: the file counts again",
    Verb.ACCEPT: "Accepted: what the file does not repeat is removed",
}


def view_of(record: ImportRecord, formats: Formats) -> ReportView:
    """The report of an import as it stands now."""
    report = record.report
    return ReportView(
        title=record.file.key.rpartition("/")[2],
        time=moment(record.finished_at, formats),
        status=status_words(record),
        summary=_summary(record, formats),
        is_refused=report.refusal is not None,
        reason=report.refusal.reason if report.refusal else "",
        note="Nothing of this file counts now. Below is what it did while it counted." if is_undone(record) else "",
        facts=tuple(_facts(record)),
        place=record.file.key,
        steps=next_steps(record),
        counts=tuple(_counts(record, formats)),
        missing=_missing(record, formats),
        cycles=tuple(_cycle(change, formats) for change in report.cycles),
        listings=tuple(listings(report, formats, is_accepted=accepts_missing(record))),
        decisions=tuple((moment(one.at, formats), _DECIDED[one.verb]) for one in record.decisions),
        kept=_kept(record.file),
    )


def moment(at: datetime, formats: Formats) -> str:
    """A date and time in UTC."""
    utc = at.astimezone(UTC)
    return f"{formats.full_day(utc.date())}, {utc:%H:%M} UTC"


def _summary(record: ImportRecord, formats: Formats) -> str:
    if record.report.refusal is not None:
        return "nothing of this file counts"
    rows = record.report.counts.rows
    return f"{formats.number(rows)} {'row' if rows == 1 else 'rows'}, {formats.hours(record.report.seconds)} of work"


def _facts(record: ImportRecord) -> Iterator[tuple[str, str]]:
    if record.report.source:
        yield "Source", record.report.source
    if record.clients:
        yield ("Client" if len(record.clients) == 1 else "Clients"), ", ".join(record.clients)
    yield "Import", record.id


def _kept(file: DroppedFile) -> str:
    version = f", version {file.version}" if file.version else ""
    return f"The file itself is kept in the bucket {file.bucket}{version}."


def _counts(record: ImportRecord, formats: Formats) -> Iterator[CountRow]:
    counts = asdict(record.report.counts)
    for name, what in _ROWS.items():
        if counts[name]:
            yield CountRow("+", name, formats.number(counts[name]), what)
    if record.report.refusal is None:
        yield CountRow("=", "rows", formats.number(counts["rows"]), "in the file")


def _missing(record: ImportRecord, formats: Formats) -> str:
    count = record.report.counts.missing
    if not count:
        return ""
    entries = "1 entry" if count == 1 else f"{formats.number(count)} entries"
    fate = fate_of_missing(record.report, is_accepted=accepts_missing(record))
    return f"Apart from these rows, {entries} of earlier files that this one does not repeat: they {fate}."


def _cycle(change: CycleChange, formats: Formats) -> CycleRow:
    before, after = change.before_seconds, change.after_seconds
    sign = "+" if after > before else "−"
    return CycleRow(
        str(change.retainer),
        formats.full_day(change.start),
        formats.hours(before),
        formats.hours(after),
        f"{sign}{formats.hours(abs(after - before))}" if after != before else "",
    )


def listings(report: ImportReport, formats: Formats, *, is_accepted: bool = False) -> Iterator[Listing]:
    """The lists that hold anything, the most urgent first; `is_accepted`: what is missing was accepted as gone."""
    every = (*_of_rows(report), *_of_entries(report, formats, is_accepted=is_accepted))
    return (listing for listing in every if listing.rows)


def _of_rows(report: ImportReport) -> Iterator[Listing]:
    yield Listing(
        "unrouted",
        "unrouted",
        "Unrouted",
        "No rule says where these rows belong, so they are not counted.",
        place="Line",
        text="Row",
        rows=_rows(map(problem_words, report.unrouted)),
        total=report.counts.unrouted,
        rules=tuple(dict.fromkeys(_visible(one.rule) for one in report.unrouted if one.rule)),
    )
    yield Listing(
        "problems",
        "problem",
        "Problems",
        "These rows could not be taken and are not counted; the other rows are.",
        place="Line",
        text="Row",
        rows=_rows(map(problem_words, report.problems)),
        total=report.counts.problems,
    )
    yield Listing(
        "warnings",
        "warning",
        "Warnings",
        "These rows are counted as they stand and deserve a look.",
        place="Line",
        text="Row",
        rows=_rows(map(problem_words, report.warnings)),
        total=max(report.counts.warnings, len(report.warnings)),
    )


def _why_missing(report: ImportReport) -> str:
    if any(entry.not_in for entry in report.missing):
        return "Earlier files brought these entries, or this one, which came late; a later one does not repeat them."
    return "Earlier files brought these entries, this one does not repeat them."


def _of_entries(report: ImportReport, formats: Formats, *, is_accepted: bool) -> Iterator[Listing]:
    yield Listing(
        "missing",
        "missing",
        "Missing",
        f"{_why_missing(report)} They {fate_of_missing(report, is_accepted=is_accepted)}.",
        place="Date",
        text="Entry",
        rows=tuple(_entry(entry, str(entry.retainer), formats) for entry in report.missing),
        total=report.counts.missing,
    )
    yield Listing(
        "late",
        "late",
        "Late work",
        "These days lie in closed cycles, which stay as they are: this is the difference to what is counted there.",
        place="Date",
        text="Worker",
        rows=tuple(_late(entry, formats) for entry in report.late),
        total=None,
    )
    yield Listing(
        "doubles",
        "likely double",
        "Likely doubles",
        "These entries are counted and look as if they had been counted before.",
        place="Date",
        text="Entry",
        rows=tuple(_entry(double, _double_place(double), formats) for double in report.doubles),
        total=None,
    )


def _rows(problems: Iterable[ProblemWords]) -> tuple[ListedRow, ...]:
    return tuple(ListedRow(problem.line, problem.reason, problem.cell) for problem in problems)


def _entry(entry: MissingEntry | LikelyDouble, place: str, formats: Formats) -> ListedRow:
    about = " · ".join(part for part in (entry.worker, place) if part)
    return ListedRow(entry.date.isoformat(), entry.description or "–", about, formats.hours(entry.seconds))


def _late(entry: LateEntry, formats: Formats) -> ListedRow:
    return ListedRow(entry.date.isoformat(), entry.worker or "–", late_words(entry), formats.hours(entry.seconds))


def _double_place(double: LikelyDouble) -> str:
    return f"{double.retainer}, counted in {double.other_retainer} from {double.other_source} already"


def _visible(rule: str) -> str:
    """The same rule without characters that hide: YAML reads these escapes within its quotation marks."""
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in rule)


def more(listing: Listing, shown: int, formats: Formats) -> str:
    """How many rows of a list are not among the first `shown`; where nobody counted them, that there may be some."""
    if listing.total is None:
        return f"Only the first {PROBLEM_LIMIT} are listed." if shown >= PROBLEM_LIMIT else ""
    return f"and {formats.number(listing.total - shown)} more" if listing.total > shown else ""
