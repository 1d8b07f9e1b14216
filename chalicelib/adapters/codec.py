"""Converts values to plain JSON documents and back, by their type hints; lossless in both directions.

A dataclass or a named tuple becomes an object with all its fields by name, so that changing a default in the program
does not change what is stored. A field that a stored document lacks (it is older than the field) gets its default. The
names of stored fields are pinned by a test; a field that was renamed since keeps its stored name (`_STORED_NAMES`).
"""

import json
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from chalicelib.domain.errors import HourTabError

_T = TypeVar("_T")
_Reader = Callable[[Any], Any]
_FORMAT = 1
_STORED_NAMES = {"carry_forward": "handover", "duplicates": "doubles", "timeouts": "turns"}
"""Fields that had another name when they were first stored."""


def pack_document(value: Any, leave_out: Collection[str] = ()) -> bytes:
    """The document of `value` as bytes, without the fields of it that are stored elsewhere."""
    return pack(_FORMAT, to_document(value, leave_out))


def unpack_document(kind: type[_T], data: bytes) -> _T:
    """The value of `kind` that `pack_document` was given.

    Raises:
        UnknownFormatError: a newer version of the program wrote it.
    """
    return from_document(kind, unpack(_FORMAT, data))


def to_document(value: Any, leave_out: Collection[str] = ()) -> Any:
    """The value as JSON: objects, arrays, strings, integers, booleans and null."""
    kind: Any = type(value)
    if leave_out:
        names = _names(kind).items()
        return {stored: to_document(getattr(value, name)) for stored, name in names if name not in leave_out}
    return _writer(kind)(value)


def from_document(kind: type[_T], document: Any) -> _T:
    """The value of `kind` whose document this is.

    Raises:
        UnknownFormatError: it has a field that `kind` does not know.
    """
    reader: Callable[[Any], _T] = _reader(cast("Any", kind))
    return reader(document)


_WRITERS: dict[type, Callable[[Any], Any]] = {
    Enum: lambda value: value.value,
    str: lambda value: value,
    int: lambda value: value,
    NoneType: lambda value: value,
    date: lambda value: value.isoformat(),
    Fraction: str,
    Mapping: lambda value: {key: to_document(item) for key, item in value.items()},
    frozenset: lambda value: sorted(map(to_document, value)),
}
"""The first one that fits is taken: an `Enum` may be a `str`, too."""


@cache
def _writer(kind: Any) -> Callable[[Any], Any]:
    """What writes a value of `kind`, found once per type."""
    for base, write in _WRITERS.items():
        if issubclass(kind, base):
            return write
    if issubclass(kind, tuple) and not hasattr(kind, "_fields"):
        return lambda value: list(map(to_document, value))
    names = tuple(_names(kind).items())
    return lambda value: {stored: to_document(getattr(value, name)) for stored, name in names}


@cache
def _names(kind: Any) -> dict[str, str]:
    """The fields of a class, by their stored names."""
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else kind._fields
    return {_STORED_NAMES.get(name, name): name for name in names}


@cache
def _reader(kind: Any) -> _Reader:
    """The function that reads a document of `kind`, created once per type."""
    if isinstance(kind, NewType):
        return _reader(kind.__supertype__)
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _optional_reader(kind)
    return _class_reader(kind) if origin is None else _collection_reader(origin, get_args(kind))


def _class_reader(kind: Any) -> _Reader:
    if kind in {str, int, bool}:
        return lambda document: document
    if kind in {date, datetime}:
        return cast("_Reader", kind.fromisoformat)
    if issubclass(kind, Enum | Fraction):
        return cast("_Reader", kind)  # both parse their own text
    return _fields_reader(kind)


def _optional_reader(kind: Any) -> _Reader:
    (inner,) = (_reader(option) for option in get_args(kind) if option is not NoneType)
    return lambda document: None if document is None else inner(document)


def _collection_reader(origin: Any, arguments: tuple[Any, ...]) -> _Reader:
    if issubclass(origin, Mapping):
        item = _reader(arguments[1])
        return lambda document: {key: item(value) for key, value in document.items()}
    item = _reader(arguments[0])
    return lambda document: origin(map(item, document))


def _fields_reader(kind: Any) -> _Reader:
    hints = get_type_hints(kind)
    readers = {stored: (name, _reader(hints[name])) for stored, name in _names(kind).items()}

    def read(document: Any) -> Any:
        unknown = document.keys() - readers.keys()
        if unknown:
            raise UnknownFormatError(f"{kind.__name__}.{min(unknown)}")
        values = ((readers[stored], value) for stored, value in document.items())
        return kind(**{name: read_field(value) for (name, read_field), value in values})

    return read


class UnknownFormatError(HourTabError):
    """A stored value was written by a newer version of the program."""

    def __init__(self, found: str) -> None:
        super().__init__(f"The store holds data in a newer format ({found}): update this installation of HourTab.")
        self.found = found


def pack(version: int, value: Any) -> bytes:
    """The JSON `value`, compressed, after a byte with its format version (1 to 255)."""
    return bytes([version]) + zlib.compress(json.dumps(value, separators=(",", ":")).encode())


def unpack(version: int, data: bytes) -> Any:
    """The JSON value in `data`.

    Raises:
        UnknownFormatError: `data` is not of format `version`.
    """
    if data[0] != version:
        raise UnknownFormatError(f"format {data[0]}, this program knows {version}")
    return json.loads(zlib.decompress(data[1:]))
