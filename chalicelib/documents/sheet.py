"""Lays a worded invoice out on A4, all measures in mm; a window envelope shows the buyer's address (DIN 5008)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import cast

from fpdf import FontFace
from fpdf.enums import Align, MethodReturnValue, TableBordersLayout, VAlign
from fpdf.image_datastructures import RasterImageInfo

from chalicelib.documents.paper import LEFT, LINE, RIGHT, SMALL, SOFT, TEXT, WIDTH, Paper, named
from chalicelib.documents.pay_code import dark_runs
from chalicelib.documents.word_document import WordedDocument, WordedSection

_ADDRESS_TOP, _ADDRESS_WIDTH = 45.0, 85.0
_SELLER_LEFT = 130.0
_LOGO_TOP, _LOGO_WIDTH, _LOGO_HEIGHT = 20.0, 85.0, 20.0
_LARGEST_PIXEL = 25.4 / 96
"""A small picture stays small."""
_TITLE_TOP = 96.0
_COLUMNS = (80.0, 25.0, 30.0, 30.0)
"""Service, quantity, unit price, amount."""
_COLUMNS_OF_WORK = (25.0, 118.0, 22.0)
_CODE = 26.0
"""The side of the code of a payment; its quiet zone is the white around it."""
_LINES_OF_A_ROW = 45
_FITS_A_ROW = 400
"""Text of so many letters never has that many lines: two of them together are longer than one is wide."""
_ROW_OF_HOURS, _AROUND_HOURS = 4.8, 36.0
"""The balance statement is not torn apart: it begins a page where its rows and what stands around them do not fit."""


def draw(doc: WordedDocument, *, issued_on: date, currency: str, accent: str, logo: bytes) -> bytes:
    """The PDF of these words.

    `issued_on` is the date in its properties, `accent` "" or the operator's colour, `logo` b"" or as `Logo.printed`.
    """
    paper = Paper(doc, issued_on, currency, accent)
    paper.set_title(f"{doc.kind} {doc.number}")
    paper.set_author(doc.seller[0] if doc.seller else "")
    paper.set_lang(doc.language)
    paper.add_page()
    if logo:
        _logo(paper, logo)
    for part in (_parties, _title, _lines, _totals, _payment, _statements, _work):
        part(paper, doc)
    return bytes(paper.output())


def _logo(paper: Paper, png: bytes) -> None:
    """The logo above the address: a PDF packs pixels as a PNG does, so that nothing has to be unpacked."""
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    scale = min(_LOGO_WIDTH / width, _LOGO_HEIGHT / height, _LARGEST_PIXEL)
    pixels = {"w": width, "h": height, "cs": "DeviceRGB", "bpc": 8, "dp": f"/Predictor 15 /Colors 3 /Columns {width}"}
    paper.image_cache.images["logo"] = RasterImageInfo(pixels, i=1, f="FlateDecode", data=_packed(png), usages=0)
    paper.image(Path("logo"), LEFT, _LOGO_TOP, width * scale, height * scale)


def _packed(png: bytes) -> bytes:
    """The content of the chunks IDAT."""
    found, at = b"", 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            found += png[at + 8 : at + 8 + size]
        at += size + 12
    return found


def _parties(paper: Paper, doc: WordedDocument) -> None:
    paper.set_xy(LEFT, _ADDRESS_TOP)
    paper.style(7, soft=True)
    paper.cell(_ADDRESS_WIDTH, 3.4, paper.fitting(" · ".join(doc.seller), _ADDRESS_WIDTH), new_x="LEFT", new_y="NEXT")
    paper.ln(1.5)
    _stack(paper, doc.buyer, named(doc.buyer_ids), _ADDRESS_WIDTH)
    lowest = paper.get_y()
    paper.set_xy(_SELLER_LEFT, 20)
    _stack(paper, doc.seller, named((*doc.contact, *doc.seller_ids)), 210 - RIGHT - _SELLER_LEFT)
    paper.set_y(max(lowest, paper.get_y()))


def _stack(paper: Paper, name_and_address: tuple[str, ...], ids: list[str], width: float) -> None:
    for number, line in enumerate(name_and_address):
        paper.style(bold=number == 0)
        paper.line_of(line, width=width)
    for line in ids:
        paper.style(SMALL, soft=True)
        paper.line_of(line, width=width, height=4)


def _title(paper: Paper, doc: WordedDocument) -> None:
    paper.set_xy(LEFT, max(_TITLE_TOP, paper.get_y() + 6))
    paper.style(19, bold=True)
    paper.set_text_color(*paper.accent)
    paper.line_of(f"{doc.kind} {doc.number}", height=8.5)
    paper.ln(2.5)
    paper.style()
    wanted = [min(max(paper.get_string_width(each) for each in fact), WIDTH / 3) + 4 for fact in doc.facts]
    left, top, lowest = LEFT, paper.get_y(), paper.get_y()
    for (name, value), width in zip(doc.facts, wanted, strict=True):
        column = width * WIDTH / sum(wanted)
        paper.set_xy(left, top)
        left += column
        paper.style(SMALL, soft=True)
        paper.line_of(name, height=4, width=column - 3)
        paper.style()
        paper.line_of(value, width=column - 3)
        lowest = max(lowest, paper.get_y())
    paper.set_xy(LEFT, lowest + 7)


def _lines(paper: Paper, doc: WordedDocument) -> None:
    """The table of what is charged; its head is repeated on each page."""
    paper.style()
    with paper.table(
        width=WIDTH,
        align=Align.L,
        col_widths=_COLUMNS,
        text_align=(Align.L, Align.R, Align.R, Align.R),
        v_align=VAlign.T,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=4.8,
        padding=(1.6, 0, 1.6, 0),
        headings_style=FontFace(emphasis="", color=SOFT, size_pt=SMALL),
    ) as table:
        table.row([paper.typeset(cell) for cell in doc.head])
        for line in doc.lines:
            text, *more = _in_parts(paper, paper.typeset(line.text))
            table.row([text, *(paper.typeset(cell) for cell in line[1:])])
            for part in more:
                table.row([part, "", "", ""])


def _in_parts(paper: Paper, text: str, width: float = _COLUMNS[0]) -> Iterator[str]:
    """The text in pieces that are rows: a row must not be higher than a page."""
    if len(text) <= _FITS_A_ROW:
        yield text
        return
    broken = paper.multi_cell(width, text=text, align=Align.L, dry_run=True, output=MethodReturnValue.LINES)
    lines = cast("list[str]", broken)  # its type depends on what `output` asks for
    if len(lines) <= _LINES_OF_A_ROW:
        yield text
        return
    for start in range(0, len(lines), _LINES_OF_A_ROW):
        yield "\n".join(lines[start : start + _LINES_OF_A_ROW])


def _totals(paper: Paper, doc: WordedDocument) -> None:
    height = 5.6
    if paper.will_page_break(height * (len(doc.totals) + 1) + 4):
        paper.add_page()
    paper.ln(2.5)
    for name, amount in doc.totals:
        _total(paper, name, amount, height)
    paper.set_draw_color(*paper.accent)
    paper.line(LEFT + 80, paper.get_y() + 0.8, LEFT + WIDTH, paper.get_y() + 0.8)
    paper.set_draw_color(*LINE)
    paper.ln(1.8)
    _total(paper, *doc.gross, height, bold=True)
    paper.ln(2)
    paper.style(SMALL, soft=True)
    for reason in doc.reasons:
        paper.line_of(reason, height=4)


def _total(paper: Paper, name: str, amount: str, height: float, *, bold: bool = False) -> None:
    paper.style(11 if bold else TEXT, bold=bold)
    paper.set_x(LEFT + 80)
    paper.cell(40, height, paper.typeset(name))
    paper.cell(WIDTH - 120, height, paper.typeset(amount), align=Align.R, new_x="LMARGIN", new_y="NEXT")


def _payment(paper: Paper, doc: WordedDocument) -> None:
    """What to pay and where to; the code stands on the right of it."""
    paper.ln(4)
    if doc.pay_code and paper.will_page_break(_CODE + 8):
        paper.add_page()
    top, page = paper.get_y(), paper.page_no()
    width = WIDTH - _CODE - 8 if doc.pay_code else WIDTH
    for sentence in doc.payment:
        paper.style()
        paper.line_of(sentence, width=width)
        paper.ln(0.8)
    for name, value in doc.accounts:
        paper.style(SMALL, soft=True)
        paper.cell(12, 4.6, name)
        paper.style(bold=True)
        paper.line_of(value, width=width - 12)
        paper.set_x(LEFT)
    if doc.pay_code and page == paper.page_no():
        bottom = paper.get_y()
        _code(paper, doc, top)
        paper.set_xy(LEFT, max(bottom, paper.get_y()))


def _code(paper: Paper, doc: WordedDocument, top: float) -> None:
    left, module = LEFT + WIDTH - _CODE, _CODE / len(doc.pay_code)
    paper.set_fill_color(0)
    for x, y, width in dark_runs(doc.pay_code):
        paper.rect(left + x * module, top + y * module, width * module, module, style="F")
    paper.set_xy(left - 8, top + _CODE + 1.5)
    paper.style(7, soft=True)
    paper.multi_cell(_CODE + 8, 3, paper.typeset(doc.scan), align=Align.R, new_x="LEFT", new_y="NEXT")


def _work(paper: Paper, doc: WordedDocument) -> None:
    """The work of each retainer on a page of its own; its head is repeated on each page."""
    for section in doc.sections:
        if section.work:
            _work_of(paper, doc, section)


def _work_of(paper: Paper, doc: WordedDocument, section: WordedSection) -> None:
    paper.add_page()
    paper.style(11, bold=True)
    paper.line_of(section.work_title, height=5.5)
    paper.ln(2)
    paper.style(9)
    with paper.table(
        width=WIDTH,
        align=Align.L,
        col_widths=_COLUMNS_OF_WORK,
        text_align=(Align.L, Align.L, Align.R),
        v_align=VAlign.T,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=4.2,
        padding=(1, 2, 1, 0),
        headings_style=FontFace(emphasis="", color=SOFT, size_pt=SMALL),
    ) as table:
        table.row([paper.typeset(cell) for cell in doc.work_head])
        for day, text, about, hours in section.work:
            said = "\n".join(paper.typeset(part) for part in (text, about) if part)
            first, *more = _in_parts(paper, said, _COLUMNS_OF_WORK[1] - 2)
            table.row([paper.typeset(day), first, paper.typeset(hours)])
            for part in more:
                table.row(["", part, ""])
        for name, hours in section.work_sums:
            table.row(["", paper.typeset(name), paper.typeset(hours)], style=FontFace(emphasis="BOLD"))


def _statements(paper: Paper, doc: WordedDocument) -> None:
    """The hours of each retainer, and what they would have cost."""
    for section in doc.sections:
        _hours(paper, section)
    paper.ln(2)
    paper.style()
    if doc.comparison:
        paper.line_of(doc.comparison)
    if doc.link:
        address, text = doc.link
        paper.ln(2)
        paper.style(bold=True)
        paper.set_text_color(*paper.accent)
        paper.cell(text=paper.typeset(text), link=address, new_x="LMARGIN", new_y="NEXT")


def _hours(paper: Paper, section: WordedSection) -> None:
    if paper.will_page_break(_ROW_OF_HOURS * len(section.hours) + _AROUND_HOURS):
        paper.add_page()
    paper.ln(6)
    paper.line(LEFT, paper.get_y(), LEFT + WIDTH, paper.get_y())
    paper.ln(4)
    paper.style(11, bold=True)
    paper.line_of(section.hours_of, height=5.5)
    paper.ln(1)
    for name, hours in section.hours:
        paper.style()
        paper.cell(85, _ROW_OF_HOURS, paper.typeset(name))
        paper.cell(25, _ROW_OF_HOURS, paper.typeset(hours), align=Align.R, new_x="LMARGIN", new_y="NEXT")
    paper.style(soft=True)
    if section.hours_note:
        paper.line_of(section.hours_note)
    paper.ln(2)
    paper.line_of(section.carry_over)
