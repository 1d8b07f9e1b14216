"""The likely meaning of a file's columns: guessed, corrected by the operator's input, and tried out on the file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from chalicelib.domain.names import fold
from chalicelib.intake.evidence.captions import may_be_time_of_day
from chalicelib.intake.evidence.doubt import to_be_added
from chalicelib.intake.export import Export, open_export
from chalicelib.intake.guess import guess_columns, likeness
from chalicelib.intake.header import first_records
from chalicelib.intake.open_tables import open_tables
from chalicelib.intake.recognise import fingerprint, lay_out, normal_names, source_of
from chalicelib.intake.rows import (
    ColumnMapping,
    MappedColumn,
    Refusal,
    RefusalKind,
    Row,
    RowProblem,
    SourceHints,
    UnreadableExportError,
)
from chalicelib.intake.sources.captions import unit_in
from chalicelib.intake.sources.columns import PLAIN_UNITS, DateOrder, Field, Unit
from chalicelib.intake.sources.settled import Settled

_SAMPLE = 5
_SEVERAL = frozenset((Field.WORKER, Field.DURATION, Field.PROJECT))
"""Fields that may have several columns: the parts of a name, hours in either of two columns, a hierarchy."""

_HOURS = (Field.DURATION, Field.START, Field.END)
"""Who names none of these, nor a unit, has said nothing about hours that are in doubt."""


@dataclass(frozen=True, slots=True)
class Said:
    """The operator's input about a file."""

    source: str
    columns: tuple[MappedColumn, ...] = ()
    """As typed; a column of "" is a field that the file does not have."""
    unit: Unit | None = None
    date_order: DateOrder | None = None
    zone: str | None = None
    break_unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping for the operator to check."""

    mapping: ColumnMapping
    header: tuple[str, ...]
    """The header's names as the file spells them."""
    sample: tuple[Row | RowProblem, ...]
    """The file's first rows, read with the mapping."""
    settled: Settled
    """How the hours of this file are read, also from columns that the mapping does not name, such as a break."""


def propose_mapping(file: BinaryIO, said: Said) -> Proposal | Refusal:
    """A mapping of the file's header, or why there can be none and what to do."""
    opened = open_tables(file)
    if isinstance(opened, Refusal):
        return opened
    records, refusals = first_records(opened.tables)
    wanted = {fold(column) for _, column in said.columns if column}
    header = max(
        (cells for found in records for cells in found),
        key=lambda cells: (len(wanted & set(normal_names(cells))), likeness(cells)),
        default=[],
    )
    if not header:
        return next(iter(refusals), _refusal("The file has no row of column names: export it again."))
    mapping = _map(header, said)
    return mapping if isinstance(mapping, Refusal) else _try_out(file, header, mapping, said)


def _map(header: Sequence[str], said: Said) -> ColumnMapping | Refusal:
    names = fingerprint(header)
    typed = tuple(MappedColumn(field, fold(column)) for field, column in said.columns)
    if complaint := _complaint(header, names, said.columns):
        return complaint
    fields, taken = {field for field, _ in typed}, {column for _, column in typed}
    spelled = dict(zip(normal_names(header), header, strict=True))
    open_names = [cell for name, cell in spelled.items() if name not in taken]
    guessed = (one for one in guess_columns(open_names) if one.field not in fields)
    columns = (*(one for one in typed if one.column), *guessed)
    durations = [column for field, column in columns if field is Field.DURATION]
    unit = said.unit or (unit_in(spelled[durations[0]]) if durations else Unit.HOURS)
    mapping = ColumnMapping(said.source, names, columns, unit, said.date_order, said.zone, said.break_unit)
    normal = normal_names(header)
    if lay_out(source_of(mapping), tuple(header), normal) is None:
        return _refusal(_what_is_missing(columns) + " " + _columns_of(header))
    return mapping


def _complaint(header: Sequence[str], names: frozenset[str], typed: Sequence[MappedColumn]) -> Refusal | None:
    for field, column in typed:
        if column and fold(column) not in names:
            return _refusal(f"The file has no column “{column}” for {field.value}. {_columns_of(header)}")
    for field, count in Counter(field for field, _ in typed).items():
        if count > 1 and field not in _SEVERAL:
            return _refusal(f"Only one column can be the {field.value}: give `--set {field.value}=…` once.")
    return None


def _what_is_missing(columns: Sequence[MappedColumn]) -> str:
    fields = {field for field, _ in columns}
    if not fields & {Field.DATE, Field.START}:
        return "No column was found that could be the date: add `--set date=COLUMN`."
    return "No column was found that could be the duration: add `--set duration=COLUMN`, or `start` and `end`."


def _try_out(file: BinaryIO, header: Sequence[str], mapping: ColumnMapping, said: Said) -> Proposal | Refusal:
    typed = {field for field, _ in said.columns}
    is_typed = Field.DURATION in typed
    if said.unit is said.break_unit is None and typed.isdisjoint(_HOURS):
        as_it_is = open_export(file, SourceHints())
        if isinstance(as_it_is, Refusal) and as_it_is.kind is RefusalKind.AMBIGUOUS_HOURS:
            return as_it_is
    export = open_export(file, SourceHints(mappings=(mapping,)))
    if isinstance(export, Refusal) and mapping.unit is Unit.OPEN and is_typed:
        in_hours = open_export(file, SourceHints(mappings=(mapping._replace(unit=Unit.HOURS),)))
        export = export if isinstance(in_hours, Export) and in_hours.has_bare_durations() else in_hours
    if isinstance(export, Refusal):
        if is_typed and export.kind is RefusalKind.AMBIGUOUS_HOURS:
            return replace(export, reason=to_be_added(export.reason))
        is_order_open = export.kind is RefusalKind.AMBIGUOUS_DATES and "`date_order`" in export.reason
        if is_order_open and mapping.date_order is None:
            return _refusal("The file's dates can be read two ways: add `--date-order dmy` or `--date-order mdy`.")
        return export
    try:
        sample = tuple(islice(export.rows(), _SAMPLE))
    except UnreadableExportError as error:
        return error.refusal
    if mapping.unit is Unit.OPEN and export.settled.durations:
        mapping = mapping._replace(unit=_shown_unit(export, is_typed=is_typed))
    return Proposal(mapping, tuple(name.strip("\ufeff ") for name in header), sample, export.settled)


def _shown_unit(export: Export, *, is_typed: bool) -> Unit:
    """The unit of bare numbers that the file shows; without any it stays open, and later files have to prove it.

    A name such as `Time` that was said to be the duration is no time of day any more.
    """
    [name, unit], *_ = export.settled.durations
    is_shown = export.has_bare_durations() or (is_typed and may_be_time_of_day(name))
    return unit if is_shown and unit in PLAIN_UNITS else Unit.OPEN


def _columns_of(header: Sequence[str]) -> str:
    return f"The columns are {', '.join(f'“{name.strip()[:40]}”' for name in header if name.strip())}."


def _refusal(reason: str) -> Refusal:
    return Refusal(RefusalKind.UNKNOWN_HEADER, reason)
