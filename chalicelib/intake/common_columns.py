"""Finds columns by common captions: for lists of no known tool, and for what a known tool's own names do not find.

A caption that a column spells as the table does is preferred to one that only has the same letters (`start_time`).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from chalicelib.intake.sources.captions import CAPTIONS, FIRST, caption_key, caption_words, duration_caption
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.intake.sources.source import DurationColumn

_MOST = 1000
"""Columns that are looked at: no list of entries has more."""
_LONGEST = 100
"""A longer name is no caption."""
_PART = "(?:y{2,4}|j{2,4}|m{1,3}|d{1,2}|t{1,2}|h{1,2}|s{1,2})"
_FORMAT = re.compile(rf"[(\[]({_PART}(?:[-/.: ]{_PART})+)[)\]] *$", re.IGNORECASE)
"""What a form says about a cell, as in `Date (YYYY-MM-DD)`."""


@dataclass(frozen=True, slots=True)
class CommonColumns:
    """The columns of a header that have common captions, by their number."""

    columns: Mapping[Field, int]
    durations: tuple[tuple[int, DurationColumn], ...]
    worker: tuple[int, ...]


class _Caption(NamedTuple):
    field: Field
    place: int
    """Its place in the field's table."""
    words: frozenset[tuple[str, ...]]
    """As the table spells it: `username` and `user name`."""


class _Spelled(NamedTuple):
    """How a column has a caption; the smallest is preferred."""

    is_loose: bool
    place: int
    at: int


def find_first_common(header: Sequence[str], normal: Sequence[str]) -> CommonColumns:
    """The columns with captions that release 0.1 knew, spelled as it knew them."""
    return find_common(header, normal, [at for at, name in enumerate(normal) if not _is_first(name)])


def _is_first(name: str) -> bool:
    length = duration_caption(name)
    return "_" not in name and (length.is_first if length else caption_words(name) in FIRST)


def find_common(header: Sequence[str], normal: Sequence[str], taken: Collection[int] = ()) -> CommonColumns:
    """The columns with common captions, without those that are taken.

    Args:
        header: the names as the file spells them.
        normal: the same, folded.
        taken: numbers of columns that have a meaning already.
    """
    found: dict[Field, _Spelled] = {}
    workers: dict[str, _Spelled] = {}
    durations = []
    first = {name: at for at, name in reversed(list(enumerate(normal[:_MOST]))) if len(name) <= _LONGEST}
    for name, at in first.items():
        if at in taken or not (key := caption_key(_FORMAT.sub("", header[at]))):
            continue
        if length := duration_caption(header[at]):
            is_loose = "_" in name or sorted(caption_words(name)) != sorted(length.words)
            durations.append(((length.is_last_resort, is_loose, *length[1:3], at), DurationColumn(name, length.unit)))
        elif caption := _captions().get(key):
            spelled = _Spelled("_" in name or caption_words(name) not in caption.words, caption.place, at)
            if caption.field is Field.WORKER:
                workers[key] = min(spelled, workers.get(key, spelled))
            else:
                found[caption.field] = min(spelled, found.get(caption.field, spelled))
    return CommonColumns(
        {field: spelled.at for field, spelled in found.items()},
        tuple((rank[-1], column) for rank, column in sorted(durations)),
        _worker(workers),
    )


def order_in_caption(name: str) -> DateOrder | None:
    """The order that a caption such as `Date (DD/MM/YYYY)` says."""
    match = _FORMAT.search(name)
    first = match[1][0].casefold() if match else ""
    return DateOrder.DAY_FIRST if first in {"d", "t"} else DateOrder.MONTH_FIRST if first == "m" else None


def _worker(found: Mapping[str, _Spelled]) -> tuple[int, ...]:
    """The column with the worker's name, or those with its parts."""
    alternatives = [
        (any(spelled.is_loose for spelled in parts), place, tuple(spelled.at for spelled in parts))
        for place, keys in enumerate(_worker_keys())
        if (parts := [found[key] for key in keys if key in found]) and len(parts) == len(keys)
    ]
    return min(alternatives, default=(False, 0, ()))[2]


@cache
def _captions() -> dict[str, _Caption]:
    """Every caption by its key; of a worker's name, each part."""
    found: dict[str, _Caption] = {}
    for field, captions in CAPTIONS.items():
        for place, caption in enumerate(captions):
            for part in caption.split(" + "):
                key, words = caption_key(part), caption_words(part)
                known = found.setdefault(key, _Caption(field, place, frozenset()))
                found[key] = known._replace(words=known.words | {words})
    return found


@cache
def _worker_keys() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(caption_key, caption.split(" + "))) for caption in CAPTIONS[Field.WORKER])
