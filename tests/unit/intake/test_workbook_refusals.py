"""What is no ordinary workbook is refused with a sentence, and nothing in one exhausts the memory."""

import struct
import tracemalloc
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from chalicelib.intake.rows import RefusalKind
from tests.unit.intake.reading import entry_of, read, refused, unreadable
from tests.unit.intake.test_workbooks import HEADER, row
from tests.workbooks import Cell, sheet, table, workbook, zipped

GOOD = table(HEADER, row())
MACRO = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def compound(name: str, at: int = 70_000) -> bytes:
    """An old Office document with an entry of this name in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(at, b"\0") + name.encode("utf-16-le").ljust(128, b"\0")


def encrypted() -> bytes:
    """A zip file whose first part says that it needs a password."""
    data = bytearray(GOOD)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (compound("Workbook"), "an old Excel workbook (.xls)"),
        (compound("EncryptedPackage"), "is encrypted"),
        (compound("EncryptedPackage", 65_536 - 6), "is encrypted"),
        (encrypted(), "is encrypted"),
        (workbook({"Time": sheet([HEADER, row()])}, sheet_type=MACRO), "with macros (.xlsm)"),
        (workbook({"Time": sheet([HEADER, row()])}, parts={"xl/vbaProject.bin": b"x"}), "with macros (.xlsm)"),
        (workbook({}, parts={"xl/workbook.bin": b"x"}), "a binary workbook (.xlsb)"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}), "(.ods)"),
        (zipped({"march.csv": "Date,Hours"}), "a zip file, but not a workbook"),
        (workbook({}, parts={"xl/workbook.xml": b"<document/>"}), "a zip file, but not a workbook"),
        (workbook({}, parts={"_rels/.rels": b"<Relationships/>"}), "a zip file, but not a workbook"),
        (zipped({}), "a zip file, but not a workbook"),
        (GOOD[:300], "damaged"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (workbook({"Time": sheet([HEADER, row()])[:-30]}), "damaged"),
        (workbook({"Time": sheet([HEADER, row(worker=Cell("7", kind="s"))])}), "damaged"),
        (workbook({"Time": sheet([HEADER, row(worker=Cell("-1", kind="s"))])}), "damaged"),
        (workbook({"Time": sheet([HEADER, row()]).replace('"A2"', '"A2" s="99"')}), "damaged"),
        (workbook({"Time": sheet([HEADER, row()]).replace('<row r="2"', '<row r="two"')}), "damaged"),
        (workbook({"Time": sheet([HEADER, row()]).replace('"A2"', '"ABCD2"')}), "damaged"),
        (workbook({"Time": sheet([HEADER, row()])}, parts={"xl/_rels/workbook.xml.rels": b"<x/>"}), "damaged"),
        (workbook({"Time": f'<!DOCTYPE worksheet [<!ENTITY a "b">]>{sheet([HEADER, row()])[38:]}'}), "damaged"),
    ],
)
def test_anything_but_an_ordinary_workbook_is_refused_by_name(data, says):
    refusal = refused(data)

    assert RefusalKind.NOT_CSV == refusal.kind
    assert says in refusal.reason
    assert "drop" in refusal.reason


def test_a_part_that_is_damaged_behind_its_beginning_is_found():
    at = GOOD.index(b"xl/worksheets/sheet1.xml") + 60
    data = GOOD[:at] + bytes([GOOD[at] ^ 0xFF]) + GOOD[at + 1 :]

    assert RefusalKind.NOT_CSV == refused(data).kind


def claiming(size: int) -> bytes:
    """A workbook whose sheet claims to unpack to so many bytes."""
    data = bytearray(GOOD)
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(data)


def test_a_workbook_of_more_than_512_mb_is_refused_before_it_is_unpacked():
    refusal = refused(claiming(512 * 1024 * 1024))

    assert RefusalKind.TOO_LARGE == refusal.kind
    assert "512 MB" in refusal.reason


def test_a_part_that_unpacks_to_hundreds_of_times_its_size_is_refused():
    refusal = refused(workbook({"Time": sheet([HEADER, row()]) + " " * 3_000_000}))

    assert RefusalKind.TOO_LARGE == refusal.kind
    assert "more than 200 times" in refusal.reason


def test_a_small_part_may_be_as_repetitive_as_it_likes():
    assert 5400 == entry_of(workbook({"Time": sheet([HEADER, row()]) + " " * 900_000})).entry.seconds


def test_a_sheet_of_equal_rows_is_no_bomb():
    data = workbook({"Time": sheet([HEADER, *([row()] * 20_000)])})
    sizes = [(info.file_size, info.compress_size) for info in ZipFile(BytesIO(data)).infolist()]

    assert max(unpacked / packed for unpacked, packed in sizes) < 60
    assert 20_000 == len(read(data))


def stored(xml: bytes) -> bytes:
    """A workbook with this sheet, whose zip file does not show how repetitive it is."""
    out = BytesIO(workbook({"Time": ""}, parts={}))
    with ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "sheet1" not in name}
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr(ZipInfo("xl/worksheets/sheet1.xml"), xml)
    return target.getvalue()


HEAD = sheet([HEADER, row()]).encode().removesuffix(b"</sheetData></worksheet>")
TEXT = b'<row r="3"><c t="inlineStr"><is><t>'
NEXT = b'</t></is></c><c t="inlineStr"><is><t>'


@pytest.mark.parametrize(
    "endless",
    [
        HEAD + b"<a>" * 5_000_000,
        HEAD + b'<row r="' + b"9" * 15_000_000,
        HEAD + TEXT + b"word " * 3_000_000,
        HEAD + TEXT + b"</t><t>word" * 1_500_000,
        HEAD + TEXT + (b"x" * 100_000 + NEXT) * 150,
        HEAD + b"</sheetData>" + b'<mergeCell ref="A1:A2"/>' * 400_000,
        HEAD + b'<row r="3">' + b"".join(b'<c t="e"><v>#%d</v></c>' % at for at in range(200_000)),
    ],
    ids=["elements", "attribute", "text", "runs", "row", "merged", "errors"],
)
def test_nothing_endless_fills_the_memory(endless):
    file = BytesIO(stored(endless))
    tracemalloc.start()
    refusal = unreadable(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert refusal.kind in {RefusalKind.LINE_TOO_LONG, RefusalKind.NOT_CSV}
    assert peak < 12_000_000


def test_two_cells_in_the_far_corners_of_a_sheet_cost_nothing():
    cells = sheet([HEADER, row()]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    tracemalloc.start()
    row_read = entry_of(workbook({"Time": cells}))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 5400 == row_read.entry.seconds
    assert peak < 3_000_000


@pytest.mark.parametrize("number", ["5000000000", "-1", "0"])
def test_a_row_with_a_number_that_no_sheet_has_is_damaged(number):
    cells = sheet([HEADER, row()]).replace('<row r="2">', f'<row r="{number}">')

    assert RefusalKind.NOT_CSV == unreadable(BytesIO(workbook({"Time": cells}))).kind


def test_an_endless_number_format_is_damaged():
    formats = f'<numFmt numFmtId="164" formatCode="{"[" * 900_000}"/>'
    styles = f'<styleSheet><numFmts>{formats}</numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>'
    data = workbook({"Time": sheet([HEADER, row()])}, parts={"xl/styles.xml": styles.encode()})

    assert RefusalKind.NOT_CSV == unreadable(BytesIO(data)).kind


def test_one_long_text_in_every_row_is_too_large_though_it_is_stored_once():
    cells = sheet([HEADER, *([row(description=Cell("0", kind="s"))] * 6_000)])
    data = workbook({"Time": cells}, strings=[f"<t>{'word ' * 20_000}</t>"])

    assert RefusalKind.TOO_LARGE == refused(data).kind
