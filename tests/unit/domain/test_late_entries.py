"""What is posted for a closed cycle, by table: frozen, posted so far, reported now → posted from now on."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.accounting import used_seconds
from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.calendar import periods_between
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.cycle import LatePosting
from chalicelib.domain.entry import LATE_AS_WORKED, Entry, Pool
from chalicelib.domain.late_entries import counts_change, departs, post_late_entries, with_postings
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import close
from chalicelib.domain.terms import RoundingLevel
from tests.builders import day, entry, hours, ledger, retainer, rounding, terms

JAN, FEB, MAR = day("2026-01-01"), day("2026-02-01"), day("2026-03-01")
ON = "2026-01-20"
QUARTERS = rounding("0:15")
PER_DAY = rounding("0:15", level=RoundingLevel.DAY)
NIGHTS = rounding(multipliers={"night": "1.5"})
PLAIN = rounding()


def support(rounded=PLAIN):
    return retainer(terms(rounded=rounded))


def closed(of, *entries, postings=()):
    """January with this work, closed, and what was posted for it since."""
    stored = ledger("2026-01-01", entries)
    [period] = periods_between(of, JAN, JAN)
    made, _ = close(stored, settle(of, period, stored, CarryForward(), FEB), datetime(2026, 2, 4, tzinfo=UTC))
    return replace(made, late_postings=tuple(postings))


def posted(seconds, to=FEB, *, worker="Ada Byron", accounted=True):
    return LatePosting(worker.casefold(), worker, day(ON), hours(seconds), to, is_accounted=accounted)


def work(duration, work_type=None, **more):
    return entry(ON, duration, work_type=work_type, **more)


def amounts(postings):
    return [(one.posted_to, one.seconds) for one in postings]


def post(of, before, *reported, to=FEB, closed_before=FEB, settled_before=None, **aliases):
    position = ClosingPosition(closed_before, settled_before=settled_before)
    return post_late_entries(of, before, reported, position, to, **aliases)


@pytest.mark.parametrize(
    ("rounded", "frozen", "reported", "expected"),
    [
        (PLAIN, ["7:00"], ["8:30"], "1:30"),
        (PLAIN, ["7:00"], ["5:30"], "-1:30"),
        (PLAIN, [], ["2:00"], "2:00"),
        (PLAIN, ["2:00"], [], "-2:00"),
        (QUARTERS, ["0:50"], ["0:55"], None),
        (QUARTERS, ["0:50"], ["1:01"], "0:15"),
        (QUARTERS, ["0:50"], ["0:50", "0:01"], "0:15"),
        (PER_DAY, ["0:50"], ["0:50", "0:05"], None),
        (PER_DAY, ["0:50", "0:20"], ["0:50"], "-0:15"),
        (PLAIN, ["7:00", "-0:30"], ["7:00"], "0:30"),
        (NIGHTS, ["1:00"], ["1:00 night"], "0:30"),
        (NIGHTS, ["1:00 night"], [], "-1:30"),
        (NIGHTS, ["1:00 night"], ["2:00 night"], "1:30"),
        (NIGHTS, ["1:00"], ["1:00", "-0:30 night"], "-0:45"),
        (rounding("0:15", multipliers={"night": "1.5"}), ["0:10 night"], ["0:20 night"], "0:22:30"),
    ],
)
def test_the_difference_is_one_of_accounted_time_by_the_terms_of_the_day(rounded, frozen, reported, expected):
    of = support(rounded)
    before = closed(of, *(work(*one.split(" ")) for one in frozen))

    made = post(of, before, *(work(*one.split(" ")) for one in reported))

    wanted = [] if expected is None else [(FEB, hours(expected))]
    assert (wanted, wanted) == (amounts(made.postings), amounts(made.changed))
    assert all(one.is_accounted for one in made.postings)


@pytest.mark.parametrize("pool", [Pool.PROJECT, Pool.EXCLUDED])
def test_work_that_draws_no_hours_is_never_posted(pool):
    of = support()
    assert () == post(of, closed(of), work("2:00", pool=pool)).postings
    moved = post(of, closed(of, work("2:00")), work("2:00", pool=pool))
    assert [(FEB, -hours("2"))] == amounts(moved.postings)


@pytest.mark.parametrize(
    ("standing", "to", "closed_before", "reported", "expected"),
    [
        # replaced, never stacked
        ([("1:30", FEB)], FEB, FEB, "7:15", [("0:15", FEB)]),
        ([("1:30", FEB)], FEB, FEB, "7:00", []),
        # a posting to a cycle that has closed stays, the rest goes to the open one
        ([("1:30", FEB)], MAR, MAR, "8:00", [("1:30", FEB), ("-0:30", MAR)]),
        # a settling cycle keeps what is posted to it
        ([("1:30", FEB)], MAR, FEB, "9:00", [("2:00", FEB)]),
        # today's choice decides about what is newly reported
        ([("1:30", None)], FEB, FEB, "9:00", [("0:30", FEB), ("1:30", None)]),
        ([("1:30", FEB)], None, FEB, "9:00", [("1:30", FEB), ("0:30", None)]),
        # and what is taken back was posted or written off before
        ([("1:30", None)], FEB, FEB, "7:30", [("0:30", None)]),
        ([("1:30", FEB)], None, FEB, "7:30", [("0:30", FEB)]),
        ([("1:30", None)], FEB, FEB, "6:00", [("-1:00", FEB)]),
        ([("1:30", FEB), ("0:30", None)], None, FEB, "7:00", []),
        ([("-1:00", None)], FEB, FEB, "6:30", [("-0:30", None)]),
        ([("-0:30", None)], FEB, FEB, "7:30", [("0:30", FEB)]),
        # what is posted already stays as it is
        ([("1:30", FEB), ("0:30", MAR)], MAR, MAR, "9:00", [("1:30", FEB), ("0:30", MAR)]),
    ],
)
def test_a_later_export_replaces_what_was_posted(standing, to, closed_before, reported, expected):
    of = support()
    before = closed(of, work("7:00"), postings=[posted(*one) for one in standing])
    before = replace(before, reported_since_close=(work("7:01"),))

    made = post(of, before, work(reported), to=to, closed_before=closed_before)

    def by_place(found):
        return sorted(found, key=str)

    assert by_place((target, hours(text)) for text, target in expected) == by_place(amounts(made.postings))


def test_a_day_that_is_reported_as_before_keeps_its_postings_whatever_the_terms_say():
    of = support()
    before = closed(of, work("7:00"), entry("2026-01-21", "1:00"), postings=[posted("1:30", None)])
    before = replace(before, reported_since_close=(work("8:30"), entry("2026-01-21", "1:00")))

    made = post(support(QUARTERS), before, work("8:30"), entry("2026-01-21", "1:10"))

    assert [(None, hours("1:30")), (FEB, hours("0:15"))] == amounts(made.postings)


def test_late_work_before_an_opening_balance_is_written_off():
    of = support()
    made = post(of, closed(of, work("7:00")), work("8:00"), to=FEB, settled_before=FEB)
    assert [(None, hours("1"))] == amounts(made.postings)


def test_what_release_0_1_posted_as_worked_time_counts_as_the_other_cycle_accounted_it():
    of = support(QUARTERS)
    old = posted("0:05", FEB, accounted=False)
    before = closed(of, work("1:00"), postings=[old])

    assert [(FEB, hours("0:05")), (MAR, hours("0:30"))] == amounts(
        post(of, before, work("1:35"), to=MAR, closed_before=MAR).postings
    )
    assert [(FEB, hours("0:45"))] == amounts(post(of, before, work("1:35")).postings)
    assert [(FEB, hours("0:05"))] == amounts(post(of, before, work("1:05")).postings)


def test_a_posting_follows_a_worker_who_was_renamed_since():
    of = support()
    renamed = Aliases(workers=(Renamed("Ada Lovelace", ("Ada Byron",)),))
    before = closed(of, work("7:00"), postings=[posted("1:00")])

    made = post(of, before, work("7:30", worker="Ada Lovelace"), aliases=renamed)

    assert [("ada lovelace", hours("0:30"))] == [(one.worker, one.seconds) for one in made.postings]
    target = replace(ledger("2026-02-01"), entries=with_postings(ledger("2026-02-01"), before.id, before.late_postings))
    assert [hours("0:30")] == [one.seconds for one in with_postings(target, before.id, made.changed)]


def test_the_postings_of_a_worker_under_two_names_become_one():
    renamed = Aliases(workers=(Renamed("Ada Lovelace", ("Ada Byron",)),))
    both = [posted("1:00"), posted("0:30", worker="Ada Lovelace")]
    before = replace(closed(support(), work("7:00"), postings=both), reported_since_close=(work("8:30"),))

    made = post(support(), before, work("9:00"), aliases=renamed)

    assert [(FEB, hours("2:00"))] == amounts(made.postings)
    assert [("ada byron", 0), ("ada lovelace", hours("2:00"))] == [(one.worker, one.seconds) for one in made.changed]


def test_a_worker_s_day_under_two_names_is_rounded_once():
    renamed = Aliases(workers=(Renamed("Ada Lovelace", ("Ada Byron",)),))
    of = support(PER_DAY)

    made = post(of, closed(of), work("0:05"), work("0:05", worker="Ada Lovelace"), aliases=renamed)

    assert [(FEB, hours("0:15"))] == amounts(made.postings)


def test_a_worker_of_whom_nothing_is_left_takes_back_what_was_posted():
    before = replace(closed(support(), postings=[posted("2:00")]), reported_since_close=(work("2:00"),))

    made = post(support(), before)

    assert ([], [("Ada Byron", 0)]) == (amounts(made.postings), [(one.name, one.seconds) for one in made.changed])


def test_postings_of_several_closed_cycles_stand_side_by_side_each_naming_its_day():
    first = ledger("2026-03-01", with_postings(ledger("2026-03-01"), closed(support()).id, [posted("1:00", MAR)]))
    both = with_postings(first, ledger("2026-02-01").id, [posted("0:30", MAR)])

    assert [(hours("1:00"), day(ON)), (hours("0:30"), day(ON))] == [(one.seconds, one.worked_on) for one in both]


def test_a_posted_entry_is_not_rounded_again_and_one_of_release_0_1_still_is():
    of = support(QUARTERS)
    new = with_postings(ledger("2026-02-01"), closed(of).id, [posted("0:05")])
    old = [one._replace(source=LATE_AS_WORKED) for one in new]

    assert (hours("0:05"), hours("0:15")) == (used_seconds(of, new), used_seconds(of, old))


def test_a_posting_replaces_that_of_release_0_1_in_its_cycle():
    of = support()
    target = ledger("2026-02-01", with_postings(ledger("2026-02-01"), closed(of).id, [posted("1:00", accounted=False)]))

    entries = with_postings(target, closed(of).id, [posted("1:30")])

    assert [hours("1:30")] == [one.seconds for one in entries]
    assert all(isinstance(one, Entry) for one in entries)


@pytest.mark.parametrize(
    ("frozen", "was", "now", "expected"),
    [
        ("7:00", "7:00", "7:00", False),
        ("7:00", "7:00 1:00", "7:00", False),  # what came after the close goes
        ("7:00", "7:00", "", True),  # what the closed cycle counts goes
        ("7:00 7:00", "7:00 7:00", "7:00", True),
        ("7:00", "7:00 7:00", "7:00", False),
        ("7:30", "7:30", "7:00", True),  # an edit that it counts is taken back
        ("7:00", "7:30", "7:00", False),  # one that came after the close
        ("7:00", "", "7:00", False),  # a deletion after the close
        ("", "", "7:00", True),  # one that the closed cycle knows
    ],
)
def test_reports_depart_from_a_closed_cycle_where_it_counts_what_goes_or_left_out_what_comes(
    frozen, was, now, expected
):
    of = support()
    before = closed(of, *map(work, frozen.split()))
    before = replace(before, reported_since_close=tuple(map(work, was.split())))
    after = replace(before, reported_since_close=tuple(map(work, now.split())))

    assert expected == departs(before, after, ClosingPosition(FEB))


@pytest.mark.parametrize(
    ("frozen", "before", "after", "expected"),
    [
        ("1:00", "", "1:00", True),  # it brought what is counted
        ("", "", "1:00", False),  # what came after the close
        ("1:00 1:00", "1:00", "1:00 1:00", True),
        ("1:00", "1:00", "1:00 1:00", False),
        ("", "1:00", "", True),  # it took away what is therefore not counted
        ("1:00", "1:00", "", False),  # after the close
        ("1:00", "1:00 1:00", "1:00", True),
        ("1:00", "1:00", "1:00", False),  # it only repeated
        ("1:00 1:00", "1:00", "1:00", False),
        ("", "1:00", "1:00", False),
        ("2:00", "1:00", "2:00", True),  # an edit that is counted
        ("1:00", "1:00", "2:00", False),
    ],
)
def test_a_closed_cycle_counts_what_an_import_changed_if_it_has_what_came_or_lacks_what_went(
    frozen, before, after, expected
):
    cycle = closed(support(), *map(work, frozen.split()))

    assert expected == counts_change(cycle, *([*map(work, one.split())] for one in (before, after)))


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (["1:00", MAR], [], False),  # what is posted to an open cycle is taken back
        ([], ["-0:30", MAR], True),  # what a closed cycle counts would be
        (["1:00", MAR], ["0:30", MAR], False),
        (["1:00", MAR], ["1:00", MAR], False),
        (["1:00", MAR], ["-1:30", MAR], True),
    ],
)
def test_reports_depart_from_what_was_posted_to_a_cycle_that_has_closed_too(was, now, expected):
    before = closed(support(), work("7:00"))
    final = posted("1:00", FEB)
    before, after = (
        replace(before, reported_since_close=(work(length),), late_postings=(final, *([posted(*one)] if one else [])))
        for length, one in (("8:00", was), ("8:30", now))
    )
    assert expected == departs(before, after, ClosingPosition(MAR))
