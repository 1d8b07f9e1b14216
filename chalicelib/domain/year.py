"""A year of a retainer in one account: what its cycles were granted, what became of it, and for what it was used.

The cycles are those that began in the year, each as it closed, or would close as it stands; the running one as it
stands today. The client's page shows it (`?year=2026`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from chalicelib.domain.cycle import AccountedEntry, CycleStatement
from chalicelib.domain.entry import OWN_SOURCES, Entry, Pool
from chalicelib.domain.names import fold


class Share(NamedTuple):
    """A part of the hours used."""

    name: str | None
    """As the work spells it first; "" if the work names none; None: late entries and corrections, which cannot."""
    seconds: int


@dataclass(frozen=True, slots=True)
class Year:
    """The account in seconds.

    carried + included + topped_up + corrected + opening
    = deducted + expired + forfeited + capped + (used - overage) + left.
    """

    carried_seconds: int
    """Into the first cycle."""
    included_seconds: int
    topped_up_seconds: int
    corrected_seconds: int
    opening_seconds: int
    """By how much an opening balance changed the hours that a cycle carried forward, within the year."""
    deducted_seconds: int
    expired_seconds: int
    forfeited_seconds: int
    capped_seconds: int
    used_seconds: int
    overage_seconds: int
    left_seconds: int
    """What the last cycle carries on; while it runs, what is left of it today."""
    debt_seconds: int
    """What the last cycle leaves to be taken off later hours."""
    project_seconds: int
    entries: int
    """Of the retainer; those of projects and those that are excluded are not among them."""
    by_work_type: tuple[Share, ...]
    """These and the following: the most hours first; each adds up to the used hours."""
    by_project: tuple[Share, ...]
    by_ticket: tuple[Share, ...]


class Ends(NamedTuple):
    """What became of a cycle's hours that were not used, in seconds."""

    deducted: int
    expired: int
    forfeited: int
    capped: int
    left: int


def year_of(cycles: Sequence[CycleStatement], today: date) -> Year:
    """The account of these consecutive cycles, oldest first and at least one; `today` is in the retainer's zone."""
    ends = [ends_of(one, is_running=one is cycles[-1] and today < one.period.end) for one in cycles]
    carried = [one.figures.carried_seconds for one in cycles]
    entries = [each for one in cycles for each in one.entries if each.entry.pool is Pool.RETAINER]
    used = [each for each in entries if each.accounted_seconds]
    return Year(
        carried_seconds=carried[0],
        included_seconds=sum(one.figures.allotment_seconds for one in cycles),
        topped_up_seconds=sum(one.figures.topped_up_seconds for one in cycles),
        corrected_seconds=sum(one.figures.corrected_seconds for one in cycles),
        opening_seconds=sum(carried[1:]) - sum(one.left for one in ends[:-1]),
        deducted_seconds=sum(one.deducted for one in ends),
        expired_seconds=sum(one.expired for one in ends),
        forfeited_seconds=sum(one.forfeited for one in ends),
        capped_seconds=sum(one.capped for one in ends),
        used_seconds=sum(one.figures.used_seconds for one in cycles),
        overage_seconds=sum(one.figures.overage_seconds for one in cycles),
        left_seconds=ends[-1].left,
        debt_seconds=cycles[-1].debt_out_seconds,
        project_seconds=sum(one.figures.project_seconds for one in cycles),
        entries=len(entries),
        by_work_type=_shares(used, lambda entry: entry.work_type),
        by_project=_shares(used, lambda entry: entry.project),
        by_ticket=_shares(used, lambda entry: entry.ticket),
    )


def ends_of(statement: CycleStatement, *, is_running: bool) -> Ends:
    """What became of a cycle's hours; of one that is over, were it closed as it stands."""
    figures = statement.figures
    if is_running:
        left = figures.remaining_seconds + figures.overage_seconds
        return Ends(figures.deducted_seconds, figures.expired_seconds, 0, 0, left)
    return Ends(
        figures.deducted_seconds + statement.repaying_seconds,
        figures.expired_seconds + statement.lapsing_seconds,
        statement.forfeited_seconds,
        statement.capped_seconds,
        sum(lot.seconds for lot in statement.carried_out),
    )


def _shares(used: Iterable[AccountedEntry], name_of: Callable[[Entry], str | None]) -> tuple[Share, ...]:
    shares: dict[str | None, Share] = {}
    for one in used:
        name = None if one.entry.source in OWN_SOURCES else name_of(one.entry) or ""
        key = None if name is None else fold(name)
        before = shares.get(key, Share(name, 0))
        shares[key] = Share(before.name, before.seconds + one.accounted_seconds)
    return tuple(sorted(shares.values(), key=lambda share: (-share.seconds, share.name or "")))
