"""What a cell can be as a duration, and how exact it is."""

from fractions import Fraction

import pytest

from chalicelib.intake.evidence.captions import is_break
from chalicelib.intake.evidence.comparison import hours_dot_minutes
from chalicelib.intake.evidence.tally import Kind, Part, Tally, read_cell
from chalicelib.intake.sources.columns import Unit


def tally_of(*texts):
    tally = Tally()
    for line, text in enumerate(texts, 2):
        tally.add(line, text, read_cell(text), 1)
    return tally


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


@pytest.mark.parametrize(
    ("texts", "may_be"),
    [
        (("0.0625", "0.3125"), True),
        (("0.0625", "1"), False),
        (("0.0625", "1.5"), False),
        (("0.000011574",), True),
        (("0.00001157",), False),
        (("0.000694",), True),
    ],
)
def test_parts_of_a_day_are_below_1_and_whole_minutes_or_seconds_to_enough_digits(texts, may_be):
    assert may_be == tally_of(*texts).may_be_parts_of_a_day


def test_a_few_digits_are_nearly_a_minute_of_an_hour_by_chance():
    assert [False, True] == [Part.MINUTES_OF_AN_HOUR in tally_of(text).parts for text in ("0.01667", "0.016667")]


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Kind.EMPTY, ("", "-")),
        (Kind.CLOCK, ("1:30", "−1:30", "-1:30", "1:30H", "1:30:00")),
        (Kind.WORDS, ("1h 30m", "1.5 h")),
        (Kind.WHOLE, ("2", "1,234,567")),
        (Kind.DECIMAL, ("2.0", "1,5")),
        (Kind.OTHER, ("n/a", "1:75")),
    ],
)
def test_a_cell_is_of_the_kind_that_it_is_written_as(kind, texts):
    assert {kind} == {read_cell(text).kind for text in texts}


def test_every_cell_of_a_column_counts():
    assert 2 == tally_of("1:30", "0:45", "", "n/a").filled
    assert 2 == tally_of("1.5", "0.5", "1:30").bare
    assert 6 == tally_of("1.5", "2", "1:30").last_digit(Unit.MINUTES)
    assert 60 == tally_of("1:30", "", "2:00").last_digit(Unit.HOURS)


@pytest.mark.parametrize(
    ("texts", "is_varied"),
    [
        (("1.5", "2", "2"), True),
        (("2", "1"), True),
        (("1.5", "0"), False),
        (("0", "1.5"), False),
        (("2", "2.0"), False),
    ],
)
def test_numbers_are_varied_if_two_of_them_differ_and_none_of_these_is_zero(texts, is_varied):
    assert is_varied == tally_of(*texts).is_varied


def test_one_cell_that_is_no_time_of_day_or_no_multiple_of_60_decides_for_the_column():
    assert [False, True] == [tally_of(first, "14.30").may_be_times for first in ("7.50", "7.40")]
    assert [False, True] == [tally_of(first, "60").is_sixties for first in ("90", "120")]


def test_of_equal_cells_the_first_is_shown():
    tally = tally_of("1:30", "1:30:00", "90", "090")

    assert [2, 4, 4] == [found.line for found in (tally.longest, tally.largest, tally.smallest_whole)]
