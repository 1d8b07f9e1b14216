"""Work that looks counted twice: told, never removed, because only a person can know.

Two kinds: the same worker, day and duration from another source; and the same entry in another retainer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.ids import CycleId
from chalicelib.services.import_record import PROBLEM_LIMIT, LikelyDouble


def find_doubles(
    stored: Mapping[CycleId, CycleLedger], changed: Sequence[CycleLedger], source: str
) -> tuple[LikelyDouble, ...]:
    """The likely doubles among what an import brings.

    Args:
        stored: the client's cycles as they were read, of all its retainers.
        changed: the cycles as the import leaves them.
        source: the tool that the import came from.
    """
    counted = _by_day(stored.values())
    if not counted:
        return ()
    found = (
        double
        for ledger in changed
        for entry in _brought(stored.get(ledger.id), ledger, source)
        for double in _doubles_of(ledger.id, entry, counted.get(_day(entry), ()))
    )
    return tuple(double for double, _ in zip(found, range(PROBLEM_LIMIT), strict=False))


def _brought(before: CycleLedger | None, after: CycleLedger, source: str) -> Iterator[Entry]:
    new = Counter(after.entries) - Counter(before.entries if before else ())
    return (entry for entry in new if entry.source == source and _counts(entry))


def _counts(entry: Entry) -> bool:
    return entry.pool is not Pool.EXCLUDED and entry.seconds != 0


def _day(entry: Entry) -> tuple[object, ...]:
    return entry.worker.casefold(), entry.date, entry.seconds


def _by_day(ledgers: Iterable[CycleLedger]) -> dict[tuple[object, ...], list[tuple[CycleId, Entry]]]:
    days: dict[tuple[object, ...], list[tuple[CycleId, Entry]]] = {}
    for ledger in ledgers:
        for entry in ledger.entries:
            if _counts(entry):
                days.setdefault(_day(entry), []).append((ledger.id, entry))
    return days


def _doubles_of(cycle: CycleId, entry: Entry, counted: Iterable[tuple[CycleId, Entry]]) -> Iterator[LikelyDouble]:
    for place, other in counted:
        elsewhere = place.retainer != cycle.retainer and other.description == entry.description
        if other.source != entry.source or elsewhere:
            yield LikelyDouble(
                cycle.retainer,
                entry.date,
                entry.worker,
                entry.seconds,
                entry.description or "",
                place.retainer,
                other.source,
            )
            return
