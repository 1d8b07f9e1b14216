"""What a retainer's work would have cost under other terms."""

from dataclasses import replace

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.entry import LATE, MANUAL
from chalicelib.domain.invoice import invoice_of
from chalicelib.domain.plans import last_twelve_months, plan_cost, reported_work
from chalicelib.domain.retainer import CycleLength, Pause
from chalicelib.domain.statements import statements
from chalicelib.domain.terms import RoundingLevel
from tests.builders import day, entry, hours, ledger, ledgers, money, retainer, rounding, rule, terms, top_up, used

NOW = day("2027-01-05")


def cost(plan, *cycles, of=None, today=NOW):
    of = of or retainer()
    periods = last_twelve_months(of, today)
    return plan_cost("plan", (plan,), of, periods, [reported_work(one) for one in cycles])


@pytest.mark.parametrize(
    ("plan", "net", "billed", "unused"),
    [
        (terms(allotment="20:00"), "1675.00", "6:45", "0"),
        (terms(allotment="30:00", fee="1400.00"), "1400.00", "0", "3:15"),
        (terms(allotment="0", fee="0.00", rate="80.00"), "2140.00", "26:45", "0"),
        (terms(allotment="20:00", overage_rate="120.00"), "1810.00", "6:45", "0"),
        (terms(allotment="20:00", rounded=rounding("1:00")), "1700.00", "7:00", "0"),
    ],
)
def test_a_month_costs_the_fee_of_the_plan_and_what_is_beyond_it(plan, net, billed, unused):
    one = cost(plan, used("2026-01-01", "26:45"), today=day("2026-02-01"))

    assert (money(net), hours(billed), hours(unused)) == (one.net, one.billed_seconds, one.unused_seconds)


def test_hours_carry_over_by_the_plans_own_rule():
    cycles = [used("2026-01-01", "5:00"), used("2026-02-01", "15:00"), used("2026-03-01", "10:00")]
    of = retainer(ends="2026-04-01")
    plain, carrying = (cost(terms(carry_over=rule(carry=carry)), *cycles, of=of) for carry in (False, True))

    assert (money("3500.00"), money("3000.00")) == (plain.net, carrying.net)
    assert (hours("5"), 0) == (plain.unused_seconds, carrying.unused_seconds)


def test_what_a_deducting_plan_still_owes_at_the_end_is_billed_so_that_it_looks_no_cheaper():
    cycles = [used("2026-01-01", "10:00"), used("2026-02-01", "14:00")]
    one = cost(terms(carry_over=rule(deduct=True)), *cycles, today=day("2026-03-01"))

    assert (money("2400.00"), hours("4")) == (one.net, one.billed_seconds)


def test_the_cycles_are_those_of_the_retainer_whatever_its_day_and_however_long_it_runs():
    of = retainer(terms("2025-01-31"), starts="2025-01-31")
    first, *_, last = last_twelve_months(of, NOW)
    assert (day("2025-12-31"), day("2026-12-31")) == (first.start, last.end)

    edges = [used("2025-12-31", "12:00"), used("2026-02-28", "13:00"), used("2026-03-31", "1:00")]
    assert money("12500.00") == cost(terms(), *edges, of=of).net
    anchored = replace(of, starts_on=day("2025-02-28"), anchor_day=31)
    assert money("12500.00") == cost(terms(), *edges, of=anchored).net

    march = used("2026-03-31", "12:00")  # the twelve months begin on 28 February, where the day of the month is clamped
    for one in (of, anchored):
        assert day("2026-02-28") == last_twelve_months(one, day("2027-03-05"))[0].start
        assert money("12200.00") == cost(terms(), march, of=one, today=day("2027-03-05")).net


def test_a_worker_of_two_names_is_one_when_a_day_is_rounded():
    work = [entry("2026-01-05", "0:20", "Jane Doe"), entry("2026-01-05", "0:20", "Jane Roe")]
    aliases = Aliases(workers=(Renamed("Jane Doe", ("Jane Roe",)),))
    of, cycles = retainer(), [reported_work(ledger("2026-01-01", work))]
    plan = terms(allotment="0", fee="0", rate="100.00", rounded=rounding("1:00", level=RoundingLevel.DAY))
    periods = last_twelve_months(of, day("2026-02-01"))

    assert hours("1:00") == plan_cost("day", (plan,), of, periods, cycles, aliases=aliases).used_seconds
    assert hours("2:00") == plan_cost("day", (plan,), of, periods, cycles).used_seconds


def test_hours_above_the_cap_are_unused_too():
    cycles = [used("2026-01-01", "2:00"), used("2026-02-01", "10:00")]
    one = cost(terms(carry_over=rule(carry=True, cap="3:00")), *cycles, today=day("2026-03-01"))

    assert hours("8:00") == one.unused_seconds  # 5 h above the cap, 3 h at the end


def test_months_without_work_cost_their_fee():
    assert money("12000.00") == cost(terms()).net


def test_late_work_counts_on_its_own_day_and_top_ups_are_not_bought():
    january = ledger("2026-01-01", [entry("2026-01-05", "9:00")], top_ups=[top_up("2026-01-05", "5:00")])
    january = replace(january, reported_since_close=(entry("2026-01-05", "11:00"),))
    late = entry("2026-02-01", "2:00", source=LATE)._replace(worked_on=day("2026-01-05"))
    given = entry("2026-02-02", "-1:00", source=MANUAL)
    february = ledger("2026-02-01", [late, given, entry("2026-02-03", "10:00")])
    one = cost(terms(), january, february, today=day("2026-03-01"))

    assert (hours("21"), hours("1"), hours("1"), money("2100.00")) == (
        one.used_seconds,
        one.billed_seconds,
        one.unused_seconds,
        one.net,
    )


def test_under_its_own_terms_work_costs_what_its_invoices_say():
    change = [terms(rounded=rounding("0:15")), terms("2026-03-10", allotment="15:00", fee="1300.00")]
    of = retainer(*change, ends="2026-05-01", anchor_day=31, starts="2026-01-31")
    of = replace(of, pauses=(Pause(day("2026-02-10"), day("2026-02-20")),))
    cycles = [used("2026-01-31", "12:10"), used("2026-02-28", "3:05"), used("2026-03-31", "17:00")]
    invoices = [invoice_of(of, one).net.minor for one in statements(of, ledgers(*cycles), NOW)]
    periods = last_twelve_months(of, NOW)

    assert sum(invoices) == plan_cost("own", of.terms, of, periods, [reported_work(one) for one in cycles]).net.minor


@pytest.mark.parametrize(
    ("length", "first", "count"),
    [
        (CycleLength.MONTH, "2026-01-01", 12),
        (CycleLength.QUARTER, "2026-01-01", 4),
        (CycleLength.YEAR, "2026-01-01", 1),
    ],
)
def test_twelve_months_are_the_cycles_that_ended_last(length, first, count):
    periods = last_twelve_months(retainer(starts="2024-01-01", length=length), NOW)

    assert (day(first), day("2027-01-01"), count) == (periods[0].start, periods[-1].end, len(periods))
    assert () == last_twelve_months(retainer(starts="2027-01-01"), NOW)
