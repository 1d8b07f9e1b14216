"""Durations as the tools write them, in whole seconds. No floats: decimal hours are rounded to the nearest second.

Their numbers are in any locale's notation: `1.5`, `1,5`, `2.000,0`, `1,234.5`, `1 234,5`, `1'234.5`.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.quantities import HOUR, round_half_away
from chalicelib.intake.sources.columns import Unit

MINUTE = 60
_LONGEST = 64
_GAPS = re.compile(r"([+-]?[1-9][0-9]{0,2})((?:[ \u00a0\u2009\u202f'’][0-9]{3}){1,3})((?:[.,][0-9]{0,20})?)")
"""Groups of three digits with spaces or apostrophes between them."""
_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,12}(?:[.,][0-9]{0,20})?|[.,][0-9]{1,20})")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){1,3}\.[0-9]{0,20}|(?:,[0-9]{3}){2,3})")
_POINT_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){1,3},[0-9]{0,20}|(?:\.[0-9]{3}){2,3})")
_ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_NOT_DIGITS = re.compile("[^0-9]")
_CLOCK = re.compile(r"([+-]?)([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?")
_MINUTES_CLOCK = re.compile(r"([+-]?)([0-9]{1,7}):([0-5][0-9]) ?min")
_FRENCH_CLOCK = re.compile(r"([+-]?)([0-9]{1,6}) ?h ?([0-5]?[0-9])")
_PART = r"([0-9][0-9.,]*) ?([a-zµ]+)\.?"
_PARTS = re.compile(rf"([+-]?)((?:{_PART}(?:,? |(?=[0-9])|$))+)")
_ONE_PART = re.compile(_PART)
_SECONDS_PER: Mapping[Unit, int | Fraction] = {
    Unit.HOURS: HOUR,
    Unit.MINUTES: MINUTE,
    Unit.SECONDS: 1,
    Unit.MILLISECONDS: Fraction(1, 1000),
}
_FACTORS: Mapping[str, int] = {
    word: factor
    for factor, words in (
        (HOUR, "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren"),
        (MINUTE, "m min mins minute minutes minuten minuto minutos minuti minuut"),
        (1, "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos secondo secondi"),
    )
    for word in words.split()
}


def parse_duration(text: str, unit: Unit) -> int | None:
    """Seconds, negative if the text is, or None if it is not a duration.

    Reads H:MM, H:MM:SS (hours may exceed 24), decimals in `unit`, `47:06 min` (minutes and seconds),
    `1h 30m`, `1h30`, `0.79 h`, `35m`, `8s` and the words of other languages for them. In units below hours
    `1,250` is not a duration: thousands and decimals are equally likely.
    """
    if len(text) > _LONGEST:
        return None
    text = text.strip().casefold().replace("−", "-")
    if match := _CLOCK.fullmatch(text.removesuffix("h").rstrip()):
        sign, hours, minutes, seconds = match.groups()
        return _signed(sign, int(hours) * HOUR + int(minutes) * MINUTE + int(seconds or 0))
    number = parse_decimal(text)
    if number is not None:
        if unit is not Unit.HOURS and may_be_thousands(text):
            return None
        return round_half_away(Fraction(number) * _factor(text, unit))
    return _parse_words(text)


def _factor(text: str, unit: Unit) -> int | Fraction:
    if unit is Unit.SECONDS_OR_DECIMAL_HOURS:
        return HOUR if "." in text or "," in text else 1
    return _SECONDS_PER[unit]


def _parse_words(text: str) -> int | None:
    if match := _MINUTES_CLOCK.fullmatch(text):
        return _signed(match[1], int(match[2]) * MINUTE + int(match[3]))
    if match := _FRENCH_CLOCK.fullmatch(text):
        return _signed(match[1], int(match[2]) * HOUR + int(match[3]) * MINUTE)
    if not (match := _PARTS.fullmatch(text)):
        return None
    parts = [(parse_decimal(figure), _factor_of(figure, word)) for figure, word in _ONE_PART.findall(match[2])]
    factors = {factor for _, factor in parts}
    if None in factors or len(factors) < len(parts):
        return None
    total = sum(number * factor for number, factor in parts if number is not None and factor)
    return _signed(match[1], round_half_away(Fraction(total)))


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
