"""The work log of a cycle as bytes: `tuple[Entry, ...]` in columns, so that it is small and fast to read.

Format 1 is JSON `{"count": n, "columns": {field: column}}`. A column with repeated values holds its distinct values and
each row's index into them, so a name, a date or a tag list is read once however often it occurs; a column whose values
mostly differ holds them row by row.

    {"values": ["Ann"]}                          the same in every row
    {"values": ["Ann", "Bo"], "rows": [0, 0, 1]} one index per row
    {"values": ["a", "b", "c"]}                  as many values as rows
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import repeat
from typing import Any

from chalicelib.adapters.codec import UnknownFormatError, pack, unpack
from chalicelib.domain.entry import Entry, Pool

_FORMAT = 1
_LACKING: dict[str, Any] = {"values": [None]}
"""A column that the log lacks: it is older than the column."""

_TO_JSON: dict[str, Callable[[Any], Any]] = {
    "date": date.isoformat,
    "worked_on": lambda day: None if day is None else day.isoformat(),
}
_FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "worked_on": lambda day: None if day is None else date.fromisoformat(day),
    "tags": lambda tags: None if tags is None else tuple(tags),
    "pool": Pool,
}


def encode_work_log(entries: Sequence[Entry]) -> bytes:
    """Encodes the entries in their order, losslessly: None, "" and () stay distinct."""
    columns = zip(*entries, strict=True) if entries else repeat((), len(Entry._fields))
    named = {name: _column(name, values) for name, values in zip(Entry._fields, columns, strict=True)}
    return pack(_FORMAT, {"count": len(entries), "columns": named})


def decode_work_log(data: bytes) -> tuple[Entry, ...]:
    """The entries that `encode_work_log` was given.

    Raises:
        UnknownFormatError: a newer version of the program wrote them.
    """
    document = unpack(_FORMAT, data)
    columns = document["columns"]
    unknown = columns.keys() - set(Entry._fields)
    if unknown:
        raise UnknownFormatError(f"work log column {min(unknown)}")
    known = {name: columns.get(name, _LACKING) for name in Entry._fields}
    rows = [_values(name, column, document["count"]) for name, column in known.items()]
    return tuple(map(Entry._make, zip(*rows, strict=False)))  # a column that repeats one value is infinite


def _column(name: str, values: Sequence[Any]) -> dict[str, Any]:
    index: dict[Any, int] = {}
    rows = [index.setdefault(value, len(index)) for value in values]
    to_json = _TO_JSON.get(name)
    if len(index) == 1 or 2 * len(index) <= len(rows):
        distinct = list(map(to_json, index)) if to_json else list(index)
        return {"values": distinct} if len(index) == 1 else {"values": distinct, "rows": rows}
    return {"values": list(map(to_json, values)) if to_json else list(values)}


def _values(name: str, column: dict[str, Any], count: int) -> Iterable[Any]:
    values: list[Any] = column["values"]
    from_json = _FROM_JSON.get(name)
    if from_json:
        values = list(map(from_json, values))
    if "rows" in column:
        return map(values.__getitem__, column["rows"])
    return repeat(values[0], count) if len(values) == 1 else values
