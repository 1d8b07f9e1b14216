"""The expected figures of a retainer's cycles, computed from the rows of its files alone.

Written from docs/concepts.md, straightforwardly and without the program: only the data of its types is read (such as a
retainer's terms), and none of its functions is called. It keeps sums per day where the program keeps entries and lots
by name, because within a day and among lots with the same expiry the order changes no sum.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms import Terms

_NEVER = date.max
_NO_LIMIT = 10**12
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_CARRIED, _ALLOTMENT, _CORRECTION, _TOP_UP = range(4)
"""The order in which lots with the same expiry are drawn."""


class Row(NamedTuple):
    """A row of a file, as the tracker exported it."""

    id: str
    worker: str
    day: date
    seconds: int
    work_type: str


class Bought(NamedTuple):
    """A top-up, and the first day of the cycle for which it was bought."""

    cycle: date
    seconds: int
    expires: date | None
    price: int


class Corrected(NamedTuple):
    """Hours that a person gave (negative: took) on a day; no rounding applies."""

    cycle: date
    day: date
    seconds: int


class Cycle(NamedTuple):
    """Its days, those of the full cycle that it may be a part of, and how many cycles precede it."""

    start: date
    end: date
    whole_start: date
    whole_end: date
    nth: int


class Outcome(NamedTuple):
    """A closed cycle in seconds and minor units of money; see `Figures` for the terms."""

    start: date
    allotment: int
    carried_in: int
    topped_up: int
    corrected: int
    deducted: int
    used: int
    overage: int
    ended: int
    """Expired, forfeited or above the cap."""
    carried_out: int
    debt_out: int
    billed: int
    net: int


@dataclass
class Reported:
    """What the files have reported about a retainer up to some moment."""

    rows: dict[str, Row] = field(default_factory=dict)
    frozen: dict[date, list[Row]] = field(default_factory=dict)
    """By the first day of the closed cycle."""
    posted: dict[tuple[str, date], list[tuple[date | None, int]]] = field(default_factory=dict)
    """The late entries for a worker's day of a closed cycle, each with the cycle it is posted to; None: written off."""


def recompute(
    retainer: Retainer, files: list[tuple[datetime, list[Row]]], ordered: list[Bought | Corrected], now: datetime
) -> tuple[list[Outcome], int]:
    """Every cycle that is closed at `now`, in order, and the seconds of late entries that are written off."""
    cycles = [one for one in _cycles(retainer, now) if _closes_at(retainer, one) <= now]
    reported = Reported()
    for at, rows in files:
        _freeze(retainer, reported, cycles, at)
        for row in rows:
            if retainer.starts_on <= row.day < (retainer.ends_on or _NEVER):
                reported.rows[row.id] = row
        _post(retainer, reported, at)
    _freeze(retainer, reported, cycles, now)
    written_off = sum(sum(s for posted_to, s in parts if posted_to is None) for parts in reported.posted.values())
    return _settle_all(retainer, cycles, reported, ordered), written_off


def _freeze(retainer: Retainer, reported: Reported, cycles: list[Cycle], at: datetime) -> None:
    for cycle in cycles:
        if _closes_at(retainer, cycle) <= at and cycle.start not in reported.frozen:
            reported.frozen[cycle.start] = [row for row in reported.rows.values() if cycle.start <= row.day < cycle.end]


def _post(retainer: Retainer, reported: Reported, at: datetime) -> None:
    """Post what closed cycles lack to the current one; an earlier posting that is still open is replaced."""
    if not reported.frozen:
        return
    today = at.astimezone(ZoneInfo(retainer.zone)).date()
    current = [cycle.start for cycle in _cycles(retainer, at) if cycle.start <= today][-1]
    counted = _net(retainer, [row for rows in reported.frozen.values() for row in rows])
    closed = [cycle for cycle in _cycles(retainer, at) if cycle.start in reported.frozen]
    late = [row for row in reported.rows.values() if any(cycle.start <= row.day < cycle.end for cycle in closed)]
    wanted = _net(retainer, late)
    for key in wanted:
        parts = reported.posted.get(key, [])
        final = [part for part in parts if part[0] in reported.frozen]
        standing = [part for part in parts if part[0] not in reported.frozen]
        difference = wanted[key] - counted[key] - sum(seconds for _, seconds in final)
        posted_to = None if retainer.late_work == "write_off" or current in reported.frozen else current
        if standing:
            posted_to = standing[0][0]
        reported.posted[key] = [*final, *([(posted_to, difference)] if difference else [])]


