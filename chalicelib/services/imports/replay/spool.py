"""Support for very large files: data that does not fit into a function's memory is on disk or stays in the store.

A file of ordinary size never touches the disk. For a large one, each stage of an import keeps some tens of thousands of
entries in memory and the rest in unnamed temporary files that end with the process.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from tempfile import TemporaryFile
from typing import IO, Any
from weakref import finalize

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import Entry, new_entry
from chalicelib.domain.ids import ClientId, CycleId

IN_MEMORY = 25_000
"""Entries that each stage of an import keeps in memory, about 20 MB; the rest is on disk."""
_BATCH = 99
"""With the questions to the client, what one request reads."""
"""Cycles read at once: the limit of one BatchGetItem."""
_BATCHES = 3
"""Batches kept: a cycle's neighbours in time may be in the batches before and after."""
_BITS = 1 << 27
ReadCycles = Callable[[Collection[CycleId]], Mapping[CycleId, CycleLedger]]
"""Reads those of the cycles that are stored, in one batch."""


class _File:
    """A temporary file of pickled values, each found by its offset."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def append(self, value: object) -> int:
        """Write a value; returns its offset."""
        if self._file is None:
            self._file = TemporaryFile()  # noqa: SIM115 - it lives as long as this object
            finalize(self, self._file.close)
        offset = self._file.seek(0, 2)
        pickle.dump(value, self._file)
        return offset

    def read(self, offset: int) -> Any:
        """The value at an offset, written by this process."""
        assert self._file is not None  # noqa: S101 - for mypy: an offset was given out
        self._file.seek(offset)
        return pickle.load(self._file)  # noqa: S301 - see above


class SpooledEntries:
    """Entries by cycle, in the order in which they came; at most `in_memory` of them are in memory."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._limit = in_memory
        self._held = 0
        self._buffers: dict[CycleId, list[Entry]] = {}
        self._offsets: dict[CycleId, list[int]] = {}
        self._file = _File()

    def add(self, cycle: CycleId, entry: Entry) -> None:
        """Append an entry to those of its cycle."""
        buffer = self._buffers.get(cycle)
        if buffer is None:
            buffer = self._buffers[cycle] = []
            self._offsets.setdefault(cycle, [])
        buffer.append(entry)
        self._held += 1
        if self._held > self._limit:
            self._write_out()

    def finish(self) -> None:
        """All were added: if some are on disk, write the rest, too, and free its memory for the stages to come."""
        if any(self._offsets.values()):
            self._write_out()

    def replace(self, cycle: CycleId, entries: Iterable[Entry]) -> None:
        """Replace the cycle's entries by these."""
        self._held -= len(self._buffers.pop(cycle, ()))
        self._offsets[cycle] = []
        for entry in entries:
            self.add(cycle, entry)

    def held(self, cycle: CycleId) -> int:
        """How many entries of the cycle are in memory."""
        return len(self._buffers.get(cycle, ()))

    def cycles(self) -> list[CycleId]:
        """The cycles that entries were added to, in order."""
        return sorted(self._offsets)

    def cycles_of(self, client: ClientId) -> list[CycleId]:
        """Those of one client."""
        return sorted(cycle for cycle in self._offsets if cycle.retainer.client == client)

    def entries(self, cycle: CycleId) -> list[Entry]:
        """The entries of a cycle, in the order in which they came."""
        written = [_entries(self._file.read(offset)) for offset in self._offsets.get(cycle, ())]
        return [entry for chunk in (*written, self._buffers.get(cycle, ())) for entry in chunk]

    def _write_out(self) -> None:
        for cycle, buffer in self._buffers.items():
            self._offsets[cycle].append(self._file.append(_plain(buffer)))
        self._buffers, self._held = {}, 0


