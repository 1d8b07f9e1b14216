"""The mail to the operator about an import that was refused or needs attention."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple

from chalicelib.render.jinja import fill
from chalicelib.services.mails.mime import Mail, header_text
from chalicelib.services.store.import_record import ImportRecord, is_undone
from chalicelib.words.formats import Formats
from chalicelib.words.import_report import Listing, more, view_of

_SHOWN = 10
"""The most rows of a kind that are listed; the report has the rest."""
_LONGEST = 160
"""The most characters of a text that are shown."""
_LISTED = {"problems", "unrouted", "missing", "late", "duplicates"}
"""The lists that a mail shows. Warnings are not among them and cause no mail."""


class MailedRow(NamedTuple):
    """A row of the report in three parts, for scanning."""

    place: str
    what: str
    words: str


class MailedListing(NamedTuple):
    """The first rows of a list of the report."""

    title: str
    intro: str
    rows: tuple[MailedRow, ...]
    more: str


def import_mail(record: ImportRecord, *, to: str, operator: str, report_url: str | None = None) -> Mail:
    """The result of the import, and what to do next, in English.

    Args:
        record: the current record of the import.
        to: the operator's address.
        operator: the operator's name, for the sender.
        report_url: the address of the readable report, if there is one.
    """
    view = view_of(record, Formats())
    headline = _headline(record, view.status)
    values = {
        "view": view,
        "name": header_text(view.title),
        "place": header_text(view.place),
        "headline": headline,
        "counts": _counts(record),
        "listings": tuple(_mailed(listing) for listing in view.listings if listing.slug in _LISTED),
        "show": f"hourtab import show {record.id}",
        "report_url": report_url,
    }
    return Mail(
        to=to,
        subject=f"{headline}: {values['name']}",
        text=fill("mail/import.txt", **values),
        html=fill("mail/import.html", **values),
        sender_name=f"HourTab for {operator}" if operator else "HourTab",
        topic="imports",
    )


def _headline(record: ImportRecord, status: str) -> str:
    counts, duplicates = record.report.counts, len(record.report.duplicates)
    parts = [
        _counted(counts.problems, "problem", "problems"),
        f"{counts.unrouted} unrouted" if counts.unrouted else "",
        f"{counts.missing} missing" if counts.missing else "",
        _counted(duplicates, "likely duplicate", "likely duplicates"),
    ]
    if record.report.refusal or is_undone(record):
        return status
    return ", ".join(part for part in parts if part) or "Nothing left to do"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def _counts(record: ImportRecord) -> tuple[tuple[str, str], ...]:
    """Names and figures of what the file contained, without those that are zero."""
    counted = {name: count for name, count in asdict(record.report.counts).items() if count or name == "rows"}
    figures = [(name, Formats().number(count)) for name, count in counted.items()]
    return (*figures, ("worked time", Formats().hours(record.report.seconds)))


def _mailed(listing: Listing) -> MailedListing:
    rows = listing.rows[:_SHOWN]
    return MailedListing(
        listing.title, listing.intro, tuple(map(MailedRow._make, _rows(listing))), more(listing, len(rows), Formats())
    )


def _rows(listing: Listing) -> Iterator[tuple[str, ...]]:
    for row in listing.rows[:_SHOWN]:
        place = f"line {row.place}" if listing.place == "Line" else row.place
        what = ", ".join(part for part in (row.about, row.hours) if part)
        yield tuple(_short(header_text(part)) for part in (place, what, row.text))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
