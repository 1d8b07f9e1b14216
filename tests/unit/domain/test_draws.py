"""Which work consumes which lot, checked against a simulation that draws second by second."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.cycle import Draw, Lot, LotOrigin
from chalicelib.domain.draws import Drawn, draw, lot_order
from tests.builders import day
from tests.unit.domain.strategies import quick

JANUARY = day("2026-01-01")


def lot(lot_id: str, seconds: int, expires: str | None = None, origin: LotOrigin = LotOrigin.ALLOTMENT) -> Lot:
    return Lot(lot_id, origin, JANUARY, seconds, None if expires is None else day(expires))


def drawn(work: list[tuple[str, int]], *lots: Lot) -> list[Drawn]:
    return draw(
        [(day(on), seconds) for on, seconds in work], [(one, one.seconds) for one in sorted(lots, key=lot_order)]
    )


def test_an_entry_straddles_lots_and_the_rest_of_it_is_overage():
    result = drawn([("2026-01-05", 9)], lot("a", 3), lot("b", 4))

    assert result == [Drawn((Draw("a", 3), Draw("b", 4)), 2)]


def test_the_lot_that_expires_first_is_drawn_first():
    result = drawn([("2026-01-05", 3)], lot("never", 2), lot("later", 2, "2026-03-01"), lot("soon", 2, "2026-02-01"))

    assert result == [Drawn((Draw("soon", 2), Draw("later", 1)))]


def test_on_equal_expiry_carried_comes_before_allotment_correction_and_top_up_then_the_older():
    lots = [lot(f"{origin}-{nth}", 1, origin=origin) for nth in "21" for origin in reversed(LotOrigin)]

    (result,) = drawn([("2026-01-05", 8)], *lots)

    assert [part.lot_id for part in result.draws] == [
        *("carried-1", "carried-2", "allotment-1", "allotment-2"),
        *("correction-1", "correction-2", "top_up-1", "top_up-2"),
    ]


def test_a_lot_cannot_be_drawn_from_the_day_of_its_expiry_on():
    result = drawn([("2026-01-14", 1), ("2026-01-15", 1)], lot("a", 5, "2026-01-15"))

    assert result == [Drawn((Draw("a", 1),)), Drawn((), 1)]


def test_work_without_cost_draws_nothing():
    assert drawn([("2026-01-05", 0)], lot("a", 5)) == [Drawn()]


days = st.dates(JANUARY, day("2026-01-06"))


@given(
    st.lists(st.tuples(days, st.integers(0, 9)), max_size=8),
    st.lists(st.tuples(st.integers(0, 9), st.none() | days, st.sampled_from(LotOrigin)), max_size=6),
)
@quick
def test_each_second_of_work_takes_the_best_second_that_is_left(
    work: list[tuple[date, int]], sizes: list[tuple[int, date | None, LotOrigin]]
):
    work.sort()
    lots = [Lot(str(nth), origin, JANUARY, size, expires) for nth, (size, expires, origin) in enumerate(sizes)]

    result = draw(work, [(one, one.seconds) for one in sorted(lots, key=lot_order)])

    assert second_by_second(work, lots) == [
        (Counter({part.lot_id: part.seconds for part in one.draws}), one.overage_seconds) for one in result
    ]


def second_by_second(work: list[tuple[date, int]], lots: list[Lot]) -> list[tuple[Counter[str], int]]:
    order = [LotOrigin.CARRIED, LotOrigin.ALLOTMENT, LotOrigin.CORRECTION, LotOrigin.TOP_UP]
    left = [one for one in lots for _ in range(one.seconds)]
    covered = []
    for on, seconds in work:
        taken: Counter[str] = Counter()
        for _ in range(seconds):
            usable = [one for one in left if one.expires_on is None or on < one.expires_on]
            if usable:
                best = min(usable, key=lambda one: (one.expires_on or date.max, order.index(one.origin), int(one.id)))
                left.remove(best)
                taken[best.id] += 1
        covered.append((taken, seconds - taken.total()))
    return covered
