"""The account of a year; that it adds up is checked with every chain of cycles (tests/conservation.py)."""

from dataclasses import replace

import pytest

from chalicelib.domain.entry import LATE, MANUAL, Pool
from chalicelib.domain.statements import statements
from chalicelib.domain.year import Share, year_of
from tests.builders import day, entry, hours, ledger, ledgers, retainer, rule, terms, top_up


def year(*cycles, today="2026-03-10", of=None):
    """The account of the cycles from January 2026 on."""
    of = of or retainer(terms("2026-01-01", allotment="10:00"))
    return year_of(statements(of, ledgers(*cycles), day(today)), day(today))


def share(name, duration):
    return Share(name, hours(duration))


WORK = ledger(
    "2026-01-01",
    [
        entry("2026-01-12", "1:00", work_type="Remote", project="Desk", ticket="#1"),
        entry("2026-01-13", "2:00", work_type="REMOTE", project="Desk"),
        entry("2026-01-14", "4:00", work_type="On site"),
        entry("2026-01-15", "4:00", work_type="Advice", ticket="#2"),
        entry("2026-01-16", "0:30"),
        entry("2026-01-17", "0:15", source=LATE, work_type="Remote"),
        entry("2026-01-18", "0:45", source=MANUAL, work_type="Remote"),
        entry("2026-01-19", "9:00", pool=Pool.PROJECT, work_type="Remote"),
        entry("2026-01-20", "0:00", work_type="Idle"),
    ],
)


def test_the_hours_used_are_shared_out_by_what_the_work_names_most_first_and_then_by_name():
    account = year(WORK)

    assert (
        share("Advice", "4:00"),
        share("On site", "4:00"),
        share("Remote", "3:00"),
        share(None, "1:00"),
        share("", "0:30"),
    ) == account.by_work_type
    assert (share("", "8:30"), share("Desk", "3:00"), share(None, "1:00")) == account.by_project
    assert (share("", "6:30"), share("#2", "4:00"), share(None, "1:00"), share("#1", "1:00")) == account.by_ticket
    assert (hours("12:30"), hours("9:00"), 8) == (account.used_seconds, account.project_seconds, account.entries)


@pytest.mark.parametrize(
    ("today", "forfeited", "left"),
    [("2026-01-31", "0", "7:30"), ("2026-02-01", "7:30", "10:00")],
)
def test_the_last_cycle_is_as_it_stands_while_it_runs_and_as_it_would_close_from_its_end_on(today, forfeited, left):
    january = ledger("2026-01-01", [entry("2026-01-12", "2:30")])
    account = year(january, today=today)

    assert (hours(forfeited), hours(left)) == (account.forfeited_seconds, account.left_seconds)


def test_a_year_whose_last_cycle_is_over_has_what_that_carried_on():
    of = retainer(terms("2026-01-01", allotment="10:00", carry_over=rule(carry=True)))
    january = ledger("2026-01-01", [entry("2026-01-12", "2:30")])
    [first, _] = statements(of, ledgers(january), day("2026-02-01"))
    lapsing = replace(of, terms=(terms("2026-01-01", allotment="10:00"),))
    [lost, _] = statements(lapsing, ledgers(january), day("2026-02-01"))

    assert hours("7:30") == year_of([first], day("2026-02-01")).left_seconds
    assert (0, hours("7:30")) == (
        year_of([lost], day("2026-02-01")).left_seconds,
        year_of([lost], day("2026-02-01")).forfeited_seconds,
    )


@pytest.mark.parametrize("computed", ["2026-02-28", "2026-03-02"])
def test_what_the_end_of_a_retainer_takes_off_hours_that_were_bought_is_deducted_too(computed):
    of = replace(
        retainer(terms("2026-01-01", allotment="10:00", carry_over=rule(deduct=True))), ends_on=day("2026-03-01")
    )
    cycles = ledgers(
        ledger("2026-01-01", [entry("2026-01-12", "25:00")]),
        ledger("2026-02-01", top_ups=[top_up("2026-02-02", "8:00")]),
    )
    account = year_of(statements(of, cycles, day(computed)), day("2026-03-02"))

    assert (hours("15:00"), hours("15:00"), hours("3:00")) == (
        account.overage_seconds,
        account.deducted_seconds,
        account.forfeited_seconds + account.expired_seconds,
    )
