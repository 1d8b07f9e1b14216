"""The same entry? One to one, over the columns that both files had, and never at the cost of other work."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry import Pool
from chalicelib.domain.entry_content import Workers, filled, stable_key
from chalicelib.domain.ids import CycleId, RetainerId, RetainerSlug
from chalicelib.domain.match_table import Outcome, Placed
from chalicelib.domain.reconcile import likely_edits, match_cycle, match_leftovers
from tests.builders import ACME_SUPPORT, entry

ADVISORY = CycleId(RetainerId(ACME_SUPPORT.client, RetainerSlug("advisory")), date(2026, 1, 1))
JANUARY = CycleId(ACME_SUPPORT, date(2026, 1, 1))
FEBRUARY = CycleId(ACME_SUPPORT, date(2026, 2, 1))


def outcomes(old, new):
    """The outcomes of a file's rows in one cycle, with what is left over on either side."""
    workers = Workers()
    workers.learn([*old, *new])
    matching = match_cycle(JANUARY, old, new, workers)
    pairs = [Outcome.UNCHANGED] * len(matching.same) + [pair.outcome for pair in matching.pairs]
    return sorted(pairs), len(matching.old_left), len(matching.new_left)


def across(old, new, first="2026-01-01", last="2026-01-31"):
    return match_leftovers(old, new, date.fromisoformat(first), date.fromisoformat(last), Workers())


def test_the_same_rows_are_unchanged_and_nothing_is_left():
    rows = [entry("2026-01-05", "1:00", description="Mail"), entry("2026-01-06", "2:00", description="Print")]

    assert ([Outcome.UNCHANGED] * 2, 0, 0) == outcomes(rows, rows[::-1])


def test_two_identical_rows_count_twice():
    twin = entry("2026-01-05", "2:00", description="Training")

    assert ([Outcome.UNCHANGED], 0, 1) == outcomes([twin], [twin, twin])
    assert ([Outcome.UNCHANGED], 1, 0) == outcomes([twin, twin], [twin])


def test_the_billable_flag_is_not_a_change_and_the_amounts_are_not_even_read():
    assert ([Outcome.UNCHANGED], 0, 0) == outcomes(
        [entry("2026-01-05", "1:00", billable=True)], [entry("2026-01-05", "1:00", billable=False)]
    )


def test_a_column_that_one_file_lacks_is_not_compared_and_its_value_is_kept():
    full = entry("2026-01-05", "1:00", start="9:00", description="Mail", task="Support", tags=("a",))
    lean = entry("2026-01-05", "1:00", start="9:00", description="Mail")

    matching = match_cycle(JANUARY, [full], [lean], Workers())

    [pair] = matching.pairs
    assert (Outcome.UNCHANGED, full) == (pair.outcome, pair.result)


def test_a_file_without_the_project_keeps_the_pool_that_a_rule_chose_by_it():
    full = entry(
        "2026-01-05", "1:00", description="Mail", project="Migration", pool=Pool.PROJECT, reason="Billed apart"
    )
    lean = entry("2026-01-05", "1:00", description="Mail")

    [pair] = match_cycle(JANUARY, [full], [lean], Workers()).pairs

    assert (Outcome.UNCHANGED, full) == (pair.outcome, pair.result)


def test_a_file_with_more_columns_completes_the_counted_entry():
    lean = entry("2026-01-05", "1:00", description="Mail")
    full = entry("2026-01-05", "1:00", description="Mail", task="Support")

    [pair] = match_cycle(JANUARY, [lean], [full], Workers()).pairs

    assert (Outcome.UNCHANGED, "Support") == (pair.outcome, pair.result.task)


def test_a_row_without_a_start_is_paired_with_an_entry_without_one_before_a_timed_one():
    timed = entry("2026-01-05", "1:00", start="9:00", description="Mail", billable=True)
    untimed = timed._replace(start=None)

    [pair] = match_cycle(JANUARY, [timed, untimed], [untimed._replace(billable=False)], Workers()).pairs

    assert untimed == pair.old.entry


def test_an_id_recognises_an_entry_that_has_nothing_else_in_common():
    old = entry("2026-01-05", "1:00", "Ada Byron", source_id="17", description="Mail")
    new = entry("2026-01-20", "3:00", "Max Planck", source_id="17", description="Server")

    assert ([Outcome.CHANGED], 0, 0) == outcomes([old], [new])


