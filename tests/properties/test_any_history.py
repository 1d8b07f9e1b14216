"""Any history of exports of work that is edited in between, with any decisions about them.

Nothing is assumed about the work: many rows look alike, so that without ids nobody can say which became which. These
invariants hold nevertheless, and are checked after every history:

- the ledger is the result of replaying the files in the order in which they were dropped, without the undone ones,
  however late, often or simultaneously they are delivered;
- once every day is exported again, the ledger is that of one clean import plus what the reports list as missing;
- accepting that leaves the clean import. (Except for a day on which a worker has no work left at all: no file mentions
  it any more, so nothing on it can be reported as missing.)

What may become missing and what must be recognised is tested in test_edits.py, with distinguishable work.
"""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.store.import_record import (
    DroppedFile,
    ImportRecord,
    ImportReport,
    ImportStatus,
    Verb,
    accepts_missing,
    edits_of,
    is_undone,
)
from tests.effort import tries
from tests.properties.deployment import FOLDERED, LAYOUTS, Desk, Line, line_of
from tests.properties.tracker import (
    DAYS,
    EVERYTHING,
    FILTERS,
    HARVEST,
    LOOKS,
    TOGGL,
    TRACKERS,
    WORKERS,
    Filter,
    Look,
    Tracker,
    Work,
    anywhere,
    covers,
    export,
)

_ANY_WORK = st.builds(Work, key=st.just(0), **anywhere())
_CHANGES = st.one_of([st.fixed_dictionaries({name: values}) for name, values in anywhere().items()])
_WHICH = st.integers(0, 10**6)
_CALLS = st.integers(1, 12)


@dataclass
class Dropped:
    """A file in the bucket, and its import."""

    file: DroppedFile
    works: list[Work]
    data: bytes
    record: ImportRecord | None = None