def _settle_all(
    retainer: Retainer, cycles: list[Cycle], reported: Reported, ordered: list[Bought | Corrected]
) -> list[Outcome]:
    lots: list[list] = []  # [first day on which it is gone, order, seconds]
    debt = 0
    outcomes = []
    for cycle in cycles:
        last = _in_force(retainer, cycle.end - timedelta(days=1))
        rule = last.carry_over
        is_last = retainer.ends_on is not None and cycle.end >= retainer.ends_on
        carries = rule.unused == "carry"
        gone = cycle.end if not carries else _NEVER
        if carries and rule.expires_after is not None:
            gone = _boundary(retainer, cycle.nth + rule.expires_after + 1)
        allotment, fee = _grant(retainer, cycle)
        own = [one for one in ordered if isinstance(one, Bought) and one.cycle == cycle.start]
        used, given_back = _costs(retainer, cycle, reported)
        for one in ordered:
            if isinstance(one, Corrected) and one.cycle == cycle.start:
                given_back += max(one.seconds, 0)
                used[one.day] += max(-one.seconds, 0)

        carried_in = sum(lot[2] for lot in lots)
        deducted = min(debt, allotment)
        lots += [[gone, _ALLOTMENT, allotment - deducted], [gone, _CORRECTION, given_back]]
        lots += [[one.expires or _NEVER, _TOP_UP, one.seconds] for one in own]
        lots.sort(key=lambda lot: lot[:2])
        overage = _draw(lots, used)

        for lot in lots if is_last else ():  # the end of the retainer takes what is left for what is owed
            taken = min(debt - deducted, lot[2]) if lot[0] >= cycle.end else 0
            lot[2] -= taken
            deducted += taken

        lots, ended = _close(lots, cycle, last, is_last=is_last)

        owed, over = debt - deducted, sum(overage.values())
        billed = over + owed if is_last else over if rule.overrun == "bill" else 0
        debt = owed + over - billed
        net = fee + sum(one.price for one in own)
        if billed:
            by_rate: Counter[int] = Counter()
            for day, seconds in overage.items():
                by_rate[_price(_in_force(retainer, day))] += seconds
            net += sum(_nearest(Fraction(rate * seconds, 3600)) for rate, seconds in by_rate.items())
            net += _nearest(Fraction(_price(last) * (billed - over), 3600))
        outcomes.append(
            Outcome(
                cycle.start,
                allotment,
                carried_in,
                sum(one.seconds for one in own),
                given_back,
                deducted,
                sum(used.values()),
                over,
                ended,
                sum(lot[2] for lot in lots),
                debt,
                billed,
                net,
            )
        )
    return outcomes


def _close(lots: list[list], cycle: Cycle, terms: Terms, *, is_last: bool) -> tuple[list[list], int]:
    """The lots that the next cycle begins with, and how many seconds end with this one."""
    rule = terms.carry_over
    kept, ended = [], 0
    for gone, order, seconds in lots:
        forfeits = rule.unused == "forfeit" and order != _TOP_UP
        if is_last or gone <= cycle.end or forfeits:
            ended += seconds
        elif seconds:
            kept.append([gone, _TOP_UP if order == _TOP_UP else _CARRIED, seconds])
    most = _NO_LIMIT
    if rule.cap is not None:
        most = rule.cap.seconds
        if most is None:
            most = _nearest(Fraction(terms.allotment_seconds * rule.cap.percent, 100))
    excess = sum(lot[2] for lot in kept if lot[1] != _TOP_UP) - most
    for lot in kept:
        cut = min(max(excess, 0), lot[2]) if lot[1] != _TOP_UP else 0
        lot[2] -= cut
        excess -= cut
        ended += cut
    return [lot for lot in kept if lot[2]], ended


def _draw(lots: list[list], used: dict[date, int]) -> dict[date, int]:
    """Draw each day's hours from the lots, which shrink; return each day's overage."""
    overage = {}
    for day in sorted(used):
        rest = used[day]
        for lot in lots:
            part = min(rest, lot[2]) if lot[0] > day else 0
            lot[2] -= part
            rest -= part
        if rest:
            overage[day] = rest
    return overage


