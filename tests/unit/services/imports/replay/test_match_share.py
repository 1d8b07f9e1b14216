"""A client's rows of a file against what is counted: what is removed, kept and tallied, by table."""

from datetime import date
from itertools import count

import pytest

from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import CycleId
from chalicelib.domain.zone_shift import ZoneOffset
from chalicelib.services.imports.replay.match_share import MatchedShare, Share, Tally, missing_entry
from chalicelib.services.store.import_record import PROBLEM_LIMIT, StartEdit
from tests.builders import ACME_SUPPORT, entry
from tests.import_rig import book

JANUARY, FEBRUARY, MARCH = (CycleId(ACME_SUPPORT, date(2026, month, 1)) for month in (1, 2, 3))
FIFTH = date(2026, 1, 5)
MAIL = entry("2026-01-05", "1:00", description="Mail")
PRINTER = entry("2026-01-05", "2:00", description="Printer")
OF_MAX = entry("2026-01-05", "3:00", "Max Planck", description="Server")
NEXT_DAY = entry("2026-01-06", "4:00", description="Phone")


def matched(counted, rows, *, scope=(JANUARY, FEBRUARY, MARCH), blocked=(), complete=False, **more):
    """The cycles that change, with their entries, and the tally; `counted` and `rows` by cycle.

    The rows are in line 2 and so on.
    """
    acme = book()
    share = Share(acme, acme.retainers, blocked=set(blocked))
    lines = count(2)
    for cycle, entries in rows.items():
        for one in entries:
            share.rows_by_cycle.add(cycle, one)
            share.lines[cycle].append(next(lines))
    found = MatchedShare(share, scope, lambda cycle: counted.get(cycle, ()), complete=complete, **more)
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


def test_a_likely_edit_takes_the_place_of_another_one_only_if_the_list_is_full():
    tally = Tally()
    for number in range(PROBLEM_LIMIT - 1):
        tally.miss(JANUARY, MAIL._replace(description=str(number)), removed=False, is_blocked=False)
    for edited in (PRINTER, OF_MAX):
        tally.miss(JANUARY, edited, removed=False, is_blocked=False, edit=StartEdit(2, 9 * 3600, 10 * 3600))

    listed = [one.description for one in tally.missing_entries]
    assert ["Printer", "Server", *map(str, range(PROBLEM_LIMIT - 2))] == listed


def test_what_a_later_file_lacks_is_listed_by_day_after_what_this_one_lacks_and_cut():
    tally = Tally()
    tally.miss(JANUARY, OF_MAX, removed=False, is_blocked=False)
    tally.miss_later({missing_entry(JANUARY, one) for one in (NEXT_DAY, PRINTER)}, "later")

    listed = [(one.description, one.not_in) for one in tally.missing_entries]
    assert [("Server", None), ("Printer", "later"), ("Phone", "later")] == listed
    assert 3 == tally.counted["missing"]

    tally.miss_later({missing_entry(JANUARY, MAIL._replace(seconds=n)) for n in range(PROBLEM_LIMIT)}, "last")

    assert (PROBLEM_LIMIT, PROBLEM_LIMIT + 3) == (len(tally.missing_entries), tally.counted["missing"])


NINE, TEN, ELEVEN = (MAIL._replace(start=hour * 3600) for hour in (9, 10, 11))


def edits_of(tally):
    return [(one.description, one.edit, one.removed) for one in tally.missing_entries]


@pytest.mark.parametrize(
    ("given", "removed"),
    [
        ({}, False),
        ({"edits": ()}, True),
        ({"edits": (), "blocked": {("ada byron", FIFTH)}}, False),
        ({"complete": True}, True),
    ],
)
def test_an_entry_of_another_start_is_missing_as_a_likely_edit_and_goes_if_rows_are_taken_as_edits(given, removed):
    cycles, tally = matched({JANUARY: [NINE]}, {JANUARY: [NEXT_DAY, TEN]}, **given)

    assert {JANUARY: [*([] if removed else [NINE]), TEN, NEXT_DAY]} == cycles
    assert [("Mail", StartEdit(3, 9 * 3600, 10 * 3600), removed)] == edits_of(tally)
    assert {"new": 2, "missing": 1} == dict(tally.counted)


def test_what_is_no_likely_edit_stays_where_rows_are_taken_as_edits():
    cycles, tally = matched({JANUARY: [NINE, PRINTER]}, {JANUARY: [TEN]}, edits=())

    assert {JANUARY: [PRINTER, TEN]} == cycles
    assert [("Mail", StartEdit(2, 9 * 3600, 10 * 3600), True), ("Printer", None, False)] == edits_of(tally)


