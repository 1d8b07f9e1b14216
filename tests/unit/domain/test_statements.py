"""The chain of cycles: the domain's worked examples, and the cases around them."""

from datetime import UTC, datetime

import pytest

from chalicelib.domain.accounting import used_seconds
from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.calendar import period_of
from chalicelib.domain.carry_over import CarryForward, cap_seconds, close_lots, repay
from chalicelib.domain.cycle import (
    AccountedEntry,
    CycleLedger,
    CycleState,
    CycleStatement,
    Draw,
    Lot,
    LotOrigin,
    LotStatement,
)
from chalicelib.domain.entry import Pool
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import close, statement_of_closed, statements
from chalicelib.domain.terms import Cap, RoundingLevel
from tests.builders import day, entry, hours, ledger, ledgers, retainer, rounding, rule, terms, top_up, used
from tests.conservation import check_chain

JANUARY, FEBRUARY, MARCH = "2026-01-01", "2026-02-01", "2026-03-01"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LAST_AND_NEXT = ("2026-01-31", "2026-02-01")


def settled(of: Retainer, *stored: CycleLedger, today: str) -> tuple[CycleStatement, ...]:
    """The checked chain of a retainer."""
    chain = statements(of, ledgers(*stored), day(today))
    check_chain(chain)
    return chain


def available(*chain: CycleStatement) -> list[float]:
    return [statement.figures.available_seconds / 3600 for statement in chain]


def lot_of(statement: CycleStatement, origin: LotOrigin) -> Lot:
    (found,) = (one.lot for one in statement.lots if one.lot.origin is origin)
    return found


@pytest.mark.parametrize(
    ("owed", "taken"),
    [("0", ["0", "0", "0"]), ("2", ["2", "0", "0"]), ("5", ["3", "0", "2"]), ("9", ["3", "0", "4"])],
)
def test_older_debt_is_repaid_at_the_end_by_what_has_not_expired_before(owed, taken):
    end = day(MARCH)
    rests = {"3": None, "2": day("2026-02-28"), "4": end}
    lots = [
        LotStatement(Lot(rest, LotOrigin.TOP_UP, day(FEBRUARY), hours(rest), expires), remaining_seconds=hours(rest))
        for rest, expires in rests.items()
    ]

    repaid = repay(lots, hours(owed), end)

    assert [*map(hours, taken)] == [one.deducted_seconds for one in repaid]
    assert [one.remaining_seconds for one in lots] == [one.deducted_seconds + one.remaining_seconds for one in repaid]


# The worked examples


def test_use_it_or_lose_it_forfeits_three_of_ten_hours_and_the_next_cycle_has_ten():
    january, february = settled(retainer(), used(JANUARY, "7:00"), today="2026-02-10")

    assert january.forfeited_seconds == hours("3")
    assert january.carried_out == ()
    assert available(february) == [10]


def test_with_carry_over_the_next_cycle_has_thirteen_hours():
    of = retainer(terms(carry_over=rule(carry=True)))

    january, february = settled(of, used(JANUARY, "7:00"), today="2026-02-10")

    assert january.forfeited_seconds == 0
    assert february.figures.carried_seconds == hours("3")
    assert available(february) == [13]


def test_with_carry_and_deduct_forty_hours_become_fifty_and_then_thirty():
    of = retainer(terms(allotment="40:00", carry_over=rule(carry=True, deduct=True)))

    chain = settled(of, used(JANUARY, "30:00"), used(FEBRUARY, "60:00"), today="2026-03-10")

    assert available(*chain) == [40, 50, 30]


def test_only_overruns_are_deducted_from_ten_hours_to_eight():
    of = retainer(terms(carry_over=rule(deduct=True)))

    chain = settled(of, used(JANUARY, "7:00"), used(FEBRUARY, "12:00"), today="2026-03-10")

    assert available(*chain) == [10, 10, 8]
    assert chain[2].figures.deducted_seconds == hours("2")


