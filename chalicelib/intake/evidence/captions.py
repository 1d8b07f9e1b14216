"""What a column's name says about hours: breaks, units, and columns of hours that no source knows."""

import re
from functools import cache

from chalicelib.domain.names import fold
from chalicelib.intake.sources.captions import duration_caption
from chalicelib.intake.sources.columns import Unit

_HOURS = frozenset(
    (
        *("total", "net", "netto", "ist", "worked", "work", "hours", "hrs", "duration", "time", "actual"),
        *("logged", "elapsed", "effort", "idle", "aufwand", "arbeitsstunden", "arbeitszeiten", "nettozeit"),
        *("nettostunden", "gesamtzeit", "gesamtstunden", "gesamtdauer", "istzeit", "iststunden"),
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
_BREAKS = re.compile(
    r"(?:lunch|tea)?breaks?(?:time)?|lunch(?:time)?|(?:mittags)?paus[ea]\w*|pauz\w*|mittag|unterbrechung(?:en)?|pranzo"
    r"|almuerzo|descansos?|intervalos?|meals?|rest|unpaid|deduct(?:ion|ions|ed)|abzug|abzüge|ruhe(?:zeit|pause)n?|przerw\w*|přestáv\w*|rast(?:er)?|déjeuner"
)
_PAID = frozenset(("paid", "bezahlt", "bezahlte"))
_LONGEST_BREAK = 40
_BEGINS = re.compile(
    r"\w*(?:start|started|begin|begins|began|beginn|anfang)|from|von|vom|out|début|inicio|inizio|início|od|fra|van|start\w*"
)
_ENDS = re.compile(r"\w*(?:end|ends|ended|ende)|finish|stop|to|bis|fin|fine|fim|do|til|tot|einde|slut|koniec")
_UNITS = (
    (Unit.MILLISECONDS, frozenset(("ms", "millis", "milliseconds", "millisekunden"))),
    (Unit.SECONDS, frozenset(("s", "sec", "secs", "second", "seconds", "sekunden", "secondes"))),
    (Unit.MINUTES, frozenset(("m", "min", "mins", "minute", "minutes", "minuten", "minutos", "minuti"))),
    (Unit.HOURS, frozenset(("h", "hr", "hrs", "hour", "hours", "std", "stunden", "heures", "decimal", "dezimal"))),
)
_HOURS_ALONE = frozenset(("hours", "hour", "hrs", "hr", "h", "stunden", "std", "heures", "horas", "ore", "uren"))
_MINUTES_ALONE = frozenset(("minutes", "minute", "mins", "min", "m", "minuten", "minutos", "minuti"))


@cache
def words_of(name: str) -> frozenset[str]:
    """The words of a folded name: `break (min)` has `break` and `min`, `ist_h` has `ist` and `h`."""
    return frozenset(re.findall(r"[^\W\d_]+", name))


def may_be_time_of_day(name: str) -> bool:
    """Whether the name is one such as `Time`, which is used for times of day, too."""
    caption = duration_caption(name)
    return caption is not None and caption.is_last_resort


def says_worked(name: str) -> bool:
    """Whether the name has a word for hours, and none for another quantity."""
    words = words_of(name)
    if _has(name, _BREAKS):
        return bool(words & _PAID)
    return bool(words & _HOURS) and not words & _NOT_WORKED


def says_actual(name: str) -> bool:
    """Whether the name claims the actual time, as opposed to what was rounded or billed."""
    return bool(words_of(name) & {"actual", "ist", "effektiv"})


def says_break(name: str) -> bool:
    """Whether the column is a break's length: not where it begins or ends."""
    is_off = _has(name, _BREAKS) and not words_of(name) & _PAID
    return is_off and not (says_break_start(name) or says_break_end(name))


def says_any_break(name: str) -> bool:
    """Whether the column has something to do with breaks."""
    return _has(name, _BREAKS)


def says_sum(name: str) -> bool:
    """Whether the column adds others up: `Total Break` beside `Break 1`."""
    return bool(words_of(name) & {"total", "gesamt", "sum", "summe", "all"})


def is_break(text: str) -> bool:
    """Whether a cell is just a word for a break."""
    return len(text) <= _LONGEST_BREAK and _BREAKS.fullmatch(fold(text)) is not None


def says_break_start(name: str) -> bool:
    """Whether the column is when a break begins."""
    return _has(name, _BREAKS) and _has(name, _BEGINS)


def says_break_end(name: str) -> bool:
    """Whether the column is when a break ends."""
    is_end = _has(name, _ENDS) or name.endswith((" in", " back"))
    return _has(name, _BREAKS) and is_end and not says_break_start(name)


def _has(name: str, word: re.Pattern[str]) -> bool:
    return any(map(word.fullmatch, words_of(name)))


def unit_of(name: str) -> Unit | None:
    """The unit that the name says; None if it says none."""
    words = words_of(name)
    return next((unit for unit, signs in _UNITS if words & signs), None)


def what_has_hours(name: str) -> frozenset[str] | None:
    """The words beside that for hours: none in `Hours`, `time` in `Time (h)`; None if there is no such word."""
    words = words_of(name)
    return words - _HOURS_ALONE if words & _HOURS_ALONE else None


def what_has_minutes(name: str) -> frozenset[str] | None:
    """The words beside that for minutes; None if there is no such word."""
    words = words_of(name)
    return words - _MINUTES_ALONE if words & _MINUTES_ALONE else None
