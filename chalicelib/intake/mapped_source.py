"""A header that the operator has mapped, as a source like any other."""

from chalicelib.intake.columns import Field
from chalicelib.intake.rows import ColumnMapping
from chalicelib.intake.source import DurationColumn, Source


def source_of(mapping: ColumnMapping) -> Source:
    """The source that reads files with this header."""
    said: dict[Field, list[str]] = {}
    for field, column in mapping.columns:
        said.setdefault(field, []).append(column)
    durations = said.pop(Field.DURATION, [])
    worker = said.pop(Field.WORKER, [])
    return Source(
        name=mapping.source,
        title=f"list of {mapping.source}",
        signatures=(mapping.header,),
        columns={field: (columns[0],) for field, columns in said.items()},
        joined={field: tuple(columns[1:]) for field, columns in said.items() if columns[1:]},
        durations=tuple(DurationColumn(column, mapping.unit) for column in durations),
        workers=(tuple(worker),) if worker else (),
        date_order=mapping.date_order,
    )
