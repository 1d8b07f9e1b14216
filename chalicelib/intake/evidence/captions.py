"""What a column's name says about hours: breaks, units, and columns of hours that no source knows."""

import re
from functools import cache

from chalicelib.intake.sources.columns import Unit

_HOURS = frozenset(
    (
        *("total", "net", "netto", "ist", "worked", "work", "hours", "hrs", "duration", "time", "actual"),
        *("gesamt", "stunden", "std", "dauer", "arbeitszeit", "durée", "heures", "temps"),
        *("horas", "duración", "ore", "durata", "uren", "duur", "godziny", "hodiny", "timmar", "timer"),
    )
)
_NOT_WORKED = frozenset(
    (
        *("soll", "plan", "planned", "budget", "estimate", "estimated", "target", "scheduled", "expected", "remaining"),
        *("diff", "difference", "saldo", "balance", "overtime", "date", "datum", "start", "end", "status", "type"),
        *("amount", "betrag", "rate", "cost", "costs", "price", "preis", "eur", "usd", "gbp", "chf", "pay", "wage"),
        *("billed", "billable", "invoiced", "rounded"),
    )
)
_BREAKS = frozenset(
    (
        *("break", "breaks", "pause", "pausen", "lunch", "mittagspause", "pauze", "pauzes", "pausa", "pausas"),
        *("descanso", "intervalo", "przerwa", "przerwy", "přestávka", "přestávky", "rast", "raster", "pauser"),
    )
)
_BEGINS = frozenset(("start", "begin", "beginn", "from", "von", "début", "inicio", "inizio", "início", "od", "fra"))
_ENDS = frozenset(("end", "ende", "finish", "stop", "to", "bis", "fin", "fine", "fim", "do", "til", "einde"))
_UNITS = (
    (Unit.MILLISECONDS, frozenset(("ms", "millis", "milliseconds", "millisekunden"))),
    (Unit.SECONDS, frozenset(("s", "sec", "secs", "second", "seconds", "sekunden", "secondes"))),
    (Unit.MINUTES, frozenset(("m", "min", "mins", "minute", "minutes", "minuten", "minutos", "minuti"))),
    (Unit.HOURS, frozenset(("h", "hr", "hrs", "hour", "hours", "std", "stunden", "heures", "decimal", "dezimal"))),
)
HOURS_ALONE = frozenset(("hours", "hrs", "h", "stunden", "std", "std.", "heures", "horas", "ore", "uren"))
MINUTES_ALONE = frozenset(("minutes", "mins", "min", "min.", "m", "minuten", "minutos", "minuti"))
"""Names of two columns that may be the hours and the minutes of one duration."""


@cache
def words_of(name: str) -> frozenset[str]:
    """The words of a folded name: `break (min)` has `break` and `min`, `ist_h` has `ist` and `h`."""
    return frozenset(re.findall(r"[^\W\d_]+", name))


def says_worked(name: str) -> bool:
    """Whether the name has a word for hours, and none for another quantity."""
    words = words_of(name)
    return bool(words & _HOURS) and not words & (_NOT_WORKED | _BREAKS)


def says_actual(name: str) -> bool:
    """Whether the name claims the actual time, as opposed to what was rounded or billed."""
    return bool(words_of(name) & {"actual", "ist", "effektiv"})


def says_break(name: str) -> bool:
    """Whether the column is a break's length: not where it begins or ends."""
    words = words_of(name)
    return bool(words & _BREAKS) and not words & (_BEGINS | _ENDS)


def says_break_start(name: str) -> bool:
    """Whether the column is when a break begins."""
    return bool(words_of(name) & _BREAKS and words_of(name) & _BEGINS)


def says_break_end(name: str) -> bool:
    """Whether the column is when a break ends."""
    return bool(words_of(name) & _BREAKS and words_of(name) & _ENDS)


def unit_of(name: str) -> Unit | None:
    """The unit that the name says; None if it says none."""
    words = words_of(name)
    return next((unit for unit, signs in _UNITS if words & signs), None)
