"""The likely meaning of an unknown header's columns: by the names that known sources use, else by a word in the name.

A guess is shown to the operator and saved only when confirmed; nothing is imported on a guess.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from chalicelib.intake.evidence.captions import says_break
from chalicelib.intake.recognise import normal_names
from chalicelib.intake.rows import MappedColumn
from chalicelib.intake.sources.captions import (
    CAPTIONS,
    DURATIONS,
    HOURS,
    LAST_RESORTS,
    MINUTES,
    SECONDS,
    caption_key,
    caption_words,
    duration_caption,
    words_in,
)
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.intake.sources.columns import Field

_MORE_WORDS: Mapping[Field, str] = {
    Field.DATE: "dated",
    Field.DURATION: "hrs mins qty quantity effort spent logged",
    Field.CLIENT: "",
    Field.CONTRACT: "",
    Field.WORKER: "",
    Field.PROJECT: "",
    Field.TICKET: "request",
    Field.TASK: "title",
    Field.DESCRIPTION: "",
    Field.WORK_TYPE: "type role category",
    Field.TAGS: "",
    Field.BILLABLE: "",
    Field.START: "",
    Field.END_DATE: "",
    Field.END: "stopped",
}
"""The fields in the order in which they choose a column, with words that stand for them only within longer names."""
_NOT_WORDS = words_in(
    "name nombre nome nom naam namn navn jmeno from von van desde dalle alle bis till til tot tech tag dag den jour"
)
"""Captions that say nothing within a longer name."""
_NOT_WORKED = words_in(
    "bill billed billable billing invoice invoiced inv rate amount price cost estimate budget planned"
)
_NUMBERS = words_in("id no nr number code key count")
_AMBIGUOUS = frozenset(("id", "name", "type", *LAST_RESORTS, "de", "von", "to", "a", "à", "from"))
"""Known names that are meaningful only together with the other names of their source."""
_SENTENCE = 60
"""A longer cell is no caption."""


class _Column(NamedTuple):
    """A column that no field has chosen."""

    name: str
    """Folded."""
    words: frozenset[str]


def guess_columns(header: Sequence[str]) -> tuple[MappedColumn, ...]:
    """The columns found, at most one per field, in the order of the fields' importance."""
    names = dict(zip(normal_names(header), header, strict=True))
    free = [_Column(name, frozenset(caption_words(spelled))) for name, spelled in names.items() if name]
    found = []
    for field in _MORE_WORDS:
        if column := _choose_duration(free) if field is Field.DURATION else _choose(free, field):
            free.remove(column)
            found.append(MappedColumn(field, column.name))
    return tuple(found)


def likeness(cells: Sequence[str]) -> tuple[int, int]:
    """How much a record looks like a header: by the number of fields found, then by the number of names."""
    names = [cell for cell in cells if len(cell) <= _SENTENCE and not cell.strip()[:1].isdigit()]
    return len(guess_columns(names)), sum(bool(cell.strip()) for cell in cells)


@cache
def _known_names(field: Field) -> frozenset[str]:
    names: set[str] = set()
    for source in SOURCES:
        names.update(source.columns.get(field, ()))
        if field is Field.DURATION:
            names.update(column.name for column in source.durations)
        if field is Field.WORKER:
            names.update(alternative[0] for alternative in source.workers if len(alternative) == 1)
    return frozenset(map(caption_key, names - _AMBIGUOUS))


@cache
def _words(field: Field) -> frozenset[str]:
    """The words that stand for a field in longer names: its captions of one word, and a few more."""
    captions = (*DURATIONS, *HOURS, *MINUTES, *SECONDS) if field is Field.DURATION else CAPTIONS.get(field, ())
    single = {words[0] for caption in captions if len(words := caption_words(caption)) == 1}
    return frozenset(word for word in single - _NOT_WORDS if len(word) > len("de")) | words_in(_MORE_WORDS[field])


@cache
def _barred(field: Field) -> frozenset[str]:
    """A column with one of these words is not the field, whatever other word it has."""
    if field is Field.TICKET:
        return frozenset()
    return _words(Field.DURATION) | {"time", "amount", "rate"} if field is Field.BILLABLE else _NUMBERS


def _choose(free: Collection[_Column], field: Field) -> _Column | None:
    known, words, barred = _known_names(field), _words(field), _barred(field)
    by_word = (column for column in free if column.words & words and not column.words & barred)
    return next((column for column in free if caption_key(column.name) in known), None) or next(by_word, None)


def _choose_duration(free: Sequence[_Column]) -> _Column | None:
    """Worked time; only if there is none, time to be billed, or a `time` that may be a time of day. Never a break."""
    time = [column for column in free if not says_break(column.name)]
    worked = [column for column in time if not column.words & _NOT_WORKED]
    last = (
        column
        for column in time
        if duration_caption(column.name) or caption_key(column.name) in _known_names(Field.DURATION)
    )
    return _choose(worked, Field.DURATION) or next(last, None)
