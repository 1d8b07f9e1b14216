"""`hourtab source`: define once what the columns of an unknown export mean."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, is_json, plain, table
from chalicelib.cli.setup_file.zones import why_no_zone
from chalicelib.domain.entry import OWN_SOURCES
from chalicelib.domain.ids import is_slug
from chalicelib.intake.evidence.file import UNITS_OF_BREAKS
from chalicelib.intake.propose_mapping import Proposal, Said, propose_mapping
from chalicelib.intake.recognise import normal_names
from chalicelib.intake.rows import ColumnMapping, MappedColumn, Refusal, Row, RowProblem
from chalicelib.intake.sources.columns import PLAIN_UNITS, DateOrder, Field, Unit
from chalicelib.intake.sources.settled import Settled
from chalicelib.parts import Parts
from chalicelib.services.imports.map_source import list_mappings, remove_mappings, save_mapping
from chalicelib.words.formats import Formats

_UNITS = [unit.value for unit in PLAIN_UNITS]


def _slug(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not is_slug(value):
        raise click.BadParameter(f"{value!r} is not lower-case letters, digits and hyphens.")
    if value in OWN_SOURCES:
        raise click.BadParameter(f"{value!r} is a name that HourTab uses itself; choose another one.")
    return value


def _columns(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[MappedColumn, ...]:
    return tuple(map(_column, values))


def _column(text: str) -> MappedColumn:
    name, sign, column = text.partition("=")
    fields = [field.value for field in Field]
    if not sign or name.strip() not in fields:
        raise click.BadParameter(f"{text!r} is not FIELD=COLUMN; the fields are {', '.join(fields)}.")
    return MappedColumn(Field(name.strip()), column.strip())


def _zone(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value and (why := why_no_zone(value)):
        raise click.BadParameter(why)
    return value


source = Group()


@source.command("map")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "name", required=True, callback=_slug, help="The name of the source, such as your tool's.")
@click.option(
    "--set", "columns", multiple=True, callback=_columns, metavar="FIELD=COLUMN", help="The meaning of a column."
)
@click.option(
    "--unit",
    type=click.Choice(_UNITS),
    help="The unit of bare numbers in the duration; default: by its name and the cells.",
)
@click.option(
    "--break-unit",
    type=click.Choice([unit.value for unit in UNITS_OF_BREAKS]),
    help="The unit of bare numbers in breaks; default: by their names and the cells.",
)
@click.option("--date-order", type=click.Choice([one.value for one in DateOrder]), help="How 03/04/2026 is read.")
@click.option("--zone", callback=_zone, help="The time zone of its times, as in UTC or Europe/Berlin.")
@click.option("--yes", is_flag=True, help="Save without asking.")
@pass_parts
def map_columns(
    parts: Parts,
    *,
    file: Path,
    name: str,
    columns: tuple[MappedColumn, ...],
    unit: str | None,
    break_unit: str | None,
    date_order: str | None,
    zone: str | None,
    yes: bool,
) -> None:
    """Propose what the columns of FILE mean, and save it for all files with this header."""
    given = Said(
        name,
        columns,
        Unit(unit) if unit else None,
        DateOrder(date_order) if date_order else None,
        zone,
        Unit(break_unit) if break_unit else None,
    )
    with file.open("rb") as stream:
        proposal = propose_mapping(stream, given)
    if isinstance(proposal, Refusal):
        raise click.ClickException(proposal.reason)
    if not is_json():
        answer(None, _lines(proposal))
        save = yes or click.confirm("Save this mapping?")
    else:
        save = yes
    if save:
        save_mapping(proposal.mapping, parts.directory)
    saved = f"Files with this header are now imported as {name}." if save else "Nothing was saved."
    answer({**_as_json(proposal.mapping), "sample": list(map(_row_json, proposal.sample)), "saved": save}, [saved])


@source.command("list")
@pass_parts
def list_all(parts: Parts) -> None:
    """List all saved mappings."""
    mappings = list_mappings(parts.directory)
    rows = ((one.source, _described(one), ", ".join(sorted(one.header))) for one in mappings)
    answer([_as_json(one) for one in mappings], table(("source", "columns", "header"), rows))


@source.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@pass_parts
def remove(parts: Parts, *, name: str, yes: bool) -> None:
    """Forget the mappings of the source NAME."""
    found = [one for one in list_mappings(parts.directory) if one.source == name]
    if not found:
        raise click.ClickException(f"No mapping is called {name}: `hourtab source list` shows all.")
    if not yes:
        for one in found:
            click.echo(f"{', '.join(sorted(one.header))}: {_described(one)}", err=True)
        click.confirm("Forget how these headers are read?", abort=True, err=True)
    remove_mappings(name, parts.directory)
    said = "Files with these headers are no longer read so. What was imported stays as it is."
    answer([_as_json(one) for one in found], [said])


def _as_json(mapping: ColumnMapping) -> dict[str, Any]:
    return {
        "source": mapping.source,
        "header": sorted(mapping.header),
        "columns": [{"field": field.value, "column": column} for field, column in mapping.columns],
        "unit": mapping.unit.value,
        "date_order": mapping.date_order.value if mapping.date_order else None,
        "zone": mapping.zone,
        "break_unit": mapping.break_unit.value if mapping.break_unit else None,
    }


def _described(mapping: ColumnMapping) -> str:
    unit = "" if mapping.unit in {Unit.HOURS, Unit.OPEN} else f" in {mapping.unit.value}"
    return ", ".join(
        f"{field.value} = “{column}”{unit if field is Field.DURATION else ''}" for field, column in mapping.columns
    )


def _row_json(row: Row | RowProblem) -> dict[str, Any]:
    if isinstance(row, RowProblem):
        return {"line": row.line, "column": row.column, "value": row.value, "problem": row.reason}
    entry = row.entry
    text = {"worker": entry.worker, "project": entry.project, "task": entry.task, "description": entry.description}
    return {"line": row.line, "date": entry.date.isoformat(), "seconds": entry.seconds, **text}


def _lines(proposal: Proposal) -> Iterator[str]:
    """The columns and their meaning, then the first rows as they would be imported."""
    mapping = proposal.mapping
    meaning = _proven(proposal.settled) | {column: _meaning(field, mapping) for field, column in mapping.columns}
    names = zip(proposal.header, normal_names(proposal.header), strict=True)
    yield from table(("column", "means"), ((name, meaning.get(key, "(ignored)")) for name, key in names if key))
    yield ""
    yield from (plain(_row_line(row)) for row in proposal.sample)


def _proven(settled: Settled) -> dict[str, str]:
    """What the cells say about columns of hours that no mapping names."""
    return {
        **{column: "duration" for column, _ in settled.durations},
        settled.minutes: "minutes, added to the hours",
        **dict.fromkeys((*(column for column, _ in settled.breaks), *(settled.break_times or ())), "break, taken off"),
    }


def _meaning(field: Field, mapping: ColumnMapping) -> str:
    if field is Field.DURATION and mapping.unit is Unit.OPEN:
        return "duration; a bare number is asked about"
    if field is Field.DURATION:
        return f"duration, in {mapping.unit.value} where it is a bare number"
    return field.value


def _row_line(row: Row | RowProblem) -> str:
    if isinstance(row, RowProblem):
        return f"line {row.line}: {row.column or ''} “{row.value}”: {row.reason}"
    entry = row.entry
    words = [entry.worker, Formats().hours(entry.seconds), row.facts.client, entry.project, entry.task]
    return f"line {row.line}: {entry.date} " + " · ".join(word for word in (*words, entry.description) if word)
