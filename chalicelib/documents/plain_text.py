"""Text of people, fit for any file."""

from unicodedata import category

_UNPRINTABLE = {"Cc", "Cs", "Cn"}
"""Control characters, halves of characters, and what is no character at all: no XML or PDF may hold them."""


def plain(text: str) -> str:
    """The text in one line, without characters that files must not hold."""
    return "".join(" " if category(one) in _UNPRINTABLE else one for one in text).strip()
