"""Re-saving a file changes no row, no bytes make the reader fail, and its memory is bounded."""

import csv
import re
import tracemalloc
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.intake.cells.memo import ROOM, Memo
from chalicelib.intake.export import open_export
from chalicelib.intake.open_tables import open_tables
from chalicelib.intake.rows import SourceHints
from tests.exports.generate import write
from tests.unit.intake.reading import EXPORTS, read, read_through

HEADER = ("Date", "Worker", "Description", "Duration", "Tags", "Project")
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=4)


def saved(rows: list[list[str]], delimiter: str, encoding: str, line_end: str, *, quoted: bool) -> bytes:
    out = StringIO()
    quoting = csv.QUOTE_ALL if quoted or line_end == "\n" else csv.QUOTE_MINIMAL  # a lone \r would stay unquoted
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    return out.getvalue().encode(encoding)


@given(
    rows=ROWS,
    columns=st.permutations(range(len(HEADER))),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoted=st.booleans(),
)
def test_delimiter_encoding_column_order_and_quoting_do_not_matter(
    *, rows, columns, delimiter, encoding, line_end, quoted
):
    table = [HEADER, *(("2026-03-02", f"Ada{who}", what, "1:30", tags, project) for who, what, tags, project in rows)]
    plain = read(saved(table, ",", "utf-8", "\r\n", quoted=False))
    resaved = saved([[row[at] for at in columns] for row in table], delimiter, encoding, line_end, quoted=quoted)

    assert [row.entry for row in plain] == [row.entry for row in read(resaved)]
    assert len(rows) == len(plain)


WINDOWS_1252 = st.characters(codec="cp1252", exclude_characters="\0ÂÃÄÅâ³¹¿£ìøŠŽŸ")
"""Without the letters that form a UTF-8 sequence with a sign such as `¡`, which does not occur in words, and without
those that are others in Windows-1250 or on a Mac."""
MANY_ACCENTS = re.compile("[à-ÿ]{6}")
"""Cyrillic, taken for Windows-1252."""


@given(rows=st.lists(st.text(WINDOWS_1252, max_size=12).filter(lambda text: not MANY_ACCENTS.search(text)), max_size=4))
def test_windows_1252_gives_the_same_rows_as_utf_8(rows):
    table = [("Date", "Description", "Hours"), *(("2026-03-02", f"é {text} ü é", "1") for text in rows)]

    assert read(saved(table, ",", "utf-8", "\n", quoted=True)) == read(saved(table, ",", "cp1252", "\n", quoted=True))


@pytest.mark.parametrize("path", sorted(EXPORTS.glob("*.csv")), ids=lambda path: path.stem)
def test_an_export_of_any_tool_can_be_re_saved_with_its_columns_in_another_order(path):
    with path.open("rb") as file:
        header = open_tables(file).find_header((), None)
        records = [cells for _, cells in header.table.records()]
    width = len(header.layout.header)
    turned = [[*(cells + [""] * (width - len(cells)))[::-1]] for cells in records]

    assert [row.entry for row in read(path.read_bytes())] == [
        row.entry for row in read(saved(turned, "\t", "utf-16", "\r\n", quoted=True))
    ]


EXAMPLES = [path.read_bytes() for path in sorted(EXPORTS.glob("*.csv"))]


@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00")
@example(b"\xfe\xff\xd8\x00")
@example(b'"')
def test_the_reader_survives_any_bytes(data):
    read_through(data)


@given(st.sampled_from(EXAMPLES), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), max_size=4))
def test_the_reader_survives_any_damage_to_an_export(data, wounds):
    for place, bytes_ in wounds:
        at = int(place * len(data))
        data = data[:at] + bytes_ + data[at + len(bytes_) // 2 :]
    read_through(data)


def test_memory_does_not_grow_with_the_file(tmp_path):
    file = write(tmp_path / "big.csv", 30_000)
    tracemalloc.start()
    with file.open("rb") as stream:
        count = sum(1 for _ in open_export(stream, SourceHints()).rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 30_000 == count
    assert peak < 8_000_000


def test_memoised_values_are_bounded():
    memo = Memo(str.upper)
    longest = max((sum(map(len, memo)) for number in range(3000) if memo[f"{number:0>5000}"]), default=0)

    assert longest <= ROOM
    assert "A" * (ROOM + 1) == memo["a" * (ROOM + 1)]
    assert {} == memo
