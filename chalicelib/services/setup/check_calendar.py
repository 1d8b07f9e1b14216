"""Checks that a client's set-up changes neither the calendar of a retainer with work nor the terms of closed cycles.

Cycles are stored under their first day; with other boundaries the page would not find them. A closed cycle is frozen,
so a file with other terms for its days would no longer say what was agreed.
"""

from collections.abc import Iterator
from datetime import date, datetime

from chalicelib.domain.calendar import cycles_so_far
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms import Terms
from chalicelib.services.setup.check_ids import renamed_retainers
from chalicelib.services.setup.written_terms import lines_between
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.ledger import Ledger


def calendar_conflicts(declared: ClientBook, stored: ClientBook | None, now: datetime, ledger: Ledger) -> Iterator[str]:
    """Conflicts where stored work would be in a cycle that its retainer no longer has, or a closed cycle would change.

    What is found holds as long as the head of `stored` is current: write on the condition of its version. Cycles are
    read only for retainers whose calendar would change.
    """
    if stored is None:
        return
    yield from renamed_retainers(declared, stored)
    retainers = {retainer.id: retainer for retainer in stored.retainers}
    for after in declared.retainers:
        before = retainers.get(after.id)
        if before:
            text = _closed(before, after, stored.head.position(after.id)) or _loss(before, after, stored, now, ledger)
            if text:
                yield text


def _closed(before: Retainer, after: Retainer, position: ClosingPosition) -> str:
    """Conflicts where the change affects closed cycles."""
    day = position.closed_before
    if day is None:
        return ""
    problem = _problem_of_bounds(before, after, day, has_debt=position.carry_forward.debt_seconds > 0)
    if not problem and _terms_before(before, day) != _terms_before(after, day):
        problem = f": keep the terms that begin before that as they are, and add a version `effective_from: {day}`."
        problem += _lines_to_keep(_terms_before(before, day), _terms_before(after, day))
    if not problem and _pauses_before(before, day) != _pauses_before(after, day):
        problem = f": days before that can no longer be paused or resumed; choose days from {day} on."
    return f"`{before.id}` is closed before {day}{problem}" if problem else ""


def _problem_of_bounds(before: Retainer, after: Retainer, day: date, *, has_debt: bool) -> str:
    """Conflicts where the change moves boundaries of cycles; all cycles before `day` are closed."""
    ends = after.ends_on
    if moved := _moved(before, after):
        return f": keep its {moved}, or make a new retainer with another id."
    if before.ends_on is not None and before.ends_on <= day and ends != before.ends_on:
        return "; its last cycle is closed, too: keep its `ends_on`, or make a new retainer with another id."
    if ends is not None and ends < day:
        return ": set `ends_on` to that day or a later one."
    if ends == day and has_debt:
        return ": set `ends_on` to a day after that, so that the debt of earlier cycles is billed."
    return ""


def _terms_before(retainer: Retainer, day: date) -> tuple[Terms, ...]:
    """The versions that govern days before `day`."""
    return tuple(terms for terms in retainer.terms if terms.effective_from < day)


def _lines_to_keep(before: tuple[Terms, ...], after: tuple[Terms, ...]) -> str:
    """The lines with which each version of the file says what the stored one does, where both begin on the same day."""
    stored = {terms.effective_from: terms for terms in before}
    lines = ""
    for terms in after:
        if (kept := stored.get(terms.effective_from)) and kept != terms:
            lines += f"\nTo keep the version of {terms.effective_from}, write in it:"
            lines += "".join(f"\n    {line}" for line in lines_between(terms, kept))
    return lines


def _pauses_before(retainer: Retainer, day: date) -> list[tuple[date, date]]:
    """The paused days before `day`."""
    return [(pause.start, min(pause.end or day, day)) for pause in retainer.pauses if pause.start < day]


def _moved(before: Retainer, after: Retainer) -> str:
    """The keys that decide where cycles begin and that differ, with their old values; "" if none does."""
    old, new = _calendar(before), _calendar(after)
    return " and ".join(f"`{key}` ({old[key]})" for key in old if old[key] != new[key])


def _loss(before: Retainer, after: Retainer, book: ClientBook, now: datetime, ledger: Ledger) -> str:
    moved = _moved(before, after)
    ends_earlier = after.ends_on is not None and after.ends_on < (before.ends_on or date.max)
    if not moved and not ends_earlier:
        return ""
    cycles = _with_work(before, book, now, ledger)
    if moved and cycles:
        return f"`{before.id}` has work since {min(cycles)}: keep its {moved}, or make a new retainer with another id."
    last = max((entry.date for cycle in cycles.values() for entry in cycle.entries), default=date.min)
    if after.ends_on is not None and ends_earlier and last >= after.ends_on:
        return f"`{before.id}` has work on {last}: set `ends_on` to a later day."
    return ""


def _calendar(retainer: Retainer) -> dict[str, str]:
    """The values that decide where the retainer's cycles begin, by their keys in the file."""
    return {
        "zone": retainer.zone,
        "length": retainer.length.value,
        "starts_on": str(retainer.starts_on),
        "anchor_day": str(retainer.anchor_day or retainer.starts_on.day),
    }


def _with_work(retainer: Retainer, book: ClientBook, now: datetime, ledger: Ledger) -> dict[date, CycleLedger]:
    """The retainer's stored cycles that are not empty, by first day."""
    ids = cycles_so_far(retainer, now)
    found = ledger.read_cycles(ids, book.head.plan) if ids else {}
    return {one.id.start: one for one in found.values() if one.entries or one.top_ups}
