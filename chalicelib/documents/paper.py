"""The A4 page that an invoice is laid out on: margins, type, colours, and the header and footer of each page."""

import logging
from collections.abc import Container, Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from unicodedata import category, normalize

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import Align

from chalicelib.documents.word_document import WordedDocument

logging.getLogger("fpdf").setLevel(logging.ERROR)  # its warnings quote the printed text

logging.getLogger("fontTools").setLevel(logging.ERROR)

_FONTS = Path(__file__).parent / "fonts"
_REGULAR = "SourceSansPro-Regular.ttf"
_PAGES = "\ue000" * 3
"""Stands for the number of pages, of up to three digits, which is known at the end: the font has no glyph for it."""
_MISSING = "?"
"""Printed for a character without a glyph: in documents that were issued before such were refused."""
_FAMILY = "Source Sans Pro"
LEFT, RIGHT, _BOTTOM = 25.0, 20.0, 25.0
"""Margins in mm, like all lengths."""
WIDTH = 210 - LEFT - RIGHT
_TOP_OF_NEXT_PAGES = 22.0
INK, SOFT, LINE = (21, 33, 43), (85, 98, 110), (221, 227, 231)
_ACCENT = "#1d5b79"
"""That of templates/style.css."""
TEXT, SMALL = 10.0, 8.5
"""Type sizes in points."""


class Paper(FPDF):
    """A4 with header and footer."""

    def __init__(self, doc: WordedDocument, issued_on: date, currency: str, accent: str) -> None:
        super().__init__(format="A4")
        self.accent = bytes.fromhex((accent or _ACCENT).removeprefix("#"))
        self._doc = doc
        self.set_margins(LEFT, _TOP_OF_NEXT_PAGES, RIGHT)
        self.set_auto_page_break(auto=True, margin=_BOTTOM)
        self.alias_nb_pages(_PAGES)
        self.add_font(_FAMILY, "", _FONTS / _REGULAR)
        self.add_font(_FAMILY, "B", _FONTS / "SourceSansPro-Semibold.ttf")
        self.set_creation_date(datetime.combine(issued_on, time(), UTC))
        self.set_line_width(0.2)
        self.set_draw_color(*LINE)
        self.c_margin = 0
        self.style()
        self.typeset = Typeset(glyphs(), currency)

    def style(self, size: float = TEXT, *, bold: bool = False, soft: bool = False) -> None:
        """Set the type of what follows."""
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(*(SOFT if soft else INK))

    def line_of(self, text: str, *, height: float = 4.6, width: float = 0) -> None:
        """Print a line, broken if it is too long; what follows is below it, at the same left edge."""
        self.multi_cell(width, height, self.typeset(text), align=Align.L, new_x="LEFT", new_y="NEXT")

    def header(self) -> None:
        """Print which document this is, from the second page on."""
        if self.page_no() > 1:
            self.set_y(12)
            self.style(SMALL, soft=True)
            self.cell(text=self.fitting(f"{self._doc.kind} {self._doc.number}", WIDTH))
            self.set_y(_TOP_OF_NEXT_PAGES)

    def footer(self) -> None:
        """Print the seller and the page number with the number of pages."""
        self.set_y(-16)
        self.style(SMALL, soft=True)
        before, after = map(self.typeset, self._doc.page.format(page=self.page_no(), pages=_PAGES).split(_PAGES))
        self.cell(
            WIDTH - 30,
            4,
            self.fitting(" · ".join((*self._doc.seller[:1], *named(self._doc.seller_ids))), WIDTH - 32),
        )
        later = self.get_string_width(_PAGES) - self.get_string_width("0")  # what the number is narrower, at the end
        self.cell(30 + later, 4, f"{before}{_PAGES}{after}", align=Align.R)

    def fitting(self, text: str, width: float) -> str:
        """As much of the text as fits into a line of this width."""
        shown = self.typeset(text)
        while self.get_string_width(shown) > width:
            shown = f"{shown[:-2]}…"
        return shown


def named(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Values with their labels: `VAT ID DE123456789`."""
    return [f"{name} {value}" for name, value in pairs]


@cache
def glyphs() -> Container[int]:
    """The code points that the font has a glyph for."""
    with TTFont(_FONTS / _REGULAR, lazy=True) as font:
        found: Container[int] = font.getBestCmap()
    return found


class Typeset:
    """Replaces characters that the font has no glyph for, which would print as empty boxes."""

    def __init__(self, glyphs: Container[int], currency: str) -> None:
        """`glyphs`: the font's code points; `currency`: the ISO code that replaces a missing currency sign."""
        self._glyphs = glyphs
        self._currency = currency

    def __call__(self, text: str) -> str:
        """The printable text: a missing currency sign becomes its code, other characters a simpler form or `?`."""
        return "".join(one if ord(one) in self._glyphs else self._instead(one) for one in text)

    def _instead(self, one: str) -> str:
        if category(one) == "Sc":
            return self._currency
        if category(one) in {"Cf", "Mn"}:
            return ""
        simpler = "".join(part for part in normalize("NFKD", one) if ord(part) in self._glyphs)
        return simpler or _MISSING

    def unprintable(self, text: str) -> set[str]:
        """The characters that would be missing: invisible ones are not."""
        missing = (one for one in text if ord(one) not in self._glyphs and category(one) not in {"Cf", "Sc"})
        return {one for one in missing if category(one) == "Mn" or self._instead(one) == _MISSING}
