"""Which source a header belongs to, by its column names in any order and case."""

import re
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.names import fold
from chalicelib.intake.common_columns import CommonColumns, find_common, find_first_common
from chalicelib.intake.rows import ColumnMapping
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.look_alikes import LOOK_ALIKES
from chalicelib.intake.sources.settled import ReadBefore, ReadColumn
from chalicelib.intake.sources.source import DurationColumn, Layout, LookAlike, Source

_DAY_COLUMN = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ?)?"
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/.-](?:[0-9]{1,2}|[a-z]{3})(?:[/.-][0-9]{2,4})?)"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?"
)
"""A day as a column name: `2026-03-22`, `Mon 3/24`, `01/Dec/25`, `Monday`."""
_NO_WIDTH = re.compile("[\u200b\u200e\u2060\ufeff]")
_SAID = 10_000
"""The weight of a mapped header: more than any number of names."""
_WORK_FIELDS = (Field.DESCRIPTION, Field.TASK, Field.PROJECT, Field.TICKET)
_FLAGS = (Field.BILLABLE, Field.NON_BILLABLE, Field.BILLABLE_AMOUNT)
_SUPPLEMENTED = (
    *(Field.EMAIL, Field.CLIENT, Field.CONTRACT, Field.PROJECT, Field.TASK, Field.DESCRIPTION),
    *(Field.WORK_TYPE, Field.TICKET, Field.TAGS, Field.BILLABLE),
)
"""What is looked for under common captions if a tool's own names do not find it; when the work was done is not."""


def normal_names(header: Sequence[str]) -> tuple[str, ...]:
    """Header cells as the sources spell theirs: folded, lower case, without byte order marks and their like."""
    return tuple(fold(_NO_WIDTH.sub("", cell)) for cell in header)


def fingerprint(header: Sequence[str]) -> frozenset[str]:
    """What identifies a mapped header: its names, in any order."""
    return frozenset(name for name in normal_names(header) if name)


