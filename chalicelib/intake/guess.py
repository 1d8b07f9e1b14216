"""The likely meaning of an unknown header's columns: by the names that known sources use, else by a word in the name.

A guess is shown to the operator and saved only when confirmed; nothing is imported on a guess.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from chalicelib.intake.recognise import normal_names
from chalicelib.intake.rows import MappedColumn
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.generic import LAST_RESORTS

_WORDS: Mapping[Field, frozenset[str]] = {
    field: frozenset(words.split())
    for field, words in (
        (Field.DATE, "date day dated datum tag arbeitstag jour fecha data giorno dia dag"),
        (
            Field.DURATION,
            "duration hours hrs minutes mins seconds qty quantity effort spent logged dauer stunden std",
        ),
        (
            Field.WORKER,
            "worker user person member employee technician consultant resource staff engineer agent mitarbeiter",
        ),
        (Field.CLIENT, "client customer company account organisation organization kunde mandant firma cliente klant"),
        (Field.CONTRACT, "contract agreement retainer vertrag contrat"),
        (Field.PROJECT, "project job projekt projet proyecto progetto projeto"),
        (Field.TICKET, "ticket issue incident request"),
        (Field.TASK, "task activity subject title aufgabe tätigkeit tâche tarea attività tarefa taak"),
        (Field.DESCRIPTION, "description notes note comment comments details summary memo text beschreibung notizen"),
        (Field.WORK_TYPE, "type service role leistungsart category"),
        (Field.TAGS, "tags labels schlagworte"),
        (Field.BILLABLE, "billable chargeable abrechenbar verrechenbar facturable"),
        (Field.START, "start started begin beginn"),
        (Field.END_DATE, ""),
        (Field.END, "end ended stop stopped finish finished ende fin"),
    )
}
"""In the order in which the fields choose; a column goes to one of them only."""
_NOT_WORKED = frozenset(
    (
        *("bill", "billed", "billable", "billing", "invoice", "invoiced", "inv", "rate"),
        *("amount", "price", "cost", "estimate", "budget", "planned"),
    )
)
_NUMBERS = frozenset(("id", "no", "nr", "number", "code", "key", "count"))
_BARRED: Mapping[Field, frozenset[str]] = {
    Field.TICKET: frozenset(),
    Field.BILLABLE: _WORDS[Field.DURATION] | {"time", "amount", "rate"},
}
"""A column with one of these words is not the field, whatever other word it has."""
_UNITS = (
    (Unit.MILLISECONDS, frozenset(("ms", "millis", "milliseconds"))),
    (Unit.SECONDS, frozenset(("s", "sec", "secs", "second", "seconds", "sekunden", "secondes"))),
    (Unit.MINUTES, frozenset(("m", "min", "mins", "minute", "minutes", "minuten"))),
)
_AMBIGUOUS = frozenset(("id", "name", "type", *LAST_RESORTS, "de", "von", "to", "a", "à", "from"))
"""Known names that are meaningful only together with the other names of their source."""


def guess_columns(header: Sequence[str]) -> tuple[MappedColumn, ...]:
    """The columns found, at most one per field, in the order of the fields' importance."""
    free = list(dict.fromkeys(filter(None, normal_names(header))))
    found = []
    for field, words in _WORDS.items():
        if column := _choose_duration(free) if field is Field.DURATION else _choose(free, field, words):
            free.remove(column)
            found.append(MappedColumn(field, column))
    return tuple(found)


def guess_unit(column: str) -> Unit:
    """The unit of bare numbers in a duration column with this (folded) name."""
    words = _words_of(column)
    return next((unit for unit, signs in _UNITS if words & signs), Unit.HOURS)


def likeness(cells: Sequence[str]) -> tuple[int, int]:
    """How much a record looks like a header: by the number of fields found, then by the number of names."""
    return len(guess_columns(cells)), sum(bool(cell.strip()) for cell in cells)


@cache
def _known_names(field: Field) -> frozenset[str]:
    names: set[str] = set()
    for source in SOURCES:
        names.update(source.columns.get(field, ()))
        if field is Field.DURATION:
            names.update(column.name for column in source.durations)
        if field is Field.WORKER:
            names.update(alternative[0] for alternative in source.workers if len(alternative) == 1)
    return frozenset(names) - _AMBIGUOUS


def _choose(free: Sequence[str], field: Field, words: frozenset[str]) -> str | None:
    known, barred = _known_names(field), _BARRED.get(field, _NUMBERS)
    by_word = (name for name in free if _words_of(name) & words and not _words_of(name) & barred)
    return next((name for name in free if name in known), None) or next(by_word, None)


def _choose_duration(free: Sequence[str]) -> str | None:
    """Worked time; only if there is none, time to be billed, or a `time` that may be a time of day."""
    worked = [name for name in free if not _words_of(name) & _NOT_WORKED]
    last = (name for name in free if name in LAST_RESORTS or name in _known_names(Field.DURATION))
    return _choose(worked, Field.DURATION, _WORDS[Field.DURATION]) or next(last, None)


def _words_of(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", name))
