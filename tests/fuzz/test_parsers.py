"""Cells against oracles that implement the rules independently."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.intake.sources.columns import PLAIN_UNITS, DateOrder
from tests.effort import tries
from tests.fuzz.strategies import HOSTILE
from tests.fuzz.targets import check_duration, check_moment, check_number
from tests.fuzz.test_reader import fixed

NUMBERS = st.one_of(st.sampled_from(HOSTILE), st.text(st.sampled_from("0123459.,-+−' \u00a0\u202f’"), max_size=12))
DURATION_PARTS = (
    *("1", "30", "05", "00", "5", ":", "h", "m", "s", " ", ",", ".", "-", "min", "Std.", "½", "1/2", "⅓", "3/2"),
    *("PT", "P", "0D", "1D", "T", "1H", "30M", "2.5S", " day, ", " days ", " and ", "tim", "22:30:00", "01:30:00.5"),
)
DURATIONS = st.one_of(
    NUMBERS,
    st.lists(st.sampled_from(DURATION_PARTS), max_size=8).map("".join),
    st.text(max_size=8),
)
DATE_PARTS = (
    *("1", "04", "13", "26", "2026", "00", "99", "/", "-", ".", ":", " ", ", ", "T", "Z", "AM", "pm", "+01:00"),
    *("Mar", "März", "mars", "Mi", "de", "th", "9:00", "23:59:59", "2026-03-04", "04.03.2026", "+99:99", "+02"),
    *("Oct", "października", "lis", "年", "月", "日", " GMT+2", " EST", " CST", "[Europe/Berlin]", "20261001", "9am"),
    *("24:00", "kl. ", " Uhr", "08.37", "Thu Oct 1 ", " (summer)"),
)
DATES = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(DATE_PARTS), max_size=9).map("".join),
    st.text(max_size=12),
)
ORDERS = st.sampled_from([None, *DateOrder])


@settings(fixed, max_examples=tries(500))
@given(NUMBERS)
def test_a_number_is_what_the_oracle_says(text):
    check_number(text)


@settings(fixed, max_examples=tries(500))
@given(DURATIONS, st.sampled_from(PLAIN_UNITS))
def test_a_duration_is_what_the_oracle_says(text, unit):
    check_duration(text, unit)


@settings(fixed, max_examples=tries(500))
@given(DATES, ORDERS)
def test_a_date_has_the_digits_of_its_cell(text, order):
    check_moment(text, order)
