"""`hourtab import`: drop exports, preview them, read their reports, retry and undo."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, listing
from chalicelib.cli.report import cycle_lines, preview_lines, progress_lines, record_lines, status_text
from chalicelib.cli.values import Slug, unknown_id
from chalicelib.domain.ids import ImportId
from chalicelib.parts import Parts
from chalicelib.render.report_json import decided_json, progress_json, record_json, report_json
from chalicelib.services.imports.open_file import INBOX
from chalicelib.services.imports.previewed import MOST_CLIENTS
from chalicelib.services.imports.progress import Progress
from chalicelib.services.imports.run_import import Preview
from chalicelib.services.store.audit import DEPLOYMENT, Act, AuditRecord
from chalicelib.services.store.import_record import (
    Delivery,
    DroppedFile,
    ImportRecord,
    ImportReport,
    ImportStatus,
    Verb,
    import_id,
    is_undone,
    report_of,
)
from chalicelib.words.import_sentences import fate_of_edits, fate_of_missing, formats_of

_RECENT = 100
_FIGURES = ("rows", "new", "changed", "missing", "unrouted", "excluded", "problems")
"""The counts that the list of imports shows."""
_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


def _place(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which client and retainer the files belong to."""
    option = partial(click.option, type=Slug(), metavar="TEXT")
    client = option("--client", help="The client; default: rules decide for each row.")
    retainer = option("--retainer", help="The client's retainer; default: rules decide.")
    return client(retainer(command))


def _waiting(command: Callable[..., None]) -> Callable[..., None]:
    wait = click.option(
        "--wait",
        is_flag=True,
        help="Wait for the report and show it; exit code 1 if a file is refused or none of its rows count.",
    )
    timeout = click.option("--timeout", type=click.IntRange(1), default=300, show_default=True, help="Seconds to wait.")
    return wait(timeout(command))


imports = Group()


@imports.command()
@click.argument("files", nargs=-1, required=True, type=_FILES)
@_place
@click.option("--check", is_flag=True, help="Show the preview and ask first; then import just that, or nothing.")
@click.option("--expect", metavar="FINGERPRINT", help="Import just what the preview with this fingerprint showed.")
@_waiting
@pass_parts
def drop(
    parts: Parts,
    files: tuple[Path, ...],
    *,
    client: str | None,
    retainer: str | None,
    check: bool,
    expect: str | None,
    wait: bool,
    timeout: int,
) -> None:
    """Upload FILES to the inbox bucket, where the import function picks them up."""
    keys = [_key(file, client, retainer) for file in files]
    expected = ""
    if check or expect:
        if len(files) > 1:
            raise click.UsageError("--check and --expect take one file: each one that is imported changes the others'.")
        expected = _checked(parts, files[0], keys[0], expect)
    dropped = [_drop(parts, file, key, expected) for file, key in zip(files, keys, strict=True)]
    if wait or check:
        _show_records([_wait(parts, import_id(one), None, timeout) for one in dropped])
        return
    values = [{"id": import_id(one), "key": one.key, "version": one.version} for one in dropped]
    answer(_one_or_all(values), [f"{one['id']}  {one['key']}" for one in values])


@imports.command()
@click.argument("files", nargs=-1, required=True, type=_FILES)
@_place
@pass_parts
def preview(parts: Parts, files: tuple[Path, ...], client: str | None, retainer: str | None) -> None:
    """Show the report that each of FILES would get now. Writes nothing."""
    keys = [_key(file, client, retainer) for file in files]
    previews = [(key, _preview(parts, file, key)) for file, key in zip(files, keys, strict=True)]
    values = [
        {**report_json(one.report), "fingerprint": _fingerprint(one), "file": {"key": key, "version": None}}
        for key, one in previews
    ]
    answer(_one_or_all(values), (line for key, one in previews for line in _preview_lines(key, one)))
    _end([one.report for _, one in previews])


