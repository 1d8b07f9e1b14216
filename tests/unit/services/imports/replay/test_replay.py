"""Imports of several sources, one after the other: each is compared with its own source and its predecessors alone."""

from datetime import date

import pytest

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import CycleId
from chalicelib.domain.zone_shift import ZoneOffset
from chalicelib.services.imports.replay.lineage import Lineage
from chalicelib.services.imports.replay.match_share import Share
from chalicelib.services.imports.replay.replay import Step, add_file, change_of, replay, update_of
from chalicelib.services.imports.replay.spool import StoredCycles
from chalicelib.services.store.import_record import StartEdit
from tests.builders import ACME_SUPPORT, entry
from tests.import_rig import NOW, book

BOOK = book()
JANUARY = CycleId(ACME_SUPPORT, date(2026, 1, 1))
MAIL = entry("2026-01-05", "1:00", description="Mail")
DESK = entry("2026-01-05", "2:00", description="Desk")
NINE, TEN, THREE = (MAIL._replace(start=hour * 3600) for hour in (9, 10, 15))
SIX_LATER = [ZoneOffset(MAIL.date, 6 * 3600)]
TOGGL = Lineage("toggl", frozenset({"harvest"}))


def of(source, *entries):
    return [one._replace(source=source) for one in entries]


def step(name, source, *entries, complete=False, **more):
    """An import with these entries, in line 2 and so on."""
    share = Share(BOOK, BOOK.retainers)
    for line, one in enumerate(of(source, *entries), 2):
        share.rows_by_cycle.add(JANUARY, one)
        share.lines[JANUARY].append(line)
    return Step(share, complete, name, lineage=TOGGL if source == "toggl" else Lineage(source), **more)


BEFORE = [step("1", "harvest", MAIL, DESK), step("2", "clockify", MAIL)]
AFTER = [*of("toggl", MAIL), *of("harvest", DESK), *of("clockify", MAIL)]


def counted(steps):
    return sorted(replay(steps, [JANUARY]).entries.entries(JANUARY), key=repr)


def stored_after(steps):
    held = {JANUARY: CycleLedger(JANUARY, 1, tuple(counted(steps)))}
    return StoredCycles(lambda cycles: {cycle: held[cycle] for cycle in cycles if cycle in held}, held)


def test_a_complete_file_takes_over_a_predecessor_s_entry_and_leaves_what_it_does_not_know_and_other_sources():
    last = step("3", "toggl", MAIL, complete=True, is_own=True)
    update = add_file(last.share, TOGGL, stored_after(BEFORE), NOW, complete=True)

    assert sorted(AFTER, key=repr) == counted([*BEFORE, last])
    assert [sorted(AFTER, key=repr)] == [sorted(cycle.entries, key=repr) for cycle in update.cycles]
    assert {"unchanged": 1} == dict(replay([*BEFORE, last], [JANUARY]).tally.counted) == dict(update.tally.counted)


def test_what_a_replay_changes_is_posted_for_all_sources_that_were_replayed():
    steps = [BEFORE[0], step("3", "toggl", MAIL, is_own=True)]

    update = update_of(replay(steps, [JANUARY]), BOOK, TOGGL, stored_after(BEFORE), NOW)

    assert [sorted(AFTER, key=repr)] == [sorted(cycle.entries, key=repr) for cycle in update.cycles]


def test_the_change_of_an_import_is_about_its_own_sources():
    steps = [*BEFORE, step("3", "toggl", MAIL), step("4", "clockify", DESK)]

    assert {JANUARY: (of("harvest", MAIL, DESK), [*of("toggl", MAIL), *of("harvest", DESK)])} == change_of(
        steps, [JANUARY], "3"
    )
    assert {JANUARY: (of("clockify", MAIL), of("clockify", MAIL, DESK))} == change_of(steps, [JANUARY], "4")


@pytest.mark.parametrize(
    ("row", "edits", "after"), [(TEN, None, [NINE, TEN]), (TEN, (), [TEN]), (THREE, SIX_LATER, [THREE])]
)
def test_rows_that_are_taken_as_edits_replace_the_entries_of_other_starts(row, edits, after):
    first, last = step("1", "toggl", NINE), step("2", "toggl", row, edits=edits)
    update = add_file(last.share, TOGGL, stored_after([first]), NOW, complete=False, edits=edits)

    assert after == counted([first, last])
    assert [tuple(after)] == [cycle.entries for cycle in update.cycles]


def test_what_a_later_file_lacks_of_this_one_is_listed_also_as_a_likely_edit_and_nothing_else():
    before, own, later = step("1", "toggl", DESK), step("2", "toggl", DESK, NINE, is_own=True), step("3", "toggl", TEN)
    only_own = step("2", "toggl", NINE, is_own=True)

    def missed(*steps):
        return [(one.description, one.not_in, one.edit) for one in replay(steps, [JANUARY]).tally.missing_entries]

    edit = StartEdit(2, 9 * 3600, 10 * 3600)
    assert [("Desk", "3", None), ("Mail", "3", edit)] == missed(before, own, later)
    assert [("Desk", None, None), ("Mail", "3", edit)] == missed(before, only_own, later)
