"""A client's rows of a file against what is counted: what is removed, kept and tallied, by table."""

from datetime import date

import pytest

from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import CycleId
from chalicelib.services.imports.replay.match_share import MatchedShare, Share
from tests.builders import ACME_SUPPORT, entry
from tests.import_rig import book

JANUARY, FEBRUARY, MARCH = (CycleId(ACME_SUPPORT, date(2026, month, 1)) for month in (1, 2, 3))
FIFTH = date(2026, 1, 5)
MAIL = entry("2026-01-05", "1:00", description="Mail")
PRINTER = entry("2026-01-05", "2:00", description="Printer")
OF_MAX = entry("2026-01-05", "3:00", "Max Planck", description="Server")
NEXT_DAY = entry("2026-01-06", "4:00", description="Phone")


def matched(counted, rows, *, scope=(JANUARY, FEBRUARY, MARCH), blocked=(), complete=False):
    """The cycles that change, with their entries, and the tally; `counted` and `rows` by cycle."""
    acme = book()
    share = Share(acme, acme.retainers, blocked=set(blocked))
    for cycle, entries in rows.items():
        for one in entries:
            share.rows_by_cycle.add(cycle, one)
    found = MatchedShare(share, scope, lambda cycle: counted.get(cycle, ()), complete=complete)
    return dict(found.cycles()), found.tally


@pytest.mark.parametrize(
    ("blocked", "removed"),
    [
        (set(), True),
        ({("ada byron", FIFTH)}, False),
        ({("", FIFTH)}, False),
        ({("max planck", FIFTH)}, True),
        ({("ada byron", date(2026, 1, 6))}, True),
        ({("", date(2026, 1, 6))}, True),
    ],
    ids=["nothing", "the worker's day", "everybody's day", "another worker", "another day", "everybody, another day"],
)
def test_a_complete_export_removes_what_it_lacks_on_a_worker_s_day_unless_a_bad_row_blocks_it(blocked, removed):
    cycles, tally = matched({JANUARY: [MAIL, PRINTER]}, {JANUARY: [MAIL]}, blocked=blocked, complete=True)

    assert {JANUARY: [MAIL] if removed else None} == cycles
    assert [("Printer", removed)] == [(one.description, one.removed) for one in tally.missing_entries]
    assert {"unchanged": 1, "missing": 1} == dict(tally.counted)


def test_what_a_complete_export_does_not_speak_of_is_neither_removed_nor_missing():
    cycles, tally = matched({JANUARY: [MAIL, OF_MAX, NEXT_DAY]}, {JANUARY: [MAIL]}, complete=True)

    assert {JANUARY: None} == cycles
    assert {"unchanged": 1} == dict(tally.counted)


def test_what_another_export_lacks_is_missing_and_stays():
    cycles, tally = matched({JANUARY: [MAIL, PRINTER]}, {JANUARY: [MAIL]})

    assert {JANUARY: None} == cycles
    assert [False] == [one.removed for one in tally.missing_entries]


def test_into_an_empty_ledger_all_rows_come_as_they_are_and_those_left_out_by_a_rule_are_told_apart():
    left_out = PRINTER._replace(pool=Pool.EXCLUDED)

    cycles, tally = matched({}, {JANUARY: [MAIL, MAIL, left_out]})

    assert {JANUARY: [MAIL, MAIL, left_out]} == cycles
    assert {"new": 2, "excluded": 1} == dict(tally.counted)


def test_a_row_that_moved_to_another_cycle_leaves_the_one_and_arrives_in_the_other():
    moved = MAIL._replace(date=date(2026, 2, 1))
    twin = entry("2026-01-31", "1:00", description="Mail")

    cycles, tally = matched({JANUARY: [twin, PRINTER]}, {JANUARY: [PRINTER], FEBRUARY: [moved]})

    assert {JANUARY: [PRINTER], FEBRUARY: [moved]} == cycles
    assert {"unchanged": 1, "moved": 1} == dict(tally.counted)


def test_a_neighbour_that_the_file_does_not_change_is_not_written():
    cycles, tally = matched({JANUARY: [MAIL], FEBRUARY: [MAIL._replace(date=date(2026, 2, 3))]}, {JANUARY: [MAIL]})

    assert {JANUARY: None} == cycles
    assert {"unchanged": 1} == dict(tally.counted)
