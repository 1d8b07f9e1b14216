"""Which work consumes which lot (docs/concepts.md, "Lots and draws").

Work draws in the order of date and start; the lot that expires first is drawn first. Both orders depend
on content alone, so the order of imports never changes a balance.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from chalicelib.domain.cycle import Draw, Lot, LotOrigin
from chalicelib.domain.entry import Entry
from chalicelib.domain.quantities import DAY

_ORIGINS = {origin: place for place, origin in enumerate(LotOrigin)}


class Drawn(NamedTuple):
    """How one piece of work was covered: seconds = the sum of its draws + its overage."""

    draws: tuple[Draw, ...] = ()
    overage_seconds: int = 0


def in_draw_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries as they draw: by date, by start (work without one after the day's timed work), then by content."""
    when = itemgetter(0)
    ordered: list[Entry] = []
    for _, same_time in groupby(sorted(((_when(entry), entry) for entry in entries), key=when), key=when):
        run = [entry for _, entry in same_time]
        ordered += sorted(run, key=repr) if len(run) > 1 else run
    return ordered


def lot_order(lot: Lot) -> tuple[date, int, str]:
    """Sorts lots as they are drawn: expiring first, then by origin (carried before allotment …), then by id."""
    return lot.expires_on or date.max, _ORIGINS[lot.origin], lot.id


def draw(work: Iterable[tuple[date, int]], lots: Sequence[tuple[Lot, int]]) -> list[Drawn]:
    """Let each piece of work consume the lots; what no lot covers is overage.

    Args:
        work: date and accounted seconds (0 draws nothing), in draw order.
        lots: each lot with the seconds that can be drawn from it, in lot order.

    Returns:
        One `Drawn` for each piece of work.
    """
    drawn = []
    place = 0
    left = [seconds for _, seconds in lots]
    for day, seconds in work:
        draws = []
        rest = seconds
        while rest and place < len(lots):
            lot = lots[place][0]
            if left[place] == 0 or (lot.expires_on is not None and lot.expires_on <= day):
                # Used up, or gone for this day and so for all later work: never looked at again.
                place += 1
                continue
            part = min(rest, left[place])
            draws.append(Draw(lot.id, part))
            left[place] -= part
            rest -= part
        drawn.append(Drawn(tuple(draws), rest))
    return drawn


def _when(entry: Entry) -> tuple[date, int, str, int]:
    return entry.date, DAY if entry.start is None else entry.start, entry.worker.casefold(), entry.seconds
