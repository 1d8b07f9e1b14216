"""Was a file exported in another time zone than the files before it?

Then no row of it equals a counted entry any more, although the work is the same, and all of it would count twice. Its
mark is that no row with a start is unchanged, and that all rows which are equal to one entry but for start and day are
apart from it by one offset: of quarter hours, at least 30 minutes and less than a day. Where one of the two zones
changes its clocks, that offset changes, too: it is one in each period
(docs/imports.md, "Edited starts and other time zones").

    ShiftEvidence   what the rows and entries of one client say, gathered cycle by cycle
    find_shift      the offsets that all evidence of a file proves
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain.entry import Entry
from chalicelib.domain.entry_content import Workers, content, shape, shared_columns
from chalicelib.domain.match_table import Matching, Outcome, Placed

_DAY = 86_400
_HOUR = 3600
_QUARTER = 900
_LEAST = 1800
_FROM_UTC = 14 * _HOUR
"""No zone is further from UTC. Work of the next day begins later than that after work of the day before."""
_LEAST_PAIRS = 2
_COMPARED = 5_000
"""The most rows, and entries, of a client that are looked at: the first ones of a file prove as much as all."""
_CLOCKS = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Pacific/Auckland")
"""Zones that change their clocks on the days on which nearly all zones do that change them."""

UtcOffsets = tuple[timedelta | None, ...]
"""A period in which nobody's clocks change, by the offsets from UTC of the zones above."""


class Clocked(NamedTuple):
    """An entry with a start."""

    key: Hashable
    """Everything that must be equal: all but its start and its day."""
    at: int
    """Its start on the clock of its file's zone, in seconds since the day 1 January of year 1."""
    placed: Placed


class ZoneOffset(NamedTuple):
    """How much later the rows of a file begin than the entries that they equal."""

    day: date
    """Of entries in the same period as this day."""
    seconds: int
    """Negative: they begin earlier."""


class Shift(NamedTuple):
    """The offsets of a file, and what proves them."""

    offsets: tuple[ZoneOffset, ...]
    """One for each period in which it replaces entries."""
    pairs: Sequence[tuple[Clocked, Clocked]]
    """Counted entries with their rows."""


def moved_by(offsets: Iterable[ZoneOffset]) -> Callable[[Entry], int | None]:
    """Where a counted entry stands by the clock of a file; None if nothing is known about its period."""
    by_period = {_period(one.day): one.seconds for one in offsets}

    def moved(entry: Entry) -> int | None:
        offset = by_period.get(_period(entry.date))
        return None if offset is None else moment(entry) + offset

    return moved


def moment(entry: Entry) -> int:
    """The start of an entry that has one, on its file's clock, in seconds since the day 1 January of year 1."""
    return entry.date.toordinal() * _DAY + (entry.start or 0)


@dataclass(slots=True)
class ShiftEvidence:
    """The rows and counted entries of one client that are not equal, until a row with a start is."""

    first: date
    """The first day of the file."""
    last: date
    workers: Workers
    is_refuted: bool = False
    old: list[Placed] = field(default_factory=list)
    new: list[Placed] = field(default_factory=list)

    def see(self, matching: Matching) -> None:
        """Take what the matching of one more cycle says."""
        if self.is_refuted:
            return
        unchanged = (pair.new.entry for pair in matching.pairs if pair.outcome is Outcome.UNCHANGED)
        if any(entry.start is not None for entries in (matching.same, unchanged) for entry in entries):
            self.is_refuted, self.old, self.new = True, [], []
            return
        changed = [pair for pair in matching.pairs if pair.outcome is not Outcome.UNCHANGED]
        self._keep(self.old, (*(pair.old for pair in changed), *matching.old_left))
        self._keep(self.new, (*(pair.new for pair in changed), *matching.new_left))

    def _keep(self, kept: list[Placed], seen: Iterable[Placed]) -> None:
        first, last = self.first.toordinal() - 1, self.last.toordinal() + 1
        for placed in seen:
            if len(kept) == _COMPARED:
                return
            if placed.entry.start is not None and first <= placed.entry.date.toordinal() <= last:
                kept.append(placed)

    def clocked(self) -> tuple[list[Clocked], list[Clocked]]:
        """The entries and the rows, each with all that must be equal."""
        shapes = [shape(placed.entry) for placed in (*self.old, *self.new)]
        common = frozenset.intersection(*shapes) if shapes else frozenset()
        columns = [name for name in shared_columns(common, common) if name not in {"start", "date"}]
        columns += ["source_id"] if "source_id" in common else []

        def of(heap: Sequence[Placed]) -> list[Clocked]:
            keys = ((one.cycle.retainer.client, content(one.entry, columns, self.workers)) for one in heap)
            return [Clocked(key, moment(one.entry), one) for key, one in zip(keys, heap, strict=True)]

        return of(self.old), of(self.new)


