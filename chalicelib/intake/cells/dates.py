"""Dates and times as the tools write them.

A date in a file is a date and never passes through a time zone; only an instant, which says its offset or
`Z`, is converted (later, to the retainer's zone).
"""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.names import fold
from chalicelib.domain.quantities import DAY, HOUR
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.cells.offsets import AREA, OFFSET, at_zone, to_utc
from chalicelib.intake.sources.columns import DateOrder

_TIME = (
    r"(?P<hour>[0-9]{1,2})"
    r"(?:(?P<colon>[:.]| ?h ?)(?P<minute>[0-9]{2})(?:(?P=colon)(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?)?"
    r"(?: ?(?P<half>[ap])\.? ?m\.?)?(?P<clock> ?(?:uhr|h))?"
)
_ZONE = rf"(?: ?(?P<offset>{OFFSET})(?: \([^()]*\))?)?(?: ?{AREA})?"
_AT = r"(?:(?:at|um|kl\.|à|a las|às|alle ore|om|o|v) )?"
_TAIL = rf"(?:(?:t|,? {_AT}){_TIME}{_ZONE})?"
_WEEKDAY = r"(?:(?P<weekday>[^\W\d_]{2,12})(?:-feira)?\.?,? )?(?:den )?"
_YEAR, _ANY_YEAR = r"(?P<year>[0-9]{4})", r"(?P<year>[0-9]{4}|[0-9]{2})"
_MONTH, _NAME, _DAY = r"(?P<month>[0-9]{1,2})", r"(?P<month>[^\W\d_]+)", r"(?P<day>[0-9]{1,2})"
_COMPACT = r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
_NUMERIC = re.compile(
    rf"{_WEEKDAY}(?P<first>[0-9]{{1,2}})(?P<mark>[-/]|\. ?)(?P<other>[0-9]{{1,2}})(?P=mark){_ANY_YEAR}{_TAIL}"
)
_AFTER_DAY = r"(?:\.[ /-]?|(?:er|th|st|nd|rd|º|°)?[ /-])(?:de )?"
_AFTER_NAME = r"(?:\.?,?(?: de)?[ /-]|\.)"
UNAMBIGUOUS = tuple(
    map(
        re.compile,
        (
            rf"{_WEEKDAY}{_YEAR}(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}{_TAIL}",
            rf"{_WEEKDAY}{_YEAR}(?P<mark>[-/ ]){_NAME}\.?(?P=mark){_DAY}{_TAIL}",
            rf"{_WEEKDAY}{_DAY}{_AFTER_DAY}{_NAME}{_AFTER_NAME}{_ANY_YEAR}(?: r\.)?{_TAIL}",
            rf"{_WEEKDAY}{_NAME}\.?(?P<mark>[ /-]){_DAY}(?:st|nd|rd|th)?,?(?P=mark){_YEAR}{_TAIL}",
            rf"{_WEEKDAY}{_NAME} {_DAY} {_TIME}{_ZONE} {_YEAR}",
            rf"{_COMPACT}{_TAIL}",
            rf"(?P<day>[0-9]{{2}})(?P<month>[a-z]{{3}}){_YEAR}{_TAIL}",
            rf"{_COMPACT}t(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?P<second>[0-9]{{2}})?(?P<half>)(?P<clock>){_ZONE}",
            rf"{_YEAR} ?[年년] ?{_MONTH} ?[月월] ?{_DAY} ?[日일]{_TAIL}",
        ),
    )
)
_ONLY_TIME = re.compile(rf"(?P<at>kl\. ?)?{_TIME}")
_MIDNIGHT = re.compile(rf"(?P<day>.*[0-9])[t ]00:00(?::00(?:[.,]0+)?)? ?(?:{OFFSET})")
_END_OF_DAY = re.compile(r"(?<![0-9:.-])24(?=(?P<colon>[:.])00(?:(?P=colon)00)?(?![0-9:]))")
_FIRST_YEAR, LAST_YEAR = 1970, 2199
_NOON = 12
_LONGEST = 80
_INVISIBLE = dict.fromkeys((0x200B, 0x200E, 0x200F, 0x202A, 0x202C, 0x2060, 0xFEFF))
"""Marks of direction and of no width, which browsers put into the dates that they format."""


class Moment(NamedTuple):
    """The date and time in a cell."""

    date: date
    start: int | None = None
    """Seconds after midnight, if the cell has a time."""
    instant: datetime | None = None
    """In UTC, if the cell has an offset; date and start are then in UTC, too."""


