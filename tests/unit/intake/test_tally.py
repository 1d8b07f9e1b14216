"""What a cell can be as a duration, and how exact it is."""

from fractions import Fraction

import pytest

from chalicelib.intake.evidence.captions import is_break
from chalicelib.intake.evidence.comparison import hours_dot_minutes
from chalicelib.intake.evidence.tally import read_cell
from chalicelib.intake.sources.columns import Unit


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        *(("1:30", 60), ("1:30:00", 1), ("1h 30m", 60), ("1h 30m 5s", 1)),
        *(("2 h", 60), ("1.5 h", 360), ("0.25 h", 36), ("0.25 min", 1), ("0.00001 h", 1)),
        *(("2", 3600), ("1.5", 360), ("0.25", 36)),
    ],
)
def test_the_last_digit_of_a_cell_is_worth_so_many_seconds(text, digit):
    assert digit == read_cell(text).last_digit(Unit.HOURS)


def test_the_last_digit_of_a_bare_number_depends_on_its_unit():
    assert [60, 1, Fraction(1, 1000)] == [
        read_cell("90").last_digit(unit) for unit in (Unit.MINUTES, Unit.SECONDS, Unit.MILLISECONDS)
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("9.15", 33300), ("-9.15", -33300), ("0.05", 300), ("0", 0), ("1.5", 6600), ("1.59", 7140), ("1.60", None)],
)
def test_hours_dot_minutes_have_minutes_below_60(text, seconds):
    assert seconds == hours_dot_minutes(read_cell(text))


def test_hours_dot_minutes_have_at_most_two_decimals():
    assert hours_dot_minutes(read_cell("9.155")) is None


def test_a_cell_of_up_to_40_characters_can_be_a_break():
    assert [True, False] == [is_break(f"paus{'e' * length}") for length in (36, 37)]