def test_a_cap_of_five_hours_leaves_fifteen_twice_and_forfeits_three_then_eight():
    of = retainer(terms(carry_over=rule(carry=True, cap="5:00")))

    chain = settled(of, used(JANUARY, "2:00"), used(FEBRUARY, "2:00"), today="2026-03-10")

    assert available(*chain) == [10, 15, 15]
    assert [one.capped_seconds for one in chain[:2]] == [hours("3"), hours("8")]


def test_hours_that_last_one_more_cycle_are_drawn_first_and_what_is_left_of_them_expires():
    of = retainer(terms(carry_over=rule(carry=True, expires_after=1)))
    stored = used(JANUARY, "4:00"), used(FEBRUARY, "3:00")

    _, february, march = settled(of, *stored, today="2026-03-10")
    while_it_runs = settled(of, *stored, today="2026-02-28")[1]

    (carried,) = (one for one in february.lots if one.lot.origin is LotOrigin.CARRIED)
    assert available(while_it_runs) == [16]
    assert while_it_runs.lapsing_seconds == hours("3")
    assert (carried.lot.seconds, carried.drawn_seconds, carried.expired_seconds) == (hours("6"), hours("3"), hours("3"))
    assert february.figures.expired_seconds == hours("3")
    assert available(february) == [16]
    assert february.figures.remaining_seconds == hours("10")
    assert available(march) == [20]


def test_project_hours_are_shown_separately_and_draw_nothing():
    excluded = entry("2026-01-07", "2:00", description="Our own mistake", pool=Pool.EXCLUDED)
    helpdesk = entry("2026-01-05", "8:00", description="Helpdesk")
    migration = entry("2026-01-06", "14:00", description="Office 365 migration", pool=Pool.PROJECT)

    (january,) = settled(retainer(), ledger(JANUARY, [excluded, migration, helpdesk]), today="2026-01-10")

    assert january.figures.used_seconds == hours("8")
    assert january.figures.project_seconds == hours("14")
    assert january.entries == (
        AccountedEntry(helpdesk, hours("8"), (Draw("allotment-2026-01-01", hours("8")),)),
        AccountedEntry(migration, 0),
        AccountedEntry(excluded, 0),
    )


# Which cycles there are, and in which state


@pytest.mark.parametrize(
    ("today", "states"),
    [
        ("2025-06-01", ["open"]),
        ("2026-01-31", ["open"]),
        ("2026-02-01", ["settling", "open"]),
        ("2026-03-10", ["settling", "settling", "open"]),
        ("2027-01-01", ["settling", "settling", "settling"]),
    ],
)
def test_the_cycles_run_from_the_first_to_the_current_or_the_last(today: str, states: list[str]):
    chain = settled(retainer(ends="2026-04-01"), today=today)

    assert [one.state for one in chain] == states


def test_before_a_retainer_is_live_all_its_cycles_are_backfill():
    chain = settled(retainer(backfill=True), today="2026-02-10")

    assert [one.state for one in chain] == [CycleState.BACKFILL, CycleState.BACKFILL]


def test_work_dated_tomorrow_shows_tomorrows_cycle():
    of = retainer(terms(carry_over=rule(carry=True)))

    january, february = settled(of, used(JANUARY, "7:00"), used(FEBRUARY, "1:00"), today="2026-01-31")

    assert (january.state, february.state) == (CycleState.OPEN, CycleState.OPEN)
    assert available(february) == [13]


def test_a_later_cycle_without_work_is_not_shown():
    assert len(settled(retainer(), ledger(FEBRUARY), today="2026-01-31")) == 1


def test_a_retainer_that_never_served_a_day_has_no_cycles():
    assert settled(retainer(ends=JANUARY), today="2026-01-10") == ()


def test_carried_hours_are_provisional_until_the_cycle_before_is_closed():
    chain = settled(retainer(), today="2026-03-10")

    assert [one.carried_is_provisional for one in chain] == [False, True, True]


