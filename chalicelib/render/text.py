"""Sanitises external text for files: printable, and harmless in a spreadsheet."""

from unicodedata import category

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet_text(cell: str | None) -> str:
    """The cell, with a leading apostrophe if a spreadsheet would run it as a formula (OWASP, "CSV injection").

    Leading white space does not protect from that.
    """
    text = (cell or "").replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


_UNPRINTABLE = {"Cc", "Cs", "Cn"}
"""Control characters, surrogates and unassigned code points, which XML and PDF must not contain."""


def plain(text: str) -> str:
    """The text on one line, without characters that files must not contain."""
    return "".join(" " if category(one) in _UNPRINTABLE else one for one in text).strip()
