"""What a column's name says about hours: breaks, units, and columns of hours that no source knows."""

import re
from functools import lru_cache

from chalicelib.domain.names import fold
from chalicelib.intake.sources.captions import UNIT_WORDS, caption_words, duration_caption, words_in
from chalicelib.intake.sources.columns import Unit

_HOURS = frozenset(
    (
        *("total", "net", "netto", "ist", "worked", "work", "hours", "hrs", "duration", "time", "actual"),
        *("logged", "elapsed", "effort", "idle", "aufwand"),
        *("gesamt", "stunden", "std", "dauer", "arbeitszeit", "durée", "heures", "temps"),
        *("horas", "duración", "ore", "durata", "uren", "duur", "godziny", "hodiny", "timmar", "timer"),
        *("totale", "totali", "totaal", "totalt", "suma", "razem", "celkem", "summa", "effektiv", "effectif", "réel"),
        *("travaillé", "travaillées", "trabajado", "trabajadas", "lavorato", "lavorate", "gewerkt", "gewerkte"),
        *("przepracowane", "odpracované", "arbetade", "trabalhadas", "tiempo", "tempo", "tijd", "czas", "čas"),
    )
)
_HOURS_IN_ONE_WORD = re.compile(
    r"(?!soll|plan|über|rest|minus)\w+(?:stunden|arbeitszeit(?:en)?|dauer)|(?:netto|gesamt|ist|effektiv|präsenz)zeit"
)
"""The same in German: `Nettoarbeitszeit`."""
_PLANNED = frozenset(
    (
        *("soll", "plan", "planned", "target", "scheduled", "expected", "geplant", "geplande", "prévu", "prévues"),
        *("previsto", "previste", "planowane", "plánované", "planerade"),
    )
)
_NOT_WORKED = _PLANNED | frozenset(
    (
        *("budget", "estimate", "estimated", "remaining"),
        *("diff", "difference", "saldo", "balance", "overtime", "date", "datum", "start", "end", "status", "type"),
        *("amount", "betrag", "rate", "cost", "costs", "price", "preis", "eur", "usd", "gbp", "chf", "pay", "wage"),
        *("billed", "billable", "invoiced", "rounded", "running", "cumulative", "kumuliert"),
        *("importe", "montant", "bedrag", "importo", "kwota", "částka", "belopp", "beløb", "valor", "tarif", "tarifa"),
    )
)
_BREAKS = re.compile(
    r"\w*breaks?(?:time)?|(?:lunch|meal|rest)(?:s|time)?|\w*paus\w*|\w*pauz\w*|mittag|unterbrechung(?:en)?|pranzo"
    r"|almuerzo|comida|descansos?|intervalos?|almoço|refeição|unpaid|deduct(?:ion|ions|ed)|abzug|abzüge|ruhezeit(?:en)?"
    r"|przerw\w*|obiad|přestáv\w*|oběd|(?:lunch|mat|kaffe)?rast(?:er)?|frokost|lunsj|déjeuner|repas|coupure"
)
_ADDED = words_in(
    "overtime ot dt doubletime uberstunden uberzeit mehrarbeit mehrstunden straordinario straordinari overuren "
    "overwerk nadgodziny nadgodzin prescas prescasy overtid overarbejde reisezeit fahrzeit fahrtzeit reistijd "
    "restid rejsetid nachtstunden wochenendstunden zusatzstunden"
)
"""Words, without accents, for time that may be worked beside the hours or be within them."""
_ADDED_HOURS = words_in(
    "extra extras additional weekend night double supplementaires straordinarie travel travelling driving "
    "deplacement trajet viaje viaggio viagem "
    "dojazd"
)
"""The same, if the name has a word for hours, too: else they may be distances or money."""
_PAID = frozenset(("paid", "bezahlt", "bezahlte"))
_WORK_WITHOUT = frozenset(
    (
        *("excl", "excluding", "exclusive", "without", "incl", "including", "inclusive", "net", "netto", "worked"),
        *("exkl", "ohne", "inkl", "inklusive", "mit", "sans", "hors", "avec", "sin", "con", "senza", "zonder", "met"),
        *("bez", "utan", "uden", "med", "sem", "com"),
    )
)
"""In a name with a break: it is the time worked, with breaks or without."""
_BREAK_KINDS = _PAID | {"coffee", "tea", "short", "dinner", "morning", "afternoon", "time", "kurze", "große"}
_LONGEST_BREAK = 40
_REMEMBERED = 4096
"""Names and short cells whose words are kept."""
_BEGINS = re.compile(
    r"\w*(?:start|started|begin|begins|began|beginn|anfang)|from|von|vom|out|début|inicio|inizio|início|od|fra|van|start\w*"
)
_ENDS = re.compile(r"\w*(?:end|ends|ended|ende)|finish|stop|to|bis|fin|fine|fim|do|til|tot|einde|slut|koniec")
_HOURS_DOT_MINUTES = re.compile(r"\b(?:hh?|std)[.,]mm?\b")
_MINUTES_AND_SECONDS = re.compile(r"(?<![h:.])\bmm?[:.]ss?\b")


