"""Edits of distinguishable work: what must be recognised, what may become missing, what a filter may touch.

Each piece of work has a unique start minute, text and duration, and is edited at most once between two exports. Only
then do the rules determine the result of every edit: two edits of one row at once, or two rows that look alike, leave
a choice that no file can decide. (Genuine twins are equal in everything, so there the choice does not matter. A row
with a left-over version of itself on the ledger is not edited again: it would be open which of the two the edit
replaces.)
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.services.store.import_record import Verb
from tests.effort import tries
from tests.properties.deployment import FOLDERED, LAYOUTS, Desk, Line, line_of, place_of
from tests.properties.tracker import (
    DAYS,
    EVERYTHING,
    FILTERS,
    LOOKS,
    PLAIN,
    TICKETS,
    TRACKERS,
    WORKERS,
    Filter,
    Tracker,
    Work,
    export,
)

_PROJECTS = ("Desk", "Network", "Advice", "Migration")
_BY_WORKER = tuple(Filter(workers=(worker,)) for worker in WORKERS)
_KINDS = ("minutes", "description", "tags", "ticket", "start", "project", "day", "deleted", "twin", "done")
_EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(_KINDS), st.integers(1, 5)), max_size=6)


@dataclass
class Truth:
    """A tracker's work by kind, and which of its versions are outdated."""

    tracker: Tracker
    layout: str
    works: list[tuple[int, Work]] = field(default_factory=list)
    """Each with the number of its kind, which twins share."""
    left: "Counter[Line]" = field(default_factory=Counter)
    """What no export can remove from the ledger."""
    locked: set[int] = field(default_factory=set)
    news: int = 0
    """How many rows the next complete export must report as new."""
    _fresh: int = 0

    @classmethod
    def begun(cls, tracker: Tracker, layout: str) -> "Truth":
        """Start with work on the first and last day for every worker and place, so that exports span all days."""
        truth = cls(tracker, layout)
        for worker in WORKERS:
            for day in (DAYS[0], DAYS[-1]):
                for client, project in (("Acme", "Desk"), ("Acme", "Advice"), ("Globex", "Desk")):
                    truth.add(worker=worker, day=day, client=client, project=project)
        truth.locked = {kind for kind, _ in truth.works}
        return truth

    def fresh(self) -> int:
        self._fresh += 1
        return self._fresh

    def add(self, **given: object) -> None:
        token = self.fresh()
        work = Work(token, **given, minutes=15 * token, start=_start(token), description=f"Call {token}")
        self.works.append((token, work))
        self.news += 1

    def edit(self, edits: list[tuple[int, str, int]]) -> None:
        """Apply these edits, at most one to each kind of work."""
        touched = set(self.locked)
        for which, what, value in edits:
            if what == "done":
                worker, project, ticket = WORKERS[which % 3], _PROJECTS[value % 4], TICKETS[which % 3]
                self.add(worker=worker, day=DAYS[value], project=project, ticket=ticket)
                touched.add(self._fresh)
                continue
            open_works = [number for number, (kind, _) in enumerate(self.works) if kind not in touched]
            if open_works:
                number = open_works[which % len(open_works)]
                touched.add(self.works[number][0])
                self._happen(number, what, value)

    def _happen(self, number: int, what: str, value: int) -> None:
        kind, old = self.works[number]
        if what == "twin":
            self.works.append((kind, replace(old, key=self.fresh())))
            self.news += 1
            return
        if what == "deleted":
            del self.works[number]
            self._leave(kind, old)
            return
        new = self._edited(old, what, value)
        self.works[number] = (kind, new)
        if line_of(old, self.tracker) != line_of(new, self.tracker) and not self._is_recognised(old, new, what):
            self.news += 1
            self._leave(kind, old)

    def _leave(self, kind: int, old: Work) -> None:
        self.left[line_of(old, self.tracker)] += 1
        self.locked.add(kind)

    def _edited(self, old: Work, what: str, value: int) -> Work:
        token = self.fresh()
        values = {
            "minutes": 15 * token,
            "description": f"Call {token}",
            "tags": f"tag {token}",
            "ticket": f"T-{token}",
            "start": _start(token),
            "project": _PROJECTS[(_PROJECTS.index(old.project) + value % 3 + 1) % 4],
            "day": DAYS[(DAYS.index(old.day) + value) % len(DAYS)],
        }
        return replace(old, **{what: values[what]})

    def _is_recognised(self, old: Work, new: Work, what: str) -> bool:
        """Whether the rules (docs/imports.md, "The same entry?") say that the new row replaces the old one."""
        if self.layout == FOLDERED and place_of(old) != place_of(new):
            return False  # it left the folder, and another file brings it
        if self.tracker.has_ids or what in {"project", "day"}:
            return True
        return what != ("start" if self.tracker.has_starts else "description")

    def lines(self) -> "Counter[Line]":
        return Counter(line_of(work, self.tracker) for _, work in self.works)

    def all_works(self) -> Iterator[Work]:
        return (work for _, work in self.works)


