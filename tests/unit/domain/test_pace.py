"""How long the hours last; November 2026 begins on a Sunday and has 21 working days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import LATE, MANUAL, Pool
from chalicelib.domain.pace import Pace, pace_of
from chalicelib.domain.quantities import HOUR
from chalicelib.domain.retainer import Pause
from chalicelib.domain.statements import statements
from tests.builders import ACME_SUPPORT, day, entry, ledger, retainer, terms, top_up

NOVEMBER = day("2026-11-01")


def plain(allotment="20", **changes):
    return replace(retainer(terms("2026-11-01", allotment=allotment), starts="2026-11-01"), **changes)


def pace(*work, on="2026-11-11", of=None, top_ups=()):
    of = of or plain()
    cycle = ledger("2026-11-01", work, top_ups=top_ups, of=ACME_SUPPORT)
    return pace_of(statements(of, {NOVEMBER: cycle}, day(on))[-1], of, day(on))


def worked(duration, *days):
    return [entry(f"2026-11-{on:02}", duration) for on in days]


def until(text, spare="0"):
    return Pace(day(text), int(float(spare) * HOUR))


FIRST_WEEK = worked("2:00", 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    ("allotment", "expected"),
    [
        ("12", until("2026-11-09")),  # until today
        ("20", until("2026-11-13")),  # 2 h a working day; 10 h are 5 more days
        ("21:59", until("2026-11-13")),
        ("22", until("2026-11-16")),  # over the weekend
        ("42", until("2026-11-30")),
        ("42:30", until("2026-11-30", "0.5")),
        ("45:30", until("2026-11-30", "3.5")),
    ],
)
def test_the_hours_last_as_many_working_days_as_they_cover_at_the_cycle_s_own_pace(allotment, expected):
    assert expected == pace(*FIRST_WEEK, on="2026-11-09", of=plain(allotment))


@pytest.mark.parametrize(
    ("work", "on", "allotment", "expected"),
    [
        (worked("2:00", 2, 3, 4, 5, 6, 9, 10), "2026-11-10", "16", until("2026-11-11")),  # the next day is the first
        (worked("2:00", 2, 4, 6), "2026-11-06", "8:24", until("2026-11-10")),  # three days of work are enough
        (FIRST_WEEK, "2026-11-06", "10", None),  # all used
        (FIRST_WEEK, "2026-11-06", "10:00:01", until("2026-11-06")),
        (worked("0:00", 2, 3, 4, 5, 6), "2026-11-06", "10", None),
        (worked("2:00", 23, 24, 25, 26, 27, 30), "2026-11-30", "60", until("2026-11-30", "48")),
        (worked("2:00", 23, 24, 25, 26, 27, 30), "2026-12-01", "60", None),  # it is over
    ],
)
def test_the_edges_of_what_can_be_said(work, on, allotment, expected):
    of = plain(allotment)
    begun = statements(of, {NOVEMBER: ledger("2026-11-01", work, of=ACME_SUPPORT)}, day("2026-11-30"))[-1]

    assert expected == pace_of(begun, of, day(on))


def test_what_is_left_at_the_end_is_rounded_down_to_a_second():
    work = [entry("2026-11-02", "2:00:01"), *FIRST_WEEK[1:]]  # 16 days to come, of 7,200.2 s

    assert Pace(day("2026-11-30"), 50 * HOUR - 36_001 - 115_204) == pace(*work, on="2026-11-09", of=plain("50"))


def test_days_of_a_pause_are_no_working_days():
    paused = plain(pauses=(Pause(day("2026-11-10"), day("2026-11-12")),))
    longer = replace(paused, terms=(terms("2026-11-01", allotment="21:26"),))  # 20 h after two days off

    assert until("2026-11-17") == pace(*FIRST_WEEK, on="2026-11-09", of=longer)


@pytest.mark.parametrize(
    "work",
    [
        (),
        worked("2:00", 2, 3, 4),  # three working days have passed
        worked("2:00", 2, 9),  # two days with work
        worked("7:00", 2, 4, 9),  # 1 h over
        [one._replace(pool=Pool.PROJECT) for one in FIRST_WEEK],
        [one._replace(source=LATE) for one in FIRST_WEEK],
        [one._replace(source=MANUAL) for one in FIRST_WEEK],
        worked("6:00", 2, 5, 9),  # 2 h left are gone before today
    ],
)
def test_nothing_is_said_where_there_is_too_little_to_say(work):
    assert pace(*work) is None


@pytest.mark.parametrize(("on", "is_said"), [("2026-11-06", True), ("2026-11-16", True), ("2026-11-17", False)])
def test_nothing_is_said_of_records_that_are_a_week_old(on, is_said):
    assert is_said == (pace(*FIRST_WEEK, on=on, of=plain("60")) is not None)


def test_nothing_is_said_before_or_after_the_cycle():
    begun = statements(plain(), {NOVEMBER: ledger("2026-11-01", FIRST_WEEK, of=ACME_SUPPORT)}, day("2026-11-09"))[-1]

    assert [None, None] == [pace_of(begun, plain(), day(on)) for on in ("2026-10-31", "2026-12-01")]


def test_nothing_is_said_where_hours_that_are_left_expire_before_the_cycle_s_end():
    lapsing, lasting = (top_up("2026-11-01", "15:00", expires=on) for on in ("2026-11-20", "2026-12-01"))

    assert pace(*FIRST_WEEK, on="2026-11-09", top_ups=[lapsing]) is None
    assert until("2026-11-24") == pace(*FIRST_WEEK, on="2026-11-09", top_ups=[lasting])


@st.composite
def months(draw):
    """A November with work up to a day, and the day on which it is looked at."""
    days = draw(st.sets(st.integers(1, 28), min_size=3))
    minutes = draw(st.lists(st.integers(1, 600), min_size=len(days), max_size=len(days)))
    work = [entry(f"2026-11-{on:02}", f"0:{length}") for on, length in zip(sorted(days), minutes, strict=True)]
    return work, date(2026, 11, draw(st.integers(max(days), 30)))


def of_month(work, on, allotment):
    of = plain(str(allotment))
    stored = {NOVEMBER: CycleLedger(ledger("2026-11-01", (), of=ACME_SUPPORT).id, 1, tuple(work))}
    return pace_of(statements(of, stored, on)[-1], of, on)


@given(months(), st.integers(0, 300), st.integers(0, 100))
def test_a_pace_ends_within_the_cycle_and_more_hours_never_last_shorter(month, allotment, more):
    work, on = month
    found, longer = of_month(work, on, allotment), of_month(work, on, allotment + more)
    assume(found is not None)

    assert on <= found.lasts_until <= day("2026-11-30")
    assert 0 <= found.spare_seconds <= allotment * HOUR - sum(one.seconds for one in work)
    assert longer is not None
    assert (found.lasts_until, found.spare_seconds) <= (longer.lasts_until, longer.spare_seconds)
    assert not found.spare_seconds or found.lasts_until == day("2026-11-30")


@given(months(), st.integers(0, 300))
def test_the_hours_cover_the_days_up_to_the_last_and_not_the_next(month, allotment):
    work, on = month
    found = of_month(work, on, allotment)
    assume(found is not None)
    recorded, used = max(one.date for one in work), sum(one.seconds for one in work)
    remaining, elapsed = allotment * HOUR - used, weekdays(NOVEMBER, recorded)
    needed = used * weekdays(recorded + timedelta(1), found.lasts_until)

    assert needed <= remaining * elapsed
    assert found.lasts_until == day("2026-11-30") or remaining * elapsed < needed + used


def weekdays(first, last):
    return sum((first + timedelta(n)).weekday() < 5 for n in range((last - first).days + 1))