def find_shift(clients: Sequence[ShiftEvidence]) -> Shift | None:
    """The shift that the rows of a file prove, for all its clients together, or None."""
    if any(one.is_refuted for one in clients):
        return None
    clocked = [one.clocked() for one in clients]
    olds = _by_key(one for old, _ in clocked for one in old)
    news = _by_key(one for _, new in clocked for one in new)
    pairs = [pair for key in news if key in olds for pair in _pairs(olds[key], news[key])]
    by_period: dict[UtcOffsets, list[tuple[Clocked, Clocked]]] = defaultdict(list)
    for old, new in pairs:
        by_period[_period(_day(old))].append((old, new))
    found = ((min(_day(old) for old, _ in own), _offset(own, olds)) for own in by_period.values())
    offsets = tuple(sorted(ZoneOffset(day, offset) for day, offset in found if offset))
    if len(pairs) < _LEAST_PAIRS or len(offsets) < len(by_period):
        return None
    values = [one.seconds for one in offsets]
    may_differ = range(0, _HOUR * min(len(offsets), 3), _HOUR)  # by one zone's change of clocks, or by those of both
    days = [_day(old) for old, _ in pairs]
    is_covered = any(one.first <= day <= one.last for one in clients for day in days)
    is_constant = all(value - min(values) in may_differ for value in values)
    return Shift(offsets, pairs) if is_constant and (is_covered or max(map(abs, values)) <= _FROM_UTC) else None


def _by_key(clocked: Iterable[Clocked]) -> dict[Hashable, list[Clocked]]:
    groups: dict[Hashable, list[Clocked]] = defaultdict(list)
    for one in clocked:
        groups[one.key].append(one)
    return groups


def _pairs(olds: Sequence[Clocked], news: Sequence[Clocked]) -> Iterator[tuple[Clocked, Clocked]]:
    """Entries and rows of one key that are one to one: on their day or, of the others, within less than a day."""
    old_days, new_days = (_by_day(heap) for heap in (olds, news))
    paired = {day for day, own in new_days.items() if len(own) == len(old_days.get(day, ())) == 1}
    yield from ((old_days[day][0], new_days[day][0]) for day in sorted(paired))
    old_left, new_left = (sorted((one for one in heap if _day(one) not in paired), key=_at) for heap in (olds, news))
    for new in new_left:
        near = _near(old_left, new)
        if len(near) == len(_near(new_left, near[0]) if near else ()) == 1:
            yield near[0], new


def _by_day(heap: Iterable[Clocked]) -> dict[date, list[Clocked]]:
    days: dict[date, list[Clocked]] = defaultdict(list)
    for one in heap:
        days[_day(one)].append(one)
    return days


def _day(one: Clocked) -> date:
    return one.placed.entry.date


def _at(one: Clocked) -> int:
    return one.at


def _near(heap: Sequence[Clocked], one: Clocked) -> Sequence[Clocked]:
    """Those of a heap, sorted by their starts, that begin less than a day before or after."""
    return heap[bisect_right(heap, one.at - _DAY, key=_at) : bisect_left(heap, one.at + _DAY, key=_at)]


def _offset(pairs: Sequence[tuple[Clocked, Clocked]], olds: Mapping[Hashable, Sequence[Clocked]]) -> int | None:
    """The offset of all pairs of a period, or None.

    Where the same work is done every day, an offset over midnight makes pairs of a row with the entry of the next day:
    the right one of the two offsets, a day apart, is that which explains more pairs, or else the smaller one.
    """
    by_clock = {(new.at - old.at) % _DAY for old, new in pairs}
    if len(by_clock) > 1:
        return None
    standing = {(old.key, one.at) for old, _ in pairs for one in olds[old.key]}

    def explained(offset: int) -> int:
        return sum((new.key, new.at - offset) in standing for _, new in pairs)

    [later] = by_clock
    offset = max((later, later - _DAY), key=lambda one: (explained(one), -abs(one)))
    is_of_zones = offset % _QUARTER == 0 and abs(offset) >= _LEAST
    return offset if is_of_zones and explained(offset) == len(pairs) else None


@lru_cache(maxsize=_COMPARED)
def _period(day: date) -> UtcOffsets:
    return tuple(datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset() for zone in _CLOCKS)
