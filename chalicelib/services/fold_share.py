"""One client's rows of an export, folded onto the entries counted so far. Pure: a plan, not a write."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.entry_content import Workers
from chalicelib.domain.ids import CycleId
from chalicelib.domain.reconcile import Fate, Matching, Pair, Placed, match_cycle, match_leftovers
from chalicelib.services.import_record import PROBLEM_LIMIT, Counts, MissingEntry
from chalicelib.services.stage_rows import Share

Counted = Callable[[CycleId], Sequence[Entry]]
"""The entries of the file's source that a cycle counts so far."""


@dataclass(slots=True)
class Tally:
    """What became of the rows of one client."""

    new: int = 0
    changed: int = 0
    moved: int = 0
    unchanged: int = 0
    missing: int = 0
    excluded: int = 0
    missing_entries: list[MissingEntry] = field(default_factory=list)

    def counts(self) -> Counts:
        """The tally as the report shows it; `rows`, `unrouted` and `problems` belong to the whole file."""
        return Counts(
            new=self.new,
            changed=self.changed,
            moved=self.moved,
            unchanged=self.unchanged,
            missing=self.missing,
            excluded=self.excluded,
        )


class FoldedShare:
    """The result of folding a share: the changed cycles one after the other, and the tally when they are through."""

    def __init__(self, share: Share, scope: Iterable[CycleId], counted: Counted, *, complete: bool) -> None:
        """`scope`: the cycles to compare with, the file's own among them; `complete`: missing rows go at once."""
        self.tally = Tally()
        self._share = share
        self._complete = complete
        self._old = {cycle: entries for cycle in scope if (entries := counted(cycle))}
        self._workers = Workers()
        self._own = share.shelf.cycles()
        self._days: set[tuple[str, date]] | None = None

    def changed_cycles(self) -> Iterator[tuple[CycleId, list[Entry]]]:
        """Each cycle whose entries of this source change, with all of them as they are from now on."""
        if not self._old:
            for cycle in self._own:
                rows = self._share.shelf.entries(cycle)
                self._count_rows("new", rows)
                yield cycle, rows
            return
        yield from self._against_counted()

    def _against_counted(self) -> Iterator[tuple[CycleId, list[Entry]]]:
        self._learn_workers()
        matchings = {cycle: self._match(cycle) for cycle in sorted({*self._old, *self._own})}
        across = self._match_across(matchings.values())
        gone = self._missing_that_go(across.old_left)
        kept = [placed for placed in across.old_left if placed not in gone]
        arrived = [*across.new_left, *(Placed(pair.new.cycle, pair.result) for pair in across.pairs)]
        self._count_rows("new", [placed.entry for placed in across.new_left])
        self._count_pairs(across.pairs)
        touched = {placed.cycle for placed in (*gone, *arrived, *(pair.old for pair in across.pairs))}
        rest = _by_cycle([*kept, *arrived])
        for cycle, matching in matchings.items():
            self._count_rows("unchanged", matching.same)
            self._count_pairs(matching.pairs)
            if cycle in touched or any(pair.result != pair.old.entry for pair in matching.pairs):
                yield cycle, [*matching.same, *(pair.result for pair in matching.pairs), *rest.get(cycle, ())]

    def _learn_workers(self) -> None:
        for cycle in self._own:
            self._workers.learn(self._share.shelf.entries(cycle))
        for entries in self._old.values():
            self._workers.learn(entries)

    def _match(self, cycle: CycleId) -> Matching:
        return match_cycle(cycle, self._old.get(cycle, ()), self._share.shelf.entries(cycle), self._workers)

    def _match_across(self, matchings: Iterable[Matching]) -> Matching:
        matchings = list(matchings)
        old_left = [placed for matching in matchings for placed in matching.old_left]
        new_left = [placed for matching in matchings for placed in matching.new_left]
        days = [day for cycle in self._own for day in {entry.date for entry in self._share.shelf.entries(cycle)}]
        if not days:
            return Matching((), (), old_left, new_left)
        return match_leftovers(old_left, new_left, min(days), max(days), self._workers)

    def _missing_that_go(self, old_left: Sequence[Placed]) -> set[Placed]:
        """List what is missing, and say which of it is removed: only what a complete source no longer has."""
        missing = [placed for placed in old_left if self._day(placed.entry) in self._mentioned()] if old_left else []
        self.tally.missing += len(missing)
        self.tally.missing_entries += [_missing(placed) for placed in missing[:PROBLEM_LIMIT]]
        return {placed for placed in missing if self._complete and not self._is_blocked(placed.entry)}

    def _day(self, entry: Entry) -> tuple[str, date]:
        return self._workers.key(entry), entry.date

    def _mentioned(self) -> set[tuple[str, date]]:
        if self._days is None:
            self._days = {self._day(entry) for cycle in self._own for entry in self._share.shelf.entries(cycle)}
        return self._days

    def _is_blocked(self, entry: Entry) -> bool:
        worker, day = self._day(entry)
        return not self._share.blocked.isdisjoint({(worker, day), ("", day)})

    def _count_rows(self, fate: str, rows: Sequence[Entry]) -> None:
        excluded = sum(entry.pool is Pool.EXCLUDED for entry in rows)
        self.tally.excluded += excluded
        setattr(self.tally, fate, getattr(self.tally, fate) + len(rows) - excluded)

    def _count_pairs(self, pairs: Iterable[Pair]) -> None:
        for fate in Fate:
            self._count_rows(fate.value, [pair.result for pair in pairs if pair.fate is fate])


def _by_cycle(placed: Iterable[Placed]) -> dict[CycleId, list[Entry]]:
    sorted_out: dict[CycleId, list[Entry]] = {}
    for cycle, entry in placed:
        sorted_out.setdefault(cycle, []).append(entry)
    return sorted_out


def _missing(placed: Placed) -> MissingEntry:
    entry = placed.entry
    return MissingEntry(placed.cycle.retainer, entry.date, entry.worker, entry.seconds, entry.description or "")
