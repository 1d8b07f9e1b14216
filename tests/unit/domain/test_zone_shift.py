"""An export in another time zone is known by its starts: all are apart from the counted ones by one offset."""

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.entry_content import Workers
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.match_table import Matching, Outcome, Placed
from chalicelib.domain.reconcile import match_cycle, match_leftovers
from chalicelib.domain.zone_shift import ShiftEvidence, ZoneOffset, find_shift, moment, moved_by
from tests.builders import ACME_SUPPORT, entry

OCTOBER = CycleId(ACME_SUPPORT, date(2026, 10, 1))
NOVEMBER = CycleId(ACME_SUPPORT, date(2026, 11, 1))
HOUR = 3600


def placed(line, cycle=OCTOBER, **given):
    """`10-21 9:00 Mail`: an hour of work; without a start `10-21 Mail`."""
    day, *start, text = line.split()
    values = {"start": start[0] if start else None, "description": text, **given}
    return Placed(cycle, entry(f"2026-{day}", "1:00", **values))


def evidence(old, new, cycle=OCTOBER, **given):
    olds, news = ([placed(line, cycle, **given) for line in lines] for lines in (old, new))
    days = [one.entry.date for one in news]
    found = ShiftEvidence(min(days), max(days), Workers())
    found.see(match_cycle(cycle, [one.entry for one in olds], [one.entry for one in news], Workers()))
    return found


def hours_later(*clients):
    shift = find_shift(clients)
    return shift and sorted({one.seconds / HOUR for one in shift.offsets})


SHIFTED = {
    "later": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 15:00 Mail", "10-22 15:30 VPN"], [6]),
    "earlier": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 7:00 Mail", "10-22 7:30 VPN"], [-2]),
    "quarter hours": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 14:45 Mail", "10-22 15:15 VPN"], [5.75]),
    "over midnight": (["10-21 9:00 Mail", "10-22 20:00 VPN"], ["10-21 15:00 Mail", "10-23 2:00 VPN"], [6]),
    "over midnight, all": (["10-21 20:00 Mail", "10-22 21:00 VPN"], ["10-22 2:00 Mail", "10-23 3:00 VPN"], [6]),
    "back over midnight": (["10-21 15:00 Mail", "10-23 2:00 VPN"], ["10-21 9:00 Mail", "10-22 20:00 VPN"], [-6]),
    "further than any zone from UTC": (
        ["10-21 3:00 Mail", "10-22 4:00 VPN"],
        ["10-21 20:00 Mail", "10-22 21:00 VPN"],
        [17],
    ),
    "further than any zone from UTC, on one day": (
        ["10-21 3:00 Mail", "10-21 4:00 VPN"],
        ["10-21 20:00 Mail", "10-21 21:00 VPN"],
        [17],
    ),
    "as far as a zone can be from UTC": (
        ["10-21 20:00 Mail", "10-21 21:00 VPN"],
        ["10-22 10:00 Mail", "10-22 11:00 VPN"],
        [14],
    ),
    "as far as a zone can be from UTC, earlier": (
        ["10-22 10:00 Mail", "10-22 11:00 VPN"],
        ["10-21 20:00 Mail", "10-21 21:00 VPN"],
        [-14],
    ),
    "half an hour": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 9:30 Mail", "10-22 10:00 VPN"], [0.5]),
    "from midnight": (["10-21 0:00 Mail", "10-22 9:30 VPN"], ["10-21 6:00 Mail", "10-22 15:30 VPN"], [6]),
    "beside what is a whole day later": (
        ["10-20 8:00 Call", "10-21 9:00 Mail", "10-22 9:30 VPN"],
        ["10-21 8:00 Call", "10-21 15:00 Mail", "10-22 15:30 VPN"],
        [6],
    ),
    "beside what is a whole day earlier": (
        ["10-21 9:00 Mail", "10-22 9:30 VPN", "10-23 8:00 Call"],
        ["10-21 15:00 Mail", "10-22 15:30 VPN", "10-22 8:00 Call"],
        [6],
    ),
    "where clocks change twice": (
        ["10-21 9:00 Mail", "10-28 9:00 VPN", "11-05 9:00 Call"],
        ["10-21 14:00 Mail", "10-28 15:00 VPN", "11-05 16:00 Call"],
        [5, 6, 7],
    ),
    "the same every day": (
        [f"10-{day} 9:00 Standup" for day in range(12, 17)],
        [f"10-{day} 15:00 Standup" for day in range(12, 17)],
        [6],
    ),
    "the same every day, of which the file has one": (
        [f"10-{day} {start}" for day in (20, 21, 22) for start in ("9:00 Standup", "10:00 Mail")],
        ["10-21 15:00 Standup", "10-21 16:00 Mail"],
        [6],
    ),
    "the same every evening": (
        [f"10-{day} 20:00 Standup" for day in range(12, 17)],
        [f"10-{day} 2:00 Standup" for day in range(13, 18)],
        [6],
    ),
    "the same every evening, and other work": (
        [*(f"10-{day} 20:00 Standup" for day in range(12, 17)), "10-14 9:00 Mail"],
        [*(f"10-{day} 2:00 Standup" for day in range(13, 18)), "10-14 15:00 Mail"],
        [6],
    ),
    "on a dense day, where one stands where another one was": (
        ["10-21 9:00 Mail", "10-21 10:00 VPN", "10-21 11:00 Print"],
        ["10-21 10:00 Mail", "10-21 11:00 VPN", "10-21 12:00 Print"],
        [1],
    ),
    "beside new work": (
        ["10-21 9:00 Mail", "10-22 9:30 VPN"],
        ["10-21 15:00 Mail", "10-22 15:30 VPN", "10-23 8:00 New"],
        [6],
    ),
    "beside work without a start": (
        ["10-21 9:00 Mail", "10-22 9:30 VPN", "10-22 Phone"],
        ["10-21 15:00 Mail", "10-22 15:30 VPN", "10-22 Phone"],
        [6],
    ),
    "where clocks change": (["10-21 9:00 Mail", "10-28 9:00 VPN"], ["10-21 7:00 Mail", "10-28 8:00 VPN"], [-2, -1]),
    "beside the same twice on a day, which prove nothing": (
        ["10-21 9:00 Mail", "10-22 9:30 VPN", "10-22 9:00 Call", "10-22 10:00 Call"],
        ["10-21 15:00 Mail", "10-22 15:30 VPN", "10-22 15:00 Call", "10-22 16:00 Call"],
        [6],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), SHIFTED.values(), ids=SHIFTED)
