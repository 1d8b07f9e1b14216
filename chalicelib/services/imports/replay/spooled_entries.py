"""Entries put down by cycle: in memory while they are few, else in a temporary file."""

import pickle
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO
from weakref import finalize

from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import ClientId, CycleId

IN_MEMORY = 25_000
"""Entries that one of the parts of an import keeps in memory, about 20 MB: what is more lies on disk."""


class RowShelf:
    """Entries by cycle, in the order in which they came. Memory does not grow beyond `in_memory` entries."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._held = 0
        self._buffers: dict[CycleId, list[Entry]] = {}
        self._offsets: dict[CycleId, list[int]] = {}
        self._file: IO[bytes] | None = None

    def put(self, cycle: CycleId, entry: Entry) -> None:
        """Put an entry down under its cycle."""
        buffer = self._buffers.get(cycle)
        if buffer is None:
            buffer = self._buffers[cycle] = []
            self._offsets.setdefault(cycle, [])
        buffer.append(entry)
        self._held += 1
        if self._held >= self._limit:
            self._write_out()

    def replace(self, cycle: CycleId, entries: Iterable[Entry]) -> None:
        """Put these entries down under the cycle, in place of all that were."""
        self._held -= len(self._buffers.pop(cycle, ()))
        self._offsets[cycle] = []
        for entry in entries:
            self.put(cycle, entry)

    def cycles(self) -> list[CycleId]:
        """The cycles that entries were put down under, in order."""
        return sorted(self._offsets)

    def cycles_of(self, client: ClientId) -> list[CycleId]:
        """Those of one client."""
        return sorted(cycle for cycle in self._offsets if cycle.retainer.client == client)

    def entries(self, cycle: CycleId) -> list[Entry]:
        """The entries of a cycle, in the order in which they came."""
        return [entry for chunk in self._chunks(cycle) for entry in chunk]

    def _chunks(self, cycle: CycleId) -> Iterator[list[Entry]]:
        for offset in self._offsets.get(cycle, ()):
            if self._file is not None:
                self._file.seek(offset)
                # what is read back is what this process wrote, into a file that has no name
                yield [Entry._make(values) for values in pickle.load(self._file)]  # noqa: S301
        yield self._buffers.get(cycle, [])

    def _write_out(self) -> None:
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as the shelf
            finalize(self, self._file.close)
        self._file.seek(0, 2)
        for cycle, buffer in self._buffers.items():
            self._offsets[cycle].append(self._file.tell())
            # as plain tuples, which pickle in a third of the time
            pickle.dump([tuple(entry) for entry in buffer], self._file, pickle.HIGHEST_PROTOCOL)
        self._buffers, self._held = {}, 0
