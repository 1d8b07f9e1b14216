"""Decimal numbers as people's settings write them: `1.5`, `1,5`, `2.000,0`, `1,234.5`, `1 234,5`, `1'234.5`."""

import re
from decimal import Decimal

_GAP = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f'’](?=[0-9]{3}(?![0-9]))")
"""A space or apostrophe between groups of three digits."""
_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,12}(?:[.,][0-9]{0,20})?|[.,][0-9]{1,20})")
_COMMA_GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){1,3}\.[0-9]{0,20}|[+-]?[0-9]{1,3}(?:,[0-9]{3}){2,3}")
_POINT_GROUPS = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){1,3},[0-9]{0,20}|[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,3}")


def parse_decimal(text: str) -> Decimal | None:
    """The number, or None for anything else.

    A single mark is the decimal mark (`1.250` is one and a quarter: nobody books 1,250 hours at once);
    of two different marks the last one is.
    """
    text = _GAP.sub("", text.strip().replace("−", "-"))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _COMMA_GROUPS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _POINT_GROUPS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return None
