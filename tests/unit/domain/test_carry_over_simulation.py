"""The whole carry-over rule, checked against a simulation that carries single hours from month to month."""

from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.cycle import Lot
from chalicelib.domain.statements import statements
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Unused
from tests.builders import day, ledgers, retainer, terms, top_up, used
from tests.conservation import check_chain
from tests.effort import tries
from tests.unit.domain.strategies import quick

MONTHS = ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01"]
MONTHS_AFTER_NEXT = [*MONTHS[2:], "2026-07-01", "2026-08-01"]
ALLOTMENT = 8

rules = st.builds(
    CarryOver,
    unused=st.sampled_from(Unused),
    cap=st.none() | st.builds(Cap, seconds=st.integers(0, 20).map(lambda n: n * 3600)) | st.just(Cap(percent=50)),
    expires_after=st.none() | st.integers(1, 3),
    overrun=st.sampled_from(Overrun),
)


@dataclass
class Hour:
    """One hour that can be used until the end of the month `last`; 99: it never expires."""

    granted: int
    last: int
    is_top_up: bool = False


@dataclass
class Month:
    """What a month began with and what happened to it, in hours."""

    carried: int
    deducted: int
    overage: int
    expired: int
    forfeited: int
    capped: int
    billed: int


def simulate(rule: CarryOver, work: list[int], bought: list[int]) -> list[Month]:
    hours: list[Hour] = []
    debt = 0
    months = []
    for now, (wanted, top_ups) in enumerate(zip(work, bought, strict=True)):
        carried = len(hours)
        last = now if rule.unused is Unused.FORFEIT else 99 if rule.expires_after is None else now + rule.expires_after
        deducted = min(debt, ALLOTMENT)
        hours += [Hour(now, last)] * (ALLOTMENT - deducted) + [Hour(now, now + 1, is_top_up=True)] * top_ups
        hours.sort(key=lambda one: (one.last, one.is_top_up, one.granted))
        overage = max(wanted - len(hours), 0)
        hours = hours[wanted:]
        debt -= deducted
        billed = overage if rule.overrun is Overrun.BILL else 0
        debt += overage - billed

        ends = [one for one in hours if one.last == now]
        own = [one for one in ends if rule.unused is Unused.FORFEIT and not one.is_top_up]
        hours = [one for one in hours if one.last > now]
        excess = sum(not one.is_top_up for one in hours) - most(rule) if rule.cap else 0
        capped = [one for one in hours if not one.is_top_up][: max(excess, 0)]
        for one in capped:
            hours.remove(one)
        months.append(Month(carried, deducted, overage, len(ends) - len(own), len(own), len(capped), billed))
    return months


def bought_in(start: str, hours: int, gone: str) -> tuple[Lot, ...]:
    return (top_up(start, str(hours), expires=gone),) if hours else ()


def most(rule: CarryOver) -> int:
    assert rule.cap is not None
    return ALLOTMENT // 2 if rule.cap.seconds is None else rule.cap.seconds // 3600


@given(
    rules,
    st.lists(st.integers(0, 20), min_size=6, max_size=6),
    st.lists(st.sampled_from([0, 0, 3]), min_size=6, max_size=6),
)
@settings(quick, max_examples=tries(300))
def test_months_carry_forward_what_single_hours_would(carry_over: CarryOver, work: list[int], bought: list[int]):
    of = retainer(terms(allotment=str(ALLOTMENT), carry_over=carry_over))
    stored = ledgers(
        *(
            replace(used(start, f"{hours}:00"), top_ups=bought_in(start, extra, gone))
            for start, gone, hours, extra in zip(MONTHS, MONTHS_AFTER_NEXT, work, bought, strict=True)
        )
    )

    chain = statements(of, stored, day("2026-07-01"))[:6]

    check_chain(chain)
    assert simulate(carry_over, work, bought) == [
        Month(
            one.figures.carried_seconds // 3600,
            one.figures.deducted_seconds // 3600,
            one.figures.overage_seconds // 3600,
            one.figures.expired_seconds // 3600,
            one.forfeited_seconds // 3600,
            one.capped_seconds // 3600,
            one.billed_seconds // 3600,
        )
        for one in chain
    ]
