"""Text as entries keep it: NFC-normalised, white space folded (domain words: "the same entry?")."""

import unicodedata

_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
"""Control characters mean nothing in a description; they become white space."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def fold(text: str) -> str:
    """`text` in NFC, trimmed, every run of white space or control characters one space."""
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.translate(_CONTROLS).split())


def without_formula_guard(text: str) -> str:
    """`text` as its author wrote it: Kimai puts `' ` before what a spreadsheet might take for a formula."""
    bare = text.removeprefix("' ")
    return bare if bare.startswith(_FORMULA_STARTS) or "DDE" in bare else text