# Balances


def test_overuse_is_shown_as_negative_and_nothing_is_carried_out():
    of = retainer(terms(allotment="20:00", carry_over=rule(carry=True)))

    january, february = settled(of, used(JANUARY, "20:00", "6:45"), today="2026-02-10")

    assert january.figures.remaining_seconds == -hours("6:45")
    assert january.figures.overage_seconds == january.billed_seconds == hours("6:45")
    assert available(february) == [20]


def test_all_work_of_a_retainer_without_hours_is_overage():
    (january,) = settled(retainer(terms(allotment="0")), used(JANUARY, "2:00"), today="2026-01-10")

    assert january.lots == ()
    assert january.figures.overage_seconds == hours("2")
    assert january.figures.available_seconds == 0


def test_a_negative_entry_gives_its_hours_back_to_its_cycle():
    work = ledger(JANUARY, [entry("2026-01-05", "12:00"), entry("2026-01-20", "-3:00")])

    (january,) = settled(retainer(), work, today="2026-01-25")

    assert january.figures.corrected_seconds == hours("3")
    assert january.figures.used_seconds == hours("12")
    assert january.figures.remaining_seconds == hours("1")
    assert january.figures.overage_seconds == 0
    assert january.entries[1].given_back_seconds == hours("3")
    assert january.entries[1].correction_lot_id == lot_of(january, LotOrigin.CORRECTION).id


def test_hours_given_back_are_forfeited_like_the_cycles_own_hours():
    work = ledger(JANUARY, [entry("2026-01-05", "2:00"), entry("2026-01-20", "-1:00")])

    january, february = settled(retainer(), work, today="2026-02-10")

    assert january.forfeited_seconds == hours("9")
    assert available(february) == [10]


def test_hours_given_back_expire_like_the_cycles_own_hours():
    of = retainer(terms(allotment="0", carry_over=rule(carry=True, expires_after=1)))

    chain = settled(of, ledger(JANUARY, [entry("2026-01-30", "-2:00")]), today="2026-03-10")

    assert available(*chain) == [2, 2, 0]
    assert [one.figures.expired_seconds for one in chain] == [0, hours("2"), 0]


def test_a_day_is_accounted_by_the_terms_of_its_date():
    of = retainer(terms(), terms("2026-01-10", rounded=rounding("1:00")))
    work = ledger(JANUARY, [entry("2026-01-09", "0:10"), entry("2026-01-10", "0:10")])

    (january,) = settled(of, work, today="2026-01-25")

    assert [one.accounted_seconds for one in january.entries] == [hours("0:10"), hours("1:00")]


# Top-ups


def test_a_top_up_covers_its_whole_cycle_survives_forfeiture_and_ends_at_its_own_expiry():
    bought = top_up(JANUARY, "5:00", expires="2026-02-15")
    january_work = ledger(JANUARY, [entry("2026-01-02", "12:00")], top_ups=[bought])
    february_work = ledger(FEBRUARY, [entry("2026-02-14", "1:00"), entry("2026-02-15", "10:00")])

    january, february = settled(retainer(), january_work, february_work, today="2026-02-20")

    assert january.figures.topped_up_seconds == hours("5")
    assert january.figures.remaining_seconds == hours("3")
    assert lot_of(february, LotOrigin.TOP_UP).seconds == february.figures.carried_seconds == hours("3")
    assert february.figures.expired_seconds == hours("2")
    assert february.figures.overage_seconds == 0


def test_a_top_up_that_has_not_expired_yet_still_counts():
    january_work = ledger(JANUARY, top_ups=[top_up(JANUARY, "5:00", expires="2026-01-15")])

    days = [settled(retainer(), january_work, today=f"2026-01-{day}")[0].figures for day in (14, 15)]

    assert [one.expired_seconds for one in days] == [0, hours("5")]
    assert [one.remaining_seconds for one in days] == [hours("15"), hours("10")]


