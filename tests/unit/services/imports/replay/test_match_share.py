"""A client's rows of a file against what is counted: what is removed, kept and tallied, by table."""

from datetime import date

import pytest

from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import CycleId
from chalicelib.services.imports.replay.match_share import MatchedShare, Share, Tally, missing_entry
from chalicelib.services.store.import_record import PROBLEM_LIMIT
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


def test_what_is_missing_is_found_in_every_month_of_the_file():
    february = entry("2026-02-05", "1:00", description="Mail")
    counted = {JANUARY: [MAIL, PRINTER], FEBRUARY: [february, february._replace(description=None)]}

    _, tally = matched(counted, {JANUARY: [MAIL], FEBRUARY: [february]})

    assert ["Printer", ""] == [one.description for one in tally.missing_entries]


@pytest.mark.parametrize("in_file", [True, False])
def test_an_address_means_the_worker_whom_the_file_or_what_is_counted_names_beside_it(in_file):
    both = entry("2026-01-06", "0:01", "Ada Byron", email="ada@example.com")
    known, rows = ([], [both]) if in_file else ([both], [])
    old = MAIL._replace(worker="", worker_email="ada@example.com")

    _, tally = matched({JANUARY: [old, *known]}, {JANUARY: [MAIL, *rows]})

    assert 1 == tally.counted["unchanged"]


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


def test_the_list_of_what_is_missing_is_cut_and_names_what_is_blocked_in_place_of_the_last():
    tally = Tally()
    for number in range(PROBLEM_LIMIT + 1):
        tally.miss(JANUARY, MAIL._replace(description=str(number)), removed=False, is_blocked=False)
    for blocked in (PRINTER, NEXT_DAY):
        tally.miss(JANUARY, blocked, removed=False, is_blocked=True)

    listed = [(one.description, one.is_blocked) for one in tally.missing_entries]
    assert [*((str(number), False) for number in range(PROBLEM_LIMIT - 1)), ("Printer", True)] == listed
    assert PROBLEM_LIMIT + 3 == tally.counted["missing"]


def test_what_a_later_file_lacks_is_listed_by_day_after_what_this_one_lacks_and_cut():
    tally = Tally()
    tally.miss(JANUARY, OF_MAX, removed=False, is_blocked=False)
    tally.miss_later({missing_entry(JANUARY, one) for one in (NEXT_DAY, PRINTER)}, "later")

    listed = [(one.description, one.not_in) for one in tally.missing_entries]
    assert [("Server", None), ("Printer", "later"), ("Phone", "later")] == listed
    assert 3 == tally.counted["missing"]

    tally.miss_later({missing_entry(JANUARY, MAIL._replace(seconds=n)) for n in range(PROBLEM_LIMIT)}, "last")

    assert (PROBLEM_LIMIT, PROBLEM_LIMIT + 3) == (len(tally.missing_entries), tally.counted["missing"])
