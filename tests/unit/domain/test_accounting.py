"""From worked to accounted time: exclude, round up, multiply."""

from collections import defaultdict
from fractions import Fraction
from itertools import groupby
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.accounting import account
from chalicelib.domain.draws import in_draw_order
from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.quantities import round_half_away
from chalicelib.domain.terms import Rounding, RoundingLevel
from tests.builders import day, entry, hours, rounding
from tests.unit.domain.strategies import entries_on, quick, roundings

DAY = "2026-01-05"
QUARTER_HOURS_A_DAY = rounding("0:15", level=RoundingLevel.DAY)


def accounted(rounds: Rounding, *entries: Entry) -> list[int]:
    return account(entries, lambda _: rounds)


def test_an_hour_and_twenty_at_a_quarter_hour_times_one_point_two_is_one_point_eight_hours():
    rounds = rounding("0:15", multipliers={"After hours": "1.2"})

    assert accounted(rounds, entry(DAY, "1:20")) == [hours("1.5")]
    assert accounted(rounds, entry(DAY, "1:20", work_type="after HOURS")) == [hours("1.8")]


@pytest.mark.parametrize(
    ("worked", "expected"),
    [("0:00", "0:00"), ("0:00:01", "0:20"), ("0:05", "0:20"), ("0:20", "0:30"), ("0:30", "0:30"), ("0:30:01", "0:45")],
)
def test_a_minimum_is_the_least_that_work_costs_and_zero_stays_zero(worked: str, expected: str):
    assert accounted(rounding("0:15", minimum="0:20"), entry(DAY, worked)) == [hours(expected)]


@pytest.mark.parametrize("rounds", [rounding("0:00:02"), rounding(minimum="0:00:02")])
def test_the_least_rounding_is_two_seconds(rounds: Rounding):
    assert [2] == accounted(rounds, entry(DAY, "0:00:01"))


def test_a_day_whose_work_was_all_given_back_costs_no_minimum():
    rounds = rounding("0:15", minimum="0:30", level=RoundingLevel.DAY)

    assert [hours("0:30"), -hours("0:30")] == accounted(rounds, entry(DAY, "0:20"), entry(DAY, "-0:20"))


def test_unrounded_terms_count_what_was_worked():
    assert accounted(rounding(), entry(DAY, "0:00:01"), entry(DAY, "30:00")) == [1, hours("30")]


@pytest.mark.parametrize("pool", [Pool.PROJECT, Pool.EXCLUDED])
def test_work_outside_the_retainer_costs_it_nothing(pool: Pool):
    assert accounted(rounding("0:15"), entry(DAY, "0:10", pool=pool)) == [0]


