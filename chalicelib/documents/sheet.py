"""Lays a worded invoice out on A4, all measures in mm; a window envelope shows the buyer's address (DIN 5008).

fpdf2 runs without Pillow, which only its images need: the functions' package leaves Pillow out.
"""

import logging
import warnings
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import cast

from chalicelib.documents.typeset import Typeset
from chalicelib.documents.word_document import WordedDocument

with warnings.catch_warnings():
    warnings.simplefilter("ignore", UserWarning)  # it says that no images can be drawn; there are none
    from fpdf import FPDF, FontFace
    from fpdf.enums import Align, MethodReturnValue, TableBordersLayout, VAlign
    from fpdf.fonts import TTFFont

logging.getLogger("fpdf").setLevel(logging.ERROR)  # its warnings quote what is printed
logging.getLogger("fontTools").setLevel(logging.ERROR)

_FONTS = Path(__file__).parent / "fonts"
_FAMILY = "Source Sans Pro"
_LEFT, _RIGHT, _BOTTOM = 25.0, 20.0, 25.0
_WIDTH = 210 - _LEFT - _RIGHT
_TOP_OF_NEXT_PAGES = 22.0
_ADDRESS_TOP, _ADDRESS_WIDTH = 45.0, 85.0
_SELLER_LEFT = 130.0
_TITLE_TOP = 96.0
_COLUMNS = (80.0, 25.0, 30.0, 30.0)
"""Service, quantity, unit price, amount."""
_LINES_OF_A_ROW = 45
_ROW_OF_HOURS, _AROUND_HOURS = 4.8, 36.0
"""The balance statement is not torn apart: it begins a page where its rows and what stands around them do not fit."""
_INK, _SOFT, _LINE = (21, 33, 43), (85, 98, 110), (221, 227, 231)
_TEXT, _SMALL = 10.0, 8.5


class _Paper(FPDF):
    """A4 with the small lines at its top and bottom."""

    def __init__(self, doc: WordedDocument, issued_on: date, currency: str) -> None:
        super().__init__(format="A4")
        self._doc = doc
        self.set_margins(_LEFT, _TOP_OF_NEXT_PAGES, _RIGHT)
        self.set_auto_page_break(auto=True, margin=_BOTTOM)
        self.add_font(_FAMILY, "", _FONTS / "SourceSansPro-Regular.ttf")
        self.add_font(_FAMILY, "B", _FONTS / "SourceSansPro-Semibold.ttf")
        self.set_creation_date(datetime.combine(issued_on, time(), UTC))
        self.set_line_width(0.2)
        self.set_draw_color(*_LINE)
        self.c_margin = 0
        self.style()
        regular = self.current_font
        self.typeset = Typeset(regular.cmap if isinstance(regular, TTFFont) else {}, currency)

    def style(self, size: float = _TEXT, *, bold: bool = False, soft: bool = False) -> None:
        """The type of what follows."""
        self.set_font(_FAMILY, "B" if bold else "", size)
        self.set_text_color(*(_SOFT if soft else _INK))

    def line_of(self, text: str, *, height: float = 4.6, align: Align = Align.L, width: float = 0) -> None:
        """A line that breaks where it is too long; what follows stands below it, at the same left edge."""
        self.multi_cell(width, height, self.typeset(text), align=align, new_x="LEFT", new_y="NEXT")

    def header(self) -> None:
        """From the second page on, which document this is."""
        if self.page_no() > 1:
            self.set_y(12)
            self.style(_SMALL, soft=True)
            self.cell(text=self.fitting(f"{self._doc.kind} {self._doc.number}", _WIDTH))
            self.set_y(_TOP_OF_NEXT_PAGES)

    def footer(self) -> None:
        """Who writes, and which page this is of how many."""
        self.set_y(-16)
        self.style(_SMALL, soft=True)
        page = self._doc.page.format(page=self.page_no(), pages="{nb}")
        self.cell(
            _WIDTH - 30,
            4,
            self.fitting(" · ".join((*self._doc.seller[:1], *_pairs(self._doc.seller_ids))), _WIDTH - 32),
        )
        self.cell(30, 4, self.typeset(page), align=Align.R)

    def fitting(self, text: str, width: float) -> str:
        """As much of the text as a line of this width holds."""
        shown = self.typeset(text)
        while self.get_string_width(shown) > width:
            shown = f"{shown[:-2]}…"
        return shown


def draw(doc: WordedDocument, *, issued_on: date, currency: str) -> bytes:
    """The PDF of these words; `issued_on` is the date in its properties."""
    paper = _Paper(doc, issued_on, currency)
    paper.set_title(f"{doc.kind} {doc.number}")
    paper.set_author(doc.seller[0] if doc.seller else "")
    paper.set_lang(doc.language)
    paper.add_page()
    for part in (_parties, _title, _lines, _totals, _payment, _hours):
        part(paper, doc)
    return bytes(paper.output())


