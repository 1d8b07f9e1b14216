"""`hourtab apply`: bring the stored set-up in line with the set-up file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer, is_json, plain, table
from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.intake.rows import ColumnMapping
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.setup.apply import ApplySetup, SetupPlan
from chalicelib.services.setup.caused_mails import CausedMail
from chalicelib.services.setup.declared import Setup, SetupProblem
from chalicelib.services.setup.plan import Action, Change
from chalicelib.services.setup.read_otherwise import Affected, read_otherwise

_SHOWN = 10
"""The most imports of a client that are listed."""


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@pass_parts
def apply(parts: Parts, file: Path, dry_run: bool) -> None:
    """Store the clients, retainers, terms and rules that FILE declares.

    Only differences are written. What is stored but not in FILE is left alone and listed.
    If FILE has problems, all of them are shown with line and column, and nothing is written.
    """
    setup = _read(file, parts.directory.read_operator().hints.mappings)
    use_case = ApplySetup(parts.directory, parts.ledger, parts.clock)
    plan = use_case.preview(setup) if dry_run else use_case.apply(setup)
    if plan.conflicts:
        _refuse(file, plan.conflicts, plan.changes)
    affected = read_otherwise(setup, plan, parts.clock(), parts.directory, parts.import_log)
    lines = (*_lines(plan, dry_run), *_lines_of_affected(affected))
    answer({**_as_json(plan, dry_run), **_json_of_affected(affected)}, lines)


def _read(file: Path, mappings: tuple[ColumnMapping, ...]) -> Setup:
    sources = (*(source.name for source in SOURCES), *(mapping.source for mapping in mappings))
    setup = read_setup(file.read_bytes(), tuple(dict.fromkeys(sources)))
    if not isinstance(setup, Setup):
        _refuse(file, setup)
    return setup


def _refuse(file: Path, problems: tuple[SetupProblem, ...], written: tuple[Change, ...] = ()) -> NoReturn:
    """Show all problems, one line each, and what was written before they were found, and exit with 1."""
    if is_json():
        places = [{"line": one.place.line, "column": one.place.column, "reason": one.text} for one in problems]
        answer({"file": str(file), "problems": places, "changes": _changes_json(written)}, ())
    for problem in problems:
        place = problem.place
        click.echo(plain(f"{file}:{place.line}:{place.column}: {problem.text}"), err=True)
    clients = [change.name for change in written if change.kind == "client"]
    if clients:
        text = f"This came up while {file} was being applied. Already applied: {', '.join(clients)}."
        click.echo(plain(f"{text} Correct the file and apply it again."), err=True)
    click.get_current_context().exit(1)


def _as_json(plan: SetupPlan, dry_run: bool) -> dict[str, Any]:
    counts = {action.value: plan.count(action) for action in Action}
    mails = [_mail_json(mail) for mail in plan.mails]
    return {"dry_run": dry_run, "counts": counts, "changes": _changes_json(plan.changes), "mails": mails}


def _changes_json(changes: tuple[Change, ...]) -> list[dict[str, Any]]:
    return [
        {
            "fate": change.action.value,
            "kind": change.kind,
            "name": change.name,
            "fields": [field._asdict() for field in change.fields],
        }
        for change in changes
    ]


def _json_of_affected(affected: Affected) -> dict[str, Any]:
    imports = [name for one in affected.clients for name in one.imports]
    return {
        "read_otherwise": imports,
        "read_otherwise_is_cut": affected.is_cut or any(one.is_cut for one in affected.clients),
    }


def _lines_of_affected(affected: Affected) -> Iterator[str]:
    for one in affected.clients:
        count = len(one.imports)
        imports = "1 import" if count == 1 else f"{count} imports"
        newest = " among the newest 400" if one.is_cut else ""
        yield plain(f"{one.client}: {imports}{newest} would now be read or routed otherwise and still count as before:")
        yield from (plain(f"    hourtab import retry {name}") for name in one.imports[-_SHOWN:])
        if count > _SHOWN:
            yield f"    and {count - _SHOWN} older ones, listed by --json"
    if affected.is_cut:
        yield "The imports of the file's other clients were not compared with the new rules."


def _mail_json(mail: CausedMail) -> dict[str, Any]:
    task = mail.task
    return {
        "to": mail.to,
        "id": task.id,
        "kind": task.kind.value,
        "about": list(task.about),
        "client": task.client,
        "due_at": instant_json(task.due_at),
    }


def _lines(plan: SetupPlan, dry_run: bool) -> Iterator[str]:
    rows = [(change.action.value, change.kind, change.name) for change in plan.changes]
    for line, change in zip(table(("", "what", "name"), rows)[1:], plan.changes, strict=True):
        yield line
        if change.action is Action.CHANGED:
            for field in change.fields:
                yield plain(f"    {field.key}: {field.before or 'nothing'} → {field.after or 'nothing'}")
        elif dry_run:
            yield from (plain(f"    {field.key}: {field.after}") for field in change.fields if field.after)
    if plan.mails:
        yield "Mails that this would cause:" if dry_run else "Mails that this causes:"
        mails = ((to, task.kind.value, task.id, f"{task.due_at:%Y-%m-%d %H:%M}") for to, task in plan.mails)
        yield from table(("to", "kind", "id", "due (UTC)"), mails)
    counts = ", ".join(f"{plan.count(action)} {action.value}" for action in Action if plan.count(action))
    yield f"{'Nothing was written; it would be: ' if dry_run else ''}{counts or 'the file is empty'}."
