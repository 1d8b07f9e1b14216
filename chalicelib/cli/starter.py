"""`hourtab init` and `hourtab schema`: a set-up file to start from, and its JSON Schema for editors."""

import shlex
from datetime import UTC, date, datetime
from pathlib import Path

import click

from chalicelib.cli.commands import Command
from chalicelib.cli.output import answer
from chalicelib.cli.setup_file import SCHEMA_FILE, STARTER_FILE
from chalicelib.cli.values import Day

_SCHEMA = "hourtab.schema.json"
"""The schema's file name, as the first line of the starter file has it."""


@click.command(cls=Command)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default="setup.yaml")
@click.option("--starts-on", type=Day(), help="First day of the retainers; default: the first of this month.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
def init(file: Path, starts_on: date | None, force: bool) -> None:
    """Write a commented set-up file to start from, with six typical clients.

    FILE defaults to setup.yaml. The schema that editors check it against is written to the same folder.
    """
    day = starts_on or datetime.now(UTC).date().replace(day=1)
    if not _write(file, _starter(file, day), force=force):
        raise click.ClickException(f"{file} exists: name another file, or overwrite it with --force.")
    schema = file.with_name(_SCHEMA)
    is_new = _write(schema, SCHEMA_FILE.read_text(encoding="utf-8"), force=force)
    lines = [
        f"Wrote {file}: six clients, served from {day}.",
        f"Wrote {schema}: editors use it to complete and check the file."
        if is_new
        else f"{schema} exists and is left unchanged; --force overwrites it.",
        f"Next: hourtab apply {shlex.quote(str(file))} --dry-run",
    ]
    answer({"file": str(file), "schema": str(schema), "starts_on": day.isoformat()}, lines)


@click.command(cls=Command)
def schema() -> None:
    """Print the JSON Schema that editors use to complete and check a set-up file."""
    click.echo(SCHEMA_FILE.read_text(encoding="utf-8"), nl=False)


def _starter(file: Path, day: date) -> str:
    starter = STARTER_FILE.read_text(encoding="utf-8")
    return starter.replace("2026-01-01", day.isoformat()).replace("setup.yaml", shlex.quote(str(file)))


def _write(path: Path, text: str, *, force: bool) -> bool:
    """Write the file and return True; without `force`, leave an existing one alone and return False."""
    try:
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        return False
    return True
