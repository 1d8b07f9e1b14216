"""The table on which rows and counted entries are paired: two heaps of what has no partner yet.

Which keys pair them, and in which order, is decided in reconcile.py.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from chalicelib.domain.entry import Entry
from chalicelib.domain.entry_content import Shape, Workers, filled, same_content, shape, stable_key, with_plain_text
from chalicelib.domain.ids import CycleId


class Outcome(StrEnum):
    """What became of a row that has a partner."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MOVED = "moved"


class Placed(NamedTuple):
    """An entry and the cycle that it stands in."""

    cycle: CycleId
    entry: Entry


class Pair(NamedTuple):
    """A counted entry, the row that speaks of the same work, and the entry that is counted from now on."""

    old: Placed
    new: Placed
    outcome: Outcome
    result: Entry


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs, and what is left over on either side."""

    same: Sequence[Entry]
    """Rows equal to the last letter to an entry of their cycle: neither they nor their partners are in `pairs`."""
    pairs: Sequence[Pair]
    old_left: Sequence[Placed]
    new_left: Sequence[Placed]


Key = Callable[[Placed], Hashable]
"""What must be equal in a pair; None pairs with nothing."""
Heap = dict[int, Placed]


class MatchTable:
    """What has no partner yet, in two heaps, each in an order that no file decides; and the pairs made so far."""

    def __init__(self, old: Iterable[Placed], new: Iterable[Placed], workers: Workers) -> None:
        self.old: Heap = dict(enumerate(old))
        self.new: Heap = dict(enumerate(new))
        if self.old and self.new:
            self.old, self.new = _in_stable_order(self.old, workers), _in_stable_order(self.new, workers)
        self.workers = workers
        self._pairs: list[Pair] = []

    def pair_off(self, old_key: Key, new_key: Key) -> None:
        """Pair the two heaps one to one by equal keys."""
        if not self.old or not self.new:
            return
        waiting = grouped(self.old, old_key)
        for index, placed in list(self.new.items()):
            if partners := waiting.get(new_key(placed)):
                self.take(partners.pop(), index)

    def take(self, old_index: int, new_index: int, outcome: Outcome = Outcome.CHANGED) -> None:
        """Move a pair from the heaps to the result; it is unchanged if nothing that both contain differs.

        The result is an entry of the row's source, also where the counted entry is of a predecessor.
        """
        old, new = self.old.pop(old_index), self.new.pop(new_index)
        result, kept = filled(new.entry, old.entry), filled(old.entry, new.entry)
        if (
            old.cycle == new.cycle
            and same_content(old.entry, new.entry, self.workers)
            and (result.pool, result.pool_reason) == (kept.pool, kept.pool_reason)
        ):
            kept = with_plain_text(kept, new.entry)
            outcome, result = Outcome.UNCHANGED, kept._replace(source=new.entry.source)
        self._pairs.append(Pair(old, new, outcome, result))

    def shapes(self) -> Iterator[tuple[Shape, Shape]]:
        """The pairs of shapes on the table that may be compared by content.

        The likest first: those that share the most columns, and of these those that differ in the fewest.
        Two entries that both have an id are told apart by their ids.
        """
        if not self.old or not self.new:
            return
        olds, news = ({shape(placed.entry) for placed in heap.values()} for heap in (self.old, self.new))
        candidates = [pair for pair in product(olds, news) if not all("source_id" in columns for columns in pair)]
        yield from sorted(candidates, key=_unlikeness)

    def of_one_kind(self, heap: Heap, indexes: Sequence[int]) -> bool:
        """Whether the entries at these indexes of a heap are twins."""
        return len({(heap[index].cycle, self.workers.today(heap[index].entry)) for index in indexes}) == 1

    def matching(self, same: Sequence[Entry] = ()) -> Matching:
        """The result."""
        return Matching(same, self._pairs, list(self.old.values()), list(self.new.values()))


def _unlikeness(shapes: tuple[Shape, Shape]) -> tuple[int, int, list[str], list[str]]:
    one, other = shapes
    return -len(one & other), len(one ^ other), sorted(one), sorted(other)


def _in_stable_order(heap: Heap, workers: Workers) -> Heap:
    """By the names of today, so that a rename changes no partner; what only an old name tells apart, by that."""

    def key(item: tuple[int, Placed]) -> tuple[Hashable, ...]:
        cycle, entry = item[1]
        today = workers.today(entry)
        return cycle, stable_key(today), () if today is entry else stable_key(entry)

    return dict(sorted(heap.items(), key=key))


def grouped(heap: Heap, key: Key) -> dict[Hashable, list[int]]:
    """The indexes of a heap by key, the first of each group last."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, placed in reversed(heap.items()):
        groups[key(placed)].append(index)
    groups.pop(None, None)
    return groups
