"""The lists of an import's report: rows and entries that need attention, worded for a report or for a preview."""

from collections.abc import Callable, Iterator
from datetime import time
from typing import NamedTuple

from chalicelib.intake.rows import RowProblem
from chalicelib.services.store.import_record import (
    PROBLEM_LIMIT,
    ImportRecord,
    ImportReport,
    LateEntry,
    LikelyDuplicate,
    MissingEntry,
    StartEdit,
    accepts_missing,
    report_of,
)
from chalicelib.words.import_sentences import (
    DID,
    WOULD,
    Tense,
    fate_of_edits,
    fate_of_missing,
    formats_of,
    late_words,
    likely_edits,
    without_edits,
)


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
            return f"and {'at least ' if self.is_cut else ''}{hidden:,} more"
        return f"Only the first {self.total} are listed." if self.is_cut else ""


_ROW_LISTS = {
    "unrouted": "These rows {do} not count: no rule says where they belong, or they name another client.",
    "problems": "These rows cannot be imported and {do} not count; the other rows {do}.",
    "warnings": "These rows {count} as they are, but should be checked.",
}
"""The introductions of the lists of rows, by their names in `ImportReport` and `Counts`, most urgent first."""


def listings_of(record: ImportRecord) -> Iterator[Listing]:
    """The non-empty lists of an import, most urgent first."""
    report = report_of(record)
    fate = fate_of_missing(without_edits(report), accepted=accepts_missing(record))
    return _listings(report, fate, fate_of_edits(record), DID)


def preview_listings(report: ImportReport) -> Iterator[Listing]:
    """The non-empty lists that an import would have, most urgent first."""
    fate = fate_of_missing(without_edits(report), tense=WOULD)
    return _listings(report, fate, fate_of_missing(likely_edits(report), tense=WOULD, what="the edits"), WOULD)


def _listings(report: ImportReport, fate: str, of_edits: str, tense: Tense) -> Iterator[Listing]:
    edits = _of_edits(likely_edits(report), of_edits)
    every = (edits, *_of_rows(report, tense), *_of_entries(without_edits(report), fate, tense))
    return (listing for listing in every if listing.rows)


def _of_edits(report: ImportReport, fate: str) -> Listing:
    hours = formats_of(report).hours
    intro = "These rows are equal to entries of earlier files but for their start. The earlier entries"
    rows = tuple(_edit(entry, entry.edit, hours) for entry in report.missing if entry.edit)
    is_cut = len(rows) >= PROBLEM_LIMIT
    return Listing("edits", "Likely edits", f"{intro} {fate}.", rows, len(rows), is_cut=is_cut, place="Line")


def _of_rows(report: ImportReport, tense: Tense) -> Iterator[Listing]:
    for name, intro in _ROW_LISTS.items():
        problems: tuple[RowProblem, ...] = getattr(report, name)
        yield Listing(
            name,
            name.capitalize(),
            intro.format(do=tense.do, count=tense.count),
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


def _of_entries(report: ImportReport, fate: str, tense: Tense) -> Iterator[Listing]:
    hours = formats_of(report).hours
    is_mixed = len({entry.removed for entry in report.missing}) > 1
    yield Listing(
        "missing",
        "Missing",
        f"{_why_missing(report)} They {fate}.",
        tuple(
            _entry(entry, f"{entry.retainer}, {_fate_of(entry, tense)}" if is_mixed else str(entry.retainer), hours)
            for entry in report.missing
        ),
        report.counts.missing,
    )
    yield Listing(
        "late",
        "Late entries",
        "These days are in closed cycles, which do not change: this is the difference from what was counted there.",
        tuple(_late(entry, tense, hours) for entry in report.late),
        len(report.late),
        is_cut=len(report.late) >= PROBLEM_LIMIT,
        text="Worker",
    )
    yield Listing(
        "duplicates",
        "Likely duplicates",
        f"These entries {tense.count}, but look as if they had already been counted before.",
        tuple(_entry(duplicate, _duplicate_place(duplicate), hours) for duplicate in report.duplicates),
        len(report.duplicates),
        is_cut=len(report.duplicates) >= PROBLEM_LIMIT,
    )


def _problem(problem: RowProblem) -> ListedRow:
    value = f"“{problem.value}”" if problem.value else ""
    return ListedRow(str(problem.line), problem.reason, ": ".join(filter(None, (problem.column, value))))


def _entry(entry: MissingEntry | LikelyDuplicate, place: str, hours: Callable[[int], str]) -> ListedRow:
    about = " · ".join(part for part in (entry.worker, place) if part)
    return ListedRow(entry.date.isoformat(), entry.description or "–", about, hours(entry.seconds))


def _edit(entry: MissingEntry, edit: StartEdit, hours: Callable[[int], str]) -> ListedRow:
    starts = f"{entry.date}, {_clock(edit.old_start)} → {_clock(edit.new_start)}"
    of_file = f"in the file of import {entry.not_in}" if entry.not_in else ""
    removed = "the earlier entry is removed" if entry.removed else ""
    about = " · ".join(part for part in (starts, entry.worker, str(entry.retainer), of_file, removed) if part)
    return ListedRow(str(edit.line), entry.description or "–", about, hours(entry.seconds))


def _clock(seconds: int) -> str:
    """A time of day, to the minute, or to the second where that is needed to tell two apart."""
    return f"{time(seconds // 3600, seconds // 60 % 60, seconds % 60)}".removesuffix(":00")


def _late(entry: LateEntry, tense: Tense, hours: Callable[[int], str]) -> ListedRow:
    return ListedRow(entry.date.isoformat(), entry.worker or "–", late_words(entry, tense), hours(entry.seconds))


def _fate_of(entry: MissingEntry, tense: Tense) -> str:
    return f"{tense.be}removed" if entry.removed else f"{tense.stays} counted"


def _duplicate_place(duplicate: LikelyDuplicate) -> str:
    return f"{duplicate.retainer}, already counted in {duplicate.other_retainer} from {duplicate.other_source}"


def _visible(rule: str) -> str:
    """The same rule with invisible characters escaped, as YAML reads them in double quotes."""
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in rule)
