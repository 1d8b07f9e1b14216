"""What found no partner within its cycle: on disk when it is much, and of much only the possible partners at hand."""

from collections.abc import Hashable, Iterable, Iterator

from chalicelib.domain.entry import Entry
from chalicelib.domain.entry_content import Shape, Workers, content, shape, shared_columns
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import CycleId
from chalicelib.domain.reconcile import Matching, Placed
from chalicelib.services.imports.replay.spooled_entries import IN_MEMORY, RowShelf

MOST_CANDIDATES = 150_000
"""Rows and entries that can be compared across cycles at once within a function's memory."""

_BITS = 1 << 27


class TooMuchChangedError(HourTabError):
    """So much of the file resembles so much that is counted that it cannot be compared at once."""


class Leftovers:
    """Counted entries and rows of the file that `match_cycle` left over."""

    def __init__(self) -> None:
        self._old = RowShelf()
        self._new = RowShelf()
        self._count = 0
        self._shapes: set[Shape] = set()

    def add(self, cycle: CycleId, matching: Matching) -> None:
        """Take what a cycle's matching left over."""
        for shelf, left in ((self._old, matching.old_left), (self._new, matching.new_left)):
            for placed in left:
                shelf.put(cycle, placed.entry)
                self._shapes.add(shape(placed.entry))
        self._count += len(matching.old_left) + len(matching.new_left)

    def candidates(self, workers: Workers) -> tuple[list[Placed], list[Placed]]:
        """The counted entries and the rows that may be each other's partners; the others surely have none.

        Raises:
            TooMuchChangedError: they are too many.
        """
        if self._count <= IN_MEMORY:
            return list(_placed(self._old)), list(_placed(self._new))
        keys = _Keys(self._shapes, workers)
        old = self._at_hand(_placed(self._old), _Sketch(_placed(self._new), keys))
        new = self._at_hand(_placed(self._new), _Sketch(old, keys))
        return old, new

    @staticmethod
    def _at_hand(heap: Iterable[Placed], others: "_Sketch") -> list[Placed]:
        found: list[Placed] = []
        for placed in heap:
            if others.may_know(placed):
                if len(found) == MOST_CANDIDATES // 2:
                    raise TooMuchChangedError
                found.append(placed)
        return found


def _placed(shelf: RowShelf) -> Iterator[Placed]:
    return (Placed(cycle, entry) for cycle in shelf.cycles() for entry in shelf.entries(cycle))


class _Keys:
    """What two entries that `match_leftovers` pairs have in common, at the least."""

    def __init__(self, shapes: set[Shape], workers: Workers) -> None:
        common = frozenset.intersection(*shapes)
        columns = shared_columns(common, common)
        self._but_project = [name for name in columns if name != "project"]
        self._but_date = [name for name in columns if name != "date"]
        self._workers = workers

    def of(self, entry: Entry) -> Iterator[Hashable]:
        if entry.source_id:
            yield entry.source_id
        yield content(entry, self._but_project, self._workers)
        yield content(entry, self._but_date, self._workers)
        yield self._workers.key(entry), entry.date


class _Sketch:
    """Which keys a heap has, in 16 MB whatever its size: a key that it lacks is now and then taken for one it has."""

    def __init__(self, heap: Iterable[Placed], keys: _Keys) -> None:
        self._keys = keys
        self._bits = bytearray(_BITS // 8)
        for placed in heap:
            for key in keys.of(placed.entry):
                at = hash(key) % _BITS
                self._bits[at >> 3] |= 1 << (at & 7)

    def may_know(self, placed: Placed) -> bool:
        """False only if the heap has no entry with one of its keys."""
        places = (hash(key) % _BITS for key in self._keys.of(placed.entry))
        return any(self._bits[at >> 3] & 1 << (at & 7) for at in places)
