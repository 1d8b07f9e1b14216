"""Is it the same entry? The rows of a new export against the entries counted so far.

Within one source, rows and counted entries are paired one to one, so that two genuinely identical rows count
twice. A pair is *unchanged*, *changed* or *moved*; a row without a partner is *new*; an entry without one, on
a worker's day that the file mentions, is *missing* (docs/imports.md, "The same entry?").

The work is done in two steps, so that a large file can be taken cycle by cycle:

    match_cycle      pairs within one cycle
    match_leftovers  pairs what is left over across days, cycles and retainers

A column that one of the two lacks (None) is not compared; the billable flag never is.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from chalicelib.domain.entry import Entry
from chalicelib.domain.entry_content import (
    CONTENT,
    Shape,
    Workers,
    content,
    filled,
    same_content,
    shape,
    shared_columns,
    stable_key,
)
from chalicelib.domain.ids import CycleId


class Fate(StrEnum):
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
    fate: Fate
    result: Entry


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs, and what is left over on either side."""

    same: Sequence[Entry]
    """Rows equal to the last letter to an entry of their cycle: neither they nor their partners are in `pairs`."""
    pairs: Sequence[Pair]
    old_left: Sequence[Placed]
    new_left: Sequence[Placed]


def match_cycle(cycle: CycleId, old: Sequence[Entry], new: Sequence[Entry], workers: Workers) -> Matching:
    """Pair the rows of a file in one cycle with the entries counted there.

    By the same ids, then the same content, then the same worker's day with the same start or the same words.
    """
    same, old_rest, new_rest = _identical(old, new)
    table = _Table((Placed(cycle, entry) for entry in old_rest), (Placed(cycle, entry) for entry in new_rest), workers)
    _match_ids(table)
    _match_content(table)
    _match_changed(table)
    return table.matching(same)


def match_leftovers(
    old_left: Iterable[Placed], new_left: Iterable[Placed], first: date, last: date, workers: Workers
) -> Matching:
    """Pair across cycles what `match_cycle` left over in each.

    By the same id wherever it went; then rows equal but for the project, the retainer or the day (an old day
    within `first` to `last`, the days of the file), where there is no doubt which became which; then what was
    changed on its way to another retainer.
    """
    table = _Table(old_left, new_left, workers)
    _match_ids(table)
    _match_moved(table, "project", lambda _: True)
    _match_moved(table, "date", lambda old: first <= old.entry.date <= last)
    _match_changed(table)
    return table.matching()


_Key = Callable[[Placed], Hashable]
"""What must be equal in a pair; None pairs with nothing."""


class _Table:
    """The two heaps of what has no partner yet, in an order that no file decides."""

    def __init__(self, old: Iterable[Placed], new: Iterable[Placed], workers: Workers) -> None:
        self.old = dict(enumerate(old))
        self.new = dict(enumerate(new))
        if self.old and self.new:
            self.old, self.new = _in_stable_order(self.old, workers), _in_stable_order(self.new, workers)
        self.workers = workers
        self.pairs: list[Pair] = []

    def pair_off(self, old_key: _Key, new_key: _Key, fate: Fate | None = None) -> None:
        """Pair the two heaps one to one by equal keys."""
        if not self.old or not self.new:
            return
        waiting = _grouped(self.old, old_key)
        for index, placed in list(self.new.items()):
            partners = waiting.get(new_key(placed))
            if partners:
                self.take(partners.pop(), index, fate)

    def take(self, old_index: int, new_index: int, fate: Fate | None = None) -> None:
        """Take a pair off the table."""
        old, new = self.old.pop(old_index), self.new.pop(new_index)
        self.pairs.append(_pair(old, new, fate, self.workers))

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

    def of_one_kind(self, heap: dict[int, Placed], indexes: Sequence[int]) -> bool:
        """Whether the entries at these indexes of a heap are twins."""
        return len({(heap[index].cycle, self.workers.today(heap[index].entry)) for index in indexes}) == 1

    def matching(self, same: Sequence[Entry] = ()) -> Matching:
        """The result."""
        return Matching(same, self.pairs, list(self.old.values()), list(self.new.values()))


def _unlikeness(shapes: tuple[Shape, Shape]) -> tuple[int, int, list[str], list[str]]:
    one, other = shapes
    return -len(one & other), len(one ^ other), sorted(one), sorted(other)


def _in_stable_order(heap: dict[int, Placed], workers: Workers) -> dict[int, Placed]:
    """By the names of today, so that a rename changes no partner; what only an old name tells apart, by that."""

    def key(item: tuple[int, Placed]) -> tuple[Hashable, ...]:
        cycle, entry = item[1]
        today = workers.today(entry)
        return cycle, stable_key(today), () if today is entry else stable_key(entry)

    return dict(sorted(heap.items(), key=key))


