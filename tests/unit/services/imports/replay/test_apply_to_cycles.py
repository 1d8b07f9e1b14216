"""What an import makes of a client's stored cycles, by table: what they count, what is posted, what is listed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.aliases import NO_ALIASES, Aliases, Renamed
from chalicelib.domain.calendar import period_of
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.cycle import CycleLedger, LatePosting
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client, LateEntryRule
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import close
from chalicelib.domain.terms import RoundingLevel
from chalicelib.services.imports.replay.apply_to_cycles import CycleUpdates, cycles_to_read
from chalicelib.services.imports.replay.lineage import Lineage
from chalicelib.services.imports.replay.match_share import Tally
from chalicelib.services.imports.replay.spool import StoredCycles
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.import_record import PROBLEM_LIMIT, LateEntry
from chalicelib.services.store.source_ids import hashes_of
from tests.builders import ACME_SUPPORT, day, entry, hours, retainer, rounding, terms

ADVICE = RetainerId(ClientId("acme"), RetainerSlug("advice"))
JAN, FEB, MAR, APR = (CycleId(ACME_SUPPORT, date(2026, month, 1)) for month in (1, 2, 3, 4))
OF_ADVICE = CycleId(ADVICE, JAN.start)
FROZEN = entry("2026-01-20", "7:00", description="Server")
MORE = entry("2026-01-20", "1:30", description="Mail")
MARCH = entry("2026-03-02", "2:00", description="Desk")
RENAMED = Aliases((Renamed("Ada Lovelace", ("Ada Byron",)),))


def book(*, closed_before=None, advice=None, rounded=None, aliases=NO_ALIASES, **of_support):
    """Acme's retainer "support" with "advice" beside it; closed before this cycle."""
    support = replace(retainer(terms(rounded=rounded)), **of_support)
    positions = {ACME_SUPPORT.retainer: ClosingPosition(closed_before.start)} if closed_before else {}
    retainers = (support, *([advice] if advice else []))
    return ClientBook(
        Client(ClientId("acme"), "Acme"), retainers, head=ClientHead(positions=positions), aliases=aliases
    )


def advice(starts="2026-01-01"):
    return retainer(retainer_id=ADVICE, starts=starts)


def opened(cycle, *entries):
    return CycleLedger(cycle, 1, entries)


def closed(cycle, *entries):
    of = retainer()
    period = period_of(of, cycle.start)
    settled = settle(of, period, opened(cycle, *entries), CarryForward(), period.end)
    return close(opened(cycle, *entries), settled, datetime(2026, 3, 4, tzinfo=UTC))[0]


def update(acme, stored, taken, *, on="2026-03-10", reported=None):
    """The update by an import of Toggl's that says these entries of these cycles."""
    held = {ledger.id: ledger for ledger in stored}
    now = datetime.fromisoformat(f"{on}T12:00:00+00:00")
    read = StoredCycles(lambda cycles: {cycle: held[cycle] for cycle in cycles if cycle in held}, held)
    updates = CycleUpdates(acme, Lineage("toggl"), read, now, reported=reported)
    for cycle, entries in taken:
        updates.take(cycle, entries)
    return updates.finish(Tally())


def counted(made):
    """The written cycles, each with the durations that it counts, those that exports report, and its postings."""
    return {
        ledger.id: (
            sorted(one.seconds for one in ledger.entries),
            sorted(one.seconds for one in ledger.latest_reported),
            [(one.seconds, one.posted_to) for one in ledger.late_postings],
        )
        for ledger in made.cycles
    }


def changes(made):
    return [(one.start.month, one.before_seconds, one.after_seconds) for one in made.changes]


def seconds(*texts):
    return sorted(map(hours, texts))


@pytest.mark.parametrize("march_first", [True, False])
@pytest.mark.parametrize("march", ["as stored", "not in the file", "in the file"])
def test_what_a_closed_cycle_lacks_is_posted_to_the_open_one_whatever_the_file_says_of_that(march, march_first):
    new = MARCH._replace(seconds=hours("0:30"))
    taken = {
        "as stored": [(MAR, None)],
        "not in the file": [],
        "in the file": [(MAR, [MARCH, new])],
    }[march]
    taken = [*taken, (JAN, [FROZEN, MORE])] if march_first else [(JAN, [FROZEN, MORE]), *taken]

    made = update(book(closed_before=MAR), [closed(JAN, FROZEN), opened(MAR, MARCH)], taken)

    of_march = seconds("2:00", "1:30", *(["0:30"] if march == "in the file" else []))
    assert {
        JAN: (seconds("7:00"), seconds("7:00", "1:30"), [(hours("1:30"), MAR.start)]),
        MAR: (of_march, of_march, []),
    } == counted(made)
    assert [(1, hours("7:00"), hours("7:00")), (3, hours("2:00"), sum(of_march))] == changes(made)
    assert (LateEntry(ACME_SUPPORT, day("2026-01-20"), "Ada Byron", hours("1:30"), MAR.start),) == made.late
    assert 2 == len(made.cycles)


