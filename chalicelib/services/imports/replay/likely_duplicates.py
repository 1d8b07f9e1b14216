"""Work that seems to be counted twice: reported, never removed, because only a person can tell.

Two kinds: the same worker, day and duration from another source; and the same entry in another retainer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from chalicelib.domain.aliases import Aliases
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import OWN_SOURCES, Entry, Pool
from chalicelib.domain.ids import CycleId
from chalicelib.services.store.import_record import LikelyDuplicate


def find_likely_duplicates(
    before: CycleLedger,
    after: CycleLedger,
    others: Iterable[CycleLedger],
    source: str,
    *,
    most: int,
    aliases: Aliases,
) -> list[LikelyDuplicate]:
    """At most `most` likely duplicates among the entries that an import adds to one cycle.

    Args:
        before: the cycle as it is stored.
        after: the cycle after the import.
        others: the stored cycles of the client's other retainers on the same days.
        source: the tool that the import came from.
        most: the maximum number to return.
        aliases: the names under which one worker's work may be recorded.
    """
    compared = [ledger for ledger in (before, *others) if ledger.entries]
    if not compared:
        return []
    new = Counter(after.entries) - Counter(before.entries)
    brought = [entry for entry in new if entry.source == source and _counts(entry)]
    days = {entry: _day(entry, aliases) for entry in brought}
    counted = _by_day(set(days.values()), compared, aliases)
    found = (one for entry, day in days.items() for one in _duplicates_of(after.id, entry, counted[day]))
    return list(islice(found, most))


def _counts(entry: Entry) -> bool:
    return entry.pool is not Pool.EXCLUDED and entry.seconds != 0 and entry.source not in OWN_SOURCES


_Day = tuple[str, date, int]


def _day(entry: Entry, aliases: Aliases) -> _Day:
    return aliases.worker(entry.worker), entry.date, entry.seconds


def _by_day(
    days: Iterable[_Day], ledgers: Iterable[CycleLedger], aliases: Aliases
) -> dict[_Day, list[tuple[CycleId, Entry]]]:
    counted: dict[_Day, list[tuple[CycleId, Entry]]] = {day: [] for day in days}
    for ledger in ledgers:
        for entry in ledger.entries:
            if _counts(entry) and (day := _day(entry, aliases)) in counted:
                counted[day].append((ledger.id, entry))
    return counted


def _duplicates_of(cycle: CycleId, entry: Entry, counted: Iterable[tuple[CycleId, Entry]]) -> Iterator[LikelyDuplicate]:
    for place, other in counted:
        elsewhere = place.retainer != cycle.retainer and other.description == entry.description
        if other.source != entry.source or elsewhere:
            yield LikelyDuplicate(
                cycle.retainer,
                entry.date,
                entry.worker,
                entry.seconds,
                entry.description or "",
                place.retainer,
                other.source,
            )
            return
