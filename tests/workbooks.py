"""Workbooks for tests, written part by part: a test says in XML what its workbook has."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


class Cell(NamedTuple):
    """A cell with a number as it is stored, or with what `inner` says instead, in a number format."""

    stored: str = ""
    shown: str = "General"
    kind: str = "n"
    inner: str | None = None
    """The XML within the cell."""


Value = str | int | float | bool | Cell | None


def formula(text: str, result: str | None, kind: str = "n") -> Cell:
    """A formula with its stored result; None: without one."""
    value = "" if result is None else f"<v>{escape(result)}</v>"
    return Cell(kind=kind, inner=f"<f>{escape(text)}</f>{value}")


def error(text: str) -> Cell:
    """An error such as `#REF!`."""
    return Cell(text, kind="e")


def sheet(rows: Iterable[Sequence[Value]], *, first_row: int = 1, after: str = "", merged: Sequence[str] = ()) -> str:
    """The XML of a sheet; `after` follows the cells. Styles are the formats' places in `FORMATS`."""
    lines = "".join(_row(number, row) for number, row in enumerate(rows, first_row))
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    return _sheet(f"<sheetData>{lines}</sheetData>{f'<mergeCells>{ranges}</mergeCells>' if merged else ''}{after}")


def _sheet(inner: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{NAMESPACE}">{inner}</worksheet>'


def _row(number: int, row: Sequence[Value]) -> str:
    cells = "".join(_cell(f"{letters(at)}{number}", value) for at, value in enumerate(row) if value is not None)
    return f'<row r="{number}">{cells}</row>'


def letters(column: int) -> str:
    """A for 0, AA for 26."""
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def _cell(place: str, value: Value) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        value = Cell(str(int(value)), kind="b")
    if isinstance(value, int | float):
        value = Cell(repr(value))
    inner = f"<v>{escape(value.stored)}</v>" if value.inner is None else value.inner
    return f'<c r="{place}" s="{FORMATS.index(value.shown)}" t="{value.kind}">{inner}</c>'


FORMATS = (
    *(
        "General",
        "0.00",
        "yyyy-mm-dd",
        "dd/mm/yyyy;@",
        "m/d/yyyy h:mm",
        "h:mm",
        "h:mm:ss AM/PM",
        "[h]:mm",
        "[hh]:mm:ss",
    ),
    *('0.00" h"', "[$-F800]dddd, mmmm dd, yyyy", "mm:ss", "0", "#,##0.00", "0.00E+00", '"day "0', "[Red]0.0", "@"),
    *(
        "mmm yy",
        "[>=1]h:mm;[h]:mm",
        'h:mm\\ "o\'clock"',
        "yyyy",
        "[mm]:ss",
        "0.0;[Red]-0.0",
        "0.000",
        "0.00 Std",
        "mm:ss.0",
    ),
)


def workbook(
    sheets: Mapping[str, str],
    *,
    settings: str = "",
    calculation: str = "",
    strings: Sequence[str] = (),
    parts: Mapping[str, bytes] | None = None,
    sheet_type: str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
) -> bytes:
    """The file: sheets by name; `strings` are the XML of shared strings; `parts` are added, or replace others."""
    numbered = list(enumerate(sheets.items(), 1))
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>' for at, (name, _) in numbered)
    book = f"<workbookPr {settings}/><sheets>{listed}</sheets><calcPr {calculation}/>"
    relations = "".join(_relation(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at, _ in numbered)
    relations += _relation("rId98", "styles", "styles.xml") + _relation("rId99", "sharedStrings", "sharedStrings.xml")
    all_parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
        f'ContentType="{sheet_type}"/></Types>',
        "_rels/.rels": _relations(_relation("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{NAMESPACE}" xmlns:r="{RELATIONS}">{book}</workbook>',
        "xl/_rels/workbook.xml.rels": _relations(relations),
        "xl/styles.xml": _styles(),
        "xl/sharedStrings.xml": f'<sst xmlns="{NAMESPACE}">{"".join(f"<si>{one}</si>" for one in strings)}</sst>',
        **{f"xl/worksheets/sheet{at}.xml": xml for at, (_, xml) in numbered},
        **(parts or {}),
    }
    return zipped(all_parts)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip file of these parts."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def table(*rows: Sequence[Value], name: str = "Time") -> bytes:
    """A workbook of one sheet with these rows."""
    return workbook({name: sheet(rows)})


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{RELATIONS}/{kind}" Target="{target}"/>'


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _styles() -> str:
    """Styles 0, 1, 2 … are of the formats in `FORMATS`; a style for cells of another group stands before them."""
    formats = "".join(f'<numFmt numFmtId="{at}" formatCode={quoteattr(code)}/>' for at, code in enumerate(FORMATS, 164))
    styles = "".join(f'<xf numFmtId="{at}"/>' for at, _ in enumerate(FORMATS, 164))
    return (
        f'<styleSheet xmlns="{NAMESPACE}"><numFmts>{formats}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f'<cellXfs>{styles}</cellXfs><dxfs><dxf><numFmt numFmtId="164" formatCode="h:mm"/></dxf></dxfs></styleSheet>'
    )