def test_late_work_of_several_closed_cycles_is_posted_side_by_side():
    of_february = entry("2026-02-03", "0:45")
    made = update(
        book(closed_before=MAR), [closed(JAN, FROZEN), closed(FEB)], [(JAN, [FROZEN, MORE]), (FEB, [of_february])]
    )

    assert seconds("1:30", "0:45") == counted(made)[MAR][0]
    assert [(1, hours("1:30")), (2, hours("0:45"))] == [(one.date.month, one.seconds) for one in made.late]


def test_late_work_that_is_reported_no_more_leaves_the_open_cycle():
    acme = book(closed_before=MAR)
    stored = list(update(acme, [closed(JAN, FROZEN)], [(JAN, [FROZEN, MORE])]).cycles)

    made = update(acme, stored, [(JAN, [FROZEN])])

    assert {JAN: (seconds("7:00"), seconds("7:00"), []), MAR: ([], [], [])} == counted(made)
    assert [(1, hours("7:00"), hours("7:00")), (3, hours("1:30"), 0)] == changes(made)
    assert [0] == [one.seconds for one in made.late]


@pytest.mark.parametrize(
    ("of_book", "on", "posted_to"),
    [
        ({"closed_before": FEB}, "2026-02-10", FEB.start),
        ({"closed_before": FEB}, "2026-04-10", APR.start),
        ({"closed_before": MAR}, "2026-02-27", MAR.start),
        ({"closed_before": FEB, "ends_on": day("2026-03-01")}, "2026-04-10", FEB.start),
        ({"closed_before": FEB, "ends_on": day("2026-02-01")}, "2026-04-10", None),
        ({"closed_before": FEB, "late_work": LateEntryRule.WRITE_OFF}, "2026-02-10", None),
    ],
    ids=["the next", "today's", "the first that is not closed", "the last", "all are closed", "written off"],
)
def test_late_work_is_posted_to_the_cycle_of_today_or_to_the_last_that_is_not_closed(of_book, on, posted_to):
    made = update(book(**of_book), [closed(JAN, FROZEN)], [(JAN, [FROZEN, MORE])], on=on)

    written = {JAN} | ({CycleId(ACME_SUPPORT, posted_to)} if posted_to else set())
    assert [posted_to] == [one.posted_to for one in made.late]
    assert written == counted(made).keys()


@pytest.mark.parametrize("said", [[FROZEN], None])
def test_a_closed_cycle_that_is_reported_as_before_is_listed_and_not_written(said):
    made = update(book(closed_before=MAR), [closed(JAN, FROZEN)], [(JAN, said)])

    assert ([(1, hours("7:00"), hours("7:00"))], {}, ()) == (changes(made), counted(made), made.late)


def test_what_another_source_says_of_a_cycle_stays():
    harvest = MORE._replace(source="harvest")
    made = update(
        book(closed_before=MAR), [closed(JAN, FROZEN, harvest), opened(MAR, harvest)], [(JAN, []), (MAR, [MARCH])]
    )

    assert [(-hours("7:00"), MAR.start)] == counted(made)[JAN][2]
    assert seconds("1:30") == counted(made)[JAN][1]
    assert seconds("1:30", "2:00", "-7:00") == counted(made)[MAR][0]


@pytest.mark.parametrize(
    ("reported", "said", "departing"),
    [([FROZEN], [], (JAN,)), ([FROZEN], [FROZEN, MORE], (JAN,)), ([FROZEN, MORE], [FROZEN], ()), ([], [FROZEN], ())],
)
def test_a_closed_cycle_whose_reports_move_away_from_what_it_counts_is_named(reported, said, departing):
    stored = replace(closed(JAN, FROZEN), reported_since_close=tuple(reported))

    assert departing == update(book(closed_before=MAR), [stored], [(JAN, said)]).departing


def test_a_renamed_worker_s_late_work_is_the_difference_between_both_names():
    renamed = FROZEN._replace(worker="Ada Lovelace", seconds=hours("8:00"))
    acme = book(closed_before=MAR, aliases=RENAMED)
    made = update(acme, [closed(JAN, FROZEN)], [(JAN, [renamed])])

    assert [("Ada Lovelace", hours("1:00"))] == [(one.worker, one.seconds) for one in made.late]


def test_taking_back_what_was_posted_under_an_old_name_is_no_departure_from_what_closed_cycles_count():
    final, standing = (
        LatePosting("ada lovelace", "Ada Byron", FROZEN.date, hours("1:00"), to.start, is_accounted=True)
        for to in (FEB, MAR)
    )
    reported = (FROZEN._replace(seconds=hours("9:00")),)
    stored = replace(closed(JAN, FROZEN), reported_since_close=reported, late_postings=(final, standing))
    renamed = FROZEN._replace(worker="Ada Lovelace", seconds=hours("8:00"))

    made = update(book(closed_before=MAR, aliases=RENAMED), [stored], [(JAN, [renamed])])

    assert ([0], ()) == ([one.seconds for one in made.late], made.departing)


