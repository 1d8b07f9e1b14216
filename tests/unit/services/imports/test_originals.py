"""Which originals a replay reads: those around the cycles that it may change, however many exist."""

from datetime import date, timedelta

import pytest

from chalicelib.domain.entry import Pool
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.services.imports.decide_import import decide_import
from chalicelib.services.imports.originals import LostOriginalError
from chalicelib.services.store.import_record import Verb
from tests.builders import hours
from tests.import_rig import Rig, book, row

LAST_WEEK = date(2026, 11, 16)
FOLDER, OTHER_FOLDER, ROUTED = "inbox/acme/support/x.csv", "inbox/acme/advisory/x.csv", "inbox/acme/x.csv"


def rig_with(weeks, key=FOLDER):
    """A rig with so many weekly files, and their records from the oldest to the newest."""
    rig = Rig(book("acme", "support", "advisory", starts="2018-01-01"))
    days = [LAST_WEEK - timedelta(weeks=number) for number in reversed(range(weeks))]
    return rig, [rig.drop(row(str(day), "1:00", f"Week of {day}", start="09:00"), key=key) for day in days]


def opened_by(rig, act):
    """The days of the files that the act opens, and how many records it reads."""
    opened, open_file = [], rig.files.open
    rig.files.open = lambda key, version: opened.append(version) or open_file(key, version)
    rig.log.read_ids.clear()
    act()
    rig.files.open = open_file
    return opened, len(rig.log.read_ids)


def undo(rig, record):
    return lambda: decide_import(rig.ports, rig.log.read(record.id), Verb.UNDO)


def test_undoing_the_newest_of_40_and_of_400_weekly_files_reads_the_same_originals():
    read = {}
    for weeks in (40, 400):
        rig, records = rig_with(weeks)
        opened, records_read = opened_by(rig, undo(rig, records[-1]))

        assert hours(f"{weeks - 1}:00") == rig.seconds
        read[weeks] = {weeks - int(version.removeprefix("v")) for version in opened}, records_read

    assert read[40] == read[400]
    assert ({1, 2, 3, 4, 5, 6}, 6) == read[400], "the other weeks of November and those of October"


def test_a_late_file_reads_the_originals_around_its_own_cycle():
    rig = Rig(book(starts="2018-01-01"))
    late = rig.put(row("2026-06-10", "2:00", "Move"))
    for month in range(1, 12):
        rig.drop(row(f"2026-{month:02}-10", "1:00"))

    opened, _ = opened_by(rig, lambda: rig.imports.run(late))

    assert ["v1", "v6", "v7", "v8"] == sorted(opened)
    assert hours("13:00") == rig.seconds


def test_an_original_that_is_gone_blocks_no_undo_of_other_months():
    rig, records = rig_with(40)
    del rig.files.objects[records[0].file.key, records[0].file.version]

    undo(rig, records[-1])()

    assert hours("39:00") == rig.seconds
    with pytest.raises(LostOriginalError, match="imported before and cannot be read again"):
        undo(rig, records[1])()


def test_files_of_another_retainer_s_folder_are_not_read():
    rig, records = rig_with(8)
    rig.drop(row("2026-11-17", "1:00", "Advice"), key=OTHER_FOLDER)

    opened, _ = opened_by(rig, undo(rig, records[-1]))

    assert 6 == len(opened)


def test_a_file_that_may_move_rows_between_retainers_is_read_with_those_of_both():
    rig = Rig(book("acme", "support"))
    first = rig.drop(row("2026-11-09", "1:00", "Mail"), key=ROUTED)
    rig.drop(row("2026-11-10", "1:00", "Phone"), key=FOLDER)

    opened, _ = opened_by(rig, undo(rig, first))

    assert 1 == len(opened)
    assert hours("1:00") == rig.seconds


def test_a_change_that_reaches_a_neighbouring_cycle_is_replayed_from_there_on():
    """The undone file moved work from October to November; a year's file repeats October as it was."""
    rig = Rig(book(starts="2018-01-01"))
    october = row("2026-10-31", "1:00", "Mail", start="09:00")
    rig.drop(october, row("2026-09-30", "1:00", "Backup", start="09:00"))
    moving = rig.drop(
        row("2026-10-31", "0:15", "Phone", start="10:00"), row("2026-11-01", "1:00", "Mail", start="09:00")
    )
    assert 1 == moving.report.counts.moved
    before = rig.entries

    undo(rig, moving)()
    assert {date(2026, 9, 30), date(2026, 10, 31)} == {entry.date for _, entry in rig.entries}

    decide_import(rig.ports, rig.log.read(moving.id), Verb.REDO)
    assert before == rig.entries


def test_a_late_file_of_a_folder_is_replayed_with_a_newer_one_that_moved_its_row_to_another_retainer():
    rule = ClientRule(Match(project="Advice"), Pool.RETAINER, "advisory")
    rig = Rig(book("acme", "support", "advisory", rules=[rule]))
    advice = row("2026-01-05", "0:30", "Mail", project="Advice")
    late = rig.put(advice, key=FOLDER)
    rig.drop(advice, key=ROUTED)

    rig.imports.run(late)

    assert ["advisory"] == [cycle.retainer.retainer for cycle, _ in rig.entries.elements()]