class AnyHistory(RuleBasedStateMachine):
    """One tracker, one operator, and a deployment that never loses or double-counts an hour."""

    @initialize(
        tracker=st.sampled_from(TRACKERS),
        layout=st.sampled_from(LAYOUTS),
        complete=st.booleans(),
        truth=st.lists(_ANY_WORK, min_size=2, max_size=8),
    )
    def begin(self, tracker: Tracker, layout: str, complete: bool, truth: list[Work]) -> None:
        self.given = (tracker, layout, complete)
        self.truth = [replace(work, key=number) for number, work in enumerate(truth, 1)]
        self.keys = len(truth)
        self.dropped: list[Dropped] = []
        self.desk = self.new_desk()
        self.of_another_tool = self.desk.entries

    def new_desk(self) -> Desk:
        """A deployment that has only work of another tool, which no export here may touch."""
        tracker, layout, complete = self.given
        desk = Desk(tracker, layout, complete=complete)
        other = TOGGL if tracker is HARVEST else HARVEST
        desk.drop(key="inbox/others.csv", data=export(other, [Work(0, WORKERS[0], DAYS[0], 60)] * 2))
        return desk

    # What happens in the tracker

    @rule(work=_ANY_WORK, twins=st.integers(1, 2))
    def work_is_done(self, work: Work, twins: int) -> None:
        for _ in range(twins):
            self.keys += 1
            self.truth.append(replace(work, key=self.keys))

    @precondition(lambda self: self.truth)
    @rule(which=_WHICH, change=_CHANGES)
    def work_is_edited(self, which: int, change: dict[str, object]) -> None:
        place = which % len(self.truth)
        self.truth[place] = replace(self.truth[place], **change)

    @precondition(lambda self: self.truth)
    @rule(start=st.sampled_from(["10:00", "11:30"]))
    def all_work_begins_at_another_time(self, start: str) -> None:
        """As in an export in another time zone, if it was at one time before."""
        self.truth = [replace(work, start=start) for work in self.truth]

    @precondition(lambda self: self.truth)
    @rule(which=_WHICH)
    def work_is_deleted(self, which: int) -> None:
        del self.truth[which % len(self.truth)]

    # What the operator drops, and how it arrives

    @rule(chosen=st.just(EVERYTHING) | FILTERS, look=LOOKS, at_once=st.booleans())
    def a_file_is_dropped(self, chosen: Filter, look: Look, at_once: bool) -> None:
        for key, works, data in self.desk.contents(self.truth, chosen, look):
            dropped = Dropped(self.desk.put(key=key, data=data), works, data)
            self.dropped.append(dropped)
            if at_once:
                self.deliver(dropped)

    @rule(chosen=st.just(EVERYTHING) | FILTERS, look=LOOKS)
    def a_file_is_previewed_dropped_and_dropped_again(self, chosen: Filter, look: Look) -> None:
        for key, works, data in self.desk.contents(self.truth, chosen, look):
            before = self.desk.state
            preview = self.desk.preview(key, data)
            assert before == self.desk.state, "a preview writes nothing"

            once, again = (Dropped(self.desk.put(key=key, data=data), works, data) for _ in range(2))
            self.dropped += [once, again]
            report = self.deliver(once).report
            assert preview.refusal or _without_balances(preview) == report
            _, versions, *_ = self.desk.state
            self.deliver(again)
            assert versions == self.desk.state[1], "an unchanged file writes nothing to the ledger"

    @precondition(lambda self: self.waiting)
    @rule(which=_WHICH)
    def a_file_is_delivered_late(self, which: int) -> None:
        self.deliver(self.waiting[which % len(self.waiting)])

    @precondition(lambda self: self.waiting)
    @rule(which=_WHICH, other=_WHICH, call=_CALLS)
    def two_files_are_delivered_at_once(self, which: int, other: int, call: int) -> None:
        first, second = (self.waiting[number % len(self.waiting)] for number in (which, other))
        first.record = self.desk.deliver_while(first.file, call, lambda: self.deliver(second))
        assert first.record == self.desk.log.read(first.record.id), "one report, whoever was quicker"
        assert second.record == self.desk.log.read(second.record.id)

    @precondition(lambda self: self.done)
    @rule(which=_WHICH, retry=st.booleans())
    def a_delivery_is_repeated_or_tried_again(self, which: int, retry: bool) -> None:
        dropped, before = self.done[which % len(self.done)], self.desk.entries
        self.desk.imports.run(dropped.file, retry=retry)
        assert before == self.desk.entries

    # What the operator decides

    @precondition(lambda self: self.done)
    @rule(which=_WHICH)
    def an_import_is_undone_or_redone(self, which: int) -> None:
        self.turn(self.done[which % len(self.done)])

    @precondition(lambda self: self.done and self.waiting)
    @rule(which=_WHICH, other=_WHICH, call=_CALLS)
    def an_import_is_undone_or_redone_while_a_file_is_delivered(self, which: int, other: int, call: int) -> None:
        turned, late = self.done[which % len(self.done)], self.waiting[other % len(self.waiting)]
        late.record = self.desk.deliver_while(late.file, call, lambda: self.turn(turned))

    @precondition(lambda self: self.done)
    @rule(which=_WHICH)
    def what_a_file_lacks_is_accepted(self, which: int) -> None:
        _accept(self.desk, self.done[which % len(self.done)].record)

    # What must be true

    @invariant()
    def what_another_tool_reported_stays(self) -> None:
        if hasattr(self, "desk"):
            assert not self.of_another_tool - self.desk.entries

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        while self.waiting:
            self.deliver(self.waiting[-1])
        self.the_ledger_is_the_replay_in_the_order_of_drops()
        self.nothing_is_counted_that_no_file_says()
        self.whole_exports_end_in_a_clean_import_and_what_is_missing()

    def the_ledger_is_the_replay_in_the_order_of_drops(self) -> None:
        replayed = self.new_desk()
        for dropped in self.dropped:
            file = replayed.put(key=dropped.file.key, data=dropped.data)
            record = self.desk.log.read(dropped.record.id)
            edits = edits_of(record.decisions)
            if not is_undone(record):
                again = replayed.imports.run(file, as_edits=edits is not None)
                if again.report.refusal or edits_of(again.decisions) != edits:
                    return  # delivered late, it was compared with less, and not taken for one of another time zone
                if accepts_missing(record):
                    _accept(replayed, again)
        assert replayed.entries == self.desk.entries

    def nothing_is_counted_that_no_file_says(self) -> None:
        counting = [one for one in self.dropped if not is_undone(self.desk.log.read(one.record.id))]
        assert set(self.desk.lines) <= self.lines_of(work for dropped in counting for work in dropped.works).keys()

    def whole_exports_end_in_a_clean_import_and_what_is_missing(self) -> None:
        clean = self.new_desk()
        clean.import_all(self.truth)
        assert self.lines_of(self.truth) == clean.lines, "every row counts once, twins twice"
        for chosen in covers(random.Random(len(self.dropped))):  # noqa: S311  the same random numbers for every history
            self.desk.import_all(self.truth, chosen)
        covered = self.desk.lines
        assert not clean.lines - covered, "whatever came before, everything is counted"

        finals = self.desk.import_all(self.truth)
        assert covered == self.desk.lines, "the parts said the same as the whole"
        self.what_is_left_is_listed_and_is_removed_when_accepted(clean, [record for record, _ in finals])

    def what_is_left_is_listed_and_is_removed_when_accepted(self, clean: Desk, finals: list[ImportRecord]) -> None:
        left = self.desk.lines - clean.lines
        mentioned = {self.day_of(line_of(work, self.desk.tracker)) for work in self.truth}
        missing = Counter({line: count for line, count in left.items() if self.day_of(line) in mentioned})
        assert Counter(map(_as_listed, missing.elements())) == _listed(finals)
        assert not (self.desk.complete and missing)
        for record in finals:
            if record.report.counts.missing:
                self.desk.decide(record, Verb.ACCEPT)
        assert clean.lines + (left - missing) == self.desk.lines
        if left == missing:
            assert clean.entries == self.desk.entries

    # Helpers used above

    @property
    def done(self) -> list[Dropped]:
        return [one for one in self.dropped if one.record]

    @property
    def waiting(self) -> list[Dropped]:
        return [one for one in self.dropped if not one.record]

    def deliver(self, dropped: Dropped) -> ImportRecord:
        """Deliver the file, whose report must add up; a concurrent delivery may have been quicker."""
        dropped.record = record = self.desk.deliver(dropped.file)
        counts = record.report.counts
        assert ImportStatus.DONE is record.report.status
        assert len(dropped.works) == counts.rows
        assert counts.rows == counts.new + counts.changed + counts.moved + counts.unchanged + counts.excluded
        assert record.report.seconds == sum(work.minutes * 60 for work in dropped.works)
        return record

    def turn(self, dropped: Dropped) -> None:
        """Undo the import, or redo it if it is undone, which restores what counted before."""
        undone = is_undone(self.desk.log.read(dropped.record.id))
        self.desk.decide(dropped.record, Verb.REDO if undone else Verb.UNDO)

    def lines_of(self, works: Iterable[Work]) -> "Counter[Line]":
        return Counter(line_of(work, self.desk.tracker) for work in works)

    def day_of(self, line: Line) -> tuple[object, ...]:
        """The worker's day, within the scope that one file is compared with."""
        return line.place if self.desk.layout == FOLDERED else line.place[:1], line.worker, line.day


