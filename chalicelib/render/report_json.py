"""The report of an import as JSON: a stable format (docs/imports.md, "The report")."""

from dataclasses import asdict
from typing import Any

from chalicelib.intake.rows import RowProblem
from chalicelib.render.json_values import day_json, instant_json
from chalicelib.services.imports.decide_import import Decided
from chalicelib.services.imports.progress import Progress
from chalicelib.services.store.import_record import (
    CycleChange,
    ImportRecord,
    ImportReport,
    LateEntry,
    LikelyDuplicate,
    MissingEntry,
    StartEdit,
    as_of_report,
    is_undone,
    report_of,
)

Json = dict[str, Any]


def record_json(record: ImportRecord) -> Json:
    """The report with the import's id and file."""
    file = {"key": record.file.key, "version": record.file.version}
    return {
        "id": record.id,
        **report_json(report_of(record)),
        "file": file,
        "finished_at": instant_json(record.finished_at),
        "as_of": instant_json(as_of_report(record)),
        "is_undone": is_undone(record),
        "retry_refused": record.retry_refused.reason if record.retry_refused else None,
        "stopped_before": list(record.stopped_before),
        "decisions": [{"verb": one.verb.value, "at": instant_json(one.at)} for one in record.decisions],
    }


def decided_json(decided: Decided) -> Json:
    """An import after a decision, and the cycles that the decision changed."""
    return {**record_json(decided.record), "changed_cycles": [_cycle(change) for change in decided.cycles]}


def progress_json(progress: Progress) -> Json:
    """The progress of a running import, which has no report yet."""
    return {
        "id": progress.id,
        "status": "running",
        "file": {"key": progress.file.key, "version": progress.file.version},
        "started_at": instant_json(progress.started_at),
        "told_at": instant_json(progress.at),
        "stage": progress.stage.value,
        "done": progress.done,
        "clients_done": progress.clients_done,
        "clients": progress.clients,
    }


def report_json(report: ImportReport) -> Json:
    """The report alone, as for a preview."""
    return {
        "status": report.status.value,
        "source": report.source,
        "how_read": report.how_read or None,
        "column_faults": [fault._asdict() for fault in report.column_faults],
        "counts": asdict(report.counts),
        "seconds": report.seconds,
        "likely_edits": [_edit(one, one.edit) for one in report.missing if one.edit],
        "problems": [_problem(problem) for problem in report.problems],
        "warnings": [_problem(problem) for problem in report.warnings],
        "unrouted": [
            {**_problem(problem), "rule": problem.rule, "other_client": problem.client} for problem in report.unrouted
        ],
        "missing": [_missing(one) for one in report.missing],
        "likely_doubles": [_duplicate(one) for one in report.duplicates],
        "refused_reason": report.refusal.reason if report.refusal else None,
        "refused_kind": report.refusal.kind.value if report.refusal else None,
        "late": [_late(entry) for entry in report.late],
        "cycles": [_cycle(change) for change in report.cycles],
    }


def _problem(problem: RowProblem) -> Json:
    return {"line": problem.line, "column": problem.column, "value": problem.value, "reason": problem.reason}


def _day(entry: MissingEntry | LikelyDuplicate | LateEntry) -> Json:
    return {
        "client": entry.retainer.client,
        "retainer": entry.retainer.retainer,
        "date": entry.date.isoformat(),
        "worker": entry.worker,
        "seconds": entry.seconds,
    }


def _entry(entry: MissingEntry | LikelyDuplicate) -> Json:
    return {**_day(entry), "description": entry.description}


def _missing(entry: MissingEntry) -> Json:
    return {**_entry(entry), "not_in": entry.not_in, "removed": entry.removed, "blocked": entry.is_blocked}


def _edit(entry: MissingEntry, edit: StartEdit) -> Json:
    old, new = (f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" for seconds in edit[1:])
    return {"line": edit.line, "old_start": old, "new_start": new, **_missing(entry)}


def _duplicate(entry: LikelyDuplicate) -> Json:
    return {**_entry(entry), "other_retainer": entry.other_retainer.retainer, "other_source": entry.other_source}


def _late(entry: LateEntry) -> Json:
    return {**_day(entry), "posted_to": day_json(entry.posted_to)}


def _cycle(change: CycleChange) -> Json:
    return {
        "client": change.retainer.client,
        "retainer": change.retainer.retainer,
        "start": change.start.isoformat(),
        "before_seconds": change.before_seconds,
        "after_seconds": change.after_seconds,
        "before_remaining_seconds": change.before_remaining,
        "after_remaining_seconds": change.after_remaining,
        "unapproved_seconds": change.unapproved_seconds,
    }
