"""Seconds and money: one rounding rule, no floats."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.quantities import HOUR, Money, clock, decimal_that_multiplies, hours_in_words, round_half_away
from tests.builders import hours, money


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("5/2", 3), ("-5/2", -3), ("7/2", 4), ("1/2", 1), ("-1/2", -1), ("249/100", 2), ("-249/100", -2), ("0", 0)],
)
def test_a_half_is_rounded_away_from_zero(value: str, rounded: int):
    assert round_half_away(Fraction(value)) == rounded


@given(st.fractions())
def test_rounding_is_the_same_on_both_sides_of_zero_and_never_off_by_more_than_a_half(value: Fraction):
    assert round_half_away(-value) == -round_half_away(value)
    assert abs(round_half_away(value) - value) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("duration", "shown", "full"),
    [
        ("6:45", "6:45", "6:45:00"),
        ("-0:00:30", "-0:00:30", "-0:00:30"),
        ("120:05:09", "120:05:09", "120:05:09"),
        ("0", "0:00", "0:00:00"),
    ],
)
def test_a_clock_shows_seconds_where_there_are_any(duration: str, shown: str, full: str):
    assert (clock(hours(duration)), clock(hours(duration), full=True)) == (shown, full)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"), [("12.50", "EUR", 1250), ("1675", "JPY", 1675), ("0.125", "KWD", 125)]
)
def test_money_counts_the_minor_unit_of_its_currency(amount: str, currency: str, minor: int):
    assert Money.of(Decimal(amount), currency) == Money(minor, currency)
    assert Money(minor, currency).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("seconds", "price", "quantity"),
    [
        ("1:00", "100", "1"),
        ("20:00", "100", "20"),
        ("6:45", "100", "6.75"),
        ("0:20", "100", "0.3333"),
        ("0:20", "12000", None),  # a third of a second would show
        ("0:40", "100", "0.6667"),
        ("-1:30", "100", "-1.5"),
    ],
)
def test_a_quantity_is_printed_with_up_to_four_decimals_if_it_multiplies_out(seconds, price, quantity):
    exact = Fraction(hours(seconds), HOUR)
    found = decimal_that_multiplies(exact, money(price), money(price).times(exact))

    assert quantity == (None if found is None else str(found))


@pytest.mark.parametrize(("duration", "words"), [("20:00", "20 h"), ("26:45", "26:45"), ("26:45:30", "26:45:30")])
def test_hours_in_words_are_whole_where_they_can_be(duration, words):
    assert words == hours_in_words(hours(duration))


def test_an_amount_finer_than_the_currency_is_refused():
    with pytest.raises(ValueError, match="JPY"):
        Money.of(Decimal("0.5"), "JPY")


def test_two_currencies_cannot_be_added():
    with pytest.raises(ValueError, match="EUR and USD"):
        money("1", "EUR") + money("1", "USD")


def test_a_price_times_hours_is_rounded_once():
    assert money("100").times(Fraction(hours("0:20"), 3600)) == money("33.33")
