"""What rows are read from, whatever the file: the text of a CSV file split at a delimiter, or a sheet of a workbook."""

from collections.abc import Iterator
from typing import Protocol

Numbered = tuple[int, list[str]]
"""A record with its line number: that of its first physical line, or of the row in the sheet."""


class NumberedRecords(Protocol):
    """The records of a table in one pass."""

    @property
    def needs_care(self) -> bool:
        """Whether `complaint` may find a problem."""

    @property
    def blocks(self) -> int:
        """How many blocks of the file were read so far: the records that end in one of them fit into memory."""

    def __iter__(self) -> Iterator[Numbered]:
        """Raises UnreadableExportError if the file turns out to be unreadable."""

    def complaint(self, cells: list[str], width: int) -> str | None:
        """A sentence about what is wrong with the last yielded record of a file `width` cells wide, or None."""


class Table(Protocol):
    """A table that can be read any number of times."""

    def records(self) -> NumberedRecords:
        """Its records from the first one on."""