def test_two_ids_are_two_entries_however_similar():
    one = entry("2026-01-05", "1:00", source_id="17", description="Mail", start="9:00")
    other = one._replace(source_id="18")

    assert ([], 1, 1) == outcomes([one], [other])


def test_an_id_is_taken_from_a_later_file():
    old = entry("2026-01-05", "1:00", description="Mail")
    new = entry("2026-01-05", "1:00", description="Mail", source_id="17")

    [pair] = match_cycle(JANUARY, [old], [new], Workers()).pairs

    assert (Outcome.UNCHANGED, "17") == (pair.outcome, pair.result.source_id)


def test_the_same_start_on_the_same_day_is_the_same_work_edited():
    old = entry("2026-01-05", "1:00", start="9:00", description="Mail", project="Desk")
    new = entry("2026-01-05", "1:30", start="9:00", description="Mail and phone", project="Network")

    assert ([Outcome.CHANGED], 0, 0) == outcomes([old], [new])


def test_among_rows_with_one_start_the_most_similar_are_paired():
    mail, server = (entry("2026-01-05", "1:00", start="9:00", description=text) for text in ("Mail", "Server"))
    longer_mail, longer_server = mail._replace(seconds=5400), server._replace(seconds=7200)

    pairs = match_cycle(JANUARY, [mail, server], [longer_server, longer_mail], Workers()).pairs

    assert {("Mail", "Mail"), ("Server", "Server")} == {
        (pair.old.entry.description, pair.new.entry.description) for pair in pairs
    }


@pytest.mark.parametrize("start", [None, "9:00"])
def test_without_a_start_on_both_sides_the_same_text_is_the_same_work_edited(start):
    old = entry("2026-01-05", "1:00", description="Mail", task="Support", project="Desk")
    new = entry("2026-01-05", "1:30", description="Mail", task="Support", project="Desk", start=start)

    assert ([Outcome.CHANGED], 0, 0) == outcomes([old], [new])


def test_where_both_have_a_start_the_same_text_at_another_time_is_other_work():
    """A filtered export of the second Standup: taken for an edit of the first one, 3 h would become 2 h."""
    early = entry("2026-01-05", "1:00", start="9:00", description="Standup", project="Desk")
    late = entry("2026-01-05", "2:00", start="16:00", description="Standup", project="Desk")

    assert ([], 1, 1) == outcomes([early], [late])
    assert () == tuple(across([Placed(JANUARY, early)], [Placed(JANUARY, late)]).pairs)


def test_an_export_of_one_project_never_displaces_another_project_s_work():
    desk = entry("2026-01-05", "1:00", description="Standup", project="Desk")
    network = entry("2026-01-05", "0:30", description="Standup", project="Network")

    assert ([], 1, 1) == outcomes([desk], [network])


@pytest.mark.parametrize(
    ("counted_at", "reported_at", "is_same"),
    [(None, None, True), ("9:00", None, True), (None, "9:00", True), ("9:00", "9:00", True), ("9:00", "14:00", False)],
)
def test_the_same_words_are_the_same_work_unless_both_sides_have_a_start_of_their_own(counted_at, reported_at, is_same):
    old = entry("2026-01-05", "1:00", start=counted_at, description="Standup", project="Desk")
    new = entry("2026-01-05", "2:00", start=reported_at, description="Standup", project="Desk")

    assert (([Outcome.CHANGED], 0, 0) if is_same else ([], 1, 1)) == outcomes([old], [new])
    assert ([(old, new)] if is_same else []) == [
        (pair.old.entry, pair.new.entry) for pair in across([Placed(JANUARY, old)], [Placed(JANUARY, new)]).pairs
    ]


def test_another_worker_s_row_is_another_row():
    assert ([], 1, 1) == outcomes(
        [entry("2026-01-05", "1:00", "Ada Byron", start="9:00")],
        [entry("2026-01-05", "1:00", "Max Planck", start="9:00")],
    )


