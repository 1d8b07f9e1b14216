"""Top-ups and corrections reach cycles that are not closed, once, and add up."""

from dataclasses import replace

import pytest

from chalicelib.domain.cycle import CycleState, LotOrigin
from chalicelib.domain.entry import MANUAL
from chalicelib.domain.invoice import LineKind
from chalicelib.domain.retainer import LateEntryRule
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, NotAdjustableError, adjust_hours
from chalicelib.services.store.audit import Act
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.services.store.tasks import TaskKind
from tests.builders import day, hours, money, rounding, terms
from tests.conservation import check_chain
from tests.unit.services.cycles.test_close_due import FEBRUARY, JANUARY, Deployment, january

FIVE = BuyHours("a", hours("5"))


def order(at, wanted):
    return adjust_hours("acme", "support", wanted, at.now, directory=at.directory, ledger=at.ledger)


def test_a_top_up_covers_the_whole_cycle_and_is_on_its_invoice():
    at = Deployment()
    at.drop(january("12:00"))
    order(at, replace(FIVE, price=money("400.00"), note="Before the move"))

    figures = at.statements()[JANUARY].figures
    assert (hours("5"), 0, hours("3")) == (
        figures.topped_up_seconds,
        figures.overage_seconds,
        figures.remaining_seconds,
    )

    at.at("2026-02-10").close_overdue()
    [draft] = at.log.invoices.values()
    assert [LineKind.FEE, LineKind.TOP_UP] == [line.kind for line in draft.invoice.lines]
    assert money("1400.00") == draft.invoice.net
    assert hours("3") == at.statements()[FEBRUARY].figures.topped_up_seconds + carried_top_up(at)


def carried_top_up(at):
    return sum(
        one.lot.seconds
        for one in at.statements()[FEBRUARY].lots
        if one.lot.origin is LotOrigin.TOP_UP and one.lot.granted_in == JANUARY
    )


def test_repeating_an_order_s_id_has_no_further_effect_even_after_its_cycle_has_closed():
    at = Deployment()
    assert order(at, FIVE).is_new
    assert not order(at, FIVE).is_new
    at.at("2026-02-10")

    assert not order(at, FIVE).is_new
    assert [1, 0] == [len(at.cycle(JANUARY).top_ups), len(at.statements()[FEBRUARY].top_ups)]
    with pytest.raises(NotAdjustableError, match="`a` names another one of acme/support, in the cycle of 2026-01-01"):
        order(at, BuyHours("a", hours("6")))


@pytest.mark.parametrize(("given", "used", "remaining"), [("2", "3:50", "8:10"), ("-1:30", "5:20", "4:40")])
def test_a_correction_is_not_rounded(given, used, remaining):
    at = Deployment()
    rounded = terms("2026-01-01", rounded=rounding("0:10"))
    mine = at.directory.books["acme"]
    at.directory.books["acme"] = replace(mine, retainers=(replace(mine.retainers[0], terms=(rounded,)),))
    at.drop(january("3:41"))

    order(at, CorrectHours("c", hours(given), "Agreed on the phone", day("2026-01-21")))

    [statement] = at.statements().values()
    figures = statement.figures
    assert (hours(used), hours(remaining)) == (figures.used_seconds, figures.remaining_seconds)
    check_chain([statement])


def test_a_correction_and_its_opposite_leave_the_balance_as_it_was():
    at = Deployment()
    at.drop(january())
    before = at.statements()[JANUARY].figures.remaining_seconds

    order(at, CorrectHours("c", hours("2"), "Oops"))
    order(at, CorrectHours("d", -hours("2"), "Undo c"))

    assert before == at.statements()[JANUARY].figures.remaining_seconds


def test_an_import_does_not_change_corrections_or_top_ups():
    at = Deployment()
    order(at, FIVE)
    order(at, CorrectHours("c", hours("1"), "Goodwill"))
    at.drop(january("4:00"))
    at.drop(january("5:00"))

    figures = at.statements()[JANUARY].figures
    assert (hours("5"), hours("1"), hours("5")) == (
        figures.topped_up_seconds,
        figures.corrected_seconds,
        figures.used_seconds,
    )


def test_a_correction_is_not_a_likely_duplicate_of_imported_work():
    at = Deployment()
    order(at, CorrectHours("c", -hours("7"), "Agreed", day("2026-01-20")))

    report = at.drop(data=b"date,description,duration\n2026-01-20,Mail,7:00\n").report
    assert (1, ()) == (report.counts.new, report.duplicates)


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        ("2026-01-20", "2026-01-01 of acme/support is closed and never changes: choose a day from 2026-02-01 on"),
        ("2026-03-01", "2026-03-01 of acme/support has not begun"),
        ("2025-12-31", "acme/support is not served on 2025-12-31, but from 2026-01-01: choose"),
    ],
)
def test_a_cycle_that_takes_no_hours_says_why(on, reason):
    at = Deployment()
    at.at("2026-02-10")  # no cycle has closed yet: the overdue one closes first

    for wanted in (replace(FIVE, day=day(on)), CorrectHours("c", hours("1"), "Goodwill", day(on))):
        with pytest.raises(NotAdjustableError, match=reason):
            order(at, wanted)
    assert CycleState.CLOSED is at.statements()[JANUARY].state


def test_hours_that_expire_before_the_cycle_begins_are_refused():
    at = Deployment()

    with pytest.raises(NotAdjustableError, match="cannot be used in the cycle of 2026-01-01: choose a later expiry"):
        order(at, replace(FIVE, expires_on=JANUARY))


def test_each_order_leaves_one_act_and_a_correction_has_the_alert_levels_checked():
    at = Deployment()
    order(at, replace(FIVE, price=money("400.00"), expires_on=day("2026-06-01"), note="Move"))
    order(at, CorrectHours("c", -hours("1:30"), "Travel"))
    order(at, CorrectHours("c", -hours("1:30"), "Travel"))

    assert [
        (Act.TOP_UP, "acme/support/2026-01-01", "5 h, 400.00 EUR, until 2026-06-01, Move"),
        (Act.CORRECT, "acme/support/2026-01-01", "-1:30 on 2026-01-25: Travel"),
    ] == [(one.act, one.about, one.details) for one in at.log.acts.values()]
    assert [TaskKind.CHECK_USAGE] == [mail.kind for mail in at.log.tasks.values()]


def test_an_order_that_loses_the_race_is_decided_anew_on_the_winner_s_state():
    at = Deployment()
    read = at.ledger.read_cycles
    races = ["first", "second"]

    def raced(ids, plan=None):
        found = read(ids, plan)
        if races:
            races.pop()
            head = at.directory.books["acme"].head
            at.ledger.commit(LedgerCommit(at.directory.books["acme"].client.id, head))
        return found

    at.ledger.read_cycles = raced
    order(at, FIVE)

    assert [FIVE.name] == [one.id for one in at.cycle(JANUARY).top_ups]


def test_a_correction_of_a_cycle_is_not_a_late_entry_after_the_close():
    at = Deployment(late=LateEntryRule.POST)
    at.drop(january("4:00"))
    order(at, CorrectHours("c", hours("1"), "Goodwill"))
    at.at("2026-02-10").drop(january("4:30"))

    assert [(FEBRUARY, day("2026-01-20"), hours("0:30"))] == at.late
    assert 1 == sum(entry.source == MANUAL for cycle in at.ledger.cycles.values() for entry in cycle.entries)