def test_rows_that_are_apart_by_one_offset_are_of_another_zone(old, new, expected):
    assert expected == hours_later(evidence(old, new))


OF_ONE_ZONE = {
    "one pair": (["10-21 9:00 Mail"], ["10-21 15:00 Mail"]),
    "a row with a start is unchanged": (
        ["10-21 9:00 Mail", "10-22 9:30 VPN", "10-23 8:00 Call"],
        ["10-21 15:00 Mail", "10-22 15:30 VPN", "10-23 8:00 Call"],
    ),
    "two offsets": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 15:00 Mail", "10-22 15:45 VPN"]),
    "a third row by another offset": (
        ["10-21 9:00 Mail", "10-22 9:30 VPN", "10-23 8:00 Call"],
        ["10-21 15:00 Mail", "10-22 15:30 VPN", "10-23 8:10 Call"],
    ),
    "quarter of an hour": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 9:15 Mail", "10-22 9:45 VPN"]),
    "no quarter hours": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 9:40 Mail", "10-22 10:10 VPN"]),
    "a day": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-22 9:00 Mail", "10-23 9:30 VPN"]),
    "more than a day": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-22 10:00 Mail", "10-23 10:30 VPN"]),
    "other hours": (["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 15:00 Call", "10-22 15:30 Print"]),
    "the next day of the same routine": (
        ["10-21 9:00 Mail", "10-21 9:30 VPN"],
        ["10-22 8:00 Mail", "10-22 8:30 VPN"],
    ),
    "a grid of work that looks alike": (
        [f"10-21 {hour}:00 Work" for hour in range(9, 17)],
        [f"10-22 {hour}:00 Work" for hour in range(9, 17)],
    ),
    "more than a change of clocks": (["10-21 9:00 Mail", "10-28 9:00 VPN"], ["10-21 6:00 Mail", "10-28 8:00 VPN"]),
    "half of a change of clocks": (["10-21 9:00 Mail", "10-28 9:00 VPN"], ["10-21 8:00 Mail", "10-28 8:30 VPN"]),
    "more than two changes of clocks": (
        ["10-21 9:00 Mail", "10-28 9:00 VPN", "11-05 9:00 Call"],
        ["10-21 14:00 Mail", "10-28 15:00 VPN", "11-05 17:00 Call"],
    ),
    "two changes of clocks in four periods, and one more": (
        ["10-01 9:00 Desk", "10-21 9:00 Mail", "10-28 9:00 VPN", "11-05 9:00 Call"],
        ["10-01 13:00 Desk", "10-21 14:00 Mail", "10-28 15:00 VPN", "11-05 16:00 Call"],
    ),
    "none that zones have, in one of two periods": (
        ["10-21 9:00 Mail", "10-22 9:00 Desk", "10-28 9:00 VPN"],
        ["10-21 15:00 Mail", "10-22 15:00 Desk", "10-28 15:10 VPN"],
    ),
    "further than any zone from UTC, on other days": (
        ["10-21 20:00 Mail", "10-21 21:00 VPN"],
        ["10-22 10:15 Mail", "10-22 11:15 VPN"],
    ),
    "a new week": (["10-14 9:00 Mail", "10-15 9:30 VPN"], ["10-21 8:00 Mail", "10-22 8:30 VPN"]),
    "nothing counted": ([], ["10-21 8:00 Mail", "10-22 8:30 VPN"]),
}


