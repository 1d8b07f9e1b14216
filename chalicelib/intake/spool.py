"""Records and texts that are read more than once: in memory while they are few, else in a temporary file."""

import pickle
from array import array
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from weakref import finalize

from chalicelib.intake.table import Numbered

_IN_MEMORY = 4 * 1024 * 1024
_BATCH = 256 * 1024
"""Characters, with a fixed number for each record, that are written at once."""
_RECORD_COST = 500


class SpooledTexts:
    """Texts, each found by its number, at eight bytes of memory each."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it lives as long as this object
        finalize(self, self._file.close)
        self._ends = array("Q", [0])
        for text in texts:
            self._ends.append(self._ends[-1] + self._file.write(text.encode()))

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        end, start = self._ends[number + 1], self._ends[number]
        self._file.seek(start)
        return self._file.read(end - start).decode()


class SpooledRecords:
    """Numbered records, in their order."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it lives as long as this object
        finalize(self, self._file.close)
        self._batch: list[Numbered] = []
        self._room = _BATCH
        self.blocks = 0
        """How many batches were read so far."""

    def append(self, record: Numbered, length: int) -> None:
        """Keep a record of `length` characters."""
        self._batch.append(record)
        self._room -= length + _RECORD_COST
        if self._room < 0:
            self.flush()

    def flush(self) -> None:
        """Write what is kept so far: call it after the last record."""
        pickle.dump(self._batch, self._file, pickle.HIGHEST_PROTOCOL)
        self._batch, self._room = [], _BATCH

    def __iter__(self) -> Iterator[Numbered]:
        end = self._file.seek(0, 2)
        at = self._file.seek(0)
        while at < end:
            self._file.seek(at)
            batch = pickle.load(self._file)  # noqa: S301 - written by this object
            at = self._file.tell()
            self.blocks += 1
            yield from batch