@imports.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@pass_parts
def list_recent(parts: Parts, limit: int) -> None:
    """List the most recent imports, newest first."""
    running = parts.progress_log.list_running()
    records = parts.import_log.list_recent(limit)
    head = ("id", "finished", "status", "source", *_FIGURES, "file")
    rows = [*(_running_row(one) for one in running), *(_row(one) for one in records)]
    values = [*(progress_json(one) for one in running), *(record_json(one) for one in records)]
    answer(values, listing(head, rows, "Nothing was imported yet.", right=_FIGURES))


@imports.command()
@click.argument("id")
@pass_parts
def show(parts: Parts, id: str) -> None:  # noqa: A002 - the name on the command line
    """Show the report of one import and the address of its page, or the progress of a running one."""
    progress = parts.progress_log.read_progress(ImportId(id))
    if progress is not None:
        answer(progress_json(progress), progress_lines(progress))
        return
    record = _find(parts, id)
    page = parts.report_address(record.id)
    answer({**record_json(record), "page": page}, [*record_lines(record), *([f"  page: {page}"] if page else [])])


@imports.command("revoke-link")
@click.argument("id")
@pass_parts
def revoke_link(parts: Parts, id: str) -> None:  # noqa: A002 - the name on the command line
    """Disable all addresses of an import's report at once; `show` makes a new one."""
    record, now = _find(parts, id), parts.clock()
    parts.import_log.revoke_links(record.id)
    name = f"revoke-link-{record.id}-{now.isoformat()}"
    parts.audit_trail.add(AuditRecord(name, DEPLOYMENT, now, Act.REVOKE_REPORT, record.id))
    answer({"id": record.id, "revoked": True}, [f"No address of the report of {record.id} works any more."])


@imports.command()
@click.argument("id")
@click.option(
    "--as-edits",
    is_flag=True,
    help="Its rows replace entries that are equal but for their start, also if all of them are shifted.",
)
@_waiting
@pass_parts
def retry(parts: Parts, id: str, *, as_edits: bool, wait: bool, timeout: int) -> None:  # noqa: A002 - the name on the command line
    """Import a file again, after its client was added, the set-up was fixed or the rules changed."""
    record = _find(parts, id)
    if is_undone(record):
        raise click.ClickException(f"Import {id} is undone; use `hourtab import redo {id}` to count it again.")
    parts.import_queue.send([Delivery(record.file, retry_since=parts.clock(), as_edits=as_edits)])
    if wait:
        _show_records([_wait(parts, record.id, record.finished_at, timeout)])
        return
    answer({"id": record.id, "queued": True}, [f"Import {record.id} is queued."])


@imports.command()
@click.argument("id")
@pass_parts
def undo(parts: Parts, id: str) -> None:  # noqa: A002 - the name on the command line
    """Undo an import, as if its file had never been dropped; the file and its report are kept."""
    _decide(parts, id, Verb.UNDO)


@imports.command()
@click.argument("id")
@pass_parts
def redo(parts: Parts, id: str) -> None:  # noqa: A002 - the name on the command line
    """Count an undone import again, at its original place in the order of files."""
    _decide(parts, id, Verb.REDO)


@imports.command()
@click.argument("id")
@click.option("--edits", is_flag=True, help="Only the earlier entries of its likely edits.")
@pass_parts
def accept(parts: Parts, id: str, *, edits: bool) -> None:  # noqa: A002 - the name on the command line
    """Remove the entries that the import lists as missing, because they were deleted at the source."""
    _decide(parts, id, Verb.ACCEPT_EDITS if edits else Verb.ACCEPT)


def _decide(parts: Parts, wanted: str, verb: Verb) -> None:
    decided = parts.run_import.decide(_find(parts, wanted), verb)
    record = decided.record
    said = f"{record.file.key} ({record.id}): {_DECIDED[verb]}"
    if verb is Verb.ACCEPT:
        said += f"; the missing entries {fate_of_missing(report_of(record), accepted=True)}"
    if verb is Verb.ACCEPT_EDITS:
        said += f"; the earlier entries {fate_of_edits(record)}"
    answer(decided_json(decided), [said, *cycle_lines(decided.cycles, formats_of(record.report))])


_DECIDED = {
    Verb.UNDO: "undone",
    Verb.REDO: "counts again",
    Verb.ACCEPT: "accepted",
    Verb.ACCEPT_EDITS: "edits accepted",
}