def test_a_rounded_day_puts_its_surplus_on_the_last_entry_of_worker_and_work_type():
    work = [
        entry(DAY, "0:10", "Ada Byron"),
        entry(DAY, "0:00", "Ada Byron"),
        entry(DAY, "0:10", "Ben Okri"),
        entry(DAY, "0:10", "ada byron"),
        entry(DAY, "0:10", "Ada Byron", work_type="Remote"),
        entry("2026-01-06", "0:10", "Ada Byron"),
        entry(DAY, "0:00", "Ada Byron"),
    ]

    minutes = [seconds // 60 for seconds in accounted(QUARTER_HOURS_A_DAY, *work)]

    assert minutes == [10, 0, 15, 20, 15, 15, 0]


@pytest.mark.parametrize(
    ("worked", "expected"),
    [
        (["0:20", "0:00", "0:20"], ["0:20", "0:00", "0:25"]),
        (["0:20", "0:20", "0:00"], ["0:20", "0:25", "0:00"]),
        (["0:00", "0:20", "0:20"], ["0:00", "0:20", "0:25"]),
        (["-0:10", "0:20", "0:20"], ["-0:15", "0:20", "0:25"]),
        (["-0:10", "0:00", "0:20"], ["-0:15", "0:00", "0:30"]),
        (["0:20", "0:00:01"], ["0:20", "0:10"]),
    ],
)
def test_on_a_rounded_day_the_last_work_has_the_surplus_zero_stays_zero_and_what_is_given_back_comes_last(
    worked, expected
):
    work = [entry(DAY, duration) for duration in worked]

    assert [hours(one) for one in expected] == accounted(QUARTER_HOURS_A_DAY, *work)


def test_a_negative_entry_gives_back_what_the_work_had_cost():
    rounds = rounding("0:15", multipliers={"After hours": "1.5"})

    assert accounted(
        rounds, entry(DAY, "1:20", work_type="After hours"), entry(DAY, "-1:20", work_type="After hours")
    ) == [
        hours("2:15"),
        -hours("2:15"),
    ]


def test_a_negative_entry_on_a_rounded_day_leaves_what_the_rest_of_the_day_would_have_cost():
    work = [entry(DAY, "0:20"), entry(DAY, "-0:10"), entry(DAY, "-0:10"), entry(DAY, "-0:01")]

    minutes = [seconds // 60 for seconds in accounted(QUARTER_HOURS_A_DAY, *work)]

    assert minutes == [30, -15, -15, -15]


def test_the_terms_of_the_work_date_decide_the_rounding():
    both = [entry("2026-01-31", "0:10"), entry("2026-02-01", "0:10")]

    result = account(both, lambda on: rounding("0:15") if on >= day("2026-02-01") else rounding())

    assert result == [hours("0:10"), hours("0:15")]


days = st.dates(day("2026-01-01"), day("2026-01-03"))


@given(st.lists(entries_on(days), max_size=12), roundings)
@quick
def test_work_is_never_accounted_below_what_was_worked_and_what_is_given_back_never_above_its_price(
    entries: list[Entry], rounds: Rounding
):
    for one, seconds in zip(entries, accounted(rounds, *entries), strict=True):
        if one.pool is not Pool.RETAINER or one.seconds == 0:
            assert seconds == 0
        elif one.seconds > 0:
            # A factor is at least 1 here; parts of a multiplied day may each be a second off, their sum is not.
            assert seconds >= one.seconds - (rounds.level is RoundingLevel.DAY)
        else:
            assert seconds <= 0


@given(st.lists(entries_on(days), max_size=12), roundings)
@quick
def test_the_entries_of_a_rounded_day_add_up_to_the_day_rounded_as_one(entries: list[Entry], rounds: Rounding):
    by_day = Rounding(rounds.increment_seconds, rounds.minimum_seconds, RoundingLevel.DAY, rounds.multipliers)
    worked: dict[tuple[object, ...], int] = defaultdict(int)
    cost: dict[tuple[object, ...], int] = defaultdict(int)
    for one, seconds in zip(entries, accounted(by_day, *entries), strict=True):
        if one.pool is Pool.RETAINER:
            group = one.date, one.worked_on, one.worker.lower(), (one.work_type or "").lower()
            worked[group] += one.seconds
            cost[group] += seconds

    expected = {group: price_of(seconds, by_day, group[3] == "after hours") for group, seconds in worked.items()}

    assert expected == dict(cost)


def price_of(seconds: int, rounds: Rounding, is_after_hours: bool) -> int:
    size = abs(seconds)
    while rounds.increment_seconds and size % rounds.increment_seconds:
        size += 1
    size = max(size, rounds.minimum_seconds) if size else 0
    factor = rounds.multipliers.get("After hours", Fraction(1)) if is_after_hours else Fraction(1)
    return round_half_away(size * factor) * (-1 if seconds < 0 else 1)


@given(st.lists(entries_on(days), max_size=12), st.randoms(use_true_random=False))
@quick
def test_entries_are_drawn_in_one_order_independent_of_the_imports(entries: list[Entry], chance: Random):
    shuffled = list(entries)
    chance.shuffle(shuffled)

    ordered = in_draw_order(shuffled)

    assert in_draw_order(entries) == ordered
    assert [one.date for one in ordered] == sorted(one.date for one in entries)
    for _, of_day in groupby(ordered, key=lambda one: one.date):
        starts = [one.start for one in of_day]
        timed = [start for start in starts if start is not None]
        assert starts == sorted(timed) + [None] * (len(starts) - len(timed))
