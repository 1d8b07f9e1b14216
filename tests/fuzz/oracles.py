"""The meaning of a cell, computed a second time from the rules of docs/sources.md and independently of the reader.

No regular expressions and no decimals here: it walks through characters and computes with fractions.
"""

import unicodedata
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import groupby

from babel import Locale

from chalicelib.intake.cells.dates import Moment
from chalicelib.intake.sources.columns import DateOrder, Unit

DIGITS = frozenset("0123456789")
GAPS = frozenset(" \u00a0\u2009\u202f'’")
HOURS = frozenset(
    "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren".split()  # noqa: SIM905  shorter
)
MINUTES = frozenset("m min mins minute minutes minuten minuto minutos minuti minuut".split())  # noqa: SIM905  shorter
SECONDS = frozenset(
    "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos secondo secondi".split()  # noqa: SIM905  shorter
)
LOCALES = [Locale(code) for code in ("en", "de", "fr", "es", "it", "pt", "nl")]


def tidied(text: str) -> str:
    """Text as an entry keeps it."""
    spaced = "".join(" " if unicodedata.category(char) == "Cc" else char for char in unicodedata.normalize("NFC", text))
    return " ".join(spaced.split())


def rounded(number: Fraction) -> int:
    """Half away from zero."""
    whole, rest = divmod(abs(number), 1)
    nearest = int(whole) + (rest >= Fraction(1, 2))
    return -nearest if number < 0 else nearest


def number_in(text: str) -> Fraction | None:
    """A decimal number as people write it."""
    sign, text = _signed(text.strip())
    runs = [(is_digit, "".join(run)) for is_digit, run in groupby(text, DIGITS.__contains__)]
    figures, marks = [run for is_digit, run in runs if is_digit], [run for is_digit, run in runs if not is_digit]
    if not figures or any(len(mark) > 1 or mark not in GAPS | {".", ","} for mark in marks):
        return None
    if not runs[0][0]:
        figures.insert(0, "")
    if not runs[-1][0]:
        figures.append("")
    decimals = _decimals_of(marks)
    if decimals is None:
        return None
    whole, fraction = (figures[:-1], figures[-1]) if decimals else (figures, "")
    if len(whole) > 1 and not (
        whole[0][:1] in set("123456789")
        and len(whole[0]) <= 3
        and len(whole) <= 4
        and {len(group) for group in whole[1:]} == {3}
    ):
        return None
    if len("".join(whole)) > 12 or len(fraction) > 20 or (whole == [""] and not fraction):
        return None
    return sign * Fraction(int("".join(whole) + fraction), 10 ** len(fraction))


def _decimals_of(marks: list[str]) -> bool | None:
    """Whether the last separator begins the decimals; None if the separators make no valid number."""
    kinds = list(dict.fromkeys("gap" if mark in GAPS else mark for mark in marks))
    if len(kinds) == 2:
        return True if kinds[1] != "gap" and len(marks) - 1 == sum(_kind(mark) == kinds[0] for mark in marks) else None
    return None if len(kinds) > 2 else len(marks) == 1 and kinds != ["gap"]


def _kind(mark: str) -> str:
    return "gap" if mark in GAPS else mark


def has_open_mark(text: str) -> bool:
    """Whether `1,250` may be 1250 as well as one and a quarter."""
    figures = _signed(text.strip())[1].replace(",", ".").split(".")
    return len(figures) == 2 and len(figures[1]) == 3 and 1 <= len(figures[0]) <= 3 and figures[0][0] != "0"


def seconds_in(text: str, unit: Unit) -> int | None:
    """A duration in a column of this unit."""
    text = text.strip().casefold() if len(text) <= 64 else ""
    number = number_in(text)
    if number is not None:
        factor = {Unit.HOURS: 3600, Unit.MINUTES: 60, Unit.SECONDS: 1, Unit.MILLISECONDS: Fraction(1, 1000)}.get(unit)
        if unit is not Unit.HOURS and has_open_mark(text):
            return None
        return rounded(number * (factor or (3600 if set(text) & {".", ","} else 1)))
    sign, bare = _signed(text)
    found = _clock(bare) if ":" in bare else _words(bare)
    return None if found is None else sign * found