class Readings(NamedTuple):
    """The two readings of a numeric date such as 03/04/2026; None for a reading that is not a date."""

    day_first: date | None
    month_first: date | None


def parse_moment(text: str, order: DateOrder | None, zone: str | None = None) -> Moment | None:
    """The date in `text`, with its time if it has one; None for anything else.

    `order` decides numeric dates with slashes or dashes; None: they are not read. Dates with dots are always
    day first. `zone`, that of the file's tool, decides abbreviations such as `CST` that can be several zones.
    """
    folded = _folded(text)
    for pattern in UNAMBIGUOUS:
        if match := pattern.fullmatch(folded):
            month = int(match["month"]) if match["month"].isdecimal() else MONTHS.get(match["month"], 0)
            return _moment(_day(_century(match["year"]), month, int(match["day"])), match, text, zone)
    if (match := _NUMERIC.fullmatch(folded)) is None:
        return None
    day_first = match["mark"][0] == "." or order is DateOrder.DAY_FIRST
    if not day_first and order is None:
        return None
    both = _both_ways(match)
    return _moment(both.day_first if day_first else both.month_first, match, text, zone)


def parse_time(text: str, *, dots: bool = False) -> int | None:
    """Seconds after midnight of a 24-hour or AM/PM time, with or without seconds; None for anything else.

    `dots`: whether `8.37` is one, too. With `am`, `kl.` or `Uhr` next to it, it always is.
    """
    match = _ONLY_TIME.fullmatch(_folded(text))
    if match is None:
        return None
    if match["colon"] == "." and (not dots or match["second"]):
        has_word = match["half"] or match["clock"] or match["at"]
        return _seconds_of_day(match) if has_word else None
    return _seconds_of_day(match)


def without_end_of_day(text: str) -> tuple[str, int]:
    """The text of an end with 0:00 in place of 24:00, and the seconds to add to it: a day, or nothing."""
    text, found = _END_OF_DAY.subn("00", text, count=1)
    return text, found * DAY


def is_midnight(text: str) -> bool:
    """Whether the cell is a date at 0:00 with an offset."""
    return _MIDNIGHT.fullmatch(_folded(text)) is not None


def parse_day(text: str, order: DateOrder | None, zone: str | None = None) -> Moment | None:
    """The day of a date at midnight, whatever its offset; of other dates as `parse_moment`."""
    match = _MIDNIGHT.fullmatch(_folded(text))
    return parse_moment(match["day"] if match else text, order, zone)


def read_both_ways(text: str) -> Readings | None:
    """Both readings of a numeric date with slashes or dashes; None if `text` is something else."""
    match = _NUMERIC.fullmatch(_folded(text))
    return None if match is None or match["mark"][0] == "." else _both_ways(match)


def is_on_its_weekday(text: str, day: date) -> bool:
    """Whether a date that is read as this day is on the day of the week that it names, if it names one."""
    folded = _folded(text)
    match = next(filter(None, (pattern.fullmatch(folded) for pattern in (*UNAMBIGUOUS, _NUMERIC))), None)
    word = match.groupdict().get("weekday") if match else None
    return word not in WEEKDAYS or day.weekday() in WEEKDAYS[word]


def read_year_first(text: str) -> tuple[date, date] | None:
    """What `26-10-01` is with the year first, and its usual reading; None if the year has four digits or is last."""
    match = _NUMERIC.fullmatch(_folded(text))
    if match is None or match["mark"][0] == "." or len(match["year"]) != len(match["first"]):
        return None
    year_first, usual = _day(_century(match["first"]), int(match["other"]), int(match["year"])), _both_ways(match)
    return (year_first, usual.day_first) if year_first and usual.day_first else None


def _both_ways(match: re.Match[str]) -> Readings:
    first, second, year = int(match["first"]), int(match["other"]), _century(match["year"])
    return Readings(_day(year, second, first), _day(year, first, second))


def _folded(text: str) -> str:
    """The text without case, superfluous white space and invisible marks; "" if it is longer than any date."""
    return fold(text.translate(_INVISIBLE)) if len(text) <= _LONGEST else ""


def _century(year: str) -> int:
    """`22` is 2022: no tool wrote time entries before 1970."""
    return 2000 + int(year) if len(year) == 2 else int(year)  # noqa: PLR2004  two digits of a year


def _day(year: int, month: int, day: int) -> date | None:
    if not _FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _seconds_of_day(match: re.Match[str]) -> int | None:
    """The time in the groups of `_TIME`; a bare number is none."""
    hours, minutes, seconds, half, clock = match.group("hour", "minute", "second", "half", "clock")
    if minutes is None and not half and not clock:
        return None
    hour, minute, second = int(hours), int(minutes or 0), int(seconds or 0)
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    if hour >= 24 or minute >= MINUTE or second >= MINUTE:  # noqa: PLR2004  hours of a day
        return None
    return hour * HOUR + minute * MINUTE + second


