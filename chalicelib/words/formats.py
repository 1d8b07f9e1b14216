"""The only place that formats hours, money and dates as text.

Page, mails, invoices and the command line all use it, so they always agree. Babel has the locales (CLDR); rounding
and the decimal places of money are our own (domain/quantities).
"""

import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.numbers import NumberPattern, format_decimal, format_percent, parse_pattern

from chalicelib.domain.quantities import HOUR, Money, clock, currency_exponent, round_half_away, round_ratio
from chalicelib.domain.retainer import Client, HoursFormat

_WORDS = Path(__file__).parent.glob("*/page.py")
LANGUAGES = tuple(sorted((one.parent.name for one in _WORDS), key=lambda name: (name != "en", name)))
"""Languages with a folder of words here, English first; other locales keep their number formats, with English words."""
_WHOLE, _HUNDREDTHS = parse_pattern("#,##0"), parse_pattern("#,##0.00")
_MINUTE, _HUNDREDTH = 60, HOUR // 100
"""Seconds of a minute, and of a hundredth of an hour."""
_CODE_AT_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")
_KEPT = 1024
"""Cached texts of one kind per locale: a page repeats its few durations and days many times."""


def locale_of(tag: str) -> Locale:
    """The locale of a BCP 47 tag. `pl-PL` has no translation and becomes `en-PL`; an invalid tag becomes `en`."""
    for candidate in (tag, f"en-{tag.rpartition('-')[2]}"):
        try:
            locale = Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        if locale.language in LANGUAGES:
            return locale
    return Locale("en")


