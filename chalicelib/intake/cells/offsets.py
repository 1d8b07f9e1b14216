"""How far a time in a cell is from UTC: `+00`, `GMT+2`, `CEST`, `[Europe/Berlin]`; only where that is certain."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

OFFSET = r"z|(?:(?:utc|gmt) ?)?[+-][0-9]{2}(?::?[0-9]{2})?|(?:utc|gmt) ?[+-][0-9](?::?[0-9]{2})?|[a-z]{2,5}"
"""What may follow a time, folded: an offset, or a word that may be a zone."""
AREA = r"\[(?P<area>[a-z0-9_+/-]+)\]"
"""The IANA zone that Java and RFC 9557 add."""
_AREA = re.compile(AREA, re.IGNORECASE)
_FARTHEST = timedelta(hours=14)
"""Kiribati's."""
_NUMBER = re.compile(r"([+-])([0-9]{1,2}?)(?::?([0-5][0-9]))?")

CERTAIN: Mapping[str, timedelta] = {
    word: timedelta(hours=hours)
    for hours, words in (
        *((0, "z utc gmt wet"), (1, "cet mez west"), (2, "cest mesz eet sast"), (3, "eest")),
        *((8, "hkt awst"), (9, "jst"), (9.5, "acst"), (10, "aest"), (10.5, "acdt"), (11, "aedt")),
        *((12, "nzst"), (13, "nzdt")),
        *((-4, "edt"), (-5, "est"), (-6, "mdt"), (-7, "pdt"), (-8, "akdt"), (-9, "akst"), (-10, "hst")),
    )
    for word in words.split()
}
"""Abbreviations that the time zone database has used since 2000 with one offset only, and nobody else with another."""
UNCERTAIN: Mapping[str, str] = {
    "ast": "Atlantic Canada (-04:00) or Arabia (+03:00)",
    "bst": "Britain in summer (+01:00) or Bangladesh (+06:00)",
    "cdt": "North America (-05:00) or Cuba (-04:00)",
    "cst": "North America (-06:00), China (+08:00) or Cuba (-05:00)",
    "gst": "the Gulf (+04:00) or Guam (+10:00)",
    "ist": "India (+05:30), Israel (+02:00) or Ireland (+01:00)",
    "mst": "North America (-07:00) or Malaysia (+08:00)",
    "pst": "North America (-08:00) or the Philippines (+08:00)",
}
"""Abbreviations that can be several, with their readings, where one of them is likely to be met."""


def to_utc(local: datetime, offset: str | None, cell: str, zone: str | None) -> datetime | None:
    """The instant of a local time that a cell writes with an offset, an area in brackets, or both.

    `offset` is folded; `zone` is where the file's tool says that it is: it settles an abbreviation that it uses itself.
    None if the offset is not certain, or contradicts the area.
    """
    area = _AREA.search(cell)
    known = _zone_of(area[1]) if area else None
    if area and known is None:
        return None
    if offset is None:
        return _only_instant(local, known) if known else None
    shift = _shift_of(offset)
    if shift is None and zone:
        shift = _shift_by_name(local, offset, ZoneInfo(zone))
    if shift is None:
        return None
    instant = local.replace(tzinfo=UTC) - shift
    agrees = known is None or offset == "z" or instant.astimezone(known).utcoffset() == shift
    return instant if agrees else None


def at_zone(local: datetime, zone: str) -> datetime:
    """The instant of a local time in an IANA zone; of two, in the night in which clocks go back, the earlier."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _shift_of(offset: str) -> timedelta | None:
    number = _NUMBER.fullmatch(offset.removeprefix("utc").removeprefix("gmt").lstrip())
    if number is None:
        return CERTAIN.get(offset)
    sign, hours, minutes = number.groups()
    shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return None if shift > _FARTHEST else -shift if sign == "-" else shift


def _shift_by_name(local: datetime, word: str, zone: ZoneInfo) -> timedelta | None:
    """The offset under which the zone's clocks have this time and this abbreviation."""
    for fold in (0, 1):
        there = local.replace(tzinfo=zone, fold=fold)
        if (there.tzname() or "").casefold() == word:
            return there.utcoffset()
    return None


def _zone_of(area: str) -> tzinfo | None:
    try:
        return ZoneInfo(area)
    except (KeyError, ValueError, OSError):  # no such zone, no name of one, a folder of zones
        return None


def _only_instant(local: datetime, zone: tzinfo) -> datetime | None:
    """None in the two hours of a year that a zone's clocks show twice or skip."""
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first if first == second else None
