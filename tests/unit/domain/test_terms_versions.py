"""Which terms apply when, and what a cycle grants."""

import pytest

from chalicelib.domain.calendar import period_of
from chalicelib.domain.retainer import PartialCycle, Retainer
from chalicelib.domain.terms import Cap
from chalicelib.domain.terms_versions import Grant, grant_of, terms_at, terms_of
from tests.builders import day, hours, money, retainer, terms

OLD = terms("2026-01-01", allotment="10:00", fee="1000.00")
NEW = terms("2026-01-21", allotment="20:00", fee="1800.00")


def granted(of: Retainer, on: str) -> Grant:
    period = period_of(of, day(on))
    assert period is not None
    return grant_of(of, period)


def test_a_version_applies_from_its_effective_date_until_the_next():
    of = retainer(OLD, NEW)

    assert [terms_at(of, day(on)) for on in ("2026-01-20", "2026-01-21", "2027-01-01")] == [OLD, NEW, NEW]


def test_before_any_version_the_first_one_applies():
    assert terms_at(retainer(OLD, NEW), day("2025-12-31")) == OLD


def test_a_change_inside_a_cycle_weights_allotment_and_fee_by_days():
    # 20 of 31 days at 10 h / 1,000.00, 11 of 31 days at 20 h / 1,800.00
    assert granted(retainer(OLD, NEW), "2026-01-05") == Grant(48774, money("1283.87"))


def test_the_cycle_after_a_change_grants_the_new_terms():
    assert granted(retainer(OLD, NEW), "2026-02-05") == Grant(hours("20"), money("1800"))


def test_the_carry_over_rule_is_that_of_the_cycles_last_day():
    of = retainer(OLD, NEW)
    period = period_of(of, day("2026-01-05"))
    assert period is not None

    assert terms_of(of, period) == NEW


@pytest.mark.parametrize(
    ("partial", "on", "expected"),
    [
        (PartialCycle.FULL, "2026-01-20", Grant(hours("10"), money("1000"))),
        (PartialCycle.PRORATED, "2026-01-20", Grant(13935, money("387.10"))),  # 12 of 31 days
        (PartialCycle.PRORATED, "2026-02-20", Grant(hours("10"), money("1000"))),
        (PartialCycle.PRORATED, "2026-03-05", Grant(11613, money("322.58"))),  # 10 of 31 days
    ],
)
def test_a_partial_first_or_last_cycle_grants_everything_or_is_prorated_by_days(
    partial: PartialCycle, on: str, expected: Grant
):
    of = retainer(OLD, starts="2026-01-20", anchor_day=1, ends="2026-03-11", partial=partial)

    assert granted(of, on) == expected


def test_a_change_inside_a_prorated_cycle_weights_the_days_served_of_the_full_cycle():
    of = retainer(OLD, NEW, starts="2026-01-17", anchor_day=1, partial=PartialCycle.PRORATED)

    # 4 of 31 days at 10 h, 11 of 31 days at 20 h
    assert granted(of, "2026-01-20").allotment_seconds == 30194


def test_hours_beyond_the_retainer_cost_the_regular_rate_unless_the_terms_say_otherwise():
    assert terms(rate="100").price_beyond == money("100")
    assert terms(rate="100", overage_rate="150").price_beyond == money("150")


@pytest.mark.parametrize(("seconds", "percent"), [(None, None), (3600, 50)])
def test_a_cap_is_either_hours_or_a_percentage(seconds: int | None, percent: int | None):
    with pytest.raises(ValueError, match="either"):
        Cap(seconds, percent)


def test_the_terms_of_a_cycle_s_last_day_close_it_even_if_they_begin_on_it():
    of = retainer(terms("2026-01-01"), terms("2026-01-31", fee="2000.00"))

    assert day("2026-01-31") == terms_of(of, period_of(of, day("2026-01-01"))).effective_from