def test_a_cap_neither_counts_nor_trims_a_top_up():
    of = retainer(terms(carry_over=rule(carry=True, cap="50%")))

    january, february = settled(of, ledger(JANUARY, top_ups=[top_up(JANUARY, "8:00")]), today="2026-02-10")

    assert january.capped_seconds == hours("5")
    assert february.figures.carried_seconds == hours("13")


# Carry-over


def test_a_cap_trims_first_what_expires_first():
    of = retainer(terms(carry_over=rule(carry=True, cap="12:00", expires_after=2)))

    _, february, march = settled(of, today="2026-03-10")

    assert [(str(one.lot.granted_in), one.capped_seconds) for one in february.lots] == [
        (JANUARY, hours("8")),
        (FEBRUARY, 0),
    ]
    assert [(str(one.lot.granted_in), one.lot.seconds) for one in march.lots] == [
        (JANUARY, hours("2")),
        (FEBRUARY, hours("10")),
        (MARCH, hours("10")),
    ]


def test_a_lot_can_be_drawn_up_to_and_including_the_nth_cycle_after_the_one_that_granted_it():
    of = retainer(terms(carry_over=rule(carry=True, expires_after=2)))

    chain = settled(of, today="2026-05-10")

    assert available(*chain) == [10, 20, 30, 30, 30]
    assert lot_of(chain[0], LotOrigin.ALLOTMENT).expires_on == day("2026-04-01")


def test_a_rule_that_changes_to_forfeiture_also_forfeits_what_was_carried_before():
    of = retainer(terms(carry_over=rule(carry=True)), terms(FEBRUARY))

    _, february, march = settled(of, today="2026-03-10")

    assert february.forfeited_seconds == hours("20")
    assert available(march) == [10]


def test_a_debt_beyond_one_allotment_carries_forward():
    of = retainer(terms(carry_over=rule(deduct=True)))

    chain = settled(of, used(JANUARY, "23:00"), today="2026-04-10")

    assert available(*chain) == [10, 0, 7, 10]
    assert [one.debt_out_seconds for one in chain] == [hours("13"), hours("3"), 0, 0]
    assert [one.billed_seconds for one in chain] == [0, 0, 0, 0]


def test_an_older_debt_is_still_deducted_when_the_rule_has_changed_to_billing():
    of = retainer(terms(carry_over=rule(deduct=True)), terms(FEBRUARY))

    chain = settled(of, used(JANUARY, "23:00"), used(FEBRUARY, "1:00"), today="2026-03-10")

    assert available(*chain) == [10, 0, 7]
    assert [one.billed_seconds for one in chain] == [0, hours("1"), 0]


def test_when_the_retainer_ends_debts_are_billed_and_unused_hours_are_forfeited():
    of = retainer(terms(carry_over=rule(carry=True, deduct=True)), ends=MARCH)

    _, over = settled(of, used(JANUARY, "23:00"), used(FEBRUARY, "1:00"), today="2026-03-10")
    _, under = settled(of, ledger(JANUARY, top_ups=[top_up(JANUARY, "2:00")]), today="2026-03-10")

    assert (over.billed_seconds, over.debt_out_seconds) == (hours("4"), 0)
    assert (under.forfeited_seconds, under.carried_out) == (hours("22"), ())


def test_hours_are_forfeited_on_the_day_after_the_cycle_and_not_before():
    of, stored = retainer(), used(JANUARY, "7:00")

    lots = [settle(of, period_of(of, day(JANUARY)), stored, CarryForward(), day(on)).lots for on in LAST_AND_NEXT]

    assert [0, hours("3")] == [sum(one.forfeited_seconds for one in found) for found in lots]


