"""A sheet of a workbook as numbered records of text, read in a stream. A record's number is that of the sheet's row."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, NamedTuple, Protocol

from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.cells.sums import says_total
from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError
from chalicelib.intake.table import Numbered
from chalicelib.intake.xml_parts import DAMAGED, LONGEST, TOO_LONG, Attributes, Parser, unescape

_MOST_COLUMNS = 16_384
_MOST_ROWS = 2**31
"""More than any file of 512 MB has; a row's number is kept in 32 bits."""
_LONGEST_RECORD = 2 * 1024 * 1024
_MOST_MERGED = 50_000
_MOST_ERRORS = 1_000
"""Different ones."""
_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RANGE = re.compile(r"\$?([A-Z]+)\$?([0-9]+):\$?[A-Z]+\$?([0-9]+)")


class CellTexts(Protocol):
    """What a sheet's cells refer to in the rest of the workbook."""

    is_uncalculated: bool
    """Whether the stored results of formulas are placeholders until a spreadsheet program computes them."""

    def shared(self, at: str) -> str:
        """The shared string with this number."""

    def number(self, stored: str, style: str) -> str:
        """The text of a stored number in a cell of this style."""


class Merged(NamedTuple):
    """Merged cells that span rows: what they say is in the first row."""

    first_row: int
    last_row: int
    column: int


class SheetReader:
    """Reads the records of one sheet once. Rows without text are left out; hidden ones are read."""

    def __init__(self, texts: CellTexts, width: int = _MOST_COLUMNS, first_row: int | None = None) -> None:
        self._numbers: Memo[str, Memo[str, str]] = Memo(lambda style: Memo(lambda stored: texts.number(stored, style)))
        self._texts: Mapping[str, Callable[[str], str]] = {
            "n": self._number,
            "s": Memo(texts.shared).__getitem__,
            "b": lambda stored: "FALSE" if stored == "0" else "TRUE",
            "e": self._error,
        }
        """By the type of a cell; the others store their text."""
        self._columns = Memo(_column)
        self._is_uncalculated = texts.is_uncalculated
        self._width = width
        """Cells farther to the right are left out."""
        self._first_row = first_row
        """Rows above it are left out, and from it on all results of formulas have to be stored."""
        self.errors: set[str] = set()
        """The errors that cells have, such as `#REF!`; known at the end, like `merged`."""
        self.merged: list[Merged] = []
        self._records: list[Numbered] = []
        self._row, self._cells, self._length = 0, list[str](), 0
        self._column, self._kind, self._style = -1, "n", "0"
        self._formula: str | None = None
        self._has_uncalculated = False
        self._only_formulas = 0
        """The row before, if it has nothing but such formulas and words for totals."""
        self._parser = Parser()

    def read(self, part: IO[bytes]) -> Iterator[Numbered]:
        """The records.

        Raises:
            UnreadableExportError: the sheet is damaged, or the results of its formulas are not stored.
        """
        parser = self._parser
        text = parser.begin_text
        begins = {"row": self._begin_row, "c": self._begin_cell, "v": text, "f": text, "mergeCell": self._keep_merged}
        ends = {"row": self._end_row, "c": self._end_cell, "v": parser.end_text, "f": self._end_formula}
        for _ in parser.parse(part, begins, ends):
            yield from self._records
            self._records.clear()

    def _begin_row(self, attributes: Attributes) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        if not 0 < self._row <= _MOST_ROWS:
            raise UnreadableExportError(DAMAGED)
        self._cells, self._length, self._column = [], 0, -1
        self._has_uncalculated = False

    def _begin_cell(self, attributes: Attributes) -> None:
        get = attributes.get
        place = get("r")
        self._column = self._columns[place.rstrip(_DIGITS)] if place else self._column + 1
        self._kind, self._style = get("t", "n"), get("s", "0")
        self._parser.text = self._formula = None

    def _end_formula(self) -> None:
        self._parser.end_text()
        self._formula, self._parser.text = self._parser.text, None

    def _end_cell(self) -> None:
        text = self._text()
        if not text or self._column >= self._width:
            return
        cells, missing = self._cells, self._column - len(self._cells)
        if missing >= 0:
            cells.extend([""] * (missing + 1))
        cells[self._column] = text
        self._length += len(text)
        if self._length > _LONGEST_RECORD or len(text) > LONGEST:
            raise UnreadableExportError(TOO_LONG)

    def _text(self) -> str:
        """That of the cell that ends; "" if it has none."""
        if self._parser.runs:
            return self._parser.take_runs()
        stored = self._parser.text
        if self._formula is not None and (self._is_uncalculated or not (stored or self._is_empty_text())):
            if self._column < self._width:
                self._has_uncalculated = True
            return f"={self._formula}"
        return self._texts.get(self._kind, unescape)(stored) if stored else ""

    def _is_empty_text(self) -> bool:
        """Whether the result of the cell's formula is stored as a text without characters."""
        return self._kind == "str" and self._parser.text is not None

    def _number(self, stored: str) -> str:
        return self._numbers[self._style][stored]

    def _error(self, stored: str) -> str:
        self.errors.add(stored)
        if len(self.errors) > _MOST_ERRORS:
            raise UnreadableExportError(DAMAGED)
        return stored

    def _end_row(self) -> None:
        if not self._cells:
            return
        if self._first_row is not None:
            if self._row < self._first_row:
                return
            self._check_formulas()
        self._records.append((self._row, self._cells))

    def _check_formulas(self) -> None:
        """A row of nothing but formulas whose results are not stored, and words for totals, may be the last one."""
        has_more = self._has_uncalculated and any(
            cell.strip() and cell[0] != "=" and not says_total(cell) for cell in self._cells
        )
        if self._only_formulas or has_more:
            raise UnreadableExportError(_uncalculated(self._only_formulas or self._row))
        self._only_formulas = self._row if self._has_uncalculated else 0

    def _keep_merged(self, attributes: Attributes) -> None:
        if found := _RANGE.fullmatch(attributes["ref"]):
            merged = Merged(int(found[2]), int(found[3]), self._columns[found[1]])
            if merged.first_row < merged.last_row:
                self.merged.append(merged)
            if len(self.merged) > _MOST_MERGED:
                raise UnreadableExportError(TOO_LONG)


def _column(letters: str) -> int:
    """0 for A, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * len(_LETTERS) + _LETTERS.index(letter) + 1
        if number > _MOST_COLUMNS:
            raise ValueError(letters)
    return number - 1


def _uncalculated(row: int) -> Refusal:
    return Refusal(
        RefusalKind.UNCALCULATED,
        f"Row {row} of the workbook has a formula whose result is not stored in the file, or only as a placeholder. "
        "Open it in Excel or LibreOffice, save it, and drop it once more.",
    )
