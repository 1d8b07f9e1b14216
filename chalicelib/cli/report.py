"""The report of an import as lines for a terminal."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from chalicelib.cli.output import plain
from chalicelib.intake.rows import RowProblem
from chalicelib.services.imports.progress import Progress, Stage
from chalicelib.services.store.import_record import CycleChange, ImportReport
from chalicelib.words.formats import Formats
from chalicelib.words.import_report import late_words

_SHOWN = 20
"""So many problems of a kind are listed; JSON has all that are kept."""
_SAID_APART = {"rows", "warnings"}


def report_lines(title: str, report: ImportReport) -> Iterator[str]:
    """What became of the file, the most important first."""
    yield plain(title)
    yield plain(f"  {_summary(report)}")
    if report.refusal is not None:
        yield plain(f"  {report.refusal.reason}")
    hours = Formats().hours
    yield from cycle_lines(report.cycles)
    yield from _problems("problem", report.problems, report.counts.problems)
    yield from _problems("warning", report.warnings, max(report.counts.warnings, len(report.warnings)))
    yield from _problems("unrouted", report.unrouted, report.counts.unrouted)
    rules = dict.fromkeys(problem.rule for problem in report.unrouted if problem.rule)
    if rules:
        yield "  rules for the set-up file that would claim unrouted rows, their targets left to fill in:"
        yield from (plain(f"    {rule}") for rule in list(rules)[:_SHOWN])
    for entry in report.missing[:_SHOWN]:
        what = f"{entry.retainer} {entry.date} {entry.worker} {hours(entry.seconds)} “{entry.description}”"
        which = f" {entry.not_in}" if entry.not_in else ""
        fate = "is removed" if entry.removed else f"stays counted until `hourtab import accept{which}`"
        yield plain(f"  missing: {what}; it {fate}")
    for late in report.late[:_SHOWN]:
        yield plain(f"  late: {late.date} {late.worker} {hours(late.seconds)}: {late_words(late)}")
    for double in report.doubles[:_SHOWN]:
        what = f"{double.retainer} {double.date} {double.worker} {hours(double.seconds)} “{double.description}”"
        yield plain(f"  likely double: {what} is counted in {double.other_retainer} from {double.other_source} already")
    if len(report.missing) > _SHOWN:
        yield f"  and {len(report.missing) - _SHOWN} more missing"


def progress_lines(progress: Progress) -> Iterator[str]:
    """Where a running import stands."""
    yield plain(f"{progress.file.key} ({progress.id})")
    of = f", client {progress.clients_done + 1} of {progress.clients}" if progress.clients else ""
    yield f"  {_DOING[progress.stage].format(progress.done)}{of}"
    yield f"  started {progress.started_at:%Y-%m-%d %H:%M:%S}, told this {progress.at:%Y-%m-%d %H:%M:%S} UTC"


_DOING = {
    Stage.READING: "reading: {:,} rows so far",
    Stage.COMPARING: "comparing with what is counted: {:,} cycles so far",
    Stage.WRITING: "putting down changed cycles: {:,} so far; they count once all of the client's are there",
}


def cycle_lines(cycles: Iterable[CycleChange]) -> Iterator[str]:
    """The used time of each cycle and, in a preview, what remains of it; before → after."""
    for cycle in cycles:
        told = [f"{_before_after(cycle.before_seconds, cycle.after_seconds)} used"]
        if cycle.before_remaining is not None and cycle.after_remaining is not None:
            told.append(f"{_before_after(cycle.before_remaining, cycle.after_remaining)} left")
        yield plain(f"  {cycle.retainer} {cycle.start}: {', '.join(told)}")


def _before_after(before: int, after: int) -> str:
    hours = Formats().hours
    return hours(after) if before == after else f"{hours(before)} → {hours(after)}"


def _summary(report: ImportReport) -> str:
    status = report.status.value.replace("_", " ")
    if report.refusal is not None:
        return status
    said = [f"{count} {name}" for name, count in asdict(report.counts).items() if count and name not in _SAID_APART]
    rows = f"{report.counts.rows} {'row' if report.counts.rows == 1 else 'rows'}"
    told = f"{rows} ({', '.join(said)})" if said else rows
    return f"{status}: {report.source}, {told}, {Formats().hours(report.seconds)}"


def _problems(kind: str, problems: tuple[RowProblem, ...], total: int) -> Iterator[str]:
    for problem in problems[:_SHOWN]:
        place = f"line {problem.line}" + (f", {problem.column}" if problem.column else "")
        value = f" “{problem.value}”" if problem.value else ""
        yield plain(f"  {kind}: {place}{value}: {problem.reason}")
    if total > _SHOWN:
        yield f"  and {total - _SHOWN} more of this kind"
