"""The report of an import as lines for a terminal."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from chalicelib.cli.output import plain
from chalicelib.services.imports.progress import Progress, Stage
from chalicelib.services.store.import_record import CycleChange, ImportRecord, ImportReport, is_undone, report_of
from chalicelib.words.formats import Formats
from chalicelib.words.import_listings import Listing, listings_of, preview_listings
from chalicelib.words.import_sentences import faults_of, formats_of, next_steps, notes_of, status_words, steps_left

_SHOWN = 20
"""The most rows of a kind that are listed; the JSON has all that are stored."""
_COUNTED_ELSEWHERE = {"rows", "warnings"}


def record_lines(record: ImportRecord, *, is_fresh: bool = False) -> Iterator[str]:
    """The result of an import, and what is left to do; `is_fresh`: it has only just ended."""
    yield plain(f"{record.file.key} ({record.id})")
    undone = f"{status_words(record).lower()}: " if is_undone(record) else ""
    yield from (plain(f"  {undone}{note}") for note in notes_of(record, is_fresh=is_fresh))
    yield from _result(report_of(record), listings_of(record))
    for step in next_steps(record) if is_undone(record) else steps_left(record):
        yield plain(f"  {step.text}")
        yield from (plain(f"    {command}") for command in step.commands)


def preview_lines(title: str, report: ImportReport) -> Iterator[str]:
    """The result that an import would have."""
    yield plain(title)
    yield from _result(report, preview_listings(report), "would be ")


def _result(report: ImportReport, listings: Iterable[Listing], be: str = "") -> Iterator[str]:
    """The result of an import: faults of the file, of columns, of rows, then the cycles.

    `be`: what comes before its status.
    """
    yield plain(f"  {be}{_summary(report)}")
    if report.refusal is not None:
        yield plain(f"  {report.refusal.reason}")
    if report.how_read:
        yield plain(f"  read: {report.how_read}")
    yield from (plain(f"  {fault}") for fault in faults_of(report))
    for listing in listings:
        yield from _listed(listing)
    yield from cycle_lines(report.cycles, formats_of(report))


def progress_lines(progress: Progress) -> Iterator[str]:
    """The progress of a running import."""
    yield plain(f"{progress.file.key} ({progress.id})")
    of = f", client {progress.clients_done + 1} of {progress.clients}" if progress.clients else ""
    yield f"  {_DOING[progress.stage].format(progress.done)}{of}"
    yield f"  started {progress.started_at:%Y-%m-%d %H:%M:%S}, as of {progress.at:%Y-%m-%d %H:%M:%S} UTC"


_DOING = {
    Stage.READING: "reading: {:,} rows so far",
    Stage.COMPARING: "comparing with what is already counted: {:,} cycles so far",
    Stage.WRITING: "writing changed cycles: {:,} so far; they count once all of the client's are written",
}


def status_text(report: ImportReport) -> str:
    """`done`, `done with problems`, `refused`."""
    return report.status.value.replace("_", " ")


def cycle_lines(cycles: Iterable[CycleChange], formats: Formats) -> Iterator[str]:
    """The used hours of each cycle and, in a preview, the remaining hours; before → after."""
    for cycle in cycles:
        figures = [f"{_before_after(cycle.before_seconds, cycle.after_seconds, formats)} used"]
        if cycle.before_remaining is not None and cycle.after_remaining is not None:
            figures.append(f"{_before_after(cycle.before_remaining, cycle.after_remaining, formats)} left")
        if cycle.unapproved_seconds:
            figures.append(f"{formats.hours(cycle.unapproved_seconds)} beyond what was approved")
        yield plain(f"  {cycle.retainer} {cycle.start}: {', '.join(figures)}")


def _before_after(before: int, after: int, formats: Formats) -> str:
    hours = formats.hours
    return hours(after) if before == after else f"{hours(before)} → {hours(after)}"


def _summary(report: ImportReport) -> str:
    status = status_text(report)
    if report.refusal is not None:
        return status
    counts = asdict(report.counts).items()
    counted = [_counted(count, name) for name, count in counts if count and name not in _COUNTED_ELSEWHERE]
    rows = f"{report.counts.rows} {'row' if report.counts.rows == 1 else 'rows'}"
    what = f"{rows} ({', '.join(counted)})" if counted else rows
    return f"{status}: {report.source}, {what}, {formats_of(report).hours(report.seconds)}"


def _counted(count: int, name: str) -> str:
    return "1 problem" if (count, name) == (1, "problems") else f"{count} {name}"


def _listed(listing: Listing) -> Iterator[str]:
    yield f"  {listing.title}: {listing.intro}"
    shown = listing._replace(rows=listing.rows[:_SHOWN])
    for row in shown.rows:
        where = ", ".join(part for part in (f"{listing.place.lower()} {row.place}", row.about, row.hours) if part)
        yield plain(f"    {where}: {row.text}")
    if shown.more:
        yield f"    {shown.more}"
    if listing.rules:
        yield "    rules for the set-up file that would match them; fill in the targets:"
        yield from (plain(f"      {rule}") for rule in listing.rules[:_SHOWN])