@lru_cache(_REMEMBERED)
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
        return bool(words & (_PAID | _WORK_WITHOUT))
    return (bool(words & _HOURS) or _has(name, _HOURS_IN_ONE_WORD)) and not words & _NOT_WORKED


def says_added(name: str) -> bool:
    """Whether the name is one of hours that may be beside the others or within them: overtime, travel time."""
    words = frozenset(caption_words(name))
    is_timed = bool(words & (UNIT_WORDS[Unit.HOURS] | {"time", "temps", "tiempo", "tempo"}))
    is_added = words == {"after", "hours"} or bool(words & _ADDED) or (bool(words & _ADDED_HOURS) and is_timed)
    return is_added and not words & (_NOT_WORKED - _ADDED)


def says_planned(name: str) -> bool:
    """Whether the column has what was to be worked."""
    return bool(words_of(name) & _PLANNED)


def says_hours_dot_minutes(name: str) -> bool:
    """Whether the name says that `9.15` is nine hours and fifteen minutes: `Hours (hh.mm)`."""
    return _HOURS_DOT_MINUTES.search(name) is not None


def says_minutes_and_seconds(name: str) -> bool:
    """Whether the name says that `9:15` is nine minutes and fifteen seconds: `Duration (mm:ss)`."""
    return _MINUTES_AND_SECONDS.search(name) is not None


def says_half_of_day(name: str) -> bool:
    """Whether the column says before or after noon of another one."""
    words = set(caption_words(name))
    return words >= {"am", "pm"} or "ampm" in words


def says_actual(name: str) -> bool:
    """Whether the name claims the actual time, as opposed to what was rounded or billed."""
    return bool(words_of(name) & {"actual", "ist", "effektive"})


def says_break(name: str) -> bool:
    """Whether the column is a break's length: not where it begins or ends."""
    is_off = _has(name, _BREAKS) and not words_of(name) & (_PAID | _WORK_WITHOUT)
    return is_off and not (says_break_start(name) or says_break_end(name))


def says_any_break(name: str) -> bool:
    """Whether the column has something to do with breaks."""
    return _has(name, _BREAKS)


def says_sum(name: str) -> bool:
    """Whether the column adds others up: `Total Break` beside `Break 1`."""
    return bool(words_of(name) & {"total", "gesamt", "sum", "summe", "all"})


def is_break(text: str) -> bool:
    """Whether a cell is just a word for a break."""
    words = words_of(fold(text)) if len(text) <= _LONGEST_BREAK else frozenset()
    return any(map(_BREAKS.fullmatch, words)) and all(word in _BREAK_KINDS or _BREAKS.fullmatch(word) for word in words)


def says_break_start(name: str) -> bool:
    """Whether the column is when a break begins."""
    return _has(name, _BREAKS) and _has(name, _BEGINS)


def says_break_end(name: str) -> bool:
    """Whether the column is when a break ends."""
    is_end = _has(name, _ENDS) or name.endswith((" in", " back"))
    return _has(name, _BREAKS) and is_end and not says_break_start(name)


def _has(name: str, word: re.Pattern[str]) -> bool:
    return any(map(word.fullmatch, words_of(name)))


def what_has(unit: Unit, name: str) -> frozenset[str] | None:
    """The words beside that for the unit: for hours none in `Hours`, `time` in `Time (h)`; None without such a word."""
    words = frozenset(caption_words(name))
    return words - UNIT_WORDS[unit] if words & UNIT_WORDS[unit] else None
