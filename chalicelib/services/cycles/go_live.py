"""Let a retainer go live from backfill (docs/concepts.md, "Going live").

The ended cycles close in order, without invoices or mails, one commit each; then the current cycle becomes the first
live one, with the hours carried through the chain or with an opening balance instead. If it is interrupted anywhere,
running it again continues from there.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.calendar import full_period, period_of, today
from chalicelib.domain.carry_over import CarryForward, expiry_of
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.cycle import CycleStatement, Lot, LotOrigin, Period
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.quantities import hours_in_words
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import terms_of
from chalicelib.services.cycles.close_due import close_cycle, committed, current_book, with_due
from chalicelib.services.store.audit import Act, AuditRecord
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.conflicts import Sleep, retry_stale
from chalicelib.services.store.ledger import Ledger, LedgerCommit
from chalicelib.services.store.lookup import find_client, find_retainer


class CannotGoLiveError(HourTabError):
    """The retainer cannot go live as requested; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class GoLive:
    """How a retainer is to go live."""

    on: date | None = None
    """Any day of the first live cycle; None: today."""
    opening_seconds: int | None = None
    """Hours that the first live cycle begins with, instead of those carried through the chain; below zero: a debt."""


@dataclass(frozen=True, slots=True)
class WentLive:
    """What was done, or would be in a dry run."""

    retainer: Retainer
    """The retainer afterwards."""
    was_live: bool
    """Whether there was nothing to do."""
    closed: tuple[CycleStatement, ...] = ()
    """The cycles that this run closed."""
    carry_forward: CarryForward | None = None
    """The balance that the first live cycle begins with; None: the retainer was already live."""


def go_live(
    client: str,
    retainer: str,
    wanted: GoLive,
    now: datetime,
    *,
    directory: Directory,
    ledger: Ledger,
    sleep: Sleep = time.sleep,
) -> WentLive:
    """Let a retainer go live; one that is already live does not change.

    Raises:
        UnknownNameError: there is no such client or retainer.
        CannotGoLiveError: not on that day.
        StaleWriteError: other writers won every attempt; run it again.
    """
    closed: list[CycleStatement] = []

    def attempt() -> WentLive | None:
        book = current_book(client, now, directory, ledger)
        found = find_retainer(book, retainer)
        if found.live_from is not None:
            carried = book.head.position(found.id).carry_forward if closed else None
            return WentLive(found, was_live=not closed, closed=tuple(closed), carry_forward=carried)
        step = _next(book, found, wanted, now, ledger)
        if step is None:
            done, after = _alive(book, found, wanted, now, closed)
            directory.write_client(after)
            return done
        commit, statements = step
        ledger.commit(commit)
        closed.extend(statements)
        return None

    # Each step reads the book again: a set-up that is applied meanwhile counts for the cycles that still have to close.
    while (done := retry_stale(attempt, sleep)) is None:
        pass
    return done


def plan_go_live(
    client: str, retainer: str, wanted: GoLive, now: datetime, *, directory: Directory, ledger: Ledger
) -> WentLive:
    """What `go_live` would do; nothing is written. Raises UnknownNameError and CannotGoLiveError."""
    book = find_client(directory, client)
    found = find_retainer(book, retainer)
    if found.live_from is not None:
        return WentLive(found, was_live=True)
    closed: list[CycleStatement] = []
    while step := _next(book, found, wanted, now, ledger):
        commit, statements = step
        closed.extend(statements)
        book = replace(book, head=committed(commit.head))
    return _alive(book, found, wanted, now, closed)[0]


def _next(
    book: ClientBook, retainer: Retainer, wanted: GoLive, now: datetime, ledger: Ledger
) -> tuple[LedgerCommit, list[CycleStatement]] | None:
    """The next commit before the retainer can be live, with what it closes; None: it can go live now."""
    live = _first_live(book, retainer, wanted, now)
    before = position = book.head.position(retainer.id)
    period = period_of(retainer, before.closed_before or retainer.starts_on)
    cycles, statements, audits = [], [], []
    if period is not None and period.start < live.start:
        closing = close_cycle(book, retainer, period, ledger, now)
        cycles, statements, audits = [closing.ledger], [closing.statement], [closing.audit]
        position = closing.position
    if period is None or period.end >= live.start:
        position = _ready(retainer, live, position, wanted, now)
        audits.append(_audit(retainer, live, wanted, now))
    if position == before:  # it announces its cycles already: an interrupted run has prepared it
        return None
    head = replace(book.head, positions={**book.head.positions, retainer.id.retainer: position})
    return LedgerCommit(book.client.id, head, cycles, audits), statements


def _ready(retainer: Retainer, live: Period, before: ClosingPosition, wanted: GoLive, now: datetime) -> ClosingPosition:
    """The position with which the first live cycle begins. Cycles that have already begun are not announced."""
    current = period_of(retainer, today(now, retainer.zone)) or live
    carry_forward = before.carry_forward
    settled_before = None
    if wanted.opening_seconds is not None:
        carry_forward, settled_before = _opening(retainer, live, wanted.opening_seconds), live.start
    return ClosingPosition(live.start, carry_forward, before.announced_before or current.end, settled_before)


def _opening(retainer: Retainer, live: Period, seconds: int) -> CarryForward:
    """An opening balance: hours as if granted in the cycle before, or a debt.

    The hours expire by the carry-over rule; if that forfeits, with the first live cycle.
    """
    if seconds <= 0:
        return CarryForward(debt_seconds=-seconds)
    earned = full_period(retainer, live.index - 1)
    expires = expiry_of(retainer, earned, terms_of(retainer, live).carry_over)
    if expires is not None:
        expires = max(expires, live.end)
    return CarryForward((Lot(f"opening-{live.start}", LotOrigin.CARRIED, earned.start, seconds, expires),))


def _alive(
    book: ClientBook, retainer: Retainer, wanted: GoLive, now: datetime, closed: Iterable[CycleStatement]
) -> tuple[WentLive, ClientBook]:
    """What is done, and the book to write: with the retainer live, and in the head the time of its next step."""
    live = replace(retainer, live_from=_first_live(book, retainer, wanted, now).start)
    after = replace(book, retainers=tuple(live if one.id == live.id else one for one in book.retainers))
    head = with_due(book.head, after)
    done = WentLive(live, was_live=False, closed=tuple(closed), carry_forward=head.position(live.id).carry_forward)
    return done, replace(after, head=head)


def _first_live(book: ClientBook, retainer: Retainer, wanted: GoLive, now: datetime) -> Period:
    present = today(now, retainer.zone)
    on = wanted.on or present
    period = period_of(retainer, on)
    if on > present:
        raise CannotGoLiveError(f"{on} is in the future: {retainer.id} can go live on a day up to today.")
    if period is None:
        served = f"from {retainer.starts_on}" + (f" until {retainer.ends_on}" if retainer.ends_on else "")
        raise CannotGoLiveError(f"{retainer.id} is not served on {on}, but {served}: choose a day in that period.")
    position = book.head.position(retainer.id)
    if position.has_closed(period.start):
        before = position.closed_before
        raise CannotGoLiveError(f"{retainer.id} is closed before {before}: go live on a day from then on.")
    return period


def _audit(retainer: Retainer, live: Period, wanted: GoLive, now: datetime) -> AuditRecord:
    opening, about = wanted.opening_seconds, f"{retainer.id}/{live.start}"
    details = f"live from {live.start}"
    if opening is not None:
        details += f", opening balance {'-' if opening < 0 else ''}{hours_in_words(abs(opening))}"
    return AuditRecord(f"go-live-{about}", retainer.id.client, now, Act.GO_LIVE, about, details)
