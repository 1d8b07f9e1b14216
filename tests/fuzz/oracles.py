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
    (
        *(
            "h",
            "hr",
            "hrs",
            "hour",
            "hours",
            "std",
            "stunde",
            "stunden",
            "heure",
            "heures",
            "hora",
            "horas",
            "ora",
            "ore",
        ),
        *("u", "uur", "uren", "godz", "godzina", "godziny", "godzin", "hod", "hodina", "hodiny", "hodin"),
        *("tim", "timme", "timmar", "t", "time", "timer"),
    )
)
MINUTES = frozenset(
    (
        *("m", "min", "mins", "minute", "minutes", "minuten", "minuto", "minutos", "minuti", "minuut"),
        *("minuta", "minuty", "minut", "minuter", "minutter"),
    )
)
SECONDS = frozenset(
    (
        *("s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden", "seconde", "seconden", "secondes"),
        *("seg", "segundo", "segundos", "secondo", "secondi", "sekunda", "sekundy", "sekund", "sekunder"),
    )
)
ANDS = ("and", "und", "et", "y", "e", "en", "i", "a", "och", "og")
FRACTIONS = {"¼": Fraction(1, 4), "½": Fraction(1, 2), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
LOCALES = [Locale(code) for code in ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "da")]


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
    text = "".join(" " if char in "\u00a0\u2009\u202f" else char for char in text)
    if " day" in text:
        return _days(text)
    sign, bare = _signed(text)
    if ":" in bare:
        found = _clock(bare)
    elif "/" in bare or set(bare) & FRACTIONS.keys():
        found = _mixed(
            bare, Fraction({Unit.MINUTES: 60, Unit.SECONDS: 1, Unit.MILLISECONDS: Fraction(1, 1000)}.get(unit, 3600))
        )
    else:
        found = _iso(bare) if bare.startswith("p") else _words(bare)
    return None if found is None else sign * found


def _days(text: str) -> int | None:
    """`-1 day, 22:30:00`: days of 24 hours, which only programs write so."""
    sign, text = _signed(text)
    days, word, clock = (*text.split(" ", 2), "", "")[:3]
    if word.removesuffix(",") not in ("day", "days") or not days or len(days) > 5 or not set(days) <= DIGITS:
        return None
    clock_sign, clock = _signed(clock)
    hours = clock.partition(":")[0]
    seconds = _clock(clock) if clock.count(":") == 2 and clock[-1:] in DIGITS else None
    if seconds is None or len(hours) > 2 or int(hours) > 23:
        return None
    return sign * int(days) * 86_400 + clock_sign * seconds


def _clock(text: str) -> int | None:
    text, gap, word = _split_word(text)
    is_minutes = word == "min"
    if (word and not is_minutes and word not in HOURS) or (is_minutes and gap > 1):
        return None
    *parts, last = text.split(":")
    if len(parts) == 2 and not is_minutes:
        last, mark, decimals = last.replace(",", ".").partition(".")
        if mark and not (0 < len(decimals) < 10 and set(decimals) <= DIGITS):
            return None
    else:
        decimals = ""
    parts.append(last)
    if any(not part or not set(part) <= DIGITS for part in parts) or not 2 <= len(parts) <= (2 if is_minutes else 3):
        return None
    if any(len(part) != 2 or int(part) > 59 for part in parts[1:]) or len(parts[0]) > (7 if is_minutes else 6):
        return None
    figures = [int(part) for part in parts]
    if is_minutes:
        return figures[0] * 60 + figures[1]
    whole = figures[0] * 3600 + figures[1] * 60 + (figures[2] if len(figures) == 3 else 0)
    return rounded(whole + Fraction(int(decimals or 0), 10 ** len(decimals)))


def _split_word(text: str) -> tuple[str, int, str]:
    """A figure, the number of spaces behind it, and the word behind them, without its point."""
    bare = text.removesuffix(".")
    word = ""
    while bare and _is_letter(bare[-1]):
        bare, word = bare[:-1], bare[-1] + word
    if not word:
        return text, 0, ""
    figure = bare.rstrip(" ")
    return figure, len(bare) - len(figure), word


def _mixed(text: str, unit: Fraction) -> int | None:
    """`1½ h`, `1 1/2`."""
    figure, gap, word = _split_word(text)
    factor = (
        Fraction(3600 if word in HOURS else 60 if word in MINUTES else 1 if word in SECONDS else 0) if word else unit
    )
    whole = _take(figure, DIGITS)
    rest = figure[len(whole) :]
    if rest.removeprefix(" ") in FRACTIONS:
        part = FRACTIONS[rest.removeprefix(" ")]
    elif whole and len(rest) == 4 and rest[0] == " " and rest[1] in "123" and rest[2] == "/" and rest[3] in "234":
        part = Fraction(int(rest[1]), int(rest[3]))
    else:
        return None
    return rounded((int(whole or 0) + part) * factor) if part < 1 and factor and gap < 2 and len(whole) < 7 else None


def _iso(text: str) -> int | None:
    """`pt1h30m`; a day of `p1dt1h` may be one of work."""
    text = text.removeprefix("p").removeprefix("0d")
    if not text.startswith("t") or text[1:2] not in DIGITS:
        return None
    text, total = text[1:], Fraction(0)
    for letter, factor in (("h", 3600), ("m", 60), ("s", 1)):
        figure = _take(text, DIGITS | {".", ","})
        if figure and text[len(figure) :].startswith(letter):
            whole, mark, decimals = figure.replace(",", ".").partition(".")
            if not 0 < len(whole) < 10 or len(decimals) > 9 or bool(mark) != bool(decimals) or "." in decimals:
                return None
            total += Fraction(int(whole + decimals), 10 ** len(decimals)) * factor
            text = text[len(figure) + 1 :]
    return None if text else rounded(total)


def _words(text: str) -> int | None:
    for letter in "hu":  # 1h30
        head, mark, tail = text.partition(letter)
        head, tail = head.removesuffix(" "), tail.removeprefix(" ")
        if mark and head and set(head) <= DIGITS and tail and set(tail) <= DIGITS:
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
            text = next((text.removeprefix(f"{word} ") for word in ANDS if text.startswith(f"{word} ")), text)
            if not text:
                return None
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
    years = [figures[1:2], figures[-1:]] if figures and len(figures[0]) < 4 else [figures[:1]]
    day = figures[0] if figures and len(figures[0]) < 4 else figures[1] if len(figures) > 1 else ""
    found = {_day(year, month, day) for month in months for year, *_ in years if day and year}
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
