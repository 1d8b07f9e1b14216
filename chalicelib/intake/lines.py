"""Text to numbered records, bounded: neither a line nor a record without an end can eat the memory."""

import csv
from collections.abc import Iterator
from io import StringIO
from itertools import chain
from typing import BinaryIO

from chalicelib.intake.decode import Encoding, read_blocks
from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError

_BLOCKS_PER_RECORD = 32
"""A record, of one line or of many, that is not over after so many blocks (about 2 MB) has no end."""

_END = "\x1aend of file\x1a"
"""A last line of ours: when it does not come back as a record of its own, a quotation mark was left open."""


class Records:
    """The records of a file, each with the number of its first physical line.

    The reader pulls lines in C, a block at a time; what has to be watched is watched once per block.
    """

    def __init__(self, file: BinaryIO, encoding: Encoding, delimiter: str) -> None:
        self._blocks = read_blocks(file, encoding)
        self._delimiter = delimiter
        self._blocks_since_record = 0
        self._is_over = False
        self.needs_care = False
        """Whether `complaint` may have something to say: a NUL was seen so far, or the end was in quotation marks."""
        self._is_cut = False

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(chain.from_iterable(self._lines()), delimiter=self._delimiter, skipinitialspace=True)
        line = 1
        try:
            for cells in reader:
                self._blocks_since_record = 0
                if self._is_over and self._take_off_end(cells):
                    return
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise UnreadableExportError(_too_long(f"The cell that begins in line {line}")) from error

    def complaint(self, cells: list[str]) -> str | None:
        """What is wrong with the record that was yielded last, as a sentence, or None."""
        if self._is_cut:
            return (
                "A quotation mark in this row is never closed: it and all that follows could not be read. "
                "Export the file again."
            )
        if any("\0" in cell for cell in cells):
            return "The row has a NUL character, so it is damaged. Correct the entry in the source or export it again."
        return None

    def _take_off_end(self, cells: list[str]) -> bool:
        """Whether `cells` is only the end mark; else the mark was swallowed by an open quotation."""
        if cells == [_END]:
            return True
        cells[-1] = cells[-1].removesuffix(_END)
        self._is_cut = self.needs_care = True
        return False

    def _lines(self) -> Iterator[Iterator[str]]:
        rest = ""
        for block in self._blocks:
            self._blocks_since_record += 1
            if self._blocks_since_record > _BLOCKS_PER_RECORD:
                raise UnreadableExportError(_too_long("A line or row"))
            self.needs_care = self.needs_care or "\0" in block
            text = rest + block
            end = text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
            rest = text[end:]
            yield StringIO(text[:end], newline="")
        yield StringIO(rest, newline="")
        self._is_over = True
        yield StringIO(_END)


def _too_long(what: str) -> Refusal:
    return Refusal(
        RefusalKind.LINE_TOO_LONG,
        f"{what} is longer than any export's. The file is damaged, or a quotation mark in it is never closed: "
        "export it again and drop it once more.",
    )