def test_names_that_differ_by_case_and_the_address_in_the_row_are_one_worker():
    old = entry("2026-01-05", "1:00", "Ada Byron", email="ada@example.com", description="Mail")

    assert ([Outcome.UNCHANGED], 0, 0) == outcomes(
        [old], [entry("2026-01-05", "1:00", "ADA BYRON", description="Mail")]
    )
    assert ([Outcome.UNCHANGED], 0, 0) == outcomes(
        [old], [entry("2026-01-05", "1:00", "ada@example.com", description="Mail")]
    )


def test_a_rule_that_now_puts_a_row_into_another_pool_is_a_change():
    old = entry("2026-01-05", "1:00", description="Mail", project="Migration")
    new = old._replace(pool="project")

    assert ([Outcome.CHANGED], 0, 0) == outcomes([old], [new])


def test_a_row_moved_to_another_day_across_the_end_of_a_cycle_is_recognised():
    old = Placed(JANUARY, entry("2026-01-31", "1:00", description="Mail"))
    new = Placed(FEBRUARY, entry("2026-02-01", "1:00", description="Mail"))

    matching = across([old], [new], last="2026-02-28")

    assert [(old, new, Outcome.MOVED)] == [pair[:3] for pair in matching.pairs]


def test_a_day_outside_the_file_has_not_moved_into_it():
    old = Placed(JANUARY, entry("2026-01-31", "1:00", description="Mail"))
    new = Placed(FEBRUARY, entry("2026-02-01", "1:00", description="Mail"))

    assert [] == across([old], [new], first="2026-02-01", last="2026-02-28").pairs


def test_with_two_candidates_nothing_counts_as_moved():
    old = [Placed(JANUARY, entry(f"2026-01-0{day}", "1:00", description="Standup")) for day in (5, 6)]
    new = [Placed(JANUARY, entry("2026-01-07", "1:00", description="Standup"))]

    assert [] == across(old, new).pairs


def test_two_rows_that_went_to_two_days_do_not_count_as_moved():
    old = [Placed(JANUARY, entry(f"2026-01-0{day}", "1:00", description="Standup")) for day in (5, 6)]
    new = [Placed(JANUARY, entry(f"2026-01-0{day}", "1:00", description="Standup")) for day in (7, 8)]

    assert [] == across(old, new).pairs


def test_a_row_moved_to_another_retainer_is_recognised_although_nothing_in_it_differs():
    old = Placed(JANUARY, entry("2026-01-05", "1:00", description="Mail", project="Desk"))
    new = Placed(ADVISORY, old.entry)

    assert [(old, new, Outcome.MOVED)] == [pair[:3] for pair in across([old], [new]).pairs]


def test_identical_twins_move_together():
    old = [Placed(JANUARY, entry("2026-01-05", "1:00", description="Mail", project="Desk"))] * 2
    new = [Placed(JANUARY, entry("2026-01-05", "1:00", description="Mail", project="Help desk"))] * 2

    assert [Outcome.MOVED] * 2 == [pair.outcome for pair in across(old, new).pairs]


_ROWS = st.lists(
    st.builds(
        entry,
        st.sampled_from(["2026-01-05", "2026-01-06"]),
        st.sampled_from(["1:00", "2:00"]),
        st.sampled_from(["Ada Byron", "Max Planck"]),
        start=st.sampled_from([None, "9:00", "10:00"]),
        project=st.sampled_from([None, "", "Desk"]),
        description=st.sampled_from([None, "", "Mail"]),
        source_id=st.sampled_from([None, None, "17"]),
    ),
    max_size=7,
)


@given(old=_ROWS, new=_ROWS, random=st.randoms())
def test_every_row_has_one_partner_or_none_whatever_the_order_of_the_file(old, new, random):
    matching = match_cycle(JANUARY, old, new, Workers())
    shuffled_old, shuffled_new = random.sample(old, len(old)), random.sample(new, len(new))
    again = match_cycle(JANUARY, shuffled_old, shuffled_new, Workers())

    assert len(old) == len(matching.same) + len(matching.pairs) + len(matching.old_left)
    assert len(new) == len(matching.same) + len(matching.pairs) + len(matching.new_left)
    assert sorted(map(repr, matching.pairs)) == sorted(map(repr, again.pairs))
    assert sorted(map(repr, matching.new_left)) == sorted(map(repr, again.new_left))


