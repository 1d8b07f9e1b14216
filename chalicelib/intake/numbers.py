"""Decimal numbers in any locale's notation: `1.5`, `1,5`, `2.000,0`, `1,234.5`, `1 234,5`, `1'234.5`."""

import re
from decimal import Decimal

_GAPS = re.compile(r"([+-]?[1-9][0-9]{0,2})((?:[ \u00a0\u2009\u202f'’][0-9]{3}){1,3})((?:[.,][0-9]{0,20})?)")
"""Groups of three digits with spaces or apostrophes between them."""
_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,12}(?:[.,][0-9]{0,20})?|[.,][0-9]{1,20})")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){1,3}\.[0-9]{0,20}|(?:,[0-9]{3}){2,3})")
_POINT_GROUPS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){1,3},[0-9]{0,20}|(?:\.[0-9]{3}){2,3})")
_ONE_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_NOT_DIGITS = re.compile("[^0-9]")


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
