"""From worked to accounted time (docs/concepts.md, "Quantities"): exclude, then round up, then multiply.

Where the terms set neither increment, minimum nor multiplier, accounted is worked time. The minimum is the
least that a piece of work costs, as it stands; the increment does not round it up. Zero stays zero.

A negative entry is a correction made in the source, and it gives back what the corrected work had cost:
rounding and multiplier apply to it as if it were positive, mirrored. At the level of a day the day's net
time is accounted, so that a day with 0:20 and -0:10 costs, after all, what a day with 0:10 costs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise

from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.entry import LATE, MANUAL, Entry, Pool
from chalicelib.domain.quantities import round_half_away
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms import Rounding, RoundingLevel
from chalicelib.domain.terms_versions import terms_at

_EXACT = frozenset({LATE, MANUAL})
"""Sources whose seconds are accounted time as they stand."""


@dataclass(frozen=True, slots=True)
class _Meter:
    """A rounding with its work types casefolded."""

    rounding: Rounding
    factors: Mapping[str, Fraction]
    is_plain: bool
    """Whether accounted is worked time."""

    def round_up(self, seconds: int) -> int:
        """The next full increment, at least the minimum; 0 for 0; mirrored below zero."""
        if seconds <= 0:
            return -self.round_up(-seconds) if seconds else 0
        increment = max(self.rounding.increment_seconds, 1)
        return max(-(-seconds // increment) * increment, self.rounding.minimum_seconds)

    def multiply(self, seconds: int, work_type: str) -> int:
        """Times the factor of the casefolded work type, to the nearest second."""
        factor = self.factors.get(work_type)
        return seconds if factor is None else round_half_away(seconds * factor)


def account(
    entries: Sequence[Entry], rounding_on: Callable[[date], Rounding], aliases: Aliases = NO_ALIASES
) -> list[int]:
    """The accounted seconds of each entry; below zero is what a negative entry gives back.

    Args:
        entries: in draw order, because the surplus of a rounded day goes to its last entry.
        rounding_on: the rounding in force on a work date.
        aliases: under which names one worker's day may be logged.

    Returns:
        One figure for each entry, 0 for entries outside the retainer pool.
    """
    meter_on = cache(lambda day: _meter(rounding_on(day)))
    accounted = [0] * len(entries)
    days: dict[tuple[date, date | None, str, str], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.pool is not Pool.RETAINER or entry.seconds == 0:
            continue
        meter = meter_on(entry.date)
        if meter.is_plain or entry.source in _EXACT:
            accounted[place] = entry.seconds
            continue
        work_type = (entry.work_type or "").casefold()
        if meter.rounding.level is RoundingLevel.DAY:
            days[entry.date, entry.worked_on, aliases.worker(entry.worker), work_type].append(place)
        else:
            accounted[place] = meter.multiply(meter.round_up(entry.seconds), work_type)
    for (day, _, _, work_type), places in days.items():
        for place, seconds in _account_day(entries, places, meter_on(day), work_type):
            accounted[place] = seconds
    return accounted


def _account_day(
    entries: Sequence[Entry], places: Iterable[int], meter: _Meter, work_type: str
) -> Iterable[tuple[int, int]]:
    """Accounted time of one worker's day: work first, its surplus on the last of it, then what is given back.

    The running total is multiplied and each entry takes the difference, so that the parts always add up.
    """
    order = sorted(places, key=lambda place: entries[place].seconds < 0)
    worked = sum(entries[place].seconds > 0 for place in order)
    totals = [0]
    actual = 0
    for nth, place in enumerate(order, start=1):
        actual += entries[place].seconds
        totals.append(meter.multiply(meter.round_up(actual) if nth >= worked else actual, work_type))
    return zip(order, (after - before for before, after in pairwise(totals)), strict=True)


def _meter(rounding: Rounding) -> _Meter:
    factors = {name.casefold(): factor for name, factor in rounding.multipliers.items()}
    is_plain = not factors and rounding.increment_seconds <= 1 and rounding.minimum_seconds <= 1
    return _Meter(rounding, factors, is_plain)


def used_seconds(retainer: Retainer, entries: Iterable[Entry], aliases: Aliases = NO_ALIASES) -> int:
    """The `used` figure of a cycle with these entries: what they draw, without what negative entries give back.

    In any order: it decides which entry gets the surplus of a rounded day, never what the day's work sums up to.
    """
    accounted = account(tuple(entries), lambda day: terms_at(retainer, day).rounding, aliases)
    return sum(seconds for seconds in accounted if seconds > 0)