def _start(token: int) -> str:
    return f"{token // 60:02}:{token % 60:02}"


@settings(max_examples=tries(40))
@given(
    tracker=st.sampled_from(TRACKERS),
    layout=st.sampled_from(LAYOUTS),
    rounds=st.lists(st.tuples(_EDITS, LOOKS, st.booleans()), min_size=2, max_size=5),
)
def test_every_decidable_edit_is_recognised_and_only_the_rest_stays_as_missing(tracker, layout, rounds):
    truth, desk = Truth.begun(tracker, layout), Desk(tracker, layout)
    for edits, look, split in rounds:
        truth.edit(edits)
        parts = _BY_WORKER if split else (EVERYTHING,)
        imports = [one for part in parts for one in desk.import_all(truth.all_works(), part, look)]

        assert truth.lines() + truth.left == desk.lines
        assert truth.news == sum(record.report.counts.new for record, _ in imports)
        truth.news = 0


@settings(max_examples=tries(40))
@given(
    tracker=st.sampled_from(TRACKERS),
    layout=st.sampled_from(LAYOUTS),
    begun=_EDITS,
    rounds=st.lists(st.tuples(_EDITS, FILTERS, LOOKS), min_size=1, max_size=4),
)
def test_a_filtered_export_replaces_nothing_but_older_versions_of_its_own_rows(tracker, layout, begun, rounds):
    truth, desk = Truth.begun(tracker, layout), Desk(tracker, layout)
    truth.edit(begun)
    kinds: dict[Line, int] = {}
    for edits, chosen, look in [([], EVERYTHING, PLAIN), *rounds]:
        truth.edit(edits)
        kinds |= {line_of(work, tracker): kind for kind, work in truth.works}
        before = desk.lines
        records = [record for record, _ in desk.import_all(truth.all_works(), chosen, look)]
        replaced = before - desk.lines

        assert {kinds[line] for line in replaced} <= {kind for kind, work in truth.works if chosen.picks(work)}
        true = Counter(line_of(work, tracker) for work in truth.all_works() if chosen.picks(work))
        assert replaced.keys().isdisjoint(true - desk.lines), "of twins one may be an older version"
        for change in (change for record in records for change in record.report.cycles):
            own = [line for line in replaced.elements() if line.place == tuple(map(str, change.retainer))]
            assert change.after_seconds >= change.before_seconds - sum(line.seconds for line in own)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("tracker", TRACKERS, ids=repr)
def test_identical_rows_count_as_often_as_they_are_written(tracker, layout):
    twins = [Work(key, WORKERS[0], DAYS[2], 60) for key in (1, 2, 3)]
    longer = [replace(twin, minutes=90) for twin in twins]
    moved = [replace(twin, day=DAYS[4]) for twin in longer]
    colleague, early = Work(4, WORKERS[1], DAYS[0], 30), Work(5, WORKERS[0], DAYS[0], 15)
    desk = Desk(tracker, layout)
    for rows, expected in (
        (twins[:1], twins[:1]),
        (twins[:2], twins[:2]),
        ([*twins[::-1], colleague], twins),
        ([colleague], twins),
        (twins[:2], twins),
        (twins, twins),
        (longer, longer),
        ([*moved, early], moved),
        ([*moved, early, colleague], moved),
    ):
        desk.import_all(rows)
        others = Counter(line_of(work, tracker) for work in (colleague, early))
        assert Counter(line_of(twin, tracker) for twin in expected) == desk.lines - others


def test_what_a_late_file_brings_and_a_newer_one_lacks_is_removed_when_the_newer_one_is_accepted():
    kept, deleted = Work(1, WORKERS[0], DAYS[0], 60, "08:00"), Work(2, WORKERS[0], DAYS[0], 30, "09:00", task="Other")
    desk = Desk(TRACKERS[0])
    late, newer = (
        desk.put(key="inbox/all.csv", data=export(desk.tracker, works)) for works in ([kept, deleted], [kept])
    )

    record = desk.imports.run(newer)
    desk.imports.run(late)
    assert Counter(line_of(work, desk.tracker) for work in (kept, deleted)) == desk.lines

    desk.decide(record, Verb.ACCEPT)
    assert Counter([line_of(kept, desk.tracker)]) == desk.lines
