"""Text from outside as files can hold it: printable, and harmless in a spreadsheet."""

from unicodedata import category

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet_text(cell: str | None) -> str:
    """The cell as text that no spreadsheet runs as a formula: it gets an apostrophe (OWASP, "CSV injection").

    A blank before the sign does not help the sign.
    """
    text = (cell or "").replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


_UNPRINTABLE = {"Cc", "Cs", "Cn"}
"""Control characters, halves of characters, and what is no character at all: no XML or PDF may hold them."""


def plain(text: str) -> str:
    """The text in one line, without characters that files must not hold."""
    return "".join(" " if category(one) in _UNPRINTABLE else one for one in text).strip()
