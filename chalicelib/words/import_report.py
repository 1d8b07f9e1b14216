"""The readable report of an import: one value, of which page, mail and terminal each print what fits.

Its JSON is in render/report_json.py.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple

from chalicelib.services.store.import_record import (
    CycleChange,
    DroppedFile,
    ImportRecord,
    Verb,
    accepts_missing,
    report_of,
)
from chalicelib.words.formats import Formats
from chalicelib.words.import_listings import Listing, listings_of
from chalicelib.words.import_sentences import (
    NextStep,
    fate_of_missing,
    faults_of,
    formats_of,
    moment,
    next_steps,
    notes_of,
    status_words,
    without_edits,
)


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
    beyond: str = ""
    """What goes beyond the hours that the client has approved; "" if nothing."""


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
    notes: tuple[str, ...]
    """Whether the figures below still count, and as of when they are."""
    facts: tuple[tuple[str, str], ...]
    place: str
    """Where in the inbox the file was dropped."""
    how_read: str
    """How the file was read; "" if nothing says it."""
    faults: tuple[str, ...]
    """What is wrong with whole columns, or with most of the rows alike."""
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

_DECIDED = {
    Verb.UNDO: "Undone: as if the file had never been dropped",
    Verb.REDO: "Redone: the file counts again",
    Verb.ACCEPT: "Accepted: what the file does not repeat was deleted at the source",
    Verb.ACCEPT_EDITS: "Accepted as edits: rows replace entries that are equal but for their start",
}


def view_of(record: ImportRecord) -> ReportView:
    """The current report of an import."""
    report = report_of(record)
    formats = formats_of(report)
    return ReportView(
        title=record.file.key.rpartition("/")[2],
        time=moment(record.finished_at),
        status=status_words(record),
        summary=_summary(record),
        is_refused=report.refusal is not None,
        reason=report.refusal.reason if report.refusal else "",
        notes=notes_of(record),
        facts=tuple(_facts(record)),
        place=record.file.key,
        how_read=report.how_read,
        faults=faults_of(report),
        steps=next_steps(record),
        counts=tuple(_counts(record)),
        missing=_missing(record),
        cycles=tuple(_cycle(change, formats) for change in report.cycles),
        listings=tuple(listings_of(record)),
        decisions=tuple((moment(one.at), _DECIDED[one.verb]) for one in record.decisions),
        kept=_kept(record.file),
    )


def _summary(record: ImportRecord) -> str:
    if record.report.refusal is not None:
        return "nothing in this file counts"
    rows, formats = record.report.counts.rows, formats_of(record.report)
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


def _counts(record: ImportRecord) -> Iterator[CountRow]:
    counts, number = asdict(record.report.counts), formats_of(record.report).number
    for name, what in _ROWS.items():
        if counts[name]:
            yield CountRow("+", name, number(counts[name]), what)
    if record.report.refusal is None:
        yield CountRow("=", "rows", number(counts["rows"]), "in the file")


def _missing(record: ImportRecord) -> str:
    report = without_edits(report_of(record))
    count = report.counts.missing
    if not count:
        return ""
    number = formats_of(record.report).number(count)
    there_are = "there is 1 entry" if count == 1 else f"there are {number} entries"
    fate = fate_of_missing(report, accepted=accepts_missing(record))
    return f"Besides these rows, {there_are} from earlier files that this one does not repeat. Missing entries {fate}."


def _cycle(change: CycleChange, formats: Formats) -> CycleRow:
    hours, before, after = formats.hours, change.before_seconds, change.after_seconds
    sign = "+" if after > before else "−"
    return CycleRow(
        str(change.retainer),
        formats.full_day(change.start),
        hours(before),
        hours(after),
        f"{sign}{hours(abs(after - before))}" if after != before else "",
        f"{hours(change.unapproved_seconds)} beyond what was approved" if change.unapproved_seconds else "",
    )
