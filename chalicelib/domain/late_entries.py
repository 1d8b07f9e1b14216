"""Late entries, which are prior-period adjustments (docs/concepts.md, "Late entries").

A closed cycle never changes. For each worker's day that is reported otherwise now, the signed difference to what is
counted already (the closed cycle's own work, and what was posted to cycles that are closed by now) is posted once to
a cycle that is not closed, as work that names its day. A later export replaces that posting; it never adds another.

The difference is one of accounted time by the terms of the work date, and no other rounding applies to it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.domain.accounting import account
from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.cycle import CycleLedger, LatePosting
from chalicelib.domain.entry import LATE, LATE_AS_WORKED, LATE_SOURCES, Entry
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import terms_at

Day = tuple[str, date]
"""A worker, as `Aliases.worker` gives it, and a work date."""


class Postings(NamedTuple):
    """The postings of a closed cycle as they are from now on."""

    postings: tuple[LatePosting, ...]
    changed: tuple[LatePosting, ...]
    """Those that differ from what was posted before, with 0 seconds where one is taken back."""


def post_late_entries(
    retainer: Retainer,
    before: CycleLedger,
    reported: Collection[Entry],
    position: ClosingPosition,
    posting_day: date | None,
    *,
    aliases: Aliases = NO_ALIASES,
) -> Postings:
    """The postings for the difference between a closed cycle as it is stored and what exports report of it now.

    Args:
        retainer: with the terms by which the reported work is accounted.
        before: the closed cycle, with what was posted for it so far.
        reported: its work as exports report it by now.
        position: which of the retainer's cycles are closed, and which an opening balance settles.
        posting_day: the first day of the cycle that takes what is newly reported; None: it is written off.
        aliases: under which names one worker's day may be logged.
    """
    posting_day = None if position.is_settled(before.id.start) else posting_day
    names = {aliases.worker(one): one for one in (posting.name for posting in before.late_postings)}
    names |= {aliases.worker(entry.worker): entry.worker for entry in (*before.entries, *reported)}
    unposted = _differences(retainer, before, reported, aliases)
    standing: dict[Day, list[LatePosting]] = {day: [] for day in unposted}
    kept: list[LatePosting] = []
    for posting in before.late_postings:
        key = _day_of(posting, aliases)
        if key in unposted:
            unposted[key] -= _accounted(retainer, posting)
        if key not in unposted or _is_final(posting, position):
            kept.append(posting)
        else:
            standing[key].append(posting)
    changed: list[LatePosting] = []
    for (worker, day), seconds in sorted(unposted.items()):
        amounts: Counter[date | None] = Counter()
        for one in standing[worker, day]:
            amounts[one.posted_to] += _accounted(retainer, one)
        for target, amount in _shift(amounts, seconds, posting_day).items():
            olds = [one for one in standing[worker, day] if one.posted_to == target]
            if amount == amounts[target]:
                kept += olds
            else:
                changed += (one._replace(seconds=0) for one in olds if one.worker != worker)
                changed.append(LatePosting(worker, names[worker], day, amount, target, is_accounted=True))
    return Postings((*kept, *(one for one in changed if one.seconds)), tuple(changed))


def counts_change(closed: CycleLedger, before: Sequence[Entry], after: Sequence[Entry]) -> bool:
    """Whether a closed cycle counts the change that an import made of its source's work, from `before` to `after`.

    It counts work that came with the import, or does not count what the import replaced or removed.
    """
    frozen, old, new = Counter(closed.entries), Counter(before), Counter(after)
    came = any(frozen[row] > old[row] for row, count in new.items() if count > old[row])
    return came or any(frozen[row] < count for row, count in old.items() if new[row] < count)


def departs(before: CycleLedger, after: CycleLedger, position: ClosingPosition, aliases: Aliases = NO_ALIASES) -> bool:
    """Whether the reports of a closed cycle move away from what closed cycles count: its own work and final postings.

    Then what goes from the reports is counted by a closed cycle, or what comes was left out of it.
    """
    stored = before.entries, before.latest_reported, after.latest_reported
    frozen, was, now = (_by_day(one, aliases) for one in stored)
    final = {_day_of(one, aliases) for one in after.late_postings if _is_final(one, position)}
    for day in was.keys() | now.keys():
        counted, old, new = (Counter(one.get(day)) for one in (frozen, was, now))
        if day in final:
            before_seconds, seconds = (_standing(one, day, position, aliases) for one in (before, after))
            away = abs(seconds) > abs(before_seconds)
        else:
            goes = any(new[row] < min(count, counted[row]) for row, count in old.items())
            away = goes or any(count > max(old[row], counted[row]) for row, count in new.items())
        if away:
            return True
    return False


def _standing(ledger: CycleLedger, day: Day, position: ClosingPosition, aliases: Aliases) -> int:
    """The seconds that are posted for a day, but not to a closed cycle."""
    postings = (one for one in ledger.late_postings if _day_of(one, aliases) == day)
    return sum(one.seconds for one in postings if not _is_final(one, position))


def _day_of(posting: LatePosting, aliases: Aliases) -> Day:
    return aliases.worker(posting.name), posting.day


def _is_final(posting: LatePosting, position: ClosingPosition) -> bool:
    return posting.posted_to is not None and position.has_closed(posting.posted_to)


def with_postings(ledger: CycleLedger, closed: CycleId, postings: Iterable[LatePosting]) -> tuple[Entry, ...]:
    """The entries of a cycle that is not closed once these postings of the closed one are in it."""
    changed = {_name(closed, one): one for one in postings if one.posted_to == ledger.id.start}
    others = [entry for entry in ledger.entries if entry.source not in LATE_SOURCES or entry.source_id not in changed]
    return (*others, *(_entry(ledger.id.start, name, one) for name, one in changed.items() if one.seconds))


def _differences(
    retainer: Retainer, before: CycleLedger, reported: Collection[Entry], aliases: Aliases
) -> dict[Day, int]:
    """How many accounted seconds a day has more than is frozen, for each day that was last reported otherwise.

    A day that is reported as it is frozen has 0, whatever terms or aliases say by now.
    """
    frozen, last, now = (_by_day(one, aliases) for one in (before.entries, before.latest_reported, reported))
    spoken_of = {day for day in last.keys() | now.keys() if Counter(last.get(day)) != Counter(now.get(day))}
    differing = {day for day in spoken_of if Counter(frozen.get(day)) != Counter(now.get(day))}
    found = dict.fromkeys(spoken_of, 0)
    entries = [entry for day in differing for entry in now.get(day, ())]
    costs = account(entries, lambda day: terms_at(retainer, day).rounding, aliases)
    for entry, seconds in zip(entries, costs, strict=True):
        found[_day(entry, aliases)] += seconds
    for entry, cost in zip(before.entries, before.frozen.costs if before.frozen else (), strict=True):
        if entry.source not in LATE_SOURCES and (day := _day(entry, aliases)) in differing:
            found[day] -= cost.accounted_seconds - cost.given_back_seconds
    return found


def _by_day(entries: Iterable[Entry], aliases: Aliases) -> dict[Day, list[Entry]]:
    days: dict[Day, list[Entry]] = {}
    for entry in entries:
        if entry.source not in LATE_SOURCES:
            days.setdefault(_day(entry, aliases), []).append(entry)
    return days


def _day(entry: Entry, aliases: Aliases) -> Day:
    return aliases.worker(entry.worker), entry.date


def _accounted(retainer: Retainer, posting: LatePosting) -> int:
    """What a posting counts: worked time that an older version posted is accounted by the cycle that it went to."""
    if posting.is_accounted or posting.posted_to is None:
        return posting.seconds
    entry = _entry(posting.posted_to, "", posting)
    return account([entry], lambda day: terms_at(retainer, day).rounding)[0]


def _shift(standing: Mapping[date | None, int], seconds: int, posting_day: date | None) -> dict[date | None, int]:
    """Where a worker's day is posted once `seconds` more (negative: less) are reported than is posted so far.

    What was posted or written off is taken back first; the rest goes where today's choice sends it.
    """
    target = None
    if posting_day is not None:
        target = next((day for day in standing if day is not None), posting_day)
    amounts = {target: standing.get(target, 0), **standing}
    for day, amount in amounts.items():
        if amount * seconds < 0:
            back = min(-amount, seconds, key=abs)
            amounts[day] += back
            seconds -= back
    amounts[target] += seconds
    return amounts


def _name(closed: CycleId, posting: LatePosting) -> str:
    return f"{closed.start}/{posting.day}/{posting.worker}"


def _entry(cycle_start: date, name: str, posting: LatePosting) -> Entry:
    return Entry(
        source=LATE if posting.is_accounted else LATE_AS_WORKED,
        source_id=name,
        worker=posting.name,
        worker_email=None,
        date=cycle_start,
        start=None,
        seconds=posting.seconds,
        worked_on=posting.day,
    )