def _pairs(named: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{name} {value}" for name, value in named]


def _parties(paper: _Paper, doc: WordedDocument) -> None:
    paper.set_xy(_LEFT, _ADDRESS_TOP)
    paper.style(7, soft=True)
    paper.cell(_ADDRESS_WIDTH, 3.4, paper.fitting(" · ".join(doc.seller), _ADDRESS_WIDTH), new_x="LEFT", new_y="NEXT")
    paper.ln(1.5)
    _stack(paper, doc.buyer, _pairs(doc.buyer_ids), _ADDRESS_WIDTH)
    lowest = paper.get_y()
    paper.set_xy(_SELLER_LEFT, 20)
    _stack(paper, doc.seller, _pairs(doc.seller_ids), 210 - _RIGHT - _SELLER_LEFT)
    paper.set_y(max(lowest, paper.get_y()))


def _stack(paper: _Paper, name_and_address: tuple[str, ...], ids: list[str], width: float) -> None:
    for number, line in enumerate(name_and_address):
        paper.style(bold=number == 0)
        paper.line_of(line, width=width)
    for line in ids:
        paper.style(_SMALL, soft=True)
        paper.line_of(line, width=width, height=4)


def _title(paper: _Paper, doc: WordedDocument) -> None:
    paper.set_xy(_LEFT, max(_TITLE_TOP, paper.get_y() + 6))
    paper.style(19, bold=True)
    paper.line_of(f"{doc.kind} {doc.number}", height=8.5)
    paper.ln(2.5)
    column, top, lowest = _WIDTH / len(doc.facts), paper.get_y(), paper.get_y()
    for number, (name, value) in enumerate(doc.facts):
        paper.set_xy(_LEFT + number * column, top)
        paper.style(_SMALL, soft=True)
        paper.line_of(name, height=4, width=column - 3)
        paper.style()
        paper.line_of(value, width=column - 3)
        lowest = max(lowest, paper.get_y())
    paper.set_xy(_LEFT, lowest + 7)


def _lines(paper: _Paper, doc: WordedDocument) -> None:
    """The table of what is charged; its head is repeated on each page."""
    paper.style()
    with paper.table(
        width=_WIDTH,
        align=Align.L,
        col_widths=_COLUMNS,
        text_align=(Align.L, Align.R, Align.R, Align.R),
        v_align=VAlign.T,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=4.8,
        padding=(1.6, 0, 1.6, 0),
        headings_style=FontFace(emphasis="", color=_SOFT, size_pt=_SMALL),
    ) as table:
        table.row([paper.typeset(cell) for cell in doc.head])
        for line in doc.lines:
            text, *more = _in_parts(paper, paper.typeset(line.text))
            table.row([text, *(paper.typeset(cell) for cell in line[1:])])
            for part in more:
                table.row([part, "", "", ""])


def _in_parts(paper: _Paper, text: str) -> Iterator[str]:
    """The text in pieces that are rows: a row must not be higher than a page."""
    broken = paper.multi_cell(_COLUMNS[0], text=text, align=Align.L, dry_run=True, output=MethodReturnValue.LINES)
    lines = cast("list[str]", broken)  # its type depends on what `output` asks for
    if len(lines) <= _LINES_OF_A_ROW:
        yield text
        return
    for start in range(0, len(lines), _LINES_OF_A_ROW):
        yield "\n".join(lines[start : start + _LINES_OF_A_ROW])


def _totals(paper: _Paper, doc: WordedDocument) -> None:
    height = 5.6
    if paper.will_page_break(height * (len(doc.totals) + 1) + 4):
        paper.add_page()
    paper.ln(2.5)
    for name, amount in doc.totals:
        _total(paper, name, amount, height)
    paper.set_draw_color(*_INK)
    paper.line(_LEFT + 80, paper.get_y() + 0.8, _LEFT + _WIDTH, paper.get_y() + 0.8)
    paper.set_draw_color(*_LINE)
    paper.ln(1.8)
    _total(paper, *doc.gross, height, bold=True)
    paper.ln(2)
    paper.style(_SMALL, soft=True)
    for reason in doc.reasons:
        paper.line_of(reason, height=4)


def _total(paper: _Paper, name: str, amount: str, height: float, *, bold: bool = False) -> None:
    paper.style(11 if bold else _TEXT, bold=bold)
    paper.set_x(_LEFT + 80)
    paper.cell(40, height, paper.typeset(name))
    paper.cell(_WIDTH - 120, height, paper.typeset(amount), align=Align.R, new_x="LMARGIN", new_y="NEXT")


def _payment(paper: _Paper, doc: WordedDocument) -> None:
    paper.ln(4)
    for sentence in doc.payment:
        paper.style()
        paper.line_of(sentence)
        paper.ln(0.8)
    for name, value in doc.accounts:
        paper.style(_SMALL, soft=True)
        paper.cell(12, 4.6, name)
        paper.style(bold=True)
        paper.line_of(value)
        paper.set_x(_LEFT)


def _hours(paper: _Paper, doc: WordedDocument) -> None:
    if paper.will_page_break(_ROW_OF_HOURS * len(doc.hours) + _AROUND_HOURS):
        paper.add_page()
    paper.ln(6)
    paper.line(_LEFT, paper.get_y(), _LEFT + _WIDTH, paper.get_y())
    paper.ln(4)
    paper.style(11, bold=True)
    paper.line_of(doc.hours_of, height=5.5)
    paper.ln(1)
    for name, hours in doc.hours:
        paper.style()
        paper.cell(85, _ROW_OF_HOURS, paper.typeset(name))
        paper.cell(25, _ROW_OF_HOURS, paper.typeset(hours), align=Align.R, new_x="LMARGIN", new_y="NEXT")
    paper.ln(2)
    paper.style()
    paper.line_of(doc.comparison)
    paper.style(soft=True)
    paper.line_of(doc.carry_over)
