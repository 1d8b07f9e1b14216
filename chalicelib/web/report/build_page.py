"""From the record of an import to what its page prints."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

from chalicelib.services.imports.read_report import OpenedReport
from chalicelib.services.store.import_record import CycleChange, DroppedFile, ImportRecord, Verb, is_undone
from chalicelib.web.report.list_rows import listings
from chalicelib.web.report.view import CountRow, CycleRow, ReportView
from chalicelib.words.formats import Formats, locale_of
from chalicelib.words.import_report import fate_of_missing, next_steps, status_words

_FORMATS = Formats(locale_of("en-GB"))

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


def build_report_page(opened: OpenedReport) -> ReportView:
    """What the page of an import prints."""
    record = opened.record
    report = record.report
    last_day = _FORMATS.full_day(opened.last_day)
    return ReportView(
        title=record.file.key.rpartition("/")[2],
        time=_moment(record.finished_at),
        status=status_words(record),
        beside=_beside(record),
        is_refused=report.refusal is not None,
        reason=report.refusal.reason if report.refusal else "",
        note="Nothing of this file counts now. Below is what it did while it counted." if is_undone(record) else "",
        facts=tuple(_facts(record)),
        place=record.file.key,
        steps=next_steps(record),
        counts=tuple(_counts(record)),
        missing=_missing(record),
        cycles=tuple(_cycle(change) for change in report.cycles),
        listings=tuple(listings(record, _FORMATS)),
        decisions=tuple((_moment(one.at), _DECIDED[one.verb]) for one in record.decisions),
        kept=_kept(record.file),
        ends=f"This address works until {last_day}; `hourtab import show {record.id}` makes a new one.",
    )


def _moment(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{_FORMATS.full_day(utc.date())}, {utc:%H:%M} UTC"


def _beside(record: ImportRecord) -> str:
    if record.report.refusal is not None:
        return "nothing of this file counts"
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
    fate = fate_of_missing(record)
    return f"Apart from these rows, {entries} of earlier files that this one does not repeat: they {fate}."


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
