"""When two names are the same name."""

import unicodedata


def fold(text: str) -> str:
    """Text as names are compared: NFC, white space folded, without case."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