@pytest.mark.parametrize(("old", "new"), OF_ONE_ZONE.values(), ids=OF_ONE_ZONE)
def test_rows_that_prove_no_offset_are_of_the_same_zone(old, new):
    assert None is hours_later(evidence(old, new))


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, [6]), ({"worker": "Max Planck"}, None), ({"project": "Migration"}, None), ({"tags": ("night",)}, None)],
)
def test_rows_of_another_worker_or_with_other_content_prove_nothing(given, expected):
    found = evidence(["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 15:00 Mail", "10-22 15:30 VPN"])
    plain = {"project": "", "tags": ()}
    found.old = [one._replace(entry=one.entry._replace(**plain)) for one in found.old]
    found.new = [one._replace(entry=one.entry._replace(**{**plain, **given})) for one in found.new]

    assert expected == hours_later(found)


def test_rows_with_ids_prove_it_by_them():
    old, new = (placed(line, source_id="7") for line in ("10-21 9:00 Mail", "10-21 15:00 Mail"))
    others = [placed(line, source_id=name) for line, name in (("10-22 9:30 VPN", "8"), ("10-22 15:30 VPN", "9"))]
    found = ShiftEvidence(date(2026, 10, 21), date(2026, 10, 22), Workers())
    found.see(Matching((), (), [old, others[0]], [new, others[1]]))
    assert None is hours_later(found)

    found.new[-1] = others[1]._replace(entry=others[1].entry._replace(source_id="8"))
    assert [6] == hours_later(found)

    found.new[-1] = others[1]._replace(entry=others[1].entry._replace(source_id="8", description="Call"))
    assert None is hours_later(found)


def test_ids_that_only_one_of_the_files_has_do_not_matter():
    found = evidence(["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 15:00 Mail", "10-22 15:30 VPN"])
    found.new = [one._replace(entry=one.entry._replace(source_id=str(at))) for at, one in enumerate(found.new)]

    assert [6] == hours_later(found)


def test_entries_with_one_start_prove_nothing_whatever_else_they_have():
    found = evidence(["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 15:00 Mail", "10-22 15:30 VPN"])
    calls = [placed("10-23 9:00 Call", project=project) for project in ("Migration", None)]
    found.old, found.new = [*found.old, *calls], [*found.new, placed("10-23 15:00 Call", project=None)]

    assert [6] == hours_later(found)


def test_all_clients_of_a_file_decide_together():
    one = evidence(["10-21 9:00 Mail"], ["10-21 15:00 Mail"])
    globex = CycleId(RetainerId(ClientId("globex"), RetainerSlug("care")), date(2026, 10, 1))
    other = evidence(["10-22 9:00 Mail"], ["10-22 15:00 Mail"], globex)
    unchanged = evidence(["10-22 9:00 Mail"], ["10-22 9:00 Mail"], globex)
    both = evidence(["10-21 9:00 Mail", "10-21 8:00 VPN"], ["10-21 15:00 Mail", "10-21 14:00 VPN"])

    assert (None, None, [6], [6], None) == (
        hours_later(one),
        hours_later(other),
        hours_later(one, other),
        hours_later(both),
        hours_later(both, unchanged),
    )


def test_a_row_is_never_paired_with_the_work_of_another_client():
    globex = CycleId(RetainerId(ClientId("globex"), RetainerSlug("care")), date(2026, 10, 1))
    old, new = ["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 15:00 Mail", "10-22 15:30 VPN"]

    assert None is hours_later(evidence(old, ["10-25 8:00 New"]), evidence([], new, globex))


def test_evidence_of_many_rows_is_cut():
    found = ShiftEvidence(date(2026, 10, 1), date(2026, 10, 31), Workers())
    found.see(Matching((), (), [placed("10-21 9:00 Mail")] * 6000, [placed("10-21 15:00 Mail")] * 6000))

    assert (5000, 5000) == (len(found.old), len(found.new))


