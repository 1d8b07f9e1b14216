"""Text as the font can print it."""

from collections.abc import Container
from unicodedata import category, normalize


class Typeset:
    """Replaces what the font has no glyph for, which would come out as an empty box."""

    def __init__(self, glyphs: Container[int], currency: str) -> None:
        """The code points that the font has, and the ISO code that stands for a sign of the currency it lacks."""
        self._glyphs = glyphs
        self._currency = currency

    def __call__(self, text: str) -> str:
        """The same text; a currency's sign becomes its code, other signs their simpler form, the rest `?`."""
        return "".join(one if ord(one) in self._glyphs else self._instead(one) for one in text)

    def _instead(self, one: str) -> str:
        if category(one) == "Sc":
            return self._currency
        if category(one) in {"Cf", "Mn"}:
            return ""
        simpler = "".join(part for part in normalize("NFKD", one) if ord(part) in self._glyphs)
        return simpler or "?"
