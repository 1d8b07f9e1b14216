"""Which plan would have been cheaper: the last twelve months of a retainer under other terms. Nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.domain.calendar import today
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import CycleId
from chalicelib.domain.plans import PlanCost, last_twelve_months, plan_cost, reported_work
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms import Terms
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.ledger import Ledger

AGREED = "as agreed"
"""The name of the retainer's own terms, replayed like the plans."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plans of one retainer, cheapest first, over the days `[start, end)`."""

    retainer: Retainer
    start: date
    end: date
    cycles: int
    without_work: int
    """How many of the cycles have no work of the retainer; their fee is charged all the same."""
    costs: tuple[PlanCost, ...]


def compare_plans(
    book: ClientBook, retainer: Retainer, plans: Mapping[str, Terms], now: datetime, ledger: Ledger
) -> Comparison | None:
    """The cost of each plan, and of the terms as agreed, at the aware instant `now`; None: no cycle has ended yet."""
    periods = last_twelve_months(retainer, today(now, retainer.zone))
    if not periods:
        return None
    ids = [CycleId(retainer.id, one.start) for one in periods]
    stored = ledger.read_cycles(ids, book.head.plan)
    cycles = [reported_work(stored.get(one) or CycleLedger(one)) for one in ids]
    tried = [(AGREED, retainer.terms), *((name, (terms,)) for name, terms in plans.items())]
    costs = [plan_cost(name, terms, retainer, periods, cycles, aliases=book.aliases) for name, terms in tried]
    return Comparison(
        retainer,
        periods[0].start,
        periods[-1].end,
        len(periods),
        sum(not any(entry.pool is Pool.RETAINER for entry in one.entries) for one in cycles),
        tuple(sorted(costs, key=lambda one: one.net.minor)),
    )