def test_each_of_two_edited_twins_is_an_edit_in_the_line_of_the_first():
    _, tally = matched({JANUARY: [NINE, NINE]}, {JANUARY: [TEN, TEN]})

    assert [("Mail", StartEdit(2, 9 * 3600, 10 * 3600), False)] * 2 == edits_of(tally)


def test_edits_have_the_lines_of_their_own_cycles():
    february = date(2026, 2, 5)
    old, new = (one._replace(date=february) for one in (NINE, ELEVEN))

    _, tally = matched({JANUARY: [NINE], FEBRUARY: [old]}, {JANUARY: [TEN], FEBRUARY: [new]})

    assert [StartEdit(2, 9 * 3600, 10 * 3600), StartEdit(3, 9 * 3600, 11 * 3600)] == [
        one.edit for one in tally.missing_entries
    ]


def test_a_start_at_midnight_may_be_edited_too():
    _, tally = matched({JANUARY: [MAIL._replace(start=0)]}, {JANUARY: [NINE]})
    _, back = matched({JANUARY: [NINE]}, {JANUARY: [MAIL._replace(start=0)]})

    assert [StartEdit(2, 0, 9 * 3600)] == [one.edit for one in tally.missing_entries]
    assert [StartEdit(2, 9 * 3600, 0)] == [one.edit for one in back.missing_entries]


def test_rows_replace_the_entries_that_are_apart_by_a_known_offset_within_a_cycle_and_across():
    late = NINE._replace(date=date(2026, 1, 31), start=20 * 3600)
    night = NINE._replace(date=date(2026, 2, 1), start=2 * 3600)
    by_six_hours = [ZoneOffset(FIFTH, 6 * 3600)]

    within, tally = matched({JANUARY: [NINE]}, {JANUARY: [MAIL._replace(start=15 * 3600)]}, edits=by_six_hours)
    across, _ = matched({JANUARY: [late]}, {FEBRUARY: [night]}, edits=by_six_hours)

    assert ({JANUARY: [MAIL._replace(start=15 * 3600)]}, {"changed": 1}) == (within, dict(tally.counted))
    assert {JANUARY: [], FEBRUARY: [night]} == across


def test_rows_replace_the_entries_at_a_known_offset_before_those_of_their_own_start():
    mail_at_10, printer_at_10 = TEN, PRINTER._replace(start=10 * 3600)

    _, tally = matched(
        {JANUARY: [NINE, printer_at_10]},
        {JANUARY: [mail_at_10, printer_at_10._replace(start=11 * 3600)]},
        edits=[ZoneOffset(FIFTH, 3600)],
    )

    assert {"changed": 2} == dict(tally.counted)


@pytest.mark.parametrize(("source", "missing"), [(None, 1), ("toggl", 1), ("clockify", 0)])
def test_an_entry_of_a_predecessor_is_not_missing(source, missing):
    cycles, tally = matched({JANUARY: [MAIL, PRINTER]}, {JANUARY: [MAIL]}, source=source, complete=True)

    assert {JANUARY: [MAIL] if missing else None} == cycles
    assert missing == tally.counted["missing"]


def test_a_file_says_something_about_its_zone_unless_the_offset_is_known_or_nothing_is_counted():
    rows = {JANUARY: [TEN, NEXT_DAY]}
    _, said = matched({JANUARY: [NINE]}, rows)
    _, edited = matched({JANUARY: [NINE]}, rows, edits=())
    _, known = matched({JANUARY: [NINE]}, rows, edits=[ZoneOffset(FIFTH, 6 * 3600)])
    _, first = matched({}, rows)

    assert (FIFTH, NEXT_DAY.date, [NINE], [TEN]) == (
        *(said.zone.first, said.zone.last),
        *([one.entry for one in heap] for heap in (said.zone.old, said.zone.new)),
    )
    assert [True, False, False] == [one.zone is not None for one in (edited, known, first)]


def test_likely_edits_are_listed_first_and_what_is_blocked_stays_last():
    tally, edit = Tally(), StartEdit(2, 9 * 3600, 10 * 3600)
    for number in range(PROBLEM_LIMIT):
        tally.miss(JANUARY, MAIL._replace(description=str(number)), removed=False, is_blocked=False)
    for name in ("a", "b"):
        tally.miss(JANUARY, MAIL._replace(description=name), removed=False, is_blocked=False, edit=edit)

    numbers = list(map(str, range(PROBLEM_LIMIT - 2)))
    assert ["a", "b", *numbers] == [one.description for one in tally.missing_entries]

    tally.miss(JANUARY, PRINTER, removed=False, is_blocked=True)
    tally.miss(JANUARY, MAIL._replace(description="c"), removed=False, is_blocked=False, edit=edit)

    assert ["a", "b", "c", *numbers[:-2], "Printer"] == [one.description for one in tally.missing_entries]
    assert PROBLEM_LIMIT + 4 == tally.counted["missing"]