def _accept(desk: Desk, record: ImportRecord) -> None:
    """Accept what the import lacks; this is refused only if it would change nothing."""
    before = desk.entries
    try:
        desk.decide(record, Verb.ACCEPT)
    except NothingToDecideError:
        assert before == desk.entries


def _without_balances(report: ImportReport) -> ImportReport:
    """A preview without the remaining hours, which only previews have."""
    cycles = (replace(change, before_remaining=None, after_remaining=None) for change in report.cycles)
    return replace(report, cycles=tuple(cycles))


def _as_listed(line: Line) -> tuple[object, ...]:
    """A line as it appears in the list of missing entries."""
    return line.place, line.day, line.worker, line.seconds, line.description


def _listed(records: Iterable[ImportRecord]) -> "Counter[tuple[object, ...]]":
    missing = [one for record in records for one in record.report.missing if not one.removed]
    places = [(str(one.retainer.client), str(one.retainer.retainer)) for one in missing]
    entries = [(one.date.isoformat(), one.worker, one.seconds, one.description) for one in missing]
    return Counter((place, *rest) for place, rest in zip(places, entries, strict=True))


AnyHistory.TestCase.settings = settings(max_examples=tries(60), stateful_step_count=20)
test_any_history_ends_in_a_clean_import_and_what_is_missing = AnyHistory.TestCase
