"""The days of cycles, checked against a day-by-day count that does not know months."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.calendar import (
    cycles_so_far,
    elapsed_seconds,
    full_period,
    period_of,
    periods_between,
    today,
)
from chalicelib.domain.cycle import Period
from chalicelib.domain.retainer import CycleLength, Retainer
from tests.builders import ACME_SUPPORT, day, hours, retainer
from tests.unit.domain.strategies import quick


def starts(of: Retainer, last_day: str) -> list[str]:
    return [str(period.start) for period in periods_between(of, of.starts_on, day(last_day))]


def test_an_anchor_on_the_31st_is_clamped_and_comes_back():
    of = retainer(starts="2027-01-31")

    assert starts(of, "2027-05-01") == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]


@pytest.mark.parametrize(
    ("now", "last"), [("2026-02-27T22:30:00+00:00", "2026-02-01"), ("2026-02-27T23:30:00+00:00", "2026-03-01")]
)
def test_work_may_stand_in_every_cycle_up_to_tomorrow_s_in_the_zone_of_the_retainer(now, last):
    found = cycles_so_far(retainer(starts="2025-12-01"), datetime.fromisoformat(now))

    assert (ACME_SUPPORT, day("2025-12-01")) == found[0]
    assert (ACME_SUPPORT, day(last)) == found[-1]


def test_a_yearly_anchor_on_29_february_comes_back_in_leap_years():
    of = retainer(starts="2024-02-29", length=CycleLength.YEAR)

    assert starts(of, "2028-12-31") == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


def test_quarters_from_the_30th_of_november_meet_the_end_of_february():
    of = retainer(starts="2025-11-30", length=CycleLength.QUARTER)

    assert starts(of, "2026-09-01") == ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30"]


def test_a_retainer_that_starts_between_two_anchor_days_has_a_short_first_cycle():
    of = retainer(starts="2026-01-20", anchor_day=1)

    assert period_of(of, day("2026-01-25")) == Period(day("2026-01-20"), day("2026-02-01"), 0)
    assert full_period(of, 0) == Period(day("2026-01-01"), day("2026-02-01"), 0)


def test_a_retainer_that_starts_before_its_anchor_day_is_in_the_cycle_of_the_month_before():
    of = retainer(starts="2026-01-20", anchor_day=31)

    assert period_of(of, day("2026-01-25")) == Period(day("2026-01-20"), day("2026-01-31"), 0)
    assert full_period(of, 0) == Period(day("2025-12-31"), day("2026-01-31"), 0)


def test_a_short_february_counts_as_an_anchor_on_the_31st():
    of = retainer(starts="2026-02-28", anchor_day=31)

    assert starts(of, "2026-04-30") == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_the_last_cycle_ends_with_the_retainer():
    of = retainer(ends="2026-02-15")

    assert periods_between(of, day("2025-01-01"), day("2027-01-01")) == (
        Period(day("2026-01-01"), day("2026-02-01"), 0),
        Period(day("2026-02-01"), day("2026-02-15"), 1),
    )


@pytest.mark.parametrize("outside", ["2025-12-31", "2026-02-15", "2030-01-01"])
def test_a_day_before_the_start_or_from_the_end_on_belongs_to_no_cycle(outside: str):
    assert period_of(retainer(ends="2026-02-15"), day(outside)) is None


def test_a_retainer_that_ends_as_it_starts_has_no_cycle():
    assert periods_between(retainer(ends="2026-01-01"), day("2025-01-01"), day("2027-01-01")) == ()


def test_the_last_month_of_the_calendar_still_has_a_cycle_and_nothing_follows():
    last = Period(date(9999, 12, 1), date.max, 95687)

    assert period_of(retainer(), date(9999, 12, 30)) == last
    assert periods_between(retainer(), date(9999, 12, 30), date.max) == (last,)


@given(
    starts_on=st.dates(date(2019, 1, 1), date(2028, 12, 31)),
    anchor_day=st.none() | st.integers(1, 31),
    length=st.sampled_from(CycleLength),
    days=st.integers(1, 1500),
)
@quick
def test_anchors_never_drift_from_a_count_of_single_days(
    starts_on: date, anchor_day: int | None, length: CycleLength, days: int
):
    of = retainer(starts=str(starts_on), anchor_day=anchor_day, length=length)

    periods = periods_between(of, starts_on, starts_on + timedelta(days=days))

    assert boundaries_day_by_day(of, days) == [period.start for period in periods]
    assert all(before.end == after.start for before, after in pairwise(periods))
    assert all(period_of(of, one) == period for period in periods for one in (period.start, last_day(period)))


def last_day(period: Period) -> date:
    return period.end - timedelta(days=1)


def boundaries_day_by_day(of: Retainer, days: int) -> list[date]:
    """Walk from the start and stop at each anchor day (or the end of a month too short for it)."""
    anchor = of.anchor_day or of.starts_on.day
    step = {CycleLength.MONTH: 1, CycleLength.QUARTER: 3, CycleLength.YEAR: 12}[of.length]
    found = [of.starts_on]
    passed = 0
    for one in (of.starts_on + timedelta(days=n) for n in range(1, days + 1)):
        passed += is_anchor_day(one, anchor)
        if is_anchor_day(one, anchor) and passed % step == 0:
            found.append(one)
    return found


def is_anchor_day(one: date, anchor: int) -> bool:
    ends_month = (one + timedelta(days=1)).day == 1
    return one.day == anchor or (ends_month and one.day < anchor)


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2026-03-29T22:30:00+00:00", "Europe/Berlin", "2026-03-30"),  # an hour after midnight of summer time
        ("2026-03-28T22:30:00+00:00", "Europe/Berlin", "2026-03-28"),  # the night before the clocks go forward
        ("2026-10-24T22:30:00+00:00", "Europe/Berlin", "2026-10-25"),  # the night the clocks go back
        ("2026-10-25T22:30:00+00:00", "Europe/Berlin", "2026-10-25"),
        ("2026-01-01T04:59:59+00:00", "America/New_York", "2025-12-31"),
        ("2025-12-31T10:00:00+00:00", "Pacific/Kiritimati", "2026-01-01"),
    ],
)
def test_today_is_the_date_in_the_retainers_zone(instant: str, zone: str, expected: str):
    assert today(datetime.fromisoformat(instant), zone) == day(expected)


def test_today_does_not_depend_on_the_offset_in_which_the_instant_is_written():
    instant = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)

    assert today(instant, "Europe/Berlin") == today(instant.astimezone(timezone(timedelta(hours=-9))), "Europe/Berlin")


def test_an_instant_without_an_offset_has_no_date():
    with pytest.raises(ValueError, match="offset"):
        today(datetime(2026, 1, 1, 12), "Europe/Berlin")  # noqa: DTZ001 - the naive instant is what is tested


@pytest.mark.parametrize(
    ("on", "start", "span", "passed"),
    [
        ("2026-03-02", "23:30", "1:00", "1:00"),
        ("2026-03-28", "22:00", "8:00", "7:00"),
        ("2026-03-29", "1:30", "1:30", "0:30"),
        ("2026-03-29", "1:30", "1:00", "1:00"),  # to a time that the clock skips
        *(("2026-03-29", start, span, span) for start in ("2:00", "2:30") for span in ("0:15", "1:00", "2:00")),
        ("2026-03-29", "3:00", "1:00", "1:00"),
        ("2026-10-24", "22:00", "8:00", "9:00"),
        ("2026-10-25", "2:30", "1:00", "2:00"),
    ],
)
def test_what_passes_from_a_local_time_to_another_is_by_the_clocks_of_the_zone(on, start, span, passed):
    assert hours(passed) == elapsed_seconds(day(on), hours(start), hours(span), "Europe/Berlin")
    assert hours(span) == elapsed_seconds(day(on), hours(start), hours(span), "UTC")
