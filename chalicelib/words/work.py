"""Entries in the client's language, on the page and on an invoice."""

from chalicelib.domain.cycle import AccountedEntry
from chalicelib.domain.entry import LATE_SOURCES, MANUAL, Entry, Pool
from chalicelib.domain.quantities import round_half_away
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import terms_at
from chalicelib.words.sentences import Localizer


def work_of(localizer: Localizer, entry: Entry) -> str:
    """What the work was: its description or the next best field; for late entries, the day of the work."""
    if entry.source in LATE_SOURCES and entry.worked_on is not None:
        return localizer.texts.late_entry.format(day=localizer.formats.day_with_year(entry.worked_on, entry.date))
    if entry.source == MANUAL:
        return localizer.texts.manual.format(reason=entry.description)
    return entry.description or entry.task or entry.project or localizer.texts.no_description


def about_of(entry: Entry) -> str:
    """Who did it, its kind and its ticket; of project work the project, too."""
    about = (entry.worker, entry.work_type, entry.ticket, entry.project if entry.pool is Pool.PROJECT else None)
    return " · ".join(filter(None, about))


def hours_of(accounted: AccountedEntry) -> int:
    """The hours that an entry took; below zero, those that it gave back."""
    return accounted.accounted_seconds - accounted.given_back_seconds


def worked_of(localizer: Localizer, retainer: Retainer, entry: Entry, cost: int) -> str:
    """`worked 1:20, rounded up, × 1.5`: the worked time, and what made it the accounted one."""
    texts, formats = localizer.texts, localizer.formats
    multipliers = terms_at(retainer, entry.date).rounding.multipliers.items()
    kind = (entry.work_type or "").casefold()
    factor = next((by for name, by in multipliers if name.casefold() == kind), None)
    is_rounded = cost != (round_half_away(entry.seconds * factor) if factor else entry.seconds)
    worked = texts.worked.format(hours=formats.hours_cell(entry.seconds))
    reasons = (texts.rounded_up if is_rounded else "", f"× {formats.factor(factor)}" if factor else "")
    return ", ".join(filter(None, (worked, *reasons)))
