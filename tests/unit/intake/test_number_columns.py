"""Numbers in columns of dates and times mean something only where the whole column says so."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.cells.dates import Moment, parse_moment, parse_time
from chalicelib.intake.cells.number_columns import Counted, counted_by, excel_days, have_times_with_dots, parse_epoch
from chalicelib.intake.sources.columns import DateOrder

NINE = Moment(date(2026, 10, 1), 9 * 3600, datetime(2026, 10, 1, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("cells", "counted"),
    [
        (["1790845200", "", " 1790848800 "], Counted.SECONDS),
        (["1790845200.5"], Counted.SECONDS),
        (["1790845200000", "1790848800123"], Counted.MILLISECONDS),
        (["46296", "46297.375"], Counted.EXCEL_DAYS),
        (["46296", "1790845200"], None),
        (["1790845200", "1790848800000"], None),
        (["1790845200", "2026-10-01"], None),
        (["20261001"], None),
        (["12345"], None),
        (["999999999"], None),
        (["-1790845200"], None),
        (["9999999999"], None),
        (["", " "], None),
        ([], None),
    ],
)
def test_the_numbers_of_a_column_count_what_all_of_them_can(cells, counted):
    assert counted == counted_by(cells)


@pytest.mark.parametrize(
    ("text", "counted", "moment"),
    [
        ("1790845200", Counted.SECONDS, NINE),
        (" 1790845200.9 ", Counted.SECONDS, NINE),
        ("1790845200999", Counted.MILLISECONDS, NINE),
        ("1790845200", Counted.MILLISECONDS, None),
        ("1790845200000", Counted.SECONDS, None),
        ("soon", Counted.SECONDS, None),
        ("", Counted.SECONDS, None),
    ],
)
def test_a_number_of_such_a_column_is_an_instant(text, counted, moment):
    assert moment == parse_epoch(text, counted)


@given(st.datetimes(datetime(2001, 9, 10), datetime(2199, 12, 31)))  # noqa: DTZ001  made aware below
def test_an_instant_survives_both_counts(local):
    instant = local.replace(tzinfo=UTC, microsecond=0)
    seconds = int(instant.timestamp())

    for text, counted in ((f"{seconds}", Counted.SECONDS), (f"{seconds}000", Counted.MILLISECONDS)):
        moment = parse_epoch(text, counted)
        assert counted == counted_by([text])
        assert moment
        assert instant == moment.instant


@given(st.dates(date(1970, 1, 1), date(2199, 12, 31)))
def test_an_excel_day_has_two_meanings_and_is_read_as_neither(day):
    text = str((day - date(1899, 12, 30)).days)

    assert (day, day + timedelta(days=1462)) == excel_days(text)
    assert Counted.EXCEL_DAYS == counted_by([text])
    assert [None] * 5 == [
        *(parse_moment(text, order) for order in DateOrder),
        parse_time(text, dots=True),
        *(parse_epoch(text, counted) for counted in (Counted.SECONDS, Counted.MILLISECONDS)),
    ]


@pytest.mark.parametrize(
    ("cells", "are_times"),
    [
        (["08.37", "17.05"], True),
        (["9.00", "", "17.00"], True),
        (["08.30", "24.00"], True),
        ([*["8.04", "17.10"] * 5], True),
        (["8.04", "17.10"], False),
        (["8.50", "17.25"], False),
        (["08.50", "17.25"], False),
        (["8.30", "17.15"], False),
        (["08.37", "17.75"], False),
        (["08.37", "25.10"], False),
        (["8:37", "08.37"], False),
        (["", ""], False),
    ],
)
def test_dots_are_those_of_times_only_where_the_cells_prove_it(cells, are_times):
    assert are_times == have_times_with_dots(cells)
