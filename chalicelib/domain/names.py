"""Text as it is kept, and when two names are the same name (docs/imports.md, "The same entry?")."""

import re
import unicodedata

_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
"""Control characters mean nothing in a name or a description; they become white space."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def tidy(text: str) -> str:
    """Text as entries keep it: in NFC, trimmed, every run of white space or control characters one space.

    The two halves of a character, as a set-up in JSON has them, are put together: neither can stand in a page.
    """
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if text.isprintable() and "  " not in text:
        return text.strip()
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(text.translate(_CONTROLS).split())


def fold(text: str) -> str:
    """Text as names are compared: tidy, and without case."""
    return tidy(text).casefold()