@pytest.mark.parametrize("days", [("2026-01-05", "2026-01-06"), ("2026-01-06", "2026-01-05")])
def test_the_first_and_the_last_day_of_a_file_are_days_of_it(days):
    was, now = days

    [pair] = across(
        [Placed(JANUARY, entry(was, "1:00", description="Mail"))],
        [Placed(JANUARY, entry(now, "1:00", description="Mail"))],
        first="2026-01-05",
        last="2026-01-06",
    ).pairs

    assert Outcome.MOVED is pair.outcome


def test_twins_of_which_a_file_has_one_on_another_day_have_not_moved():
    twins = [Placed(JANUARY, entry("2026-01-05", "1:00", description="Standup"))] * 2
    one = [Placed(JANUARY, entry("2026-01-07", "1:00", description="Standup"))]

    assert [] == across(twins, one).pairs == across(one, twins).pairs


def test_of_two_entries_with_one_id_the_equal_one_is_the_same():
    short = entry("2026-01-05", "1:00", description="Mail", source_id="17", billable=True)
    long = short._replace(seconds=7200)

    for kept in (short, long):
        [pair] = match_cycle(JANUARY, [short, long], [kept._replace(billable=False)], Workers()).pairs
        assert (kept, Outcome.UNCHANGED) == (pair.old.entry, pair.outcome)


def test_of_entries_with_and_without_a_column_the_one_with_the_same_columns_is_paired():
    lean = entry("2026-01-05", "1:00", description="Mail", billable=True)
    full = lean._replace(task="Support")

    for row, expected in ((full, full), (lean, lean)):
        for old in ([lean, full], [full, lean]):
            [pair] = match_cycle(JANUARY, old, [row._replace(billable=False)], Workers()).pairs
            assert expected == pair.old.entry


def test_a_column_is_compared_between_two_entries_that_have_it_even_if_a_third_lacks_it():
    lean = entry("2026-01-05", "1:00", description="Print")
    mail = entry("2026-01-05", "1:00", description="Mail", task="Support")

    assert ([], 2, 1) == outcomes([lean, mail], [mail._replace(task="Advice")])


def test_a_file_that_names_nobody_is_compared_without_its_worker_and_one_with_addresses_by_them():
    of_ada = entry("2026-01-05", "1:00", "Ada Byron", description="Mail")

    [pair] = match_cycle(JANUARY, [of_ada], [of_ada._replace(worker="")], Workers()).pairs
    assert (Outcome.UNCHANGED, of_ada) == (pair.outcome, pair.result)
    assert ([], 1, 1) == outcomes([of_ada], [of_ada._replace(worker="", worker_email="max@example.com")])


def test_the_pool_is_taken_from_the_other_only_with_a_column_that_a_rule_looks_at():
    timed = entry("2026-01-05", "1:00", start="9:00", project="Desk", pool=Pool.PROJECT, reason="Billed apart")
    untimed = timed._replace(start=None, pool=Pool.RETAINER, pool_reason=None)

    assert timed._replace(pool=Pool.RETAINER, pool_reason=None) == filled(untimed, timed)
    assert timed == filled(untimed._replace(project=None), timed)


def test_an_entry_without_a_value_and_one_whose_value_reads_so_have_different_keys():
    assert stable_key(entry("2026-01-05", "1:00")) != stable_key(entry("2026-01-05", "1:00", description="None"))


def test_an_address_without_a_name_is_itself_and_a_row_without_either_is_nobody():
    unnamed = entry("2026-01-05", "1:00", "", email="Ada@example.com")
    workers = Workers()
    workers.learn([unnamed])

    assert ("ada@example.com", "") == (workers.key(unnamed), workers.key(unnamed._replace(worker_email=None)))


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<p>Fix &amp; test<br>done</p>", "Fix & test done"),
        ("use &amp;lt;br&amp;gt; twice", "use &lt;br&gt; twice"),
        ("e&#769;t&eacute;&nbsp;", "été"),
    ],
)
def test_text_that_an_older_release_kept_with_markup_is_the_same_text_and_becomes_plain(raw, plain):
    old, new = (entry("2026-01-05", "1:00", description=text, project=text, task=text) for text in (raw, plain))

    matching = match_cycle(JANUARY, [old], [new], Workers())

    [pair] = matching.pairs
    assert (Outcome.UNCHANGED, new) == (pair.outcome, pair.result)
    assert ([Outcome.UNCHANGED], 0, 0) == outcomes([new], [old])


