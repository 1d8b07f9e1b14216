"""Entries without a match in their own cycle; if there are many, only possible matches are kept in memory."""

from collections.abc import Hashable, Iterable, Iterator

from chalicelib.domain.entry import Entry
from chalicelib.domain.entry_content import Shape, Workers, content, shape, shared_columns
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import CycleId
from chalicelib.domain.match_table import Matching, Placed
from chalicelib.services.imports.replay.spool import IN_MEMORY, BloomFilter, SpooledEntries

MOST_CANDIDATES = 75_000
"""How many rows, and how many entries, can be compared across cycles at once within a function's memory."""


class TooMuchChangedError(HourTabError):
    """Too many rows of the file resemble too many counted entries to be compared at once."""


class Unmatched:
    """Counted entries and rows of the file that `match_cycle` left unmatched."""

    def __init__(self, in_memory: int = IN_MEMORY, most: int = MOST_CANDIDATES) -> None:
        self._in_memory = in_memory
        self._most = most
        self._old = SpooledEntries(in_memory)
        self._new = SpooledEntries(in_memory)
        self._count = 0
        self._shapes: set[Shape] = set()

    def add(self, cycle: CycleId, matching: Matching) -> None:
        """Add the entries that a cycle's matching left unmatched."""
        for spool, left in ((self._old, matching.old_left), (self._new, matching.new_left)):
            for placed in left:
                spool.add(cycle, placed.entry)
                self._shapes.add(shape(placed.entry))
        self._count += len(matching.old_left) + len(matching.new_left)

    def candidates(self, workers: Workers) -> tuple[list[Placed], list[Placed]]:
        """The counted entries and the rows that may match each other; the others certainly have no match.

        Raises:
            TooMuchChangedError: there are too many.
        """
        if self._count <= self._in_memory:
            return list(_placed(self._old)), list(_placed(self._new))
        keys = _Keys(self._shapes, workers)
        old = self._possible(_placed(self._old), keys, BloomFilter(keys.among(_placed(self._new))))
        new = self._possible(_placed(self._new), keys, BloomFilter(keys.among(old)))
        return old, new

    def _possible(self, entries: Iterable[Placed], keys: "_Keys", others: BloomFilter) -> list[Placed]:
        """The entries that share a key with the others, plus a few false positives."""
        found: list[Placed] = []
        for placed in entries:
            if any(key in others for key in keys.of(placed.entry)):
                if len(found) == self._most:
                    raise TooMuchChangedError
                found.append(placed)
        return found


def _placed(spool: SpooledEntries) -> Iterator[Placed]:
    return (Placed(cycle, entry) for cycle in spool.cycles() for entry in spool.entries(cycle))


class _Keys:
    """The keys of which two entries that `match_leftovers` pairs share at least one."""

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

    def among(self, heap: Iterable[Placed]) -> Iterator[Hashable]:
        return (key for placed in heap for key in self.of(placed.entry))