def _grouped(heap: dict[int, Placed], key: _Key) -> dict[Hashable, list[int]]:
    """Indexes by key, the first of each group last."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, placed in reversed(heap.items()):
        groups[key(placed)].append(index)
    groups.pop(None, None)
    return groups


def _pair(old: Placed, new: Placed, fate: Fate | None, workers: Workers) -> Pair:
    kept = filled(old.entry, new.entry)
    unchanged = old.cycle == new.cycle and same_content(old.entry, new.entry, workers)
    replaced = filled(new.entry, old.entry)
    if unchanged and (replaced.pool, replaced.pool_reason) == (kept.pool, kept.pool_reason):
        return Pair(old, new, Fate.UNCHANGED, kept)
    return Pair(old, new, fate or Fate.CHANGED, replaced)


def _identical(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[Sequence[Entry], Sequence[Entry], Sequence[Entry]]:
    """The rows equal to the last letter, without any further thought: the bulk of every re-import."""
    if not old or not new:
        return (), old, new
    counted = Counter(old)
    same: list[Entry] = []
    rest: list[Entry] = []
    for entry in new:
        if counted.get(entry, 0):
            counted[entry] -= 1
            same.append(entry)
        else:
            rest.append(entry)
    return same, list(counted.elements()), rest


def _match_ids(table: _Table) -> None:
    def by_id_and_content(placed: Placed) -> Hashable:
        source_id = placed.entry.source_id
        return source_id and (source_id, placed.cycle, content(placed.entry, ("worker", *CONTENT), table.workers))

    def by_id(placed: Placed) -> Hashable:
        return placed.entry.source_id or None

    table.pair_off(by_id_and_content, by_id_and_content)
    table.pair_off(by_id, by_id)


def _match_content(table: _Table) -> None:
    for old_shape, new_shape in table.shapes():
        columns = shared_columns(old_shape, new_shape)
        table.pair_off(_of_shape(old_shape, columns, table.workers), _of_shape(new_shape, columns, table.workers))


def _of_shape(columns_had: Shape, columns: Sequence[str], workers: Workers) -> _Key:
    def key(placed: Placed) -> Hashable:
        return content(placed.entry, columns, workers) if shape(placed.entry) == columns_had else None

    return key


def _match_changed(table: _Table) -> None:
    """A worker's day: the same start (the likest of several first); without starts, the same words.

    The words alone must come with the same project: an export of one project says nothing of another's work.
    """
    words = ("project", "task", "description")
    for old_has_id, new_has_id in ((False, False), (False, True), (True, False)):
        for columns in (words, ("project", "task"), ("project",), ()):
            table.pair_off(*_timed(("worker", "date", "start", *columns), old_has_id, new_has_id, table.workers))
        for old_timed, new_timed in ((False, False), (False, True), (True, False)):
            on_day = ("worker", "date", *words)
            old_key = _on_the_day(on_day, has_id=old_has_id, is_timed=old_timed, workers=table.workers)
            new_key = _on_the_day(on_day, has_id=new_has_id, is_timed=new_timed, workers=table.workers)
            table.pair_off(old_key, new_key)


def _timed(columns: Sequence[str], old_has_id: bool, new_has_id: bool, workers: Workers) -> tuple[_Key, _Key]:
    return (
        _on_the_day(columns, has_id=old_has_id, is_timed=True, workers=workers),
        _on_the_day(columns, has_id=new_has_id, is_timed=True, workers=workers),
    )


def _on_the_day(columns: Sequence[str], *, has_id: bool, is_timed: bool, workers: Workers) -> _Key:
    def key(placed: Placed) -> Hashable:
        entry = placed.entry
        if (bool(entry.source_id), entry.start is not None) != (has_id, is_timed):
            return None
        return content(entry, columns, workers)

    return key


def _match_moved(table: _Table, ignored: str, may_move: Callable[[Placed], bool]) -> None:
    """Pair rows equal but for one column where one kind of row stands on either side, equally often."""
    for old_shape, new_shape in table.shapes():
        columns = [name for name in shared_columns(old_shape, new_shape) if name != ignored]
        old_groups = _grouped(table.old, _of_shape(old_shape, columns, table.workers))
        new_groups = _grouped(table.new, _of_shape(new_shape, columns, table.workers))
        for key in [key for key in new_groups if key in old_groups]:
            olds, news = old_groups[key], new_groups[key]
            if table.of_one_kind(table.old, olds) and table.of_one_kind(table.new, news) and len(olds) == len(news):
                for old, new in zip(olds, news, strict=True):
                    if may_move(table.old[old]):
                        table.take(old, new, Fate.MOVED)
