"""The mail to the operator about an import that was refused or needs attention."""

from dataclasses import asdict

from chalicelib.mails.content import sender_for
from chalicelib.render.jinja import fill
from chalicelib.services.mails.mime import Mail, header_text
from chalicelib.services.store.import_record import ImportRecord, is_undone
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.words.import_listings import ListedRow, Listing
from chalicelib.words.import_report import view_of
from chalicelib.words.import_sentences import formats_of, without_edits

_SHOWN = 10
"""The most rows of a kind that are listed; the report has the rest."""
_LONGEST = 160
"""The most characters of a text that are shown."""
_LISTED = {"edits", "problems", "unrouted", "missing", "late", "duplicates"}
"""The lists that a mail shows. Warnings are not among them and cause no mail."""


def import_mail(record: ImportRecord, operator: OperatorBook, report_url: str | None = None) -> Mail:
    """The result of the import, and what to do next, in English; `report_url` is that of the readable report."""
    view = view_of(record)
    headline = _headline(record, view.status)
    values = {
        "view": view,
        "name": header_text(view.title),
        "place": header_text(view.place),
        "notes": tuple(map(header_text, view.notes)),
        "headline": headline,
        "counts": _counts(record),
        "how_read": header_text(view.how_read),
        "faults": tuple(_short(header_text(fault)) for fault in view.faults),
        "listings": tuple(_shortened(listing) for listing in view.listings if listing.slug in _LISTED),
        "show": f"hourtab import show {record.id}",
        "report_url": report_url,
    }
    return Mail(
        to=operator.email,
        subject=f"{headline}: {header_text(view.place.partition('/')[2])}",  # with the folders, which name the client
        text=fill("mail/import.txt", **values),
        html=fill("mail/import.html", **values),
        sender_name=sender_for(operator),
        topic="imports",
    )


def _headline(record: ImportRecord, status: str) -> str:
    counts, duplicates = without_edits(record.report).counts, len(record.report.duplicates)
    edits = record.report.counts.missing - counts.missing
    written_off = sum(entry.posted_to is None for entry in record.report.late)
    parts = [
        _counted(edits, "likely edit", "likely edits"),
        _counted(counts.problems, "problem", "problems"),
        f"{counts.unrouted} unrouted" if counts.unrouted else "",
        f"{counts.missing} missing" if counts.missing else "",
        _counted(duplicates, "likely duplicate", "likely duplicates"),
        f"{written_off} late and written off" if written_off else "",
        _counted(len(record.stopped_before), "client left out", "clients left out"),
    ]
    if record.report.refusal or is_undone(record):
        return status
    return ", ".join(part for part in parts if part) or "Nothing left to do"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def _counts(record: ImportRecord) -> tuple[tuple[str, str], ...]:
    """Names and figures of what the file contained, without those that are zero."""
    formats = formats_of(record.report)
    counted = {name: count for name, count in asdict(record.report.counts).items() if count or name == "rows"}
    figures = [(name, formats.number(count)) for name, count in counted.items()]
    return (*figures, ("worked time", formats.hours(record.report.seconds)))


def _shortened(listing: Listing) -> Listing:
    """The first rows of a list, each text on one line; `about` includes the hours."""
    return listing._replace(rows=tuple(_row(listing, row) for row in listing.rows[:_SHOWN]))


def _row(listing: Listing, row: ListedRow) -> ListedRow:
    place = f"line {row.place}" if listing.place == "Line" else row.place
    about = ", ".join(part for part in (row.about, row.hours) if part)
    return ListedRow(*(_short(header_text(part)) for part in (place, row.text, about)))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