def _moment(day: date | None, match: re.Match[str], cell: str, zone: str | None) -> Moment | None:
    """The day with the time and the zone of the groups of `_TIME` and `_ZONE`."""
    if day is None or match["hour"] is None:
        return Moment(day) if day else None
    start = _seconds_of_day(match)
    if start is None:
        return None
    if match["offset"] is None and match["area"] is None:
        return Moment(day, start)
    instant = to_utc(_local(day, start), match["offset"], cell, zone)
    return moment_of(instant) if instant else None


def moment_of(instant: datetime) -> Moment:
    """The moment of an instant in UTC."""
    return Moment(instant.date(), instant.hour * HOUR + instant.minute * MINUTE + instant.second, instant)


def at_instant(moment: Moment, zone: str) -> Moment:
    """A moment whose time is by the clocks of an IANA zone, in UTC; one without a time, or in UTC already, as it is."""
    if moment.start is None or moment.instant:
        return moment
    return moment_of(at_zone(_local(moment.date, moment.start), zone))


def _local(day: date, start: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(seconds=start)  # noqa: DTZ001  by the clocks there


_WESTERN = (
    "january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar februari février fevrier févr fév febrero febbraio fevereiro fev",
    "march mar märz maerz mär mrz mars marts marzo março marco maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai maj mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil juill julio luglio lug julho",
    "august aug augusti août aout agosto ago augustus",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
)
_SLAVIC = (
    "styczeń stycznia sty leden ledna led",
    "luty lutego lut únor února úno",
    "marzec marca březen března bře",
    "kwiecień kwietnia kwi duben dubna dub",
    "maja květen května kvě",
    "czerwiec czerwca cze červen června čvn",
    "lipiec lipca červenec července čvc",
    "sierpień sierpnia sie srpen srpna",
    "wrzesień września wrz září zář",
    "październik października paź říjen října říj",
    "listopadu",
    "grudzień grudnia gru prosinec prosince pro",
)
MONTHS = {
    name: month
    for languages in (_WESTERN, _SLAVIC)
    for month, names in enumerate(languages, start=1)
    for name in names.split()
}
"""Lower case, without the point of an abbreviation → 1 to 12. No name means different months in two languages."""
FIRST_MONTHS = MONTHS.keys() - {"marts", "maj", "augusti", *" ".join(_SLAVIC).split()}
"""Those that release 0.1 knew."""
UNCERTAIN_MONTHS = {
    "lip": "July in Polish and June in Croatian",
    "srp": "August in Czech and July in Croatian",
    **dict.fromkeys(("lis", "listopad", "listopada"), "November in Polish and Czech, and October in Croatian"),
}
"""Names that are therefore not read, with their readings."""
_DAYS = (
    "monday mon montag mo lundi lun lunes lunedì lunedi maandag måndag mån mandag man segunda seg",
    "tuesday tue tues dienstag di mardi mar martes martedì martedi dinsdag tisdag tis tirsdag tir terça ter",
    "wednesday wed mittwoch mi mercredi mer miércoles miercoles mié mie mercoledì mercoledi woensdag onsdag ons quarta",
    "thursday thu thur thurs donnerstag do jeudi jeu jueves jue giovedì giovedi gio donderdag torsdag tor tors quinta",
    "friday fri freitag fr vendredi ven viernes vie venerdì venerdi vrijdag vr fredag fre sexta sex",
    "saturday sat samstag sonnabend sa samedi sam sábado sabado sáb sabato sab zaterdag lördag lör lørdag lør so",
    "sunday sun sonntag so dimanche dim di domingo dom do domenica zondag söndag sön søndag søn",
)
_SLAVIC_DAYS = (
    "poniedziałek pon pn pondělí po",
    "wtorek wt úterý út",
    "środa śr středa st",
    "czwartek czw cz čtvrtek čt",
    "piątek pt pátek pá",
    "sobota sob",
    "niedziela niedz nd neděle ne",
)
WEEKDAYS = {
    name: frozenset(
        number for languages in (_DAYS, _SLAVIC_DAYS) for number, names in enumerate(languages) if name in names.split()
    )
    for name in " ".join((*_DAYS, *_SLAVIC_DAYS)).split()
}
"""Lower case, without a point → from 0 for Monday; `so` is Sunday in German and Saturday in Polish."""
