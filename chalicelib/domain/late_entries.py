"""Late entries, which are prior-period adjustments (docs/concepts.md, "Late entries").

A closed cycle never changes. For each worker's day that is reported otherwise now, the signed difference to what is
counted already (the closed cycle's own work, and what was posted to cycles that are closed by now) is posted once to
a cycle that is not closed, as work that names its day. A later export replaces that posting; it never adds another.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import NamedTuple

from chalicelib.domain.cycle import CycleLedger, LatePosting
from chalicelib.domain.entry import LATE, Entry, Pool
from chalicelib.domain.ids import CycleId

WorkerOf = Callable[[Entry], str]
"""A worker's identity, under whatever name an entry has it."""
Day = tuple[str, date]


class Postings(NamedTuple):
    """The postings of a closed cycle as they are from now on."""

    postings: tuple[LatePosting, ...]
    changed: tuple[LatePosting, ...]
    """Those that differ from what was posted before, with 0 seconds where one is taken back."""


def post_late_entries(
    before: CycleLedger,
    reported: Collection[Entry],
    worker_of: WorkerOf,
    is_closed: Callable[[date], bool],
    posting_day: date | None,
) -> Postings:
    """The postings for the difference between a closed cycle as it is stored and what exports report of it now.

    `is_closed` says whether the retainer's cycle that begins on a day is closed; `posting_day` is the first day of the
    cycle that takes new postings; None: differences are written off.
    """
    wanted = _by_day(reported, worker_of)
    wanted.subtract(_by_day(before.entries, worker_of))
    names = {one.worker: one.name for one in before.late_postings}
    names |= {worker_of(entry): entry.worker for entry in (*before.entries, *reported)}
    replaceable: dict[Day, LatePosting] = {}
    final = []
    for posting in before.late_postings:
        if posting.posted_to is not None and is_closed(posting.posted_to):
            final.append(posting)
            wanted[posting.worker, posting.day] -= posting.seconds
        else:
            replaceable[posting.worker, posting.day] = posting
    postings = []
    for (worker, day), seconds in sorted(wanted.items()):
        old = replaceable.get((worker, day))
        if seconds:
            postings.append(LatePosting(worker, names[worker], day, seconds, old.posted_to if old else posting_day))
    kept = {(one.worker, one.day): one for one in postings}
    changed = [one for key, one in kept.items() if replaceable.get(key) != one]
    changed += [one._replace(seconds=0) for key, one in replaceable.items() if key not in kept]
    return Postings((*final, *postings), tuple(changed))


def with_postings(ledger: CycleLedger, closed: CycleId, postings: Iterable[LatePosting]) -> tuple[Entry, ...]:
    """The entries of a cycle that is not closed once these postings of the closed one are in it."""
    changed = {f"{closed.start}/{one.day}/{one.worker}": one for one in postings if one.posted_to == ledger.id.start}
    others = [entry for entry in ledger.entries if entry.source != LATE or entry.source_id not in changed]
    return (*others, *(_entry(ledger.id, name, one) for name, one in changed.items() if one.seconds))


def _by_day(entries: Iterable[Entry], worker_of: WorkerOf) -> Counter[Day]:
    days: Counter[Day] = Counter()
    for entry in entries:
        if entry.pool is Pool.RETAINER and entry.source != LATE:
            days[worker_of(entry), entry.date] += entry.seconds
    return days


def _entry(cycle: CycleId, name: str, posting: LatePosting) -> Entry:
    return Entry(
        source=LATE,
        source_id=name,
        worker=posting.name,
        worker_email=None,
        date=cycle.start,
        start=None,
        seconds=posting.seconds,
        worked_on=posting.day,
    )
