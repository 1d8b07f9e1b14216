"""The ledger of one client and source as the fold of its imports (docs/imports.md, "The fold").

    fold_on_top   the newest file: onto what is counted
    fold_anew     a file that arrives late, an undo: all of the source's imports again, from the kept originals

Both return a plan; nothing is written here.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from chalicelib.domain.calendar import period_of, periods_between
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId, RetainerId
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.used_time import used_seconds
from chalicelib.services.find_doubles import find_doubles
from chalicelib.services.fold_share import Counted, FoldedShare, Tally
from chalicelib.services.import_record import CycleChange, LikelyDouble
from chalicelib.services.ports import ClientBook
from chalicelib.services.stage_rows import Share

ReadCycles = Callable[[Collection[CycleId]], Mapping[CycleId, CycleLedger]]


@dataclass(frozen=True, slots=True)
class FoldPlan:
    """What an import makes of one client's ledger."""

    tally: Tally
    changed: tuple[CycleLedger, ...]
    """The cycles to write, with the version that was read."""
    cycles: tuple[CycleChange, ...]
    """The cycles that the file spoke about or changed, before → after."""
    doubles: tuple[LikelyDouble, ...] = ()


def scope_of(share: Share) -> tuple[CycleId, ...]:
    """The cycles to compare a file with: its own and their neighbours, in all retainers of its scope."""
    found: set[CycleId] = set(share.shelf.cycles())
    retainers = {retainer.id: retainer for retainer in share.book.retainers}
    for cycle in share.shelf.cycles():
        period = period_of(retainers[cycle.retainer], cycle.start)
        if period is not None:
            for retainer in share.scope:
                near = periods_between(retainer, period.start - timedelta(days=1), period.end)
                found |= {CycleId(retainer.id, one.start) for one in near}
    return tuple(sorted(found))


def _beside(share: Share) -> set[CycleId]:
    """The cycles of the client's other retainers on the same days: where a double would stand."""
    retainers = {retainer.id: retainer for retainer in share.book.retainers}
    days = [period_of(retainers[cycle.retainer], cycle.start) for cycle in share.shelf.cycles()]
    return {
        CycleId(retainer.id, one.start)
        for retainer in share.book.retainers
        for period in days
        if period is not None
        for one in periods_between(retainer, period.start, period.end - timedelta(days=1))
    }


class Step(NamedTuple):
    """One import in the fold: a client's share of its file."""

    share: Share
    complete: bool
    """Whether what the file does not repeat goes at once."""
    is_own: bool = False
    """Whether the plan's tally is this one's."""


def fold_on_top(share: Share, source: str, read: ReadCycles, *, complete: bool) -> FoldPlan:
    """Fold the newest file onto what is counted."""
    scope = scope_of(share)
    stored = read({*scope, *_beside(share)})
    folded = FoldedShare(share, scope, lambda cycle: _of_source(stored.get(cycle), source), complete=complete)
    state = dict(folded.changed_cycles())
    return _plan(share.book, source, folded.tally, spoken=share.shelf.cycles(), stored=stored, state=state)


def fold_anew(
    book: ClientBook, steps: Iterable[Step], touched: Collection[CycleId], source: str, read: ReadCycles
) -> FoldPlan:
    """Fold all imports of a client and source in their order.

    `touched`: the cycles that any of them ever spoke about; what no import brings any more leaves them.
    """
    state: dict[CycleId, list[Entry]] = {}
    spoken: list[CycleId] = []
    tally = Tally()
    for share, complete, is_own in steps:
        folded = FoldedShare(share, scope_of(share), _counted_in(state), complete=complete)
        state.update(dict(folded.changed_cycles()))
        if is_own:
            spoken, tally = share.shelf.cycles(), folded.tally
    cycles = {*touched, *state}
    return _plan(
        book,
        source,
        tally,
        spoken=spoken,
        stored=read(cycles),
        state={cycle: state.get(cycle, []) for cycle in cycles},
    )


def _counted_in(state: Mapping[CycleId, Sequence[Entry]]) -> Counted:
    return lambda cycle: state.get(cycle, ())


def _plan(
    book: ClientBook,
    source: str,
    tally: Tally,
    *,
    spoken: Iterable[CycleId],
    stored: Mapping[CycleId, CycleLedger],
    state: Mapping[CycleId, Sequence[Entry]],
) -> FoldPlan:
    after = {cycle: _with_source(stored.get(cycle) or CycleLedger(cycle), source, own) for cycle, own in state.items()}
    changed = {cycle: ledger for cycle, ledger in after.items() if _differs(stored.get(cycle), ledger)}
    retainers = {retainer.id: retainer for retainer in book.retainers}
    listed = sorted({*spoken, *changed})
    changes = [_change(retainers, cycle, stored.get(cycle), changed.get(cycle)) for cycle in listed]
    written = tuple(changed[cycle] for cycle in sorted(changed))
    return FoldPlan(tally, written, tuple(changes), find_doubles(stored, written, source))


def _of_source(ledger: CycleLedger | None, source: str) -> Sequence[Entry]:
    return [entry for entry in ledger.entries if entry.source == source] if ledger else ()


def _with_source(ledger: CycleLedger, source: str, entries: Sequence[Entry]) -> CycleLedger:
    others = [entry for entry in ledger.entries if entry.source != source]
    return replace(ledger, entries=(*others, *entries))


def _differs(before: CycleLedger | None, after: CycleLedger) -> bool:
    return Counter(before.entries if before else ()) != Counter(after.entries)


def _change(
    retainers: Mapping[RetainerId, Retainer], cycle: CycleId, before: CycleLedger | None, after: CycleLedger | None
) -> CycleChange:
    retainer = retainers[cycle.retainer]
    used = used_seconds(retainer, before.entries) if before else 0
    return CycleChange(cycle.retainer, cycle.start, used, used_seconds(retainer, after.entries) if after else used)
