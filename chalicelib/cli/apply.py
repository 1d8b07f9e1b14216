"""`hourtab apply`: bring the stored set-up in line with the set-up file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer, is_json, plain, table
from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.intake.rows import ColumnMapping
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.mails.addressee import addressee_of
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
    mails = _Mails(plan, _without_address(setup, plan), bool(parts.settings.mail_from))
    lines = (*_lines(plan, mails, dry_run), *_lines_of_affected(affected))
    answer({**_as_json(plan, mails, dry_run), **_json_of_affected(affected)}, lines)


class _Mails(NamedTuple):
    """The mails of a plan, and what stands in their way."""

    plan: SetupPlan
    without_address: tuple[str, ...]
    """New clients that get no mail, because the file names no address for them."""
    has_sender: bool
    """Whether the deployment sends mails at all."""

    def lines(self, dry_run: bool) -> Iterator[str]:
        if self.plan.mails:
            yield "Mails that this would cause:" if dry_run else "Mails that this causes:"
            found = [(addressee_of(*mail), mail.task) for mail in self.plan.mails]
            rows = ((who.to or "nobody", one.kind.value, one.id, f"{one.due_at:%Y-%m-%d %H:%M}") for who, one in found)
            head, *shown = table(("to", "kind", "id", "due (UTC)"), rows)
            yield head
            for line, (who, _) in zip(shown, found, strict=True):
                yield line
                if who.note:
                    yield plain(f"    {who.note}")
            if not self.has_sender:
                yield "No mail leaves: this deployment has no sender. Deploy it with MAIL_FROM=… first."
        if self.without_address:
            yield plain(
                f"New clients that get no mail, without an `email` in `billing`: {_some(self.without_address)}."
            )

    def as_json(self) -> dict[str, Any]:
        mails = [_mail_json(mail, has_sender=self.has_sender) for mail in self.plan.mails]
        return {"mails": mails, "without_address": list(self.without_address)}


def _without_address(setup: Setup, plan: SetupPlan) -> tuple[str, ...]:
    created = {one.name for one in plan.changes if one.kind == "client" and one.action is Action.CREATED}
    return tuple(one.client.id for one in setup.clients if one.client.id in created and not one.billing.party.email)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def _read(file: Path, mappings: tuple[ColumnMapping, ...]) -> Setup:
    sources = (*(source.name for source in SOURCES), *(mapping.source for mapping in mappings))
    setup = read_setup(file.read_bytes(), tuple(dict.fromkeys(sources)), file.parent)
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
        for line in f"{file}:{place.line}:{place.column}: {problem.text}".split("\n"):
            click.echo(plain(line), err=True)
    clients = [change.name for change in written if change.kind == "client"]
    if clients:
        text = f"This came up while {file} was being applied. Already applied: {', '.join(clients)}."
        click.echo(plain(f"{text} Correct the file and apply it again."), err=True)
    click.get_current_context().exit(1)


def _as_json(plan: SetupPlan, mails: _Mails, dry_run: bool) -> dict[str, Any]:
    counts = {action.value: plan.count(action) for action in Action}
    return {"dry_run": dry_run, "counts": counts, "changes": _changes_json(plan.changes), **mails.as_json()}


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
        count_on = "counts" if count == 1 else "count"
        would = f"would now be read or routed differently, and {count_on} as before until retried"
        yield plain(f"{one.client}: {imports}{newest} {would}:")
        yield from (plain(f"    hourtab import retry {name}") for name in one.imports[-_SHOWN:])
        if count > _SHOWN:
            yield f"    and {count - _SHOWN} older ones, listed by --json"
    if affected.is_cut:
        yield "The imports of the file's other clients were not compared with the new rules."


def _mail_json(mail: CausedMail, *, has_sender: bool) -> dict[str, Any]:
    task, (to, note) = mail.task, addressee_of(*mail)
    return {
        "to": to,
        "leaves": bool(to and has_sender),
        "note": note,
        "id": task.id,
        "kind": task.kind.value,
        "about": list(task.about),
        "client": task.client,
        "due_at": instant_json(task.due_at),
    }


def _lines(plan: SetupPlan, mails: _Mails, dry_run: bool) -> Iterator[str]:
    rows = [(change.action.value, change.kind, change.name) for change in plan.changes]
    for line, change in zip(table(("", "what", "name"), rows)[1:], plan.changes, strict=True):
        yield line
        if change.action is Action.CHANGED:
            for field in change.fields:
                yield plain(f"    {field.key}: {field.before or 'nothing'} → {field.after or 'nothing'}")
        elif dry_run:
            for field in change.fields:
                if field.before or field.after:
                    before = f"{field.before} → " if field.before else ""
                    yield plain(f"    {field.key}: {before}{field.after or 'nothing'}")
    yield from mails.lines(dry_run)
    counts = ", ".join(f"{plan.count(action)} {action.value}" for action in Action if plan.count(action))
    yield f"{'Nothing was written; it would be: ' if dry_run else ''}{counts or 'the file is empty'}."