def _clock(text: str) -> int | None:
    minutes_first = text.endswith("min")
    parts = (text.removesuffix("min").removesuffix(" ") if minutes_first else text.removesuffix("h").rstrip()).split(
        ":"
    )
    if any(not part or not set(part) <= DIGITS for part in parts):
        return None
    if any(len(part) != 2 or int(part) > 59 for part in parts[1:]) or len(parts[0]) > (7 if minutes_first else 6):
        return None
    figures = [int(part) for part in parts]
    if minutes_first:
        return figures[0] * 60 + figures[1] if len(figures) == 2 else None
    return figures[0] * 3600 + figures[1] * 60 + (figures[2] if len(figures) == 3 else 0) if len(figures) < 4 else None


def _words(text: str) -> int | None:
    head, h, tail = text.partition("h")
    head, tail = head.removesuffix(" "), tail.removeprefix(" ")
    if h and head and set(head) <= DIGITS and tail and set(tail) <= DIGITS:  # 1h30
        return int(head) * 3600 + int(tail) * 60 if len(head) <= 6 and len(tail) <= 2 and int(tail) < 60 else None
    total, units = Fraction(0), []
    while text:
        figure = _take(text, DIGITS | {".", ","})
        text = text[len(figure) :].removeprefix(" ")
        word = next((text[:end] for end in range(len(text) + 1) if end == len(text) or not _is_letter(text[end])), "")
        text = text[len(word) :].removeprefix(".")
        unit = 3600 if word in HOURS else 60 if word in MINUTES else 1 if word in SECONDS else None
        number = number_in(figure) if figure[:1] in DIGITS else None
        if unit is None or number is None or (unit != 3600 and has_open_mark(figure)):
            return None
        total, units = total + number * unit, [*units, unit]
        if text and text[0] not in DIGITS:
            if not text.removeprefix(",").startswith(" "):
                return None
            text = text.removeprefix(",").removeprefix(" ")
    return rounded(total) if units and len(set(units)) == len(units) else None


def _is_letter(char: str) -> bool:
    return "a" <= char <= "z"


def _take(text: str, chars: frozenset[str]) -> str:
    return text[: next((at for at, char in enumerate(text) if char not in chars), len(text))]


def _signed(text: str) -> tuple[int, str]:
    return (-1 if text[:1] in {"-", "−"} else 1), (text[1:] if text[:1] in {"-", "−", "+"} else text)


@cache
def month_of(word: str) -> int | None:
    """The month whose name starts like this in any language; None if the languages disagree or none has it."""
    months = {
        month
        for locale in LOCALES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for month, name in locale.months[context][width].items()
        if len(word) >= 3 and (name.casefold().startswith(word) or word.startswith(name.casefold().rstrip(".")[:3]))
    }
    return months.pop() if len(months) == 1 else None


def days_of(text: str, order: DateOrder | None) -> set[date]:
    """Every day that the digits and names of a cell may mean under `order`, ignoring the time zone."""
    text = unicodedata.normalize("NFC", text).casefold()
    figures = ["".join(run) for is_digit, run in groupby(text, DIGITS.__contains__) if is_digit]
    words = ["".join(run) for is_letter, run in groupby(text, str.isalpha) if is_letter]
    if figures and len(figures[0]) == 8:
        figures = [figures[0][:4], figures[0][4:6], figures[0][6:], *figures[1:]]
    months = {month for word in words if (month := month_of(word))} | _short_or_old(words)
    found = {_day(figures[1], month, figures[0]) for month in months if len(figures) > 1}
    if len(figures) > 2:
        first, second, third = figures[:3]
        if len(first) == 4:
            found.add(_day(first, int(second), third))
        elif f"{first}.{second}." in text or order is DateOrder.DAY_FIRST:
            found.add(_day(third, int(second), first))
        elif order is DateOrder.MONTH_FIRST:
            found.add(_day(third, int(first), second))
    return {day for day in found if day}


def _short_or_old(words: list[str]) -> set[int]:
    names = {"mär": 3, "maerz": 3, "mrz": 3, "jänner": 1, "jän": 1, "fevrier": 2, "aout": 8, "decembre": 12, "fév": 2}
    return {names[word] for word in words if word in names}


def _day(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year) if len(year) > 2 else 2000 + int(year), month, int(day))
    except ValueError:
        return None


def explains(moment: Moment, text: str, order: DateOrder | None) -> bool:
    """Whether the cell's own digits are those of the moment; an instant may be a day off because of its offset."""
    days = days_of(text, order)
    if moment.instant:
        return any(moment.date + timedelta(days=shift) in days for shift in (-1, 0, 1))
    return moment.date in days
