from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.ids import ClientId
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import Client, HoursFormat
from chalicelib.words.formats import Formats, in_zone, locale_of
from tests.builders import day, hours, money

NBSP, NNBSP = "\u00a0", "\u202f"


def formats(tag: str, kind: HoursFormat = HoursFormat.DECIMAL) -> Formats:
    return Formats(locale_of(tag), kind)


@pytest.mark.parametrize(
    ("tag", "kind", "text"),
    [
        ("en", HoursFormat.DECIMAL, "6.75 h"),
        ("de-DE", HoursFormat.DECIMAL, "6,75 h"),
        ("fr-FR", HoursFormat.DECIMAL, "6,75 h"),
        ("de-DE", HoursFormat.CLOCK, "6:45 h"),
    ],
)
def test_hours_follow_the_setting_and_the_locale(tag, kind, text):
    assert text == formats(tag, kind).hours(hours("6:45"))


@pytest.mark.parametrize(
    ("duration", "prose", "cell"),
    [
        ("20", "20 h", "20.00"),
        ("1:30", "1.50 h", "1.50"),
        ("1:20", "1.33 h", "1.33"),
        ("0:00:18", "0.01 h", "0.01"),
        ("-6:45", "-6.75 h", "-6.75"),
        ("1234", "1,234 h", "1,234.00"),
        ("0", "0 h", "0.00"),
    ],
)
def test_decimal_hours_have_two_places_or_none(duration, prose, cell):
    assert (prose, cell) == (formats("en").hours(hours(duration)), formats("en").hours_cell(hours(duration)))


def test_half_a_hundredth_is_rounded_away_from_zero():
    assert ("0.13", "-0.13") == (formats("en").hours_cell(450), formats("en").hours_cell(-450))


def test_a_non_zero_amount_that_would_read_as_zero_is_shown_to_the_second():
    assert "0:00:10 h" == formats("en").hours(10)


@pytest.mark.parametrize(
    ("duration", "shown", "taken_apart"),
    [
        ("26:45", "26:45 h", "26:45 h"),
        ("-1:05", "-1:05 h", "-1:05 h"),
        ("4:20:30", "4:21 h", "4:20:30 h"),
        ("4:20:29", "4:20 h", "4:20:29 h"),
        ("-0:59:30", "-1:00 h", "-0:59:30 h"),
        ("0:00:10", "0:00:10 h", "0:00:10 h"),
        ("0", "0:00 h", "0:00 h"),
    ],
)
def test_hours_on_the_clock_are_whole_minutes_but_where_a_number_is_taken_apart(duration, shown, taken_apart):
    clock = formats("en", HoursFormat.CLOCK)

    assert (shown, taken_apart) == (clock.hours(hours(duration)), clock.exactly.hours(hours(duration)))


@pytest.mark.parametrize(
    ("tag", "amount", "text"),
    [
        ("en", money("1,675.00"), "€1,675.00"),
        ("de-DE", money("1,675.00"), f"1.675,00{NBSP}€"),
        ("fr-FR", money("1,675.00"), f"1{NNBSP}675,00{NBSP}€"),
        ("en", Money(5000, "JPY"), "¥5,000"),
        ("de-DE", Money(5125, "KWD"), f"5,125{NBSP}KWD"),
        ("en", Money(1_000_001, "ISK"), f"ISK{NBSP}1,000,001"),
        ("en-GB", Money(-228000, "CHF"), f"-CHF{NBSP}2,280.00"),
        ("en-US", Money(-228000, "USD"), "-$2,280.00"),
    ],
)
def test_money_has_the_places_of_its_currency(tag, amount, text):
    assert text == formats(tag).money(amount)


def test_a_round_price_has_no_places():
    assert ["€100", "€82.50"] == [formats("en").price(money(text)) for text in ("100.00", "82.50")]


def test_a_range_of_days_ends_with_the_last_day_that_is_included():
    november = (day("2026-11-01"), day("2026-12-01"))

    assert ["1–30 Nov 2026", "1.–30. Nov. 2026", "1–30 nov. 2026"] == [
        formats(tag).days(*november).replace("\u2009", "") for tag in ("en-GB", "de-DE", "fr-FR")
    ]


def test_a_day_has_its_year_only_if_that_differs():
    near = day("2026-11-01")

    assert ["31 Dec", "31 Jan 2027"] == [
        formats("en-GB").day_with_year(on, near) for on in (date(2026, 12, 31), date(2027, 1, 31))
    ]


def test_an_instant_is_shown_in_the_local_time_of_a_zone():
    instant = in_zone(datetime(2026, 11, 22, 8, 14, tzinfo=UTC), "Europe/Berlin")

    assert "22. November 2026, 09:14 (MEZ)".replace("MEZ", "CET") == formats("de-DE").instant(instant)


@pytest.mark.parametrize(
    ("tag", "locale"),
    [("de-CH", "de_CH"), ("pl-PL", "en_PL"), ("xx", "en"), ("", "en"), ("pt-BR", "en"), ("../../etc", "en")],
)
def test_a_locale_without_a_translation_keeps_its_number_formats_with_english_words(tag, locale):
    assert locale == str(locale_of(tag))


def test_cells_and_days_are_kept_for_the_next_client_of_the_same_locale():
    one, other = (Formats.for_client(Client(ClientId(name), name, "de-AT")) for name in ("acme", "globex"))

    assert one.hours_cell(hours("6:45")) is other.hours_cell(hours("6:45"))
    assert one.day(day("2026-11-21")) is other.day(day("2026-11-21"))


@pytest.mark.parametrize(
    ("kind", "parts", "expected"),
    [
        (HoursFormat.DECIMAL, ("0:20:30", "0:20:30", "0:20:30"), "0.01"),  # 0.34 three times is 1.02, and not 1.03
        (HoursFormat.DECIMAL, ("0:20", "0:20", "0:20"), "0.01"),
        (HoursFormat.DECIMAL, ("0:15", "0:45", "6:45"), "0"),
        (HoursFormat.CLOCK, ("0:20:30", "0:20:30", "0:20:30"), "-0:01"),
        (HoursFormat.CLOCK, ("0:20", "0:45", "6:45"), "0:00"),
    ],
)
def test_what_rounded_hours_lack_to_their_total_is_known(kind, parts, expected):
    seconds = [hours(part) for part in parts]

    shown = formats("en", kind)

    assert expected == shown.hours_figure(shown.rounding(seconds, sum(seconds)))
