"""The mail to the operator about an import that was refused or left something to do."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import NamedTuple

from chalicelib.render.jinja import fill
from chalicelib.services.mails.mime import Letter, header_text
from chalicelib.services.store.import_record import ImportRecord, LikelyDouble, MissingEntry, is_undone
from chalicelib.words.formats import Formats
from chalicelib.words.import_report import ProblemWords, fate_of_missing, next_steps, problem_words, status_words

_SHOWN = 10
"""So many rows of a kind are listed; the report has the rest."""

_LONGEST = 160
"""Characters of a description that are shown."""


class ListedRow(NamedTuple):
    """A row of the report, in three steps of attention."""

    place: str
    what: str
    words: str


class Listing(NamedTuple):
    """Rows of one kind, the first of them."""

    title: str
    rows: tuple[ListedRow, ...]
    more: int
    """So many are not listed."""


def import_letter(record: ImportRecord, *, to: str, operator: str, report_url: str | None = None) -> Letter:
    """What became of the file, and what to do next, in English.

    Args:
        record: the import as it stands now.
        to: the operator's address.
        operator: the operator's name, which says whose HourTab this is.
        report_url: the address of the readable report, where there is one.
    """
    name = record.file.key.rpartition("/")[2]
    headline = _headline(record)
    values = {
        "record": record,
        "name": header_text(name),
        "place": header_text(record.file.key),
        "headline": headline,
        "counts": _counts(record),
        "listings": tuple(_listings(record)),
        "steps": next_steps(record),
        "show": f"hourtab import show {record.id}",
        "report_url": report_url,
    }
    return Letter(
        to=to,
        subject=f"{headline}: {name}",
        text=fill("mail/import.txt", **values),
        html=fill("mail/import.html", **values),
        sender_name=f"HourTab for {operator}" if operator else "HourTab",
        topic="imports",
    )


def _headline(record: ImportRecord) -> str:
    counts, doubles = record.report.counts, len(record.report.doubles)
    said = [
        _counted(counts.problems, "problem", "problems"),
        f"{counts.unrouted} unrouted" if counts.unrouted else "",
        f"{counts.missing} missing" if counts.missing else "",
        _counted(doubles, "likely double", "likely doubles"),
    ]
    if record.report.refusal or is_undone(record):
        return status_words(record)
    return ", ".join(part for part in said if part) or "Nothing left to do"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def _counts(record: ImportRecord) -> tuple[tuple[str, str], ...]:
    """Name and figure of what the file held; of kinds only those that occur."""
    counted = {name: count for name, count in asdict(record.report.counts).items() if count or name == "rows"}
    figures = [(name, Formats().number(count)) for name, count in counted.items()]
    return (*figures, ("worked time", Formats().hours(record.report.seconds)))


def _listings(record: ImportRecord) -> Iterator[Listing]:
    report, counts = record.report, record.report.counts
    yield from _listing("Problems", map(_problem, map(problem_words, report.problems)), counts.problems)
    yield from _listing(
        "Unrouted: no rule claims these rows", map(_problem, map(problem_words, report.unrouted)), counts.unrouted
    )
    yield from _listing(
        f"Missing: earlier files had these entries, this one does not; they {fate_of_missing(record)}",
        map(_missing, report.missing),
        counts.missing,
    )
    yield from _listing("Likely doubles", map(_double, report.doubles), len(report.doubles))


def _listing(title: str, rows: Iterable[ListedRow], total: int) -> Iterator[Listing]:
    if total:
        shown = tuple(islice(rows, _SHOWN))
        yield Listing(title, shown, total - len(shown))


def _problem(words: ProblemWords) -> ListedRow:
    return _row(f"line {words.line}", words.cell, words.reason)


def _missing(entry: MissingEntry | LikelyDouble) -> ListedRow:
    what = f"{entry.worker}, {Formats().hours(entry.seconds)}"
    return _row(entry.date.isoformat(), what, f"{entry.description or 'no description'} ({entry.retainer})")


def _double(double: LikelyDouble) -> ListedRow:
    row = _missing(double)
    return _row(row.place, row.what, f"{row.words}, counted in {double.other_retainer} from {double.other_source}")


def _row(*parts: str) -> ListedRow:
    return ListedRow(*(_short(header_text(part)) for part in parts))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