def find_layout(
    header: Sequence[str], mappings: Sequence[ColumnMapping], before: ReadBefore | None = None
) -> tuple[int, Layout] | None:
    """The layout of the most specific source with its weight (how many names matched), or None.

    The operator's mapping of a header takes precedence over every source.

    A header without a date or a duration matches no source; neither does one that no signature matches and that has no
    column about the work. `before`: how the file was read; another source only counts if that one cannot read it.
    """
    normal = normal_names(header)
    present = set(normal)
    spelled = tuple(name.strip("\ufeff ") for name in header)
    own = before.source if before else None
    for mapping in mappings:
        is_said = mapping.header == present - {""} and own in {None, mapping.source}
        if is_said and (mapped := lay_out(source_of(mapping), spelled, normal, before)):
            return _SAID, mapped
    found = [
        (weight, layout)
        for source in SOURCES
        if (source.name == own or not source.never_with & present)
        and (weight := _weight(source.signatures, present) if source.signatures else 0) is not None
        and (layout := lay_out(source, spelled, normal, before))
    ]
    return max(found, key=lambda one: (one[1].source.name == own, one[0], len(one[1].columns)), default=None)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a record is a header that a source reads; a cheap look first, because most records are none."""
    has_names = not any(character.isdigit() for cell in cells for character in cell) and any(cells)
    return has_names and find_layout(cells, ()) is not None


def find_look_alike(header: Sequence[str]) -> tuple[int, LookAlike] | None:
    """The unimportable report that the header belongs to, with its weight, or None."""
    normal = normal_names(header)
    present = set(normal)
    has_days = sum(_DAY_COLUMN.fullmatch(name) is not None for name in normal) > 1
    for report in LOOK_ALIKES:
        weight = _weight(report.signatures, present)
        if weight and (has_days or not report.day_columns):
            return weight, report
    return None


def _weight(signatures: Sequence[frozenset[str]], present: set[str]) -> int | None:
    """How many names match: the size of the largest matching signature, or None."""
    return max((len(wanted) for wanted in signatures if wanted <= present), default=None)


def lay_out(
    source: Source, header: tuple[str, ...], normal: tuple[str, ...], before: ReadBefore | None = None
) -> Layout | None:
    """Which column is which, or None if the header has no date or no duration; `before`: how the file was read."""
    is_first = before is not None and before.is_first_grammar
    kept = before.settled.columns if before and before.source == source.name else ()
    find = find_first_common if is_first else find_common
    own = _own_columns(source, normal) if source.signatures else find(header, normal)
    own = _kept_columns(kept, normal, own) if kept else own
    columns = dict(own.columns)
    dated = columns.get(Field.DATE, columns.get(Field.START))
    measured = own.durations or {Field.START, Field.END} <= columns.keys()
    says_work = source.signatures or not columns.keys().isdisjoint(_WORK_FIELDS)
    if dated is None or not measured or not says_work:
        return None
    at = _places(normal)
    joined = {field: tuple(at[name] for name in more if name in at) for field, more in source.joined.items()}
    worker, rival = own.worker, None
    if source.signatures and not (source.is_mapping or is_first or kept):
        ignored = {at for at, name in enumerate(normal) if name in source.ignored}
        read = {*columns.values(), *worker, *(at for at, _ in own.durations), *sum(joined.values(), ())}
        common = find_common(header, normal, read | ignored)
        is_thin = not any(names <= set(normal) for names in source.signatures if names not in source.thin)
        is_foreign = bool(common.durations or (common.worker and not worker)) or (
            Field.DESCRIPTION in common.columns and Field.DESCRIPTION not in columns
        )
        if (is_thin and is_foreign) or (source.durations and not own.durations):
            rival = find_common(header, normal, {*columns.values(), *worker, *ignored})
        _supplement(columns, common)
        worker = common.worker if worker in ((), (columns.get(Field.EMAIL),)) and common.worker else worker
    if not (worker or source.is_mapping or is_first or kept) and Field.EMAIL in columns:
        worker = (columns[Field.EMAIL],)
    end_date = columns.get(Field.END_DATE, columns.get(Field.END))
    layout = Layout(
        source=source,
        header=header,
        normal=normal,
        columns=columns,
        durations=own.durations,
        worker=worker,
        joined=joined,
        date_columns=(dated,) if end_date is None else (dated, end_date),
        is_first_grammar=is_first,
    )
    if rival is None:
        return layout
    times = {field: rival.columns[field] for field in (Field.START, Field.END) if field in rival.columns}
    return replace(layout, rival=replace(layout, durations=rival.durations, columns={**times, **columns}))


def _kept_columns(kept: Sequence[ReadColumn], normal: Sequence[str], own: CommonColumns) -> CommonColumns:
    """The columns that were read before, with the durations of which the record says the units, too."""
    at = _places(normal)
    known = [(field, at[column]) for field, column in kept if column in at]
    columns: dict[Field, int] = {field: index for field, index in known if field is not Field.WORKER}
    return CommonColumns(columns, own.durations, tuple(index for field, index in known if field is Field.WORKER))


def _own_columns(source: Source, normal: Sequence[str]) -> CommonColumns:
    """The columns that the source names."""
    at = _places(normal)
    columns = {
        field: index
        for field, spellings in source.columns.items()
        if (index := next((at[name] for name in spellings if name in at), None)) is not None
    }
    worker = next((alternative for alternative in source.workers if set(alternative) <= at.keys()), ())
    durations = tuple((at[column.name], column) for column in source.durations if column.name in at)
    return CommonColumns(columns, durations, tuple(at[name] for name in worker))


def _places(normal: Sequence[str]) -> dict[str, int]:
    """The number of each column, of several with one name the first."""
    return {name: index for index, name in reversed(list(enumerate(normal)))}


def _supplement(columns: dict[Field, int], common: CommonColumns) -> None:
    """Add what only common captions find to the columns."""
    for field in _SUPPLEMENTED:
        is_known = any(flag in columns for flag in _FLAGS) if field is Field.BILLABLE else field in columns
        if not is_known and field in common.columns:
            columns[field] = common.columns[field]


def source_of(mapping: ColumnMapping) -> Source:
    """The source that reads files with this header."""
    said: dict[Field, list[str]] = {}
    for name, column in mapping.columns:
        said.setdefault(name, []).append(column)
    durations = said.pop(Field.DURATION, [])
    worker = said.pop(Field.WORKER, [])
    return Source(
        name=mapping.source,
        title=f"list of {mapping.source}",
        signatures=(mapping.header,),
        columns={name: (columns[0],) for name, columns in said.items()},
        joined={name: tuple(columns[1:]) for name, columns in said.items() if columns[1:]},
        durations=tuple(DurationColumn(column, mapping.unit) for column in durations),
        workers=(tuple(worker),) if worker else (),
        date_order=mapping.date_order,
        is_examined=True,
        is_mapping=True,
        zone=mapping.zone,
        break_unit=mapping.break_unit,
    )
