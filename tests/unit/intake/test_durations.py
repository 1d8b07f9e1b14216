"""Durations as tools and people write them, exact to the second and never through a float."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.lists import format_list
from babel.units import format_unit
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.quantities import round_half_away
from chalicelib.intake.cells.durations import may_be_thousands, parse_decimal, parse_duration
from chalicelib.intake.sources.columns import Unit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:30", 5400),
        ("0:06", 360),
        ("110:24:53", 397_493),
        ("-0:30", -1800),
        ("+0:30", 1800),
        ("−1:00:01", -3601),
        ("1:30 h", 5400),
        ("47:06 min", 2826),
        ("1.5", 5400),
        ("7,5", 27_000),
        (".25", 900),
        ("1.0002777777778", 3601),
        ("0.22", 792),
        ("2.000,0", 7_200_000),
        ("1,234.5", 4_444_200),
        ("1 234,5", 4_444_200),
        ("1,250 h", 4500),
        ("1'234.5", 4_444_200),
        ("1\u202f234,5", 4_444_200),
        ("1.250", 4500),
        ("-1.5", -5400),
        ("0.79 h", 2844),
        ("1h 30m", 5400),
        ("1h30", 5400),
        ("1 h 30 min", 5400),
        ("35m", 2100),
        ("8s", 8),
        ("2 hours, 5 minutes", 7500),
        ("1,5 Std.", 5400),
        ("-1h 30m", -5400),
        ("-1h30", -5400),
        (" " * 60 + "1:30", 5400),
        (" 0 ", 0),
        ("1:30 hours", 5400),
        ("1:30:00 Std.", 5400),
        ("01:30:00.000", 5400),
        ("0:00:29,5", 30),
        ("½", 1800),
        ("1½", 5400),
        ("-1 ¾ h", -6300),
        ("1⅓ Std.", 4800),
        ("1½ min", 90),
        ("1 1/2", 5400),
        ("2 3/4 hrs.", 9900),
        ("90 min.", 5400),
        ("1.5 hrs.", 5400),
        ("1h30m0s", 5400),
        ("1\u202fh 30\u00a0min", 5400),
        ("1 hour and 30 minutes", 5400),
        ("1 Stunde und 30 Minuten", 5400),
        ("1u30", 5400),
        ("2h 30", 9000),
        ("PT1H30M", 5400),
        ("-PT0.5H", -1800),
        ("P0DT90M", 5400),
        ("PT1M30.500S", 91),
        ("PT1H1.5M", 3690),
        ("0 days 01:30:00", 5400),
        ("1 day, 2:00:00", 93_600),
        ("-1 day, 22:30:00", -5400),
        ("-1 days +22:30:00.000000", -5400),
    ],
)
def test_hours_are_read_in_every_notation(text, seconds):
    assert seconds == parse_duration(text, Unit.HOURS)


@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [
        ("90", Unit.MINUTES, 5400),
        ("0,5", Unit.MINUTES, 30),
        ("2100", Unit.SECONDS, 2100),
        ("90499", Unit.MILLISECONDS, 90),
        ("90500", Unit.MILLISECONDS, 91),
        ("1:30", Unit.SECONDS, 5400),
        ("400", Unit.SECONDS_OR_DECIMAL_HOURS, 400),
        ("0.11", Unit.SECONDS_OR_DECIMAL_HOURS, 396),
        ("0,11", Unit.SECONDS_OR_DECIMAL_HOURS, 396),
        ("1,234.5", Unit.MINUTES, 74_070),
        ("0.250", Unit.MINUTES, 15),
        ("1250.5", Unit.SECONDS, 1251),
    ],
)
def test_the_unit_of_a_column_applies_to_bare_numbers_only(text, unit, seconds):
    assert seconds == parse_duration(text, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "abc",
        "1:75",
        "1:3",
        "1:30:60",
        "1.2.3",
        " " * 61 + "1:30",
        "1,23,4",
        "1h 30x",
        "1e3",
        "٣:٠٠",
        "9" * 5000,
        "1:30 PM",
    ],
)
def test_anything_else_is_not_a_duration(text):
    assert parse_duration(text, Unit.HOURS) is None


@pytest.mark.parametrize("text", ["+-1:30", "-+1", "1.5 000", "12345 678", "0,123.5", "1h 2h", "1,250 min", "1 30"])
def test_what_only_resembles_a_number_is_not_a_duration(text):
    assert parse_duration(text, Unit.HOURS) is None


@pytest.mark.parametrize(
    "text", ["1d", "1 day", "1 day 2h", "1w", "P1D", "P1DT2H", "P1W", "2 Tage", "1 day 2:30", "1 day, 24:00:00"]
)
def test_a_day_has_no_certain_number_of_hours_unless_a_program_wrote_it_before_a_clock(text):
    assert parse_duration(text, Unit.HOURS) is None


@pytest.mark.parametrize(
    "text",
    [
        "1/2",
        "1 3/2",
        "1 2/2",
        "½½",
        "1.5½",
        "½ x",
        "PT",
        "P1H",
        "PT1H30",
        "PT30M1H",
        "1 hour and",
        "1:30:00 AM",
        "0:90",
        "1,5:30",
    ],
)
def test_what_only_resembles_a_duration_is_none(text):
    assert parse_duration(text, Unit.HOURS) is None


@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [("1½", Unit.MINUTES, 90), ("½", Unit.SECONDS, 1), ("1½", Unit.SECONDS_OR_DECIMAL_HOURS, 5400)],
)
def test_a_fraction_is_in_the_unit_of_its_column(text, unit, seconds):
    assert seconds == parse_duration(text, unit)


LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "da")


@given(st.integers(0, 999), st.integers(0, 59), st.integers(0, 59), st.sampled_from(LANGUAGES))
def test_a_duration_survives_the_units_of_every_language(hours, minutes, seconds, language):
    for width in ("long", "short"):
        parts = [
            format_unit(number, f"duration-{unit}", width, locale=language)
            for number, unit in ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
        ]
        if (width, language) == ("long", "nl"):  # Babel lacks the word for hours
            continue

        assert [hours * 3600 + minutes * 60 + seconds] * 3 == [
            parse_duration(text, Unit.HOURS)
            for text in (" ".join(parts), ", ".join(parts), format_list(parts, locale=language))
        ]


@given(st.integers(-(10**6), 10**6))
def test_a_duration_survives_the_programs_that_write_it(seconds):
    rest = abs(seconds)
    sign, hours, minutes, left = "-" if seconds < 0 else "", rest // 3600, rest % 3600 // 60, rest % 60
    days, of_day = divmod(seconds, 86_400)
    clock = f"{of_day // 3600:02}:{of_day % 3600 // 60:02}:{of_day % 60:02}"

    assert [seconds] * 6 == [
        parse_duration(text, Unit.HOURS)
        for text in (
            str(timedelta(seconds=seconds)),
            f"{days} days {'+' if days < 0 else ''}{clock}",
            f"{sign}PT{hours}H{minutes}M{left}S",
            f"{sign}PT{rest}S",
            f"{sign}{hours}:{minutes:02}:{left:02}.000000",
            f"{sign}{hours}h{minutes}m{left}s",
        )
    ]


@given(st.integers(0, 99_999), st.sampled_from("¼½¾⅓⅔"), st.sampled_from(["", " "]))
def test_a_whole_number_with_a_fraction_survives(whole, fraction, gap):
    part = {"¼": 900, "½": 1800, "¾": 2700, "⅓": 1200, "⅔": 2400}[fraction]

    assert [whole * 3600 + part] * 2 == [
        parse_duration(f"{whole}{gap}{fraction}{word}", Unit.HOURS) for word in ("", " Std.")
    ]


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit not in (Unit.HOURS, Unit.OPEN)])
@pytest.mark.parametrize("text", ["1,250", "1.250", "-12,500", "−1,250"])
def test_in_units_below_hours_a_separator_is_ambiguous(text, unit):
    assert parse_duration(text, unit) is None


@pytest.mark.parametrize("text", ["1,250", "-1.250", "−12,500", " +125,000 "])
def test_one_mark_before_three_digits_may_separate_thousands(text):
    assert may_be_thousands(text)


@given(st.integers(-(10**8), 10**8))
def test_a_duration_survives_every_format(seconds):
    sign, rest = "-" if seconds < 0 else "", abs(seconds)
    hours, minutes, left = rest // 3600, rest % 3600 // 60, rest % 60
    exact = f"{Decimal(seconds) / 3600:.9f}"

    assert [seconds] * 11 == [
        parse_duration(f"{sign}{hours} Std. {minutes} Min. {left} Sek.", Unit.HOURS),
        parse_duration(f"{sign}{hours}h{minutes:02}m{left:02}s", Unit.HOURS),
        parse_duration(f"{exact} h", Unit.HOURS),
        parse_duration(f"{Decimal(seconds) / 60:.9f}", Unit.MINUTES),
        parse_duration(f"{seconds}000", Unit.MILLISECONDS),
        parse_duration(f"{sign}{hours}:{minutes:02}:{left:02}", Unit.HOURS),
        parse_duration(f"{sign}{hours}h {minutes}m {left}s", Unit.HOURS),
        parse_duration(f"{sign}{rest // 60}:{left:02} min", Unit.HOURS),
        parse_duration(exact, Unit.HOURS),
        parse_duration(exact.replace(".", ","), Unit.HOURS),
        parse_duration(str(seconds), Unit.SECONDS),
    ]


@given(st.decimals(-1000, 1000, places=4))
def test_a_decimal_hour_is_rounded_to_the_nearest_second_half_away_from_zero(hours):
    assert round_half_away(Fraction(hours) * 3600) == parse_duration(str(hours), Unit.HOURS)


def test_a_number_may_have_white_space_around_it_and_a_typographic_minus():
    assert Decimal("-1234.5") == parse_decimal(" −1,234.5 ")


@given(st.integers(0, 10**9 - 1), st.integers(0, 99), st.sampled_from([",.", ".,", " ,", "'.", "\u00a0,"]))
def test_a_number_survives_every_way_of_grouping(whole, hundredths, marks):
    group, mark = marks
    text = f"{whole:,}".replace(",", group) + f"{mark}{hundredths:02}"

    assert Decimal(whole) + Decimal(hundredths) / 100 == parse_decimal(text)