class SpooledCycles:
    """The changed cycles of an update, in the order in which they came; few of their entries are in memory."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._room = in_memory
        self._cycles: list[CycleLedger | int] = []
        self._file = _File()

    def append(self, cycle: CycleLedger, held: int = 0) -> None:
        """Take one more cycle, so many entries of which are in memory elsewhere as well."""
        reported = cycle.reported_since_close
        self._room -= max(0, len(cycle.entries) + len(reported or ()) - held)
        if self._room >= 0:
            self._cycles.append(cycle)
            return
        stripped = replace(cycle, entries=(), reported_since_close=None)
        plain = None if reported is None else _plain(reported)
        self._cycles.append(self._file.append((stripped, _plain(cycle.entries), plain)))

    def __len__(self) -> int:
        return len(self._cycles)

    def __iter__(self) -> Iterator[CycleLedger]:
        for cycle in self._cycles:
            yield cycle if isinstance(cycle, CycleLedger) else self._read(cycle)

    def _read(self, offset: int) -> CycleLedger:
        cycle, entries, plain = self._file.read(offset)
        reported = None if plain is None else tuple(_entries(plain))
        spooled: CycleLedger = replace(cycle, entries=tuple(_entries(entries)), reported_since_close=reported)
        return spooled


class StoredCycles:
    """The stored cycles among those that an update reads, each as it is in the ledger.

    Up to a hundred are read at once and kept; beyond that, those in use are in memory and others are read again.
    """

    def __init__(
        self,
        read: ReadCycles,
        cycles: Iterable[CycleId],
        look: Callable[[], None] = lambda: None,
        in_memory: int = IN_MEMORY,
    ) -> None:
        """`look` is called whenever a cycle is asked for, so that a long update can check the time that is left."""
        self._read = read
        self._look = look
        self._cycles = by_time(set(cycles))
        self._places = {cycle: place for place, cycle in enumerate(self._cycles)}
        self._batches: OrderedDict[int, Mapping[CycleId, CycleLedger]] = OrderedDict()
        self._kept: OrderedDict[CycleId, CycleLedger | None] = OrderedDict()
        self._room = in_memory

    def get(self, cycle: CycleId) -> CycleLedger | None:
        """The cycle as it is stored, or None."""
        self._look()
        if cycle in self._kept:
            self._kept.move_to_end(cycle)
            return self._kept[cycle]
        place = self._places.get(cycle)
        found = self._read([cycle]) if place is None else self._batch(place // _BATCH)
        ledger = self._kept[cycle] = found.get(cycle)
        self._room -= _weight(ledger)
        while self._room < 0 and len(self._kept) > 1:
            self._room += _weight(self._kept.popitem(last=False)[1])
        return ledger

    def _batch(self, number: int) -> Mapping[CycleId, CycleLedger]:
        if number not in self._batches:
            self._batches[number] = self._read(self._cycles[number * _BATCH : (number + 1) * _BATCH])
            if len(self._batches) > _BATCHES:
                self._batches.popitem(last=False)
        return self._batches[number]


class BloomFilter:
    """A Bloom filter of 16 MB: it never misses a key, but may report one that was not added (a false positive)."""

    def __init__(self, keys: Iterable[Hashable]) -> None:
        self._bits = bytearray(_BITS // 8)
        for key in keys:
            at = hash(key) % _BITS
            self._bits[at >> 3] |= 1 << (at & 7)

    def __contains__(self, key: Hashable) -> bool:
        at = hash(key) % _BITS
        return bool(self._bits[at >> 3] & 1 << (at & 7))


def by_time(cycles: Iterable[CycleId]) -> list[CycleId]:
    """The cycles sorted by first day, so that those of the same days are adjacent."""
    return sorted(cycles, key=lambda cycle: (cycle.start, cycle.retainer))


def _plain(entries: Iterable[Entry]) -> list[tuple[Any, ...]]:
    """Entries as a tuple for each field, which pickle in a fraction of the time."""
    return [*zip(*entries, strict=True)]


def _entries(plain: Iterable[Iterable[Any]]) -> list[Entry]:
    return [*map(new_entry, zip(*plain, strict=True))]


def _weight(ledger: CycleLedger | None) -> int:
    return len(ledger.entries) if ledger else 0