def test_the_used_time_of_a_cycle_is_accounted_under_the_names_of_today():
    both = [entry("2026-03-02", "0:05", worker) for worker in ("Ada Byron", "Ada Lovelace")]
    acme = book(rounded=rounding("0:15", level=RoundingLevel.DAY), aliases=RENAMED)

    assert [(3, hours("0:15"), hours("0:15"))] == changes(update(acme, [opened(MAR, *both)], [(MAR, None)]))


def test_of_a_replay_the_cycles_of_the_own_file_are_listed_and_others_if_they_change():
    stored = [opened(cycle, MARCH) for cycle in (FEB, MAR, APR)]
    made = update(book(), stored, [(FEB, None), (MAR, [MARCH]), (APR, [MORE])], reported={MAR})

    assert [(3, hours("2:00"), hours("2:00")), (4, hours("2:00"), hours("1:30"))] == changes(made)


def test_where_ids_stand_is_told_of_the_cycles_in_which_that_changes():
    one, two = (MARCH._replace(source_id=name) for name in "12")
    stored = [opened(JAN, one), opened(FEB, one), opened(MAR, one), opened(APR)]

    made = update(book(), stored, [(JAN, [one, two]), (FEB, []), (MAR, [one, MORE]), (APR, [two])])

    assert {JAN: hashes_of([one, two]), FEB: hashes_of(), APR: hashes_of([two])} == made.ids


SAME = MORE._replace(description=None)


@pytest.mark.parametrize(
    ("stored", "taken", "duplicates"),
    [
        ([opened(JAN, MORE)], [(OF_ADVICE, [MORE])], ["toggl"]),
        ([opened(JAN, MORE)], [(JAN, [MORE, FROZEN]), (OF_ADVICE, [MORE])], ["toggl"]),
        ([opened(JAN, MORE)], [(JAN, []), (OF_ADVICE, [MORE])], []),
        ([opened(JAN, MORE)], [(OF_ADVICE, [MORE]), (JAN, [])], []),
        ([opened(JAN, SAME), opened(FEB, MORE)], [(JAN, []), (OF_ADVICE, [SAME]), (FEB, [])], []),
        ([opened(JAN, MORE._replace(source="harvest"), MORE)], [(JAN, []), (OF_ADVICE, [MORE])], ["harvest"]),
    ],
    ids=["new there", "also new there", "moved", "moved back", "without words", "of another source"],
)
def test_the_same_work_in_two_retainers_is_a_likely_duplicate_unless_the_file_moved_it(stored, taken, duplicates):
    made = update(book(advice=advice()), stored, taken)

    assert duplicates == [one.other_source for one in made.duplicates]


def test_likely_duplicates_are_listed_cycle_by_cycle_up_to_the_limit():
    many = [entry("2026-01-05", "1:00", f"Worker {number}") for number in range(PROBLEM_LIMIT - 1)]
    few = [entry("2026-02-05", "1:00", f"Worker {number}") for number in range(3)]
    stored = [opened(JAN, *many), opened(FEB, *few)]

    made = update(book(advice=advice()), stored, [(OF_ADVICE, many), (FEB._replace(retainer=ADVICE), few)])

    assert [1] * (PROBLEM_LIMIT - 1) + [2] == [one.date.month for one in made.duplicates]


@pytest.mark.parametrize(
    ("of_book", "asked", "read"),
    [
        ({}, JAN, {"support": ["01-01"]}),
        ({"advice": advice()}, JAN, {"support": ["01-01"], "advice": ["01-01"]}),
        ({"advice": advice("2026-01-31")}, JAN, {"support": ["01-01"], "advice": ["01-31"]}),
        ({"advice": advice("2026-01-30")}, FEB, {"support": ["02-01"], "advice": ["01-30", "02-28"]}),
        (
            {"closed_before": FEB, "advice": advice()},
            JAN,
            {"support": ["01-01", "02-01", "03-01"], "advice": ["01-01"]},
        ),
        ({"closed_before": FEB}, FEB, {"support": ["02-01"]}),
    ],
)
def test_an_update_reads_the_other_retainers_on_the_same_days_and_the_open_cycles_if_one_is_closed(
    of_book, asked, read
):
    found = cycles_to_read(book(**of_book), [asked], datetime(2026, 3, 10, tzinfo=UTC))

    expected = {(slug, day(f"2026-{start}")) for slug, starts in read.items() for start in starts}
    assert expected == {(one.retainer.retainer, one.start) for one in found}
