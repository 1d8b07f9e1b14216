"""Dates and times of the sources; only an instant has a time zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from babel import Locale
from babel.dates import format_date, format_time
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.cells.dates import (
    MONTHS,
    UNCERTAIN_MONTHS,
    Moment,
    Readings,
    is_midnight,
    is_on_its_weekday,
    parse_day,
    parse_moment,
    parse_time,
    read_both_ways,
    read_year_first,
    without_end_of_day,
)
from chalicelib.intake.cells.offsets import CERTAIN, UNCERTAIN
from chalicelib.intake.sources.columns import DateOrder

DAY = date(2026, 3, 4)
NINE = 9 * 3600
INSTANT = datetime(2026, 3, 4, 9, tzinfo=UTC)


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
        ("20260304", Moment(DAY)),
        ("20260304T0900", Moment(DAY, NINE)),
        ("2026-Mar-04", Moment(DAY)),
        ("2026 Mar 4", Moment(DAY)),
        ("Mar-04-2026", Moment(DAY)),
        ("04.Mär.2026", Moment(DAY)),
        ("4. 3. 2026", Moment(DAY)),
        ("4 marca 2026 r.", Moment(DAY)),
        ("4. března 2026 v 9:00", Moment(DAY, NINE)),
        ("onsdag den 4. marts 2026 kl. 09.00", Moment(DAY, NINE)),
        ("2026年3月4日", Moment(DAY)),
        ("2026년 3월 4일 9:00", Moment(DAY, NINE)),
        ("04.03.2026 09.00", Moment(DAY, NINE)),
        ("04.03.2026 um 9 Uhr", Moment(DAY, NINE)),
        ("2026-03-04 9am", Moment(DAY, NINE)),
        ("Wed Mar  4 09:00:00 2026", Moment(DAY, NINE)),
        ("2026-03-04 14:30:07 +05:30", Moment(DAY, NINE + 7, datetime(2026, 3, 4, 9, 0, 7, tzinfo=UTC))),
        ("2026-03-04T23:00:00+14:00", Moment(DAY, NINE, datetime(2026, 3, 4, 9, tzinfo=UTC))),
        ("2026-03-04 09:00 UTC", Moment(DAY, NINE, datetime(2026, 3, 4, 9, tzinfo=UTC))),
        ("2026-03-04 09:00:07", Moment(DAY, NINE + 7)),
        ("1970-01-01", Moment(date(1970, 1, 1))),
        ("2199-12-31", Moment(date(2199, 12, 31))),
        (f"2026-03-04T09:00:00.{'1' * 60}", Moment(DAY, NINE)),
    ],
)
def test_an_unambiguous_date_is_read(text, moment):
    assert moment == parse_moment(text, None)


@pytest.mark.parametrize(
    "offset",
    [
        *(
            "+00",
            "+00:00",
            "Z",
            " UTC",
            " GMT",
            " GMT+0",
            "[Etc/UTC]",
            "Z[UTC]",
            "Z[Europe/Berlin]",
            "+00[Europe/London]",
        ),
        *(" GMT+0000 (Greenwich Mean Time)", ".000000+00:00", " WET"),
    ],
)
def test_nine_in_utc_is_read_from_every_offset_that_says_so(offset):
    assert Moment(DAY, NINE, INSTANT) == parse_moment(f"2026-03-04 09:00:00{offset}", None)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-03-04 09:00:00+01", 1),
        ("2026-03-04 09:00 GMT+2", 2),
        ("2026-03-04 09:00 UTC-07:30", -7.5),
        ("2026-03-04T09:00:00+01:00[Europe/Berlin]", 1),
        ("2026-07-04T09:00:00+02:00[Europe/Berlin]", 2),
        ("2026-07-04T09:00[Europe/Berlin]", 2),
        ("2026-03-04 09:00 CET", 1),
        ("2026-07-04 09:00 MESZ", 2),
        ("2026-03-04 9:00 AM EST", -5),
        ("Wed Mar 04 2026 09:00:00 GMT+0530 (India Standard Time)", 5.5),
        ("Sat Jul  4 09:00:00 PDT 2026", -7),
    ],
)
def test_an_offset_is_taken_off(text, hours):
    moment = parse_moment(text, None)

    assert moment
    assert moment.instant
    assert NINE - hours * 3600 == moment.start


def test_an_abbreviation_is_certain_if_it_has_had_one_offset_anywhere_since_2000():
    used: dict[str, set[timedelta | None]] = {}
    for zone in map(ZoneInfo, available_timezones()):
        for week in range(26 * 53):
            there = (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(weeks=week)).astimezone(zone)
            used.setdefault((there.tzname() or "").casefold(), set()).add(there.utcoffset())
    german = {"mez": "cet", "mesz": "cest"}

    assert {} == {
        word: used[german.get(word, word)]
        for word, offset in CERTAIN.items()
        if word != "z" and used[german.get(word, word)] != {offset}
    }
    assert set() == CERTAIN.keys() & UNCERTAIN.keys()


@pytest.mark.parametrize("word", ["CST", "IST", "BST", "PST", "XYZ", "ad"])
def test_an_abbreviation_that_can_be_several_zones_is_not_read(word):
    assert parse_moment(f"2026-01-04 09:00 {word}", None) is None


@pytest.mark.parametrize(
    ("text", "zone", "hours"),
    [
        ("2026-01-04 09:00 CST", "America/Chicago", -6),
        ("2026-01-04 09:00 CST", "Asia/Shanghai", 8),
        ("2026-07-04 09:00 IST", "Europe/Dublin", 1),
        ("2026-07-04 09:00 IST", "Asia/Kolkata", 5.5),
    ],
)
def test_the_zone_of_the_tool_settles_its_own_abbreviation(text, zone, hours):
    moment = parse_moment(text, None, zone)

    assert moment
    assert NINE - hours * 3600 == moment.start


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-04 09:00 CST",  # Chicago has CDT then
        "2026-01-04 09:00 IST",
    ],
)
def test_the_zone_of_the_tool_does_not_settle_an_abbreviation_that_it_does_not_use(text):
    assert parse_moment(text, None, "America/Chicago") is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "today", "01.10.", "01-Jan", "Jan 4", "2026-03", "March 2026", "Mar-04-26", "04032026", "46295", "9am"),
        *("4 lis 2026", "4 listopada 2026", "4. srp 2026", "2026-03-04 9", "2026-03-04 09:00 [Mars/Base]"),
        *(
            "2026-03-04T09:00+02:00[Europe/Berlin]",
            "2026-10-25T02:30[Europe/Berlin]",
            "2026-03-29T02:30[Europe/Berlin]",
        ),
        "2026-03-04 24:00",
    ],
)
def test_what_is_not_certain_is_not_a_date(text):
    assert parse_moment(text, None) is None


@pytest.mark.parametrize(
    "text",
    [
        *("1969-12-31", "2200-01-01", "2026-03-04 09:00:60", f"2026-03-04T09:00:00.{'1' * 61}"),
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
        (f"03/04/2026 09:00:00.{'1' * 61}", None),
    ],
)
def test_a_date_of_slashes_or_dashes_has_two_readings(text, readings):
    assert readings == read_both_ways(text)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("26-10-01", (date(2026, 10, 1), date(2001, 10, 26))),
        ("26/10/01", (date(2026, 10, 1), date(2001, 10, 26))),
        ("26.10.01", None),  # always day first
        ("26-10-2001", None),
        ("2026-10-01", None),
        ("3-4-26", None),
        ("26-02-30", None),
        ("31-11-05", None),  # 31 November
    ],
)
def test_a_date_of_three_numbers_with_two_digits_may_have_its_year_first(text, readings):
    assert readings == read_year_first(text)


LONG = "2026-03-04T00:00:00."


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-04T00:00:00+02:00", "2026-03-04"),
        ("\u200e04/03/2026 00:00Z", "04/03/2026"),
        ("2026-03-04 00:00:00.000 GMT+1", "2026-03-04"),
        (f"{LONG.ljust(79, '0')}Z", "2026-03-04"),
        (f"{LONG.ljust(80, '0')}Z", None),
        ("2026-03-04 00:00:01Z", None),
        ("2026-03-04T10:00:00Z", None),
        ("2026-03-04 00:00", None),
        ("2026-03-04", None),
    ],
)
def test_a_date_at_midnight_with_an_offset_is_a_day(text, day):
    assert (day is not None) is is_midnight(text)
    assert parse_moment(day or text, DateOrder.DAY_FIRST) == parse_day(text, DateOrder.DAY_FIRST)


def test_a_date_that_is_not_at_midnight_is_read_in_the_order_and_the_zone_of_its_file():
    nine = parse_day("03/04/2026 09:00 CST", DateOrder.MONTH_FIRST, "America/Chicago")

    assert Moment(DAY, 15 * 3600, datetime(2026, 3, 4, 15, tzinfo=UTC)) == nine


def test_numeric_dates_need_an_order():
    assert parse_moment("13/03/2026", None) is None


@given(st.dates(date(2000, 1, 1), date(2069, 12, 31)), st.sampled_from("/-"))
def test_a_numeric_date_survives_in_its_order(day, mark):
    for order, shape in ((DateOrder.DAY_FIRST, "%d{}%m{}%Y"), (DateOrder.MONTH_FIRST, "%m{}%d{}%y")):
        assert Moment(day) == parse_moment(day.strftime(shape.format(mark, mark)), order)


LANGUAGES = ("en", "en_GB", "de", "de_AT", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "da")
EUROPE = (
    *("bs", "ca", "cs", "da", "de", "en", "es", "et", "eu", "fi", "fr", "ga", "gl", "hr", "hu", "is", "it", "lb", "lt"),
    *("lv", "mt", "nb", "nl", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "tr"),
)


def month_names(language: str) -> Iterator[tuple[int, str]]:
    months = Locale.parse(language).months
    for use in ("format", "stand-alone"):
        for form in ("wide", "abbreviated"):
            for month, name in months[use][form].items():
                yield month, name.casefold().rstrip(".")


@pytest.mark.parametrize("language", LANGUAGES)
def test_month_names_are_those_of_each_language_but_for_the_uncertain_ones(language):
    missing = {(month, name) for month, name in month_names(language) if MONTHS.get(name) != month}

    assert set() == {(month, name) for month, name in missing if name not in UNCERTAIN_MONTHS}


def test_no_month_name_means_another_month_in_a_language_of_europe():
    names = {pair for language in EUROPE for pair in month_names(language)}

    assert set() == {(month, name) for month, name in names if MONTHS.get(name, month) != month}
    assert UNCERTAIN_MONTHS.keys() == {
        name for month, name in names for other, same in names if name == same and month != other
    } & {name for language in LANGUAGES for _, name in month_names(language)}


@given(st.dates(date(2000, 1, 1), date(2069, 12, 31)), st.times(), st.sampled_from(LANGUAGES))
def test_a_date_and_a_time_survive_every_language(day, time, language):
    seconds = time.hour * 3600 + time.minute * 60 + time.second
    form = "short" if language == "da" else "medium"  # 09.00.00 is also a day of the year 2000
    shown = [format_date(day, form, locale=language) for form in ("full", "long", "medium")]
    read = [parse_moment(text, None) for text in shown]

    assert [Moment(day)] * 3 == [
        moment or Moment(day) if any(name in text.split() for name in UNCERTAIN_MONTHS) else moment
        for text, moment in zip(shown, read, strict=True)
    ]
    assert seconds - (time.second if form == "short" else 0) == parse_time(
        format_time(time, form, locale=language), dots=True
    )


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2069, 12, 31)),  # noqa: DTZ001  the offset is drawn
    st.integers(-12 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters)),
)
def test_an_instant_survives_every_notation(local, offset):
    local = local.replace(microsecond=0)
    there = local.replace(tzinfo=timezone(offset))
    utc = there.astimezone(UTC)
    sign, minutes = ("-" if offset < timedelta() else "+"), abs(offset) // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    texts = [
        *(
            there.isoformat(),
            there.isoformat(" "),
            there.isoformat(timespec="microseconds"),
            f"{there:%Y%m%dT%H%M%S%z}",
        ),
        *(format_datetime(there), f"{there:%a %b %d %Y %H:%M:%S GMT%z} (somewhere)"),
        f"{there:%Y-%m-%d %I:%M:%S %p} UTC{sign}{hours}" + (f":{rest:02}" if rest else ""),
    ]
    if rest == 0:
        texts.append(f"{local}{sign}{hours:02}")

    assert {(utc.date(), utc)} == {(moment[0], moment[2]) for text in texts if (moment := parse_moment(text, None))}
    assert all(parse_moment(text, None) for text in texts)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2069, 12, 31)))  # noqa: DTZ001  a local time
def test_a_date_with_a_time_survives_every_notation(local):
    local = local.replace(microsecond=0)
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    half = f"{local:%I}".lstrip("0")
    whole = [
        f"{local:%Y%m%dT%H%M%S}",
        f"{local:%Y%m%d %H:%M:%S}",
        f"{local:%Y-%b-%d %H:%M:%S}",
        f"{local:%b-%d-%Y %H:%M:%S}",
        f"{local:%d.%b.%Y, %H:%M:%S}",
        f"{local:%d.%m.%Y kl. %H.%M.%S}",
        f"{local:%a %b %d %H:%M:%S %Y}",
        f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}",
        f"{local.day}. {local.month}. {local.year} {local:%H:%M:%S}",
    ]
    short = [f"{local:%Y-%m-%d} {half}:{local:%M%p}", f"{local:%Y-%m-%d} {half}.{local:%M} {local:%p}"]

    assert [Moment(local.date(), seconds)] * len(whole) == [parse_moment(text, None) for text in whole]
    assert [Moment(local.date(), seconds - local.second)] * 2 == [parse_moment(text, None) for text in short]


@given(st.times())
def test_a_time_survives_24_hours_and_am_pm(time):
    seconds = time.hour * 3600 + time.minute * 60 + time.second

    assert [seconds] * 3 + [seconds - time.second] == [
        parse_time(time.strftime("%H:%M:%S")),
        parse_time(time.strftime("%I:%M:%S %p")),
        parse_time(f"{time:%I:%M:%S%p}".lstrip("0")),
        parse_time(f"{time.hour}:{time:%M}"),
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("9am", NINE), ("9 a.m.", NINE), ("9 Uhr", NINE), ("9:00 Uhr", NINE), ("9.00 am", NINE), ("kl. 9.00", NINE)),
        *(
            ("9h", NINE),
            ("9h00", NINE),
            ("9 h 00", NINE),
            ("12am", 0),
            ("12:30 AM", 1800),
            ("12pm", 43_200),
            ("9.00 Uhr", NINE),
        ),
    ],
)
def test_a_time_is_read_in_every_notation(text, seconds):
    assert seconds == parse_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "13:00 PM",
        "0:30 AM",
        "24:00",
        "9",
        "9:60",
        "9.00",
        "13pm",
        "1.10.26",
        "0.375",
        "9:00:00.5.1",
        "90:00",
        f"9:00:00.{'1' * 73}",
    ],
)
def test_anything_else_is_not_a_time(text):
    assert parse_time(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("08.37", 8 * 3600 + 37 * 60), ("9.00", NINE), ("8.5", None), ("9.75", None), ("1.10.26", None)],
)
def test_a_time_may_have_a_dot_where_the_file_has_such_times(text, seconds):
    assert seconds == parse_time(text, dots=True)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("24:00", ("00:00", 86_400)),
        ("24:00:00", ("00:00:00", 86_400)),
        ("24.00", ("00.00", 86_400)),
        ("24:00 (24:00)", ("00:00 (24:00)", 86_400)),
        ("2026-03-04T24:00:00Z", ("2026-03-04T00:00:00Z", 86_400)),
        ("24:01", ("24:01", 0)),
        ("24:00:01", ("24:00:01", 0)),
        ("124:00", ("124:00", 0)),
        ("9:24:00", ("9:24:00", 0)),
    ],
)
def test_24_00_is_the_end_of_a_day(text, rest):
    assert rest == without_end_of_day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Thu 2026-01-01", True), ("Fri 2026-01-01", False), ("20260101", True), ("Fix 2026-01-01", True), ("Fri", True)],
)
def test_only_a_day_of_the_week_beside_a_date_can_contradict_it(text, expected):
    assert expected is is_on_its_weekday(text, date(2026, 1, 1))
