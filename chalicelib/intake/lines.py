"""Text to numbered records, with a bound: no endless line or record can exhaust the memory."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import chain
from typing import BinaryIO

from chalicelib.intake.decode import read_blocks
from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError

DELIMITERS = (",", ";", "\t", "|")
_BOM_IN_LINE = re.compile("^\ufeff+", re.MULTILINE)
"""Joined files bring their byte order marks along."""
_BLOCKS_PER_RECORD = 32
"""A record, of one line or many, that has not ended after so many blocks (about 2 MB) counts as endless."""


class Records:
    """The records of a file, each with the number of its first physical line.

    The CSV reader pulls lines in C, a block at a time; checks are made once per block. It is strict: otherwise a stray
    quotation mark would join the beginning of one row with the end of a later one.
    """

    def __init__(self, file: BinaryIO, encoding: str, delimiter: str) -> None:
        self._blocks = read_blocks(file, encoding)
        self._delimiter = delimiter
        self.needs_care = False
        """Whether `complaint` may find a problem: a NUL was seen, a quotation failed, or the last line has no end."""
        self.blocks = 0
        """How many blocks of the file were read so far."""
        self._is_broken = self._is_open = False
        self._line = 1
        """The line at which the current record begins."""
        self._kept: list[str] = []
        """The lines read so far from that line on; the first of them is line `_kept_from`."""
        self._kept_from = 1

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        fresh = lines = chain.from_iterable(self._lines())
        line = read = 1
        while True:
            reader = csv.reader(lines, delimiter=self._delimiter, skipinitialspace=True, strict=True)
            before = line - 1
            try:
                for cells in reader:
                    yield line, cells
                    self._line = line = before + reader.line_num + 1
            except csv.Error:
                pass
            else:
                return
            read = max(read, before + reader.line_num)
            care, self.needs_care, self._is_broken = self.needs_care, True, True
            yield line, self._first_line_of_broken(before + reader.line_num)
            self.needs_care, self._is_broken = care, False
            self._line = line = line + 1
            # the lines that the failed quotation swallowed are read again as separate lines
            again = range(line - self._kept_from, read + 1 - self._kept_from)
            lines = chain(map(self._kept.__getitem__, again), fresh)

    def complaint(self, cells: list[str], width: int) -> str | None:
        """A sentence about what is wrong with the last yielded record of a file `width` cells wide, or None."""
        if self._is_broken:
            return (
                "A quotation mark in this row is never closed, or stands within a quoted cell without being doubled. "
                "Correct the entry in the source or export it again."
            )
        if any("\0" in cell for cell in cells):
            return "The row has a NUL character, so it is damaged. Correct the entry in the source or export it again."
        if self._is_open and len(cells) < width and any(cell.strip() for cell in cells):
            return "The file ends in the middle of this row. Export it again."
        return None

    def _first_line_of_broken(self, last: int) -> list[str]:
        """The cells of the broken record's first line, as far as it is readable; the reader gave up in line `last`."""
        lines = self._kept[self._line - self._kept_from : last + 1 - self._kept_from]
        if sum(map(len, lines)) > csv.field_size_limit():
            raise UnreadableExportError(_too_long(f"The cell that begins in line {self._line}"))
        return next(csv.reader(lines[:1], delimiter=self._delimiter, skipinitialspace=True))

    def _lines(self) -> Iterator[list[str]]:
        rest, began, blocks = "", 0, 0
        for block in self._blocks:
            self.blocks += 1
            if self._line != began:
                began, blocks = self._line, 0
            blocks += 1
            if blocks > _BLOCKS_PER_RECORD:
                raise UnreadableExportError(_too_long("A line or row"))
            self.needs_care = self.needs_care or "\0" in block
            text = _BOM_IN_LINE.sub("", rest + block) if "\ufeff" in block else rest + block
            end = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
            rest = text[end:]
            yield self._keep(text[:end])
        self._is_open = bool(rest) and not rest.endswith(("\n", "\r"))
        self.needs_care = self.needs_care or self._is_open
        yield self._keep(rest)

    def _keep(self, text: str) -> list[str]:
        lines = list(StringIO(text, newline=""))
        del self._kept[: self._line - self._kept_from]
        self._kept_from = self._line
        self._kept += lines
        return lines


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file's text, split at a delimiter."""

    file: BinaryIO
    encoding: str
    delimiter: str

    def records(self) -> Records:
        """Its records from the first one on."""
        return Records(self.file, self.encoding, self.delimiter)


def _too_long(what: str) -> Refusal:
    return Refusal(
        RefusalKind.LINE_TOO_LONG,
        f"{what} is longer than any export's. The file is damaged, or a quotation mark in it is never closed: "
        "export it again and drop it once more.",
    )
