"""What a set-up must not change: the calendar of a retainer with work.

Cycles are stored under their first day; with other boundaries the page would look for them elsewhere.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from chalicelib.domain.calendar import periods_between, today
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Retainer
from chalicelib.services.ports import ClientBook, Directory, Ledger
from chalicelib.services.setup import Setup, SetupProblem


def lost_cycles(setup: Setup, now: datetime, directory: Directory, ledger: Ledger) -> Iterator[SetupProblem]:
    """What of the set-up would leave stored work in a cycle that its retainer no longer has.

    Cycles are read only of retainers whose calendar would change.
    """
    for declared in setup.clients:
        book = directory.read_client(declared.client.id)
        stored = {retainer.id: retainer for retainer in book.retainers} if book else {}
        for after in declared.retainers:
            before = stored.get(after.id)
            if book and before and (text := _loss(before, after, book, now, ledger)):
                yield SetupProblem(declared.place, text)


def _loss(before: Retainer, after: Retainer, book: ClientBook, now: datetime, ledger: Ledger) -> str:
    old, new = _calendar(before), _calendar(after)
    moved = [key for key in old if old[key] != new[key]]
    ends_earlier = after.ends_on is not None and after.ends_on < (before.ends_on or date.max)
    if not moved and not ends_earlier:
        return ""
    cycles = _with_work(before, book, now, ledger)
    if moved and cycles:
        named = " and ".join(f"`{key}` ({old[key]})" for key in moved)
        return f"`{before.id}` has work since {min(cycles)}: keep its {named}, or make a new retainer with another id."
    last = max((entry.date for cycle in cycles.values() for entry in cycle.entries), default=date.min)
    if after.ends_on is not None and ends_earlier and last >= after.ends_on:
        return f"`{before.id}` has work on {last}: let `ends_on` be a later day than that."
    return ""


def _calendar(retainer: Retainer) -> dict[str, str]:
    """What decides where the retainer's cycles begin, by its keys in the file."""
    return {
        "zone": retainer.zone,
        "length": retainer.length.value,
        "starts_on": str(retainer.starts_on),
        "anchor_day": str(retainer.anchor_day or retainer.starts_on.day),
    }


def _with_work(retainer: Retainer, book: ClientBook, now: datetime, ledger: Ledger) -> dict[date, CycleLedger]:
    """The retainer's stored cycles that hold anything, by their first day; work may be dated a day ahead."""
    tomorrow = today(now, retainer.zone) + timedelta(days=1)
    ids = [CycleId(retainer.id, period.start) for period in periods_between(retainer, retainer.starts_on, tomorrow)]
    found = ledger.read_cycles(ids, book.head.plan) if ids else {}
    return {one.id.start: one for one in found.values() if one.entries or one.top_ups}
