"""Of very many entries without a match, only those are compared across cycles that may match."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.entry import Entry
from chalicelib.domain.entry_content import Workers
from chalicelib.domain.ids import CycleId
from chalicelib.domain.match_table import Matching, Placed
from chalicelib.domain.reconcile import match_leftovers
from chalicelib.services.imports.replay.unmatched import TooMuchChangedError, Unmatched
from tests.builders import ACME_SUPPORT, entry
from tests.effort import tries

JANUARY, FEBRUARY = (CycleId(ACME_SUPPORT, date(2026, month, 1)) for month in (1, 2))
MAIL = entry("2026-01-05", "1:00", description="Mail", project="Web")
UNLIKE = entry("2026-01-07", "2:00", "Bo Ek", description="Desk")

left = st.lists(
    st.builds(
        Placed,
        st.sampled_from([JANUARY, FEBRUARY]),
        st.builds(
            Entry,
            source=st.just("toggl"),
            source_id=st.sampled_from([None, None, "1", "2"]),
            worker=st.sampled_from(["Ada Byron", "ada byron", ""]),
            worker_email=st.sampled_from([None, "ada@example.com"]),
            date=st.dates(date(2026, 1, 30), date(2026, 2, 2)),
            start=st.sampled_from([None, 32400]),
            seconds=st.sampled_from([3600, 7200]),
            project=st.sampled_from([None, "Web", "Mobile"]),
            description=st.sampled_from([None, "Mail"]),
        ),
    ),
    max_size=6,
)


def unmatched(old, new, **limits):
    found = Unmatched(**limits)
    for cycle in (JANUARY, FEBRUARY):
        sides = ([placed for placed in side if placed.cycle == cycle] for side in (old, new))
        found.add(cycle, Matching((), (), *sides))
    return found


@settings(max_examples=tries(200), deadline=None)
@given(left, left)
def test_however_few_fit_into_memory_the_same_entries_are_paired(old, new):
    workers = Workers()
    workers.learn([placed.entry for placed in (*old, *new)])

    def pairs(in_memory):
        candidates = unmatched(old, new, in_memory=in_memory).candidates(workers)
        return match_leftovers(*candidates, date(2026, 1, 31), date(2026, 2, 1), workers).pairs

    assert pairs(12) == pairs(0)


@pytest.mark.parametrize(
    ("row", "is_candidate"),
    [
        (MAIL, True),
        (MAIL._replace(project="Mobile"), True),
        (MAIL._replace(date=date(2026, 1, 6)), True),
        (MAIL._replace(description="Desk"), True),  # the same worker's day
        (MAIL._replace(date=date(2026, 1, 6), description="Desk"), False),
        (MAIL._replace(date=date(2026, 1, 6), project="Mobile"), False),
        (MAIL._replace(worker="Bo Ek"), False),
        (MAIL._replace(worker="", project="Mobile"), True),
        (MAIL._replace(worker="", project="Mobile", description="Desk"), False),
        (UNLIKE._replace(source_id="1"), False),
    ],
)
def test_what_shares_neither_an_id_nor_the_content_but_for_one_column_nor_the_day_is_left_out(row, is_candidate):
    old, new = unmatched([Placed(JANUARY, MAIL)], [Placed(JANUARY, row)], in_memory=1).candidates(Workers())

    assert is_candidate == (old == [Placed(JANUARY, MAIL)]) == (new == [Placed(JANUARY, row)])


def test_an_id_leads_to_its_entry_whatever_else_differs():
    old, new = Placed(JANUARY, MAIL._replace(source_id="1")), Placed(FEBRUARY, UNLIKE._replace(source_id="1"))

    assert ([old], [new]) == unmatched([old], [new], in_memory=1).candidates(Workers())


def test_while_all_fit_into_memory_all_are_candidates():
    old, new = Placed(JANUARY, MAIL), Placed(JANUARY, UNLIKE)

    assert ([old], [new]) == unmatched([old], [new], in_memory=2).candidates(Workers())
    assert ([], []) == unmatched([old], [new], in_memory=1).candidates(Workers())
    later = Placed(FEBRUARY, MAIL)
    assert ([old, later], [new]) == unmatched([old, later], [new], in_memory=3).candidates(Workers())
    assert ([], []) == unmatched([old, Placed(FEBRUARY, MAIL)], [new], in_memory=2).candidates(Workers())


@pytest.mark.parametrize("many", ["counted", "rows"])
def test_more_candidates_than_can_be_compared_are_refused(many):
    one, several = [Placed(JANUARY, MAIL)], [Placed(JANUARY, MAIL)] * 3
    sides = (several, one) if many == "counted" else (one, several)

    assert sides == unmatched(*sides, in_memory=0, most=3).candidates(Workers())
    with pytest.raises(TooMuchChangedError):
        unmatched(*sides, in_memory=0, most=2).candidates(Workers())
