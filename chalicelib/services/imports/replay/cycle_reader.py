"""The stored cycles that a fold looks at: read in batches, kept while they are few.

A fold asks for a cycle several times, and for its neighbours in time. Few cycles are read once; of many, only
those in use are in memory, and they are read again when they are asked for again.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import CycleId
from chalicelib.services.imports.replay.spooled_entries import IN_MEMORY

ReadCycles = Callable[[Collection[CycleId]], Mapping[CycleId, CycleLedger]]

_BATCH = 100
"""Cycles read at once: what one BatchGetItem takes."""

_BATCHES = 3
"""Batches kept: a cycle's neighbours in time may stand in the one before and the one after."""


def by_time(cycles: Iterable[CycleId]) -> list[CycleId]:
    """The cycles in the order in which a fold goes through them: those of the same days beside each other."""
    return sorted(cycles, key=lambda cycle: (cycle.start, cycle.retainer))


class CycleReader:
    """The stored cycles among those that a fold may ask for."""

    def __init__(self, read: ReadCycles, cycles: Iterable[CycleId]) -> None:
        self._read = read
        self._cycles = by_time(set(cycles))
        self._places = {cycle: place for place, cycle in enumerate(self._cycles)}
        self._batches: OrderedDict[int, Mapping[CycleId, CycleLedger]] = OrderedDict()
        self._kept: OrderedDict[CycleId, CycleLedger | None] = OrderedDict()
        self._entries = 0

    def get(self, cycle: CycleId) -> CycleLedger | None:
        """The cycle as it is stored, or None."""
        if cycle in self._kept:
            self._kept.move_to_end(cycle)
            return self._kept[cycle]
        ledger = self._kept[cycle] = self._batch(self._places[cycle] // _BATCH).get(cycle)
        self._entries += _weight(ledger)
        while self._entries > IN_MEMORY and len(self._kept) > 1:
            self._entries -= _weight(self._kept.popitem(last=False)[1])
        return ledger

    def _batch(self, number: int) -> Mapping[CycleId, CycleLedger]:
        if number not in self._batches:
            self._batches[number] = self._read(self._cycles[number * _BATCH : (number + 1) * _BATCH])
            if len(self._batches) > _BATCHES:
                self._batches.popitem(last=False)
        return self._batches[number]


def _weight(ledger: CycleLedger | None) -> int:
    return len(ledger.entries) if ledger else 0