def test_rows_replace_the_entries_that_stand_where_the_shift_says_before_those_with_their_start():
    old = [placed(line) for line in ("10-21 9:00 Mail", "10-21 10:00 VPN", "10-31 20:00 Call")]
    new = [placed(line) for line in ("10-21 10:00 Mail", "10-21 11:00 VPN")]
    late = placed("11-01 2:00 Call", NOVEMBER)
    shift = find_shift([evidence(["10-21 9:00 Mail", "10-21 10:00 VPN"], ["10-21 10:00 Mail", "10-21 11:00 VPN"])])
    night = find_shift([evidence(["10-30 9:00 Mail", "10-31 20:00 Call"], ["10-30 15:00 Mail", "11-01 2:00 Call"])])

    matching = match_cycle(
        OCTOBER, [one.entry for one in old], [one.entry for one in new], Workers(), shift=shift.offsets
    )
    across = match_leftovers(
        matching.old_left, [late], date(2026, 10, 21), date(2026, 11, 1), Workers(), shift=night.offsets
    )

    assert [(old[0], new[0]), (old[1], new[1])] == sorted((pair.old, pair.new) for pair in matching.pairs)
    assert [(old[2], late, Outcome.CHANGED)] == [(pair.old, pair.new, pair.outcome) for pair in across.pairs]


@pytest.mark.parametrize(
    ("hours", "old", "new", "pairs"),
    [
        (6, [placed("10-21 9:00 Mail")], [placed("10-21 15:00 Mail")], 1),
        (6, [placed("10-21 10:00 Desk", task="Support")], [placed("10-21 16:00 Phone", tags=("late",))], 0),
        (-6, [placed("10-21 Mail")], [placed("10-20 18:00 Mail")], 0),
    ],
    ids=["equal work", "other work, in other columns", "work without a start"],
)
def test_a_shift_pairs_equal_work_that_has_a_start_on_either_side(hours, old, new, pairs):
    beside = [placed("10-21 8:00 VPN")], [placed(f"10-21 {8 + hours}:00 VPN")]
    olds, news = ([one.entry for one in (*heap, *more)] for heap, more in zip((old, new), beside, strict=True))
    shift = [ZoneOffset(date(2026, 10, 21), hours * HOUR)]

    assert 1 + pairs == len(match_cycle(OCTOBER, olds, news, Workers(), shift=shift).pairs)


def test_nothing_is_known_about_where_work_of_another_period_stands():
    shift = find_shift([evidence(["10-21 9:00 Mail", "10-22 9:30 VPN"], ["10-21 15:00 Mail", "10-22 15:30 VPN"])])
    known, unknown = (placed(line).entry for line in ("10-20 8:00 Mail", "12-01 8:00 Mail"))

    moved = moved_by(shift.offsets)
    assert (moment(known) + 6 * HOUR, None) == (moved(known), moved(unknown))


def test_refuted_evidence_stays_refuted():
    found = evidence(["10-21 9:00 Mail"], ["10-21 9:00 Mail"])
    found.see(Matching((), (), [placed("10-21 9:00 Mail"), placed("10-22 9:30 VPN")], [placed("10-21 15:00 Mail")]))

    assert (True, [], []) == (found.is_refuted, found.old, found.new)
    assert None is find_shift([replace(found)])


@pytest.mark.parametrize("start", ["9:00", None])
def test_a_row_that_differs_by_its_billable_flag_alone_is_unchanged_and_refutes_it_if_it_has_a_start(start):
    row = entry("2026-10-21", "1:00", start=start, description="Mail", billable=True)
    found = ShiftEvidence(row.date, row.date, Workers())
    found.see(match_cycle(OCTOBER, [row._replace(billable=False)], [row], Workers()))

    assert (start is not None) is found.is_refuted


def test_the_days_of_a_file_and_those_beside_them_are_looked_at():
    lines = [placed(f"10-{day} 9:00 Mail") for day in range(17, 27)]
    found = ShiftEvidence(date(2026, 10, 20), date(2026, 10, 23), Workers())
    found.see(Matching((), (), lines, lines[::-1]))

    days = list(range(19, 25))
    assert (days, days[::-1]) == tuple([one.entry.date.day for one in heap] for heap in (found.old, found.new))


def test_nothing_proves_nothing():
    assert None is find_shift([]) is find_shift([ShiftEvidence(date(2026, 10, 20), date(2026, 10, 23), Workers())])


def test_the_offsets_are_those_of_each_period_from_its_first_entry_and_have_their_pairs():
    old, new = (
        ["10-22 9:00 Mail", "10-21 9:30 VPN", "10-28 9:00 Call"],
        ["10-22 7:00 Mail", "10-21 7:30 VPN", "10-28 8:00 Call"],
    )
    shift = find_shift([evidence(old, new)])

    assert (ZoneOffset(date(2026, 10, 21), -2 * HOUR), ZoneOffset(date(2026, 10, 28), -HOUR)) == shift.offsets
    assert sorted(zip(map(placed, old), map(placed, new), strict=True)) == sorted(
        (counted.placed, row.placed) for counted, row in shift.pairs
    )