def _key(file: Path, client: str | None, retainer: str | None) -> str:
    if retainer and not client:
        raise click.UsageError("--retainer names a retainer of a client: add --client.")
    return INBOX + "/".join(part for part in (client, retainer, file.name) if part)


def _preview(parts: Parts, file: Path, key: str) -> Preview:
    with file.open("rb") as stream:
        return parts.run_import.preview(stream, key)


def _preview_lines(key: str, preview: Preview) -> Iterator[str]:
    return preview_lines(f"{key} ({' '.join(filter(None, ('preview', _fingerprint(preview))))})", preview.report)


def _fingerprint(preview: Preview) -> str | None:
    return preview.shown.fingerprint if preview.shown else None


def _checked(parts: Parts, file: Path, key: str, expect: str | None) -> str:
    """What the file is dropped with, if a person agrees to its preview, or the preview is the expected one.

    What would be refused or count nothing is not dropped.
    """
    preview = _preview(parts, file, key)
    if expect is not None:
        if expect != _fingerprint(preview):
            raise click.ClickException(
                f"{file.name} is not what was previewed as {expect}: the file, the ledger or the set-up has changed. "
                "Nothing was dropped; preview it again."
            )
        return str(preview.shown)
    for line in _preview_lines(key, preview):
        click.echo(line, err=True)
    _end([preview.report])
    if preview.shown is None:
        raise click.ClickException(f"The file is for more than {MOST_CLIENTS} clients: drop it without --check.")
    click.confirm("Import it?", abort=True, err=True)
    return str(preview.shown)


def _drop(parts: Parts, file: Path, key: str, expected: str) -> DroppedFile:
    with file.open("rb") as stream:
        version = parts.files.drop(key, stream, expected)
    return DroppedFile(parts.settings.need("inbox_bucket"), key, version, "")


def _wait(parts: Parts, wanted: ImportId, before: datetime | None, timeout: int) -> ImportRecord:
    """The record as soon as there is one that did not finish at `before`."""
    until = parts.clock() + timedelta(seconds=timeout)
    while parts.clock() < until:
        record = parts.import_log.read(wanted)
        if record is not None and record.finished_at != before:
            return record
        parts.pause()
    raise click.ClickException(
        f"Import {wanted} is not done after {timeout} s; check later with `hourtab import show {wanted}`."
    )


def _find(parts: Parts, wanted: str) -> ImportRecord:
    record = parts.import_log.read(ImportId(wanted))
    if record is None:
        raise unknown_id("import", wanted, [one.id for one in parts.import_log.list_recent(_RECENT)])
    return record


def _show_records(records: list[ImportRecord]) -> None:
    values = [record_json(record) for record in records]
    answer(_one_or_all(values), (line for one in records for line in record_lines(one, is_fresh=True)))
    _end([record.report for record in records])
    if any(record.retry_refused for record in records):
        click.get_current_context().exit(1)


def _end(reports: list[ImportReport]) -> None:
    if any(_took_nothing(report) for report in reports):
        click.get_current_context().exit(1)


def _took_nothing(report: ImportReport) -> bool:
    """Whether the file was refused, or has rows of which none could be imported."""
    counts = report.counts
    return report.status is ImportStatus.REFUSED or 0 < counts.rows == counts.unrouted + counts.problems


def _one_or_all(values: list[dict[str, Any]]) -> Any:
    """The answer for one file is an object, for several a list."""
    return values[0] if len(values) == 1 else values


def _running_row(progress: Progress) -> tuple[str, ...]:
    return (progress.id, "", progress.stage.value, "", *("" for _ in _FIGURES), progress.file.key)


def _last_run(record: ImportRecord) -> str:
    if record.retry_refused is None:
        return ""
    return ", stopped" if record.stopped_before else ", retry refused"


def _row(record: ImportRecord) -> tuple[str, ...]:
    return (
        record.id,
        f"{record.finished_at:%Y-%m-%d %H:%M}",
        "undone" if is_undone(record) else status_text(record.report) + _last_run(record),
        record.report.source or "",
        *(str(getattr(record.report.counts, name)) for name in _FIGURES),
        record.file.key,
    )
