"""A retainer goes live once: ended cycles close without invoices or mails, the current cycle becomes the first live
one."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from chalicelib.domain.cycle import CycleState, LotOrigin
from chalicelib.services.cycles.go_live import CannotGoLiveError, GoLive, go_live, plan_go_live
from chalicelib.services.store.audit import Act
from chalicelib.services.store.conflicts import StaleWriteError
from tests.builders import day, hours, retainer, rule, terms
from tests.conservation import check, check_chain
from tests.fakes import no_pause
from tests.import_rig import row
from tests.unit.services.cycles.test_close_due import FEBRUARY, JANUARY, MARCH, Deployment, january

TODAY = GoLive()


class Backfill(Deployment):
    """10 h a month since January 2026, none of it live; it is 20 March."""

    def __init__(self, **of_rule):
        super().__init__(backfill=True)
        mine = self.directory.books["acme"]
        versions = terms("2026-01-01", carry_over=rule(**(of_rule or {"carry": True})))
        self.directory.books["acme"] = replace(mine, retainers=(retainer(versions, backfill=True),))
        self.at("2026-03-20").drop(january("7:00"), row("2026-02-10", "4:00"), row("2026-03-05", "1:00"))

    @property
    def retainer(self):
        return self.directory.books["acme"].retainers[0]

    def go_live(self, wanted=TODAY, act=go_live):
        return act("acme", "support", wanted, self.now, directory=self.directory, ledger=self.ledger)


def test_ended_cycles_close_in_order_and_the_current_cycle_is_the_first_live_one():
    at = Backfill()
    before = at.statements()

    done = at.go_live()

    after = at.statements()
    assert [JANUARY, FEBRUARY] == [one.period.start for one in done.closed]
    assert MARCH == at.retainer.live_from
    assert [CycleState.CLOSED, CycleState.CLOSED, CycleState.OPEN] == [one.state for one in after.values()]
    assert [one.figures for one in before.values()] == [one.figures for one in after.values()]
    assert hours("9") == after[MARCH].figures.carried_seconds
    check_chain(list(after.values()))
    assert ({}, {}) == (at.log.invoices, at.log.tasks)
    assert [Act.CLOSE, Act.CLOSE, Act.GO_LIVE] == [one.act for one in at.log.acts.values()]


def test_the_first_live_cycle_is_invoiced_when_it_closes_and_the_next_one_is_announced():
    at = Backfill()
    at.go_live()
    assert datetime(2026, 3, 31, 22, tzinfo=UTC) == at.directory.books["acme"].head.due_at
    assert () == at.close_overdue()

    at.at("2026-04-10")
    assert [("open", "2026-04-01"), ("close", "2026-03-01")] == [
        (one.step.kind, str(one.step.period.start)) for one in at.close_overdue()
    ]
    assert [MARCH] == [draft.cycle.start for draft in at.log.invoices.values()]


@pytest.mark.parametrize(
    ("of_rule", "expires"),
    [
        ({"carry": True}, None),
        ({"carry": True, "expires_after": 1}, "2026-04-01"),
        ({"carry": True, "expires_after": 3}, "2026-06-01"),
        ({"carry": False}, "2026-04-01"),
    ],
)
def test_an_opening_balance_replaces_the_carried_hours_and_expires_by_the_rule(of_rule, expires):
    at = Backfill(**of_rule)
    at.go_live(GoLive(opening_seconds=hours("3")))

    march = at.statements()[MARCH]
    [opening] = [one.lot for one in march.lots if one.lot.origin is LotOrigin.CARRIED]
    assert (hours("3"), expires) == (opening.seconds, opening.expires_on and str(opening.expires_on))
    assert hours("12") == march.figures.remaining_seconds
    check(march)


def test_a_negative_opening_balance_is_a_debt():
    at = Backfill(carry=False)
    at.go_live(GoLive(opening_seconds=-hours("2:30")))

    figures = at.statements()[MARCH].figures
    assert (hours("2:30"), hours("6:30")) == (figures.deducted_seconds, figures.remaining_seconds)


def test_a_retainer_can_go_live_from_an_earlier_cycle_which_is_then_invoiced():
    at = Backfill()
    at.go_live(GoLive(on=day("2026-02-14")))

    assert FEBRUARY == at.retainer.live_from
    at.close_overdue()
    assert [FEBRUARY] == [draft.cycle.start for draft in at.log.invoices.values()]
    assert [CycleState.CLOSED, CycleState.CLOSED, CycleState.OPEN] == [one.state for one in at.statements().values()]


def test_a_dry_run_has_the_same_result_and_writes_nothing():
    at = Backfill()
    before = (dict(at.ledger.cycles), at.directory.books["acme"])

    planned = at.go_live(GoLive(opening_seconds=hours("1")), act=plan_go_live)

    assert before == (at.ledger.cycles, at.directory.books["acme"])
    assert planned == at.go_live(GoLive(opening_seconds=hours("1")))


def test_going_live_again_changes_nothing():
    at = Backfill()
    at.go_live()
    before = at.directory.books["acme"]

    assert at.go_live(GoLive(opening_seconds=hours("40"))).was_live
    assert before == at.directory.books["acme"]


def test_late_exports_for_backfill_cycles_are_late_entries_in_the_live_cycle():
    at = Backfill()
    at.go_live()

    at.drop(january("8:00"))

    assert [(MARCH, day("2026-01-20"), hours("1"))] == at.late


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        ("2026-03-21", "2026-03-21 is in the future: acme/support can go live on a day up to today."),
        ("2025-12-31", "acme/support is not served on 2025-12-31, but from 2026-01-01: choose a day in that period."),
    ],
)
def test_a_day_on_which_it_cannot_go_live_is_refused(on, reason):
    with pytest.raises(CannotGoLiveError, match=reason):
        Backfill().go_live(GoLive(on=day(on)))


def test_going_live_interrupted_anywhere_continues_and_not_on_an_earlier_day():
    whole, cut = Backfill(), Backfill()
    whole.go_live(GoLive(opening_seconds=hours("2")))
    write = cut.directory.write_client
    cut.directory.write_client = refuse

    with pytest.raises(StaleWriteError):
        cut.go_live(GoLive(opening_seconds=hours("2")), partial(go_live, sleep=no_pause))
    cut.directory.write_client = write
    with pytest.raises(CannotGoLiveError, match="closed before 2026-03-01: go live on a day from then on"):
        cut.go_live(GoLive(on=day("2026-02-14")))
    cut.go_live()

    assert whole.statements() == cut.statements()
    assert whole.log.acts == cut.log.acts
    assert whole.directory.books["acme"].head.due_at == cut.directory.books["acme"].head.due_at


def refuse(*_):
    raise StaleWriteError("somebody else")
