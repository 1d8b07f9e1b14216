"""Durations as the tools write them, in whole seconds. No floats: decimal hours are rounded to the nearest second.

Their numbers are in any locale's notation: `1.5`, `1,5`, `2.000,0`, `1,234.5`, `1 234,5`, `1'234.5`.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.quantities import DAY, HOUR, round_half_away
from chalicelib.intake.sources.captions import UNIT_WORDS, words_in
from chalicelib.intake.sources.columns import Unit

MINUTE = 60
_LONGEST = 64
_TYPEWRITTEN = str.maketrans("−\u00a0\u2009\u202f", "-   ")
_GAPS = re.compile(r"([+-]?[1-9][0-9]{0,2})((?:[ \u00a0\u2009\u202f'’][0-9]{3}){1,3})((?:[.,][0-9]{0,20})?)")
"""Groups of three digits with spaces or apostrophes between them."""
_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,12}(?:[.,][0-9]{0,20})?|[.,][0-9]{1,20})")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){1,3}\.[0-9]{0,20}|(?:,[0-9]{3}){2,3})")
_POINT_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){1,3},[0-9]{0,20}|(?:\.[0-9]{3}){2,3})")
_ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_NOT_DIGITS = re.compile("[^0-9]")
_SECOND = r"([0-5][0-9](?:[.,][0-9]{1,9})?)"
_CLOCK = re.compile(rf"([+-]?)([0-9]{{1,6}}):([0-5][0-9])(?::{_SECOND})?(?: *([a-z]+)\.?)?")
_DAYS_AND_CLOCK = re.compile(rf"([+-]?[0-9]{{1,5}}) days?,? ([+-]?)([01]?[0-9]|2[0-3]):([0-5][0-9]):{_SECOND}")
_MINUTES_CLOCK = re.compile(r"([+-]?)([0-9]{1,7}):([0-5][0-9]) ?min\.?")
_FRENCH_CLOCK = re.compile(r"([+-]?)([0-9]{1,6}) ?[hu] ?([0-5]?[0-9])")
_FIGURE = r"([0-9]{1,9}(?:[.,][0-9]{1,9})?)"
_ISO = re.compile(rf"([+-]?)p(?:0d)?t(?=[0-9])(?:{_FIGURE}h)?(?:{_FIGURE}m)?(?:{_FIGURE}s)?")
_MIXED = re.compile(r"([+-]?)([0-9]{0,6}) ?(?:([¼½¾⅓⅔])|(?<=[0-9] )([1-3])/([2-4]))(?: ?([a-z]+)\.?)?")
_FRACTIONS = {"¼": Fraction(1, 4), "½": Fraction(1, 2), "¾": Fraction(3, 4), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3)}
_PART = r"([0-9][0-9.,]*) ?([a-zµ]+)\.?"
_AND = r",? (?:(?:and|und|et|y|e|en|i|a|och|og) )?"
_PARTS = re.compile(rf"([+-]?)((?:{_PART}(?:{_AND}|(?=[0-9])|$))+)")
_ONE_PART = re.compile(_PART)
SECONDS_PER_UNIT: Mapping[Unit, int | Fraction] = {
    Unit.OPEN: HOUR,
    Unit.HOURS: HOUR,
    Unit.MINUTES: MINUTE,
    Unit.SECONDS: 1,
    Unit.SECONDS_OF_WHOLE_MINUTES: 1,
    Unit.MILLISECONDS: Fraction(1, 1000),
}
_HOURS = (Unit.HOURS, Unit.OPEN)
_FACTORS: Mapping[str, int] = {
    word: factor
    for factor, words in (
        (HOUR, UNIT_WORDS[Unit.HOURS] | words_in("godzina hodina timme t time")),  # in names: times of day
        (MINUTE, UNIT_WORDS[Unit.MINUTES]),
        (1, UNIT_WORDS[Unit.SECONDS]),
    )
    for word in words
}
"""Words of English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish and Danish."""


def parse_duration(text: str, unit: Unit) -> int | None:
    """Seconds, negative if the text is, or None if it is not a duration.

    Reads H:MM, H:MM:SS (hours may exceed 24), decimals in `unit`, `1½`, `47:06 min` (minutes and seconds),
    `1h 30m`, `1h30`, `0.79 h`, `35m`, `8s`, `1 hour and 30 minutes` and the words of other languages for them, ISO's
    `PT1H30M`, and what Python, pandas and PostgreSQL write: `1 day, 2:00:00`. In units below hours `1,250` is not a
    duration: thousands and decimals are equally likely. Nor is a day of work: it can have 8 or 24 hours.
    """
    if len(text) > _LONGEST:
        return None
    text = text.strip().casefold().translate(_TYPEWRITTEN)
    if match := _CLOCK.fullmatch(text):
        sign, hours, minutes, seconds, word = match.groups()
        if word is None or _FACTORS.get(word) == HOUR:
            return _signed(sign, _sum(hours, minutes, seconds))
    number = parse_decimal(text)
    if number is not None:
        if unit not in _HOURS and may_be_thousands(text):
            return None
        return round_half_away(Fraction(number) * _factor(text, unit))
    if match := _MIXED.fullmatch(text):
        return _parse_mixed(match, unit)
    seconds = _parse_notation(text)
    return _parse_words(text) if seconds is None else seconds


def _factor(text: str, unit: Unit) -> int | Fraction:
    if unit is Unit.SECONDS_OR_DECIMAL_HOURS:
        return HOUR if "." in text or "," in text else 1
    return SECONDS_PER_UNIT[unit]


def _parse_mixed(match: re.Match[str], unit: Unit) -> int | None:
    """A whole number and a fraction, in the unit that is written after them, else in that of the column."""
    sign, whole, one, above, below, word = match.groups()
    part = _FRACTIONS[one] if one else Fraction(int(above), int(below))
    factor = _FACTORS.get(word) if word else SECONDS_PER_UNIT.get(unit, HOUR)
    if factor is None or part >= 1:
        return None
    return _signed(sign, round_half_away((int(whole or 0) + part) * factor))


def _parse_notation(text: str) -> int | None:
    if match := _MINUTES_CLOCK.fullmatch(text):
        return _signed(match[1], int(match[2]) * MINUTE + int(match[3]))
    if match := _FRENCH_CLOCK.fullmatch(text):
        return _signed(match[1], _sum(match[2], match[3]))
    if match := _ISO.fullmatch(text):
        return _signed(match[1], _sum(*match.groups()[1:]))
    if match := _DAYS_AND_CLOCK.fullmatch(text):
        days, sign, *clock = match.groups()
        return int(days) * DAY + _signed(sign, _sum(*clock))
    return None


def _parse_words(text: str) -> int | None:
    if not (match := _PARTS.fullmatch(text)):
        return None
    parts = [(parse_decimal(figure), _factor_of(figure, word)) for figure, word in _ONE_PART.findall(match[2])]
    factors = {factor for _, factor in parts}
    if None in factors or len(factors) < len(parts):
        return None
    total = sum(number * factor for number, factor in parts if number is not None and factor)
    return _signed(match[1], round_half_away(Fraction(total)))


def _sum(hours: str | None, minutes: str | None, seconds: str | None = None) -> int:
    """To the nearest second; figures may have decimals."""
    total = _decimal(hours) * HOUR + _decimal(minutes) * MINUTE + _decimal(seconds)
    return int(total) if total == int(total) else round_half_away(Fraction(total))  # nearly always whole, and faster


def _decimal(figure: str | None) -> Decimal:
    return Decimal(figure.replace(",", ".")) if figure else Decimal()


def _factor_of(figure: str, word: str) -> int | None:
    """Seconds per unit of the figure before `word`, or None if either of them is ambiguous."""
    factor = _FACTORS.get(word)
    is_certain = parse_decimal(figure) is not None and (factor == HOUR or not may_be_thousands(figure))
    return factor if is_certain else None


def _signed(sign: str, seconds: int) -> int:
    return -seconds if sign == "-" else seconds


def parse_decimal(text: str) -> Decimal | None:
    """The number, or None for anything else.

    A single mark is the decimal mark (`1.250` is one and a quarter: nobody books 1,250 hours at once);
    of two different marks it is the last one.
    """
    text = text.strip().replace("−", "-")
    if match := _GAPS.fullmatch(text):
        text = match[1] + _NOT_DIGITS.sub("", match[2]) + match[3]
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _COMMA_GROUPS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _POINT_GROUPS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return None


def may_be_thousands(text: str) -> bool:
    """Whether a number's only mark may also be a thousands separator: `1,250` can be 1250 or one and a quarter."""
    return _ONE_GROUP.fullmatch(text.strip().replace("−", "-")) is not None
