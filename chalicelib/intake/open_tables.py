"""The tables that a file may be read as: its text split at each delimiter, or the sheets of a workbook."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import BinaryIO, NamedTuple

from chalicelib.intake.decode import find_encoding
from chalicelib.intake.header import Header, find_header
from chalicelib.intake.lines import DELIMITERS, CsvTable
from chalicelib.intake.rows import ColumnMapping, Refusal
from chalicelib.intake.sources.settled import ReadBefore
from chalicelib.intake.table import Table

_WORKBOOK_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
"""Of zip files and old Office documents."""


class OpenedFile(NamedTuple):
    """The tables of a file, and what finds the header among them."""

    tables: Sequence[Table]
    find_header: Callable[[Sequence[ColumnMapping], ReadBefore | None], Header | Refusal]
    """As header.find_header."""


def open_tables(file: BinaryIO, *, is_replayed: bool = False) -> OpenedFile | Refusal:
    """The tables of `file` (seekable), or why it is neither CSV nor a workbook; `is_replayed`: as decode.py."""
    file.seek(0)
    if file.read(4) in _WORKBOOK_STARTS:
        from chalicelib.intake.workbook_table import find_sheet, open_sheets  # noqa: PLC0415 - most files are CSV

        sheets = open_sheets(file)
        return sheets if isinstance(sheets, Refusal) else OpenedFile(sheets, partial(find_sheet, sheets))
    encoding = find_encoding(file, is_replayed=is_replayed)
    if isinstance(encoding, Refusal):
        return encoding
    tables = [CsvTable(file, encoding, delimiter) for delimiter in DELIMITERS]
    return OpenedFile(tables, partial(find_header, tables))
