"""Labels for cycles, their last days and their figures."""

from datetime import date, timedelta

from chalicelib.domain.cycle import Figures, Period
from chalicelib.domain.retainer import CycleLength
from chalicelib.words.sentences import Localizer
from chalicelib.words.texts import Texts


def day_before(day: date) -> date:
    """The last day that an exclusive end still includes."""
    return day - timedelta(days=1)


def last_day(period: Period, grace_days: int) -> date:
    """The last day of the grace period after a cycle."""
    return period.end + timedelta(days=grace_days - 1)


def figure_names(texts: Texts) -> dict[str, str]:
    """The labels of the amounts of a balance, by their names in `Figures`."""
    return {
        "allotment": texts.granted,
        "carried": texts.carried,
        "topped_up": texts.topped_up,
        "corrected": texts.corrected,
        "deducted": texts.deducted,
        "expired": texts.expired,
        "used": texts.used,
        "remaining": texts.remaining,
    }


def expired_words(localizer: Localizer, figures: Figures) -> str:
    """`3 h expired`; "" if nothing did."""
    expired = figures.expired_seconds
    return localizer.texts.hours_expired.format(hours=localizer.formats.hours(expired)) if expired else ""


def cycle_name(localizer: Localizer, period: Period, length: CycleLength) -> str:
    """`November 2026` if the cycle is a calendar month, else its days."""
    is_month = period.start.day == 1 and period.end.day == 1
    if length is CycleLength.MONTH and is_month:
        return localizer.formats.month(period.start)
    return localizer.formats.days(period.start, period.end)