def test_a_top_up_that_ends_with_the_last_day_is_gone_on_it():
    of, stored = retainer(), ledger(JANUARY, top_ups=[top_up(JANUARY, "5:00", expires="2026-01-31")])

    figures = [settle(of, period_of(of, day(JANUARY)), stored, CarryForward(), day(on)).figures for on in LAST_AND_NEXT]

    assert [hours("5")] * 2 == [one.expired_seconds for one in figures]


def test_a_cap_does_not_trim_a_top_up_that_expires_before_everything_else():
    of = retainer(terms(carry_over=rule(carry=True, cap="50%")))
    stored = ledger(JANUARY, top_ups=[top_up(JANUARY, "2:00", expires="2026-03-15")])

    january = settled(of, stored, today="2026-02-10")[0]

    assert {LotOrigin.TOP_UP: 0, LotOrigin.ALLOTMENT: hours("5")} == {
        one.lot.origin: one.capped_seconds for one in january.lots
    }


def test_carried_hours_whose_time_is_over_expire_even_where_unused_hours_are_forfeited():
    lot = Lot("allotment-2025-12-01", LotOrigin.CARRIED, day("2025-12-01"), 3600, day("2026-02-01"))
    period = period_of(retainer(), day(JANUARY))

    [closed] = close_lots([LotStatement(lot, remaining_seconds=3600)], period, rule(), None, is_last=False)

    assert (3600, 0) == (closed.expired_seconds, closed.forfeited_seconds)


def test_the_lots_of_what_is_given_back_are_numbered_among_themselves():
    work = [
        entry("2026-01-02", "8:00", pool=Pool.PROJECT),
        entry("2026-01-03", "-2:00"),
        entry("2026-01-04", "0:00"),
        entry("2026-01-05", "-1:00"),
    ]

    [january] = settled(retainer(), ledger(JANUARY, work), today="2026-01-20")

    assert ["correction-2026-01-01-0001", "correction-2026-01-01-0002"] == [
        one.lot.id for one in january.lots if one.lot.origin is LotOrigin.CORRECTION
    ]


def test_a_rounded_day_is_one_worker_s_under_all_names():
    of = retainer(terms(rounded=rounding("1:00", level=RoundingLevel.DAY)))
    work = [entry("2026-01-05", "0:20", "Jane Doe"), entry("2026-01-05", "0:20", "J. Doe")]
    aliases = Aliases((Renamed("Jane Doe", ("J. Doe",)),))

    period = period_of(of, day(JANUARY))
    statement = settle(of, period, ledger(JANUARY, work), CarryForward(), period.start, aliases=aliases)

    assert hours("1") == statement.figures.used_seconds == used_seconds(of, work, aliases)
    assert statement.figures == statements(of, ledgers(ledger(JANUARY, work)), period.start, aliases)[0].figures
    assert hours("2") == used_seconds(of, work)


def test_a_second_of_work_is_used():
    assert 1 == used_seconds(retainer(), [entry("2026-01-05", "0:00:01")])


def test_a_cap_of_no_percent_carries_nothing():
    assert 0 == cap_seconds(Cap(percent=0), hours("10"))


def test_a_closed_cycle_is_stored_in_draw_order_with_what_each_entry_cost_and_is_read_back_as_it_closed():
    of = retainer()
    period = period_of(of, day(FEBRUARY))
    stored = ledger(FEBRUARY, [entry("2026-02-05", "12:00"), entry("2026-02-03", "1:00")])
    settled_cycle = settle(of, period, stored, CarryForward(is_final=False), day("2026-03-01"))

    closed, statement = close(stored, settled_cycle, NOON)

    assert settled_cycle.carried_is_provisional
    assert (False, CycleState.CLOSED) == (statement.carried_is_provisional, statement.state)
    assert (NOON, ()) == (closed.frozen.closed_at, closed.frozen.statement.entries)
    assert ["2026-02-03", "2026-02-05"] == [str(one.date) for one in closed.entries]
    assert statement == statement_of_closed(closed, closed.frozen)