def _costs(retainer: Retainer, cycle: Cycle, reported: Reported) -> tuple[dict[date, int], int]:
    """Accounted seconds of each day, and what negative rows and late entries give back."""
    used: dict[date, int] = defaultdict(int)
    given_back = 0
    for row, worked, net in _pieces(retainer, reported.frozen[cycle.start]):
        used[row.day] += worked
        given_back += worked - net
    for seconds in (one for parts in reported.posted.values() for target, one in parts if target == cycle.start):
        used[cycle.start] += max(seconds, 0)  # accounted by its day already: no terms apply a second time
        given_back += max(-seconds, 0)
    return used, given_back


def _net(retainer: Retainer, rows: list[Row]) -> Counter[tuple[str, date]]:
    """What each worker's day costs by the terms of that day, less what it gives back."""
    days: Counter[tuple[str, date]] = Counter()
    for row, _, net in _pieces(retainer, rows):
        days[row.worker, row.day] += net
    return days


def _pieces(retainer: Retainer, rows: list[Row]) -> Iterator[tuple[Row, int, int]]:
    """What is rounded as one, a row or a worker's day of a work type: one of its rows, accounted work, and net."""
    groups: dict[tuple, list[Row]] = defaultdict(list)
    for at, row in enumerate(rows):
        by_day = _in_force(retainer, row.day).rounding.level == "day"
        groups[row.worker, row.day, row.work_type, None if by_day else at].append(row)
    for group in groups.values():
        terms, seconds = _in_force(retainer, group[0].day), [row.seconds for row in group]
        worked = _accounted(terms, sum(one for one in seconds if one > 0), group[0].work_type)
        yield group[0], worked, _accounted(terms, sum(seconds), group[0].work_type)


def _accounted(terms: Terms, seconds: int, work_type: str) -> int:
    if seconds < 0:
        return -_accounted(terms, -seconds, work_type)
    rounding = terms.rounding
    if seconds and rounding.increment_seconds:
        seconds = -(-seconds // rounding.increment_seconds) * rounding.increment_seconds
    if seconds:
        seconds = max(seconds, rounding.minimum_seconds)
    return _nearest(seconds * rounding.multipliers.get(work_type, Fraction(1)))


def _grant(retainer: Retainer, cycle: Cycle) -> tuple[int, int]:
    """Allotment and fee: each day that is not paused adds its share by the terms in force on it."""
    prorated = retainer.partial == "prorated"
    days = (cycle.whole_end - cycle.whole_start).days if prorated else (cycle.end - cycle.start).days
    seconds, fee = Fraction(0), Fraction(0)
    for nth in range((cycle.end - cycle.start).days):
        day = cycle.start + timedelta(days=nth)
        if any(pause.start <= day < (pause.end or _NEVER) for pause in retainer.pauses):
            continue
        terms = _in_force(retainer, day)
        seconds += Fraction(terms.allotment_seconds, days)
        fee += Fraction(terms.fee.minor, days)
    return _nearest(seconds), _nearest(fee)


def _in_force(retainer: Retainer, day: date) -> Terms:
    return [one for one in retainer.terms if one.effective_from <= day][-1]


def _price(terms: Terms) -> int:
    return (terms.overage_rate or terms.regular_rate).minor


def _nearest(value: Fraction) -> int:
    return int(value + Fraction(1, 2)) if value >= 0 else -int(Fraction(1, 2) - value)


def _closes_at(retainer: Retainer, cycle: Cycle) -> datetime:
    midnight = datetime.combine(cycle.end + timedelta(days=retainer.grace_days), time(), ZoneInfo(retainer.zone))
    return midnight.astimezone(UTC)


def _cycles(retainer: Retainer, now: datetime) -> list[Cycle]:
    """All cycles that have begun by the day after `now`."""
    found, nth = [], 0
    while True:
        start, end = _boundary(retainer, nth), _boundary(retainer, nth + 1)
        served = max(start, retainer.starts_on), min(end, retainer.ends_on or _NEVER)
        if served[0] >= served[1] or start > now.date() + timedelta(days=1):
            return found
        found.append(Cycle(*served, start, end, nth))
        nth += 1


def _boundary(retainer: Retainer, nth: int) -> date:
    anchor = retainer.anchor_day or retainer.starts_on.day
    first = retainer.starts_on.year * 12 + retainer.starts_on.month - 1
    if _clamped(first, anchor) > retainer.starts_on:
        first -= 1
    return _clamped(first + nth * _MONTHS[retainer.length], anchor)


def _clamped(month: int, day: int) -> date:
    while True:
        try:
            return date(month // 12, month % 12 + 1, day)
        except ValueError:
            day -= 1
