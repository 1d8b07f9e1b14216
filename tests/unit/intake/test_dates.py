"""Dates and times of the sources; only an instant has a time zone."""

from datetime import UTC, date, datetime

import pytest
from babel import Locale
from babel.dates import format_date, format_time
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.dates import MONTHS, Moment, Readings, parse_moment, parse_time, read_both_ways
from chalicelib.intake.sources.columns import DateOrder

DAY = date(2026, 3, 4)
NINE = 9 * 3600


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-04", Moment(DAY)),
        ("2026/03/04", Moment(DAY)),
        ("04.03.2026", Moment(DAY)),
        ("4.3.26", Moment(DAY)),
        ("4 Mar 2026", Moment(DAY)),
        ("04/Mar/26", Moment(DAY)),
        ("4. März 2026", Moment(DAY)),
        ("4 mars 2026", Moment(DAY)),
        ("Wed, Mar 4, 2026", Moment(DAY)),
        ("1er mars 2026", Moment(date(2026, 3, 1))),
        ("Mar 4, 2026, 9:00 AM", Moment(DAY, NINE)),
        ("Mar 4, 2026, 9:00\u202fAM", Moment(DAY, NINE)),
        ("March 4th, 2026 at 9:00 a. m.", Moment(DAY, NINE)),
        ("4. Ma\u0308rz 2026 um 09:00", Moment(DAY, NINE)),
        ("2026-03-04 09:00:00", Moment(DAY, NINE)),
        ("04.03.2026 09:00", Moment(DAY, NINE)),
        ("2026-03-04T09:00:00Z", Moment(DAY, NINE, datetime(2026, 3, 4, 9, tzinfo=UTC))),
        ("20260304T090000Z", Moment(DAY, NINE, datetime(2026, 3, 4, 9, tzinfo=UTC))),
        ("2026-03-04T10:00:00.148+0100", Moment(DAY, NINE, datetime(2026, 3, 4, 9, tzinfo=UTC))),
        ("2026-03-04T02:00:00-07:00", Moment(DAY, NINE, datetime(2026, 3, 4, 9, tzinfo=UTC))),
        ("2026-03-04 14:30:07 +05:30", Moment(DAY, NINE + 7, datetime(2026, 3, 4, 9, 0, 7, tzinfo=UTC))),
        ("2026-03-04T23:00:00+14:00", Moment(DAY, NINE, datetime(2026, 3, 4, 9, tzinfo=UTC))),
        ("2026-03-04 09:00 UTC", Moment(DAY, NINE, datetime(2026, 3, 4, 9, tzinfo=UTC))),
        ("2026-03-04 09:00:07", Moment(DAY, NINE + 7)),
        ("1970-01-01", Moment(date(1970, 1, 1))),
        ("2199-12-31", Moment(date(2199, 12, 31))),
        (f"2026-03-04T09:00:00.{'1' * 44}", Moment(DAY, NINE)),
    ],
)
def test_an_unambiguous_date_is_read(text, moment):
    assert moment == parse_moment(text, None)


@pytest.mark.parametrize(
    "text",
    [
        *("1969-12-31", "2200-01-01", "2026-03-04 09:00:60", f"2026-03-04T09:00:00.{'1' * 45}"),
        *("", "today", "2026-13-01", "30.02.2026", "0026-03-04", "2026-03-04 25:00", "4 Foo 2026"),
        *("2026-03-04T09:00:00+99:99", "2026-03-04T09:00:00+15:00", "2026-03-04T09:00:00+01:60"),
    ],
)
def test_anything_else_is_not_a_date(text):
    assert parse_moment(text, DateOrder.DAY_FIRST) is None


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("03/04/2026", Readings(date(2026, 4, 3), DAY)),
        ("3-4-26", Readings(date(2026, 4, 3), DAY)),
        ("13/03/2026", Readings(date(2026, 3, 13), None)),
        ("03/13/2026", Readings(None, date(2026, 3, 13))),
        ("04.03.2026", None),  # always day first
        ("2026/03/04", None),
        (f"03/04/2026 09:00:00.{'1' * 45}", None),
    ],
)
def test_a_date_of_slashes_or_dashes_has_two_readings(text, readings):
    assert readings == read_both_ways(text)


def test_numeric_dates_need_an_order():
    assert parse_moment("13/03/2026", None) is None


@given(st.dates(date(2000, 1, 1), date(2069, 12, 31)), st.sampled_from("/-"))
def test_a_numeric_date_survives_in_its_order(day, mark):
    for order, shape in ((DateOrder.DAY_FIRST, "%d{}%m{}%Y"), (DateOrder.MONTH_FIRST, "%m{}%d{}%y")):
        assert Moment(day) == parse_moment(day.strftime(shape.format(mark, mark)), order)


LANGUAGES = ("en", "en_GB", "de", "de_AT", "fr", "es", "it", "pt", "nl")


@pytest.mark.parametrize("language", LANGUAGES)
def test_month_names_are_those_of_each_language(language):
    months = Locale.parse(language).months
    lists = [months[use][form] for use in ("format", "stand-alone") for form in ("wide", "abbreviated")]
    named = [pair for each in lists for pair in each.items()]

    assert [] == [(month, name) for month, name in named if MONTHS.get(name.casefold().rstrip(".")) != month]


@given(st.dates(date(2000, 1, 1), date(2069, 12, 31)), st.times(), st.sampled_from(LANGUAGES))
def test_a_date_and_a_time_survive_every_language(day, time, language):
    seconds = time.hour * 3600 + time.minute * 60 + time.second

    assert [Moment(day)] * 3 == [
        parse_moment(format_date(day, form, locale=language), None) for form in ("full", "long", "medium")
    ]
    assert seconds == parse_time(format_time(time, "medium", locale=language))


@given(st.times())
def test_a_time_survives_24_hours_and_am_pm(time):
    seconds = time.hour * 3600 + time.minute * 60 + time.second

    assert [seconds] * 3 + [seconds - time.second] == [
        parse_time(time.strftime("%H:%M:%S")),
        parse_time(time.strftime("%I:%M:%S %p")),
        parse_time(f"{time:%I:%M:%S%p}".lstrip("0")),
        parse_time(f"{time.hour}:{time:%M}"),
    ]


@pytest.mark.parametrize("text", ["13:00 PM", "0:30 AM", "24:00", "9", "9:60", f"9:00:00.{'1' * 57}"])
def test_anything_else_is_not_a_time(text):
    assert parse_time(text) is None