@dataclass(frozen=True)
class Formats:
    """The number and date formats of one client."""

    locale: Locale = field(default_factory=lambda: Locale("en"))
    hours_format: HoursFormat = HoursFormat.DECIMAL
    shows_seconds: bool = False
    """Whether hours on the clock have their seconds, as in a sum that is taken apart; else whole minutes."""

    @classmethod
    def for_client(cls, client: Client) -> "Formats":
        """The formats of the client's locale and hours setting."""
        return _formats(client.locale, client.hours_format)

    def hours(self, seconds: int) -> str:
        """Hours with their unit: `6.75 h`, `20 h`, `6:45 h`."""
        return f"{self.hours_figure(seconds)} h"

    @cached_property
    def hours_cell(self) -> Callable[[int], str]:
        """Formats seconds as hours for a table column: `6.75`, `20.00`, `6:45`."""
        return lru_cache(_KEPT)(lambda seconds: self.hours_figure(seconds, whole=_HUNDREDTHS))

    def hours_figure(self, seconds: int, whole: NumberPattern = _WHOLE) -> str:
        """Hours for a sentence that has its own word for the unit: `6.75`, `20`, `6:45`."""
        shown = self._shown(seconds)
        # A non-zero amount that would read 0.00 or 0:00 is shown to the second.
        if self.hours_format is HoursFormat.CLOCK or (shown == 0 and seconds != 0):
            sign = self.locale.number_symbols["latn"]["minusSign"] if seconds < 0 else ""
            return f"{sign}{clock(abs(shown or seconds))}"
        pattern = whole if shown % HOUR == 0 else _HUNDREDTHS
        return str(format_decimal(Decimal(shown // _HUNDREDTH).scaleb(-2), format=pattern, locale=self.locale))

    def rounding(self, parts: Iterable[int], total: int) -> int:
        """What hours as they are shown, in seconds, lack to their total as it is shown: most are rounded.

        0: they add up. Each is rounded by itself, so that none says anything wrong (docs/decisions/0033).
        """
        return self._shown(total) - sum(map(self._shown, parts))

    @property
    def exactly(self) -> "Formats":
        """The same formats, with the seconds of hours on the clock."""
        return replace(self, shows_seconds=True)

    def _shown(self, seconds: int) -> int:
        """The seconds that are shown: to a hundredth of an hour, or to a minute on the clock."""
        if self.hours_format is HoursFormat.CLOCK and self.shows_seconds:
            return seconds
        unit = _MINUTE if self.hours_format is HoursFormat.CLOCK else _HUNDREDTH
        return round_ratio(seconds, unit) * unit

    def money(self, amount: Money, places: int | None = None) -> str:
        """An amount with its currency, to the currency's decimals or so many: `€1,675.00`, `1.675,00 €`, `¥5,000`.

        A code has a space before the digits, which Babel leaves out (CLDR, `currencySpacing`): `CHF 50.00`.
        """
        exponent = currency_exponent(amount.currency)
        shown = exponent if places is None else places
        pattern = copy(self.locale.currency_formats["standard"])
        pattern.frac_prec = (shown, shown)
        major = Decimal(amount.minor).scaleb(-exponent)
        text = str(pattern.apply(major, self.locale, currency=amount.currency, currency_digits=False))
        return _CODE_AT_DIGIT.sub("\N{NO-BREAK SPACE}", text)

    def price(self, amount: Money) -> str:
        """A price in a sentence, like `money` but without decimals for a whole amount: `€50`, `80,50 €`."""
        return self.money(amount, 0 if amount.minor % 10 ** currency_exponent(amount.currency) == 0 else None)

    def percent(self, value: Fraction) -> str:
        """A percentage with all its decimals: `19%`, `7,7 %`."""
        share = Decimal(value.numerator) / value.denominator / 100
        return str(format_percent(share, locale=self.locale, decimal_quantization=False))

    def quantity(self, value: Fraction) -> str:
        """A quantity to multiply with, to at most four decimals: `1`, `6.75`, `0.3333`."""
        rounded = Decimal(round_half_away(value * 10_000)).scaleb(-4)
        pattern = "#,##0" if rounded % 1 == 0 else "#,##0.00##"
        return str(format_decimal(rounded, format=pattern, locale=self.locale))

    def factor(self, value: Fraction) -> str:
        """A multiplier with all its decimals: `1.5`, `1,25`."""
        exact = Decimal(value.numerator) / value.denominator
        return str(format_decimal(exact, locale=self.locale, decimal_quantization=False))

    def exact_hours(self, decimal: Decimal | None, seconds: int) -> str:
        """Hours to multiply with: `6.3333`, or `6:20` by setting and if there is no such `decimal`."""
        if self.hours_format is HoursFormat.CLOCK or decimal is None:
            return Formats(self.locale, HoursFormat.CLOCK, shows_seconds=True).hours_figure(seconds)
        return self.quantity(Fraction(decimal))

    def country(self, code: str) -> str:
        """A country's name by its ISO 3166-1 code: `Germany`, `Deutschland`."""
        return str(self.locale.territories.get(code, code))

    def number(self, value: int) -> str:
        """A count: `5,000`."""
        return str(format_decimal(value, locale=self.locale))

    @cached_property
    def day(self) -> Callable[[date], str]:
        """A day without its year: `Nov 21`, `21. Nov.`."""
        return lru_cache(_KEPT)(lambda on: str(format_skeleton("MMMd", _at_noon(on), locale=self.locale)))

    def long_day(self, on: date) -> str:
        """A day without its year, in a sentence: `November 21`, `21. November`."""
        return str(format_skeleton("MMMMd", _at_noon(on), locale=self.locale))

    def day_with_year(self, on: date, near: date) -> str:
        """A day, with its year if that differs from the year of `near`."""
        return self.day(on) if on.year == near.year else str(format_skeleton("yMMMd", _at_noon(on), locale=self.locale))

    def full_day(self, on: date) -> str:
        """A day with its year: `November 21, 2026`."""
        return str(format_date(on, "long", locale=self.locale))

    def month(self, on: date) -> str:
        """A month with its year: `November 2026`."""
        return str(format_skeleton("yMMMM", _at_noon(on), locale=self.locale))

    def short_month(self, on: date) -> str:
        """A month's short name: `Nov`."""
        return str(format_date(on, "LLL", locale=self.locale))

    def days(self, start: date, end: date) -> str:
        """The days `[start, end)`: `Nov 1 – 30, 2026`."""
        return str(format_interval(start, day_before(end), "yMMMd", locale=self.locale))

    def short_days(self, start: date, end: date) -> str:
        """The days `[start, end)` without their year: `Nov 16 – 22`."""
        return str(format_interval(start, day_before(end), "MMMd", locale=self.locale))

    def instant(self, at: datetime) -> str:
        """A moment in its own zone: `November 22, 2026, 9:14 AM (CET)`."""
        clock = str(format_time(at.timetz(), "short", locale=self.locale)).replace("\u202f", "\N{NO-BREAK SPACE}")
        return f"{self.full_day(at.date())}, {clock} ({at.tzname()})"

    def category_of_hours(self, seconds: int) -> str:
        """The plural category of `hours_figure(seconds)`: French has the singular with 1,50."""
        whole, rest = divmod(round_ratio(seconds, _HUNDREDTH), 100)
        return self.category(whole + Decimal(rest).scaleb(-2) if rest else whole)

    def category(self, count: int | Decimal) -> str:
        """The plural category of `count` in the language (CLDR), such as `one`, `few` or `other`."""
        return str(self.locale.plural_form(count))


@lru_cache(maxsize=32)
def _formats(tag: str, hours_format: HoursFormat) -> Formats:
    return Formats(locale_of(tag), hours_format)


def day_before(day: date) -> date:
    """The last day that an exclusive end still includes."""
    return day - timedelta(days=1)


def in_zone(at: datetime, zone: str) -> datetime:
    """An aware instant in the local time of an IANA time zone."""
    return at.astimezone(ZoneInfo(zone))


def _at_noon(on: date) -> datetime:
    """Babel's skeletons need a datetime; a naive noon stays on its day."""
    return datetime.combine(on, time(12))
