"""Memoises the meaning of cells: an export repeats the same dates, names and durations thousands of times."""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import TypeAlias, TypeVar

Key = TypeVar("Key", bound=str | tuple[str, ...])
Value = TypeVar("Value")
ROOM = 1_000_000
"""Characters that a memo may hold, with a fixed cost per key: bounds the memory for any file."""
_KEY_COST = 100
Each: TypeAlias = Callable[[Sequence[list[str]]], Iterable[Value]]
"""From some records to a value for each of them."""


class Memo(dict[Key, Value]):
    """A dict that fills itself with `make(key)` and forgets everything when it is full.

    A hit is one lookup in C, which makes rows cheap to read.
    """

    def __init__(self, make: Callable[[Key], Value]) -> None:
        super().__init__()
        self._make = make
        self._room = ROOM

    def __missing__(self, key: Key) -> Value:
        value = self._make(key)
        cost = _KEY_COST + (len(key) if isinstance(key, str) else sum(map(len, key)))
        if cost > self._room:
            self.clear()
            self._room = ROOM
        if cost <= self._room:
            self._room -= cost
            self[key] = value
        return value


def each(memo: Memo[str, Value], at: int) -> Each[Value]:
    """What the cells of a column mean, looked up in C."""
    pick, look_up = itemgetter(at), memo.__getitem__
    return lambda records: map(look_up, map(pick, records))
