"""The lists of an import's report: rows that were not taken, entries that deserve a look."""

from collections.abc import Iterable, Iterator

from chalicelib.services.store.import_record import (
    PROBLEM_LIMIT,
    ImportRecord,
    ImportReport,
    LateEntry,
    LikelyDouble,
    MissingEntry,
)
from chalicelib.web.report.view import ListedRow, Listing
from chalicelib.words.formats import Formats
from chalicelib.words.import_report import ProblemWords, fate_of_missing, late_words, problem_words


def listings(record: ImportRecord, formats: Formats) -> Iterator[Listing]:
    """The lists that hold anything, the most urgent first."""
    every = (*_of_rows(record.report, formats), *_of_entries(record, formats))
    return (listing for listing in every if listing.rows)


def _of_rows(report: ImportReport, formats: Formats) -> Iterator[Listing]:
    yield Listing(
        "unrouted",
        "Unrouted",
        "No rule says where these rows belong, so they are not counted.",
        place="Line",
        text="Row",
        rows=_rows(map(problem_words, report.unrouted)),
        more=_more(len(report.unrouted), report.counts.unrouted, formats),
        rules="\n".join(dict.fromkeys(_visible(one.rule) for one in report.unrouted if one.rule)),
    )
    yield Listing(
        "problems",
        "Problems",
        "These rows could not be taken and are not counted; the rows beside them are.",
        place="Line",
        text="Row",
        rows=_rows(map(problem_words, report.problems)),
        more=_more(len(report.problems), report.counts.problems, formats),
    )
    yield Listing(
        "warnings",
        "Warnings",
        "These rows are counted as they stand and deserve a look.",
        place="Line",
        text="Row",
        rows=_rows(map(problem_words, report.warnings)),
        more=_more(len(report.warnings), report.counts.warnings, formats),
    )


def _why_missing(record: ImportRecord) -> str:
    if any(entry.not_in for entry in record.report.missing):
        return "Earlier files brought these entries, or this one, which came late; a later one does not repeat them."
    return "Earlier files brought these entries, this one does not repeat them."


def _of_entries(record: ImportRecord, formats: Formats) -> Iterator[Listing]:
    report = record.report
    yield Listing(
        "missing",
        "Missing",
        f"{_why_missing(record)} They {fate_of_missing(record)}.",
        place="Date",
        text="Entry",
        rows=tuple(_entry(entry, str(entry.retainer), formats) for entry in report.missing),
        more=_more(len(report.missing), report.counts.missing, formats),
    )
    yield Listing(
        "late",
        "Late work",
        "These days lie in closed cycles, which stay as they are: this is the difference to what is counted there.",
        place="Date",
        text="Worker",
        rows=tuple(_late(entry, formats) for entry in report.late),
        more=_more(len(report.late), None, formats),
    )
    yield Listing(
        "doubles",
        "Likely doubles",
        "These entries are counted and look as if they had been counted before.",
        place="Date",
        text="Entry",
        rows=tuple(_entry(double, _double_place(double), formats) for double in report.doubles),
        more=_more(len(report.doubles), None, formats),
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


def _more(listed: int, total: int | None, formats: Formats) -> str:
    """How many are not listed; where nobody counted them, that there may be some."""
    if total is None:
        return f"Only the first {PROBLEM_LIMIT} are listed." if listed >= PROBLEM_LIMIT else ""
    return f"and {formats.number(total - listed)} more" if total > listed else ""


def _visible(rule: str) -> str:
    """The same rule without characters that hide: YAML reads these escapes within its quotation marks."""
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in rule)