def test_plain_text_never_gets_markup_again():
    old, new = (entry("2026-01-05", "1:00", description=text) for text in ("a & b", "a &amp; b"))

    [pair] = match_cycle(JANUARY, [old], [new], Workers()).pairs
    assert (Outcome.UNCHANGED, old) == (pair.outcome, pair.result)


MAIL_AT_9 = entry("2026-01-05", "1:00", start="9:00", description="Mail")
MAIL_AT_10 = MAIL_AT_9._replace(start=36_000)
EDITS = {
    "one to one": ([MAIL_AT_9], [MAIL_AT_10], 1),
    "twins on either side": ([MAIL_AT_9] * 2, [MAIL_AT_10] * 2, 2),
    "two old ones": ([MAIL_AT_9, MAIL_AT_9._replace(start=3600)], [MAIL_AT_10], 0),
    "two new ones": ([MAIL_AT_9], [MAIL_AT_10, MAIL_AT_10._replace(start=3600)], 0),
    "one of two twins": ([MAIL_AT_9] * 2, [MAIL_AT_10], 0),
    "another day": ([MAIL_AT_9], [MAIL_AT_10._replace(date=date(2026, 1, 6))], 0),
    "another worker": ([MAIL_AT_9], [MAIL_AT_10._replace(worker="Max Planck")], 0),
    "other hours": ([MAIL_AT_9], [MAIL_AT_10._replace(seconds=60)], 0),
    "other words": ([MAIL_AT_9], [MAIL_AT_10._replace(description="Mails")], 0),
    "a column that one lacks": ([MAIL_AT_9], [MAIL_AT_10._replace(ticket="T-1")], 1),
    "two ids": ([MAIL_AT_9._replace(source_id="1")], [MAIL_AT_10._replace(source_id="2")], 0),
}


@pytest.mark.parametrize(("old", "new", "count"), EDITS.values(), ids=EDITS)
def test_a_likely_edit_is_equal_but_for_its_start_without_any_doubt_which_it_is(old, new, count):
    placed = ([Placed(JANUARY, one) for one in heap] for heap in (old, new))

    assert [(MAIL_AT_9, new[0])] * count == [
        (pair.old.entry._replace(source_id=None), pair.new.entry) for pair in likely_edits(*placed, Workers())
    ]


DESK = entry("2026-01-05", "2:30", start="9:00", project="Desk", description="Mail")
AS_READ_BEFORE = DESK._replace(source="harvest", seconds=7200, start=None, description=None)
MISREAD = {
    "other hours": (AS_READ_BEFORE, True),
    "other hours, with its words": (AS_READ_BEFORE._replace(description="Mail", task="x"), True),
    "another day": (AS_READ_BEFORE._replace(date=date(2026, 1, 6)), False),
    "another project": (AS_READ_BEFORE._replace(project="Network"), False),
    "other words": (AS_READ_BEFORE._replace(description="Phone"), False),
    "nobody": (AS_READ_BEFORE._replace(worker=""), False),
    "the same source": (AS_READ_BEFORE._replace(source="toggl"), False),
}


@pytest.mark.parametrize(("old", "is_same"), MISREAD.values(), ids=MISREAD)
def test_hours_that_an_older_release_read_as_another_source_are_edited_where_all_else_is_the_same(old, is_same):
    assert (([Outcome.CHANGED], 0, 0) if is_same else ([], 1, 1)) == outcomes([old], [DESK])


def test_an_entry_of_a_predecessor_becomes_one_of_the_row_s_source_although_nothing_differs():
    lean = DESK._replace(start=None)

    [pair] = match_cycle(JANUARY, [DESK._replace(source="harvest")], [lean], Workers()).pairs

    assert (Outcome.UNCHANGED, DESK) == (pair.outcome, pair.result)


def test_an_entry_of_the_file_s_own_source_stays_beside_one_that_an_older_release_misread():
    own = AS_READ_BEFORE._replace(source="toggl")

    for old in ([own, AS_READ_BEFORE], [AS_READ_BEFORE, own]):
        matching = match_cycle(JANUARY, old, [DESK], Workers())

        assert ([AS_READ_BEFORE], [own]) == (
            [pair.old.entry for pair in matching.pairs],
            [placed.entry for placed in matching.old_left],
        )
