"""Cycles close in order, once, when due; late entries never change them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.billing import InvoiceState
from chalicelib.domain.cycle import CycleState
from chalicelib.domain.entry import LATE
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import LateEntryRule
from chalicelib.domain.terms import RoundingLevel
from chalicelib.services.cycles.close_due import close_due, overdue_steps, with_due
from chalicelib.services.cycles.read_balance import LATEST, Asked, balance_of
from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import Verb
from tests.builders import ACME_SUPPORT, hours, retainer, rounding, rule, terms
from tests.effort import tries
from tests.import_rig import SUPPORT, Rig, book, csv_of, row

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


class Deployment(Rig):
    """One live retainer of 10 h a month from January 2026, and a clock."""

    def __init__(self, *, carry=False, late=LateEntryRule.POST, rounded=None, **of_retainer):
        versions = terms("2026-01-01", carry_over=rule(carry=carry), rounded=rounded)
        one = replace(retainer(versions, **of_retainer), late_work=late)
        super().__init__(replace(book(), retainers=(one,)))
        self.at("2026-01-25")
        mine = self.directory.books["acme"]
        self.directory.books["acme"] = replace(mine, head=with_due(mine.head, mine))

    def at(self, moment):
        """Set the clock to midnight UTC of a day, or to a moment."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        self.imports = RunImport(replace(self.ports, clock=lambda: self.now))
        return self

    def close_overdue(self):
        return close_due(self.directory, self.ledger, ACME_SUPPORT.client, self.now)

    def statements(self, asked=LATEST):
        [balance] = balance_of(self.directory.books["acme"], self.now, self.ledger, asked).retainers
        return {one.period.start: one for one in balance.statements}

    def cycle(self, start):
        return self.ledger.cycles[CycleId(ACME_SUPPORT, start)]

    @property
    def late(self):
        """The posted late entries: cycle, work date, seconds."""
        return sorted(
            (cycle.id.start, entry.worked_on, entry.seconds)
            for cycle in self.ledger.cycles.values()
            for entry in cycle.entries
            if entry.source == LATE
        )


def january(duration="7:00"):
    return row("2026-01-20", duration, "Mail")


def test_a_cycle_closes_after_its_grace_period_carries_its_hours_forward_and_leaves_a_draft():
    at = Deployment(carry=True)
    at.drop(january())
    at.at("2026-02-03T22:59")
    assert [] == [one for one in at.close_overdue() if one.statement]

    at.at("2026-02-03T23:00")  # midnight in Berlin, three days after the end
    [done] = at.close_overdue()

    assert (CycleState.CLOSED, hours("3:00")) == (
        done.statement.state,
        sum(lot.seconds for lot in done.statement.carried_out),
    )
    assert CycleState.CLOSED is at.statements()[JANUARY].state
    assert hours("13:00") == at.statements()[FEBRUARY].figures.available_seconds
    assert not at.statements()[FEBRUARY].carried_is_provisional
    [draft] = at.log.invoices.values()
    assert (InvoiceState.DRAFT, 100000) == (draft.state, draft.invoice.net.minor)
    assert () == at.close_overdue()


def test_figures_are_the_same_before_and_after_the_close():
    ran, waits = Deployment(carry=True), Deployment(carry=True)
    for at in (ran, waits):
        at.drop(january())
        at.at("2026-02-20")
    ran.close_overdue()

    assert waits.statements()[FEBRUARY].figures == ran.statements()[FEBRUARY].figures


@settings(max_examples=tries(30), deadline=None)
@given(st.lists(st.integers(0, 420), min_size=1, max_size=8))
def test_a_close_run_late_twice_after_missed_months_or_with_the_clock_stepping_back_equals_an_hourly_one(days):
    often, seldom = Deployment(carry=True, zone="America/New_York"), Deployment(carry=True, zone="America/New_York")
    for at in (often, seldom):
        at.at("2026-01-25").drop(january("4:30"))
    for day in range(421):
        often.at((datetime(2026, 1, 25, tzinfo=UTC) + timedelta(days=day)).date().isoformat()).close_overdue()
    for day in (*days, 420):
        seldom.at((datetime(2026, 1, 25, tzinfo=UTC) + timedelta(days=day)).date().isoformat()).close_overdue()

    assert {c.id: replace(c, version=0) for c in often.ledger.cycles.values()} == {
        c.id: replace(c, version=0) for c in seldom.ledger.cycles.values()
    }
    assert often.log.invoices == seldom.log.invoices
    assert often.directory.books["acme"].head.positions == seldom.directory.books["acme"].head.positions


def test_a_dry_run_lists_the_steps_and_writes_nothing():
    at = Deployment()
    at.drop(january())
    at.at("2026-04-20")
    before = dict(at.ledger.cycles)

    planned = tuple(overdue_steps(at.directory.books["acme"], at.ledger, at.now))

    assert before == at.ledger.cycles
    assert [one.step.period.start for one in planned] == [one.step.period.start for one in at.close_overdue()]


def test_a_late_entry_is_posted_once_to_the_open_cycle_and_replaced_by_a_later_export():
    at = Deployment()
    at.drop(january("7:00"))
    at.at("2026-02-10").close_overdue()
    closed = at.cycle(JANUARY)

    record = at.drop(january("8:30"))
    again = at.drop(january("8:30"))
    assert [(FEBRUARY, date(2026, 1, 20), hours("1:30"))] == at.late
    at.drop(january("7:15"))

    assert [(FEBRUARY, date(2026, 1, 20), hours("0:15"))] == at.late
    assert (closed.entries, closed.frozen) == (at.cycle(JANUARY).entries, at.cycle(JANUARY).frozen)
    assert [(date(2026, 1, 20), hours("1:30"), FEBRUARY)] == [
        (e.date, e.seconds, e.posted_to) for e in record.report.late
    ]
    assert () == again.report.late
    at.drop(january("7:00"))
    assert [] == at.late


def test_a_late_entry_in_a_cycle_that_has_closed_stays_there_and_a_further_difference_is_posted_to_the_open_one():
    at = Deployment()
    at.drop(january("7:00"))
    at.at("2026-02-10").drop(january("8:30"))
    at.at("2026-03-10").drop(january("8:00"))

    assert [(FEBRUARY, date(2026, 1, 20), hours("1:30")), (MARCH, date(2026, 1, 20), -hours("0:30"))] == at.late
    assert hours("10:30") == at.statements()[MARCH].figures.available_seconds


def test_work_first_reported_after_the_close_is_a_late_entry_and_deleted_work_gives_its_hours_back():
    at = Deployment()
    at.drop(january("7:00"))
    at.at("2026-02-10").drop(row("2026-01-21", "2:00", "Forgotten"))
    assert [(FEBRUARY, date(2026, 1, 21), hours("2:00"))] == at.late

    record = at.drop(row("2026-01-20", "1:00", "Other", start="09:00"))
    at.imports.decide(record, Verb.ACCEPT)

    assert (FEBRUARY, date(2026, 1, 20), -hours("6:00")) in at.late


def test_late_entries_can_be_written_off():
    at = Deployment(late=LateEntryRule.WRITE_OFF)
    at.drop(january("7:00"))

    record = at.at("2026-02-10").drop(january("8:30"))

    assert [] == at.late
    assert [None] == [entry.posted_to for entry in record.report.late]
    assert () == at.drop(january("8:30")).report.late


@pytest.mark.parametrize("has_run", [True, False])
def test_an_import_that_counts_in_an_overdue_cycle_cannot_be_undone(has_run):
    at = Deployment()
    record = at.drop(january())
    at.at("2026-02-10")
    if has_run:
        at.close_overdue()

    with pytest.raises(NothingToDecideError, match="2026-01-01 of acme/support, which is closed"):
        at.imports.decide(record, Verb.UNDO)


def test_an_import_of_the_first_day_after_a_closed_cycle_can_be_undone():
    at = Deployment()
    at.drop(january())
    at.at("2026-02-10").close_overdue()
    record = at.drop(row("2026-02-01", "1:00"))

    at.imports.decide(record, Verb.UNDO)

    assert ((), hours("7:00")) == (at.cycle(FEBRUARY).entries, sum(one.seconds for one in at.cycle(JANUARY).entries))


def test_a_closed_cycle_keeps_its_terms_whatever_the_set_up_says_later():
    at = Deployment()
    at.drop(january("12:00"))
    at.at("2026-02-10").close_overdue()
    before = at.statements()[JANUARY]
    mine = at.directory.books["acme"]
    dearer = replace(mine.retainers[0], terms=(terms("2026-01-01", allotment="1:00", fee="1.00", rate="999.00"),))
    at.directory.books["acme"] = replace(mine, retainers=(dearer,))

    assert before == at.statements(Asked(cycle=JANUARY))[JANUARY]


def test_an_edit_in_the_open_cycle_and_a_late_entry_of_the_same_file_both_count():
    header = ("Entry ID", "Date", "Duration", "User", "Description")

    def export(*rows):
        return csv_of(*rows, header=header).encode()

    at = Deployment()
    at.drop(data=export(("1", "2026-01-20", "7:00", "Ada Byron", "Mail")))
    at.at("2026-02-10").drop(data=export(("2", "2026-02-05", "2:00", "Ada Byron", "Desk")))

    at.drop(
        data=export(
            ("3", "2026-01-21", "1:00", "Ada Byron", "Forgotten"),
            ("2", "2026-02-05", "5:00", "Ada Byron", "Desk"),
        )
    )

    assert [(FEBRUARY, date(2026, 1, 21), hours("1:00"))] == at.late
    assert hours("6:00") == at.statements()[FEBRUARY].figures.used_seconds


def test_a_clock_that_steps_back_after_a_close_writes_nothing_off():
    at = Deployment()
    at.drop(january("7:00"))
    at.at("2026-02-10").close_overdue()

    at.at("2026-01-31T12:00").drop(january("8:30"))

    assert [(FEBRUARY, date(2026, 1, 20), hours("1:30"))] == at.late


def test_late_entries_of_different_days_are_rounded_day_by_day():
    at = Deployment(rounded=rounding("0:15", level=RoundingLevel.DAY))
    at.drop(january("7:00"))
    at.at("2026-02-10").drop(
        january("7:20"), row("2026-01-21", "0:20", "Forgotten"), row("2026-02-01", "0:20", "Today")
    )

    assert hours("1:30") == at.statements()[FEBRUARY].figures.used_seconds


def test_a_set_up_applied_late_does_not_change_the_terms_of_an_overdue_cycle():
    at = Deployment()
    at.drop(january("7:00"))
    at.at("2026-02-10")
    mine = at.directory.books["acme"]
    dearer = replace(mine.retainers[0], terms=(terms("2026-01-01", fee="1.00"),))
    setup = Setup(clients=(ClientBook(mine.client, (dearer,)),))

    ApplySetup(at.directory, at.ledger, lambda: at.now).apply(setup)

    assert [100000] == [invoice.invoice.net.minor for invoice in at.log.invoices.values()]


def test_terms_that_start_within_an_overdue_cycle_are_refused():
    at = Deployment()
    at.drop(january("7:00"))
    at.at("2026-02-10")
    mine = at.directory.books["acme"]
    changed = replace(mine.retainers[0], terms=(*mine.retainers[0].terms, terms("2026-01-15", fee="1.00")))

    plan = ApplySetup(at.directory, at.ledger, lambda: at.now).apply(
        Setup(clients=(ClientBook(mine.client, (changed,)),))
    )

    assert plan.conflicts
    assert mine.retainers == at.directory.books["acme"].retainers


def test_a_preview_equals_the_import_even_while_a_cycle_is_overdue():
    at = Deployment(carry=True)
    at.drop(january("7:00"))
    at.at("2026-02-10")
    file = csv_of(january("8:30"), row("2026-02-05", "1:00", "Desk")).encode()

    preview = at.imports.preview(BytesIO(file), SUPPORT)
    previewed, dropped = preview.report, at.drop(data=file, expected=str(preview.shown)).report

    expected = [(one.start, one.before_seconds, one.after_seconds) for one in previewed.cycles]
    assert [(one.start, one.before_seconds, one.after_seconds) for one in dropped.cycles] == expected
    assert dropped.late == previewed.late
    assert [hours("10:30")] == [one.after_remaining for one in previewed.cycles if one.start == FEBRUARY]


def test_late_entries_that_leave_a_closed_cycle_after_their_postings_are_closed_too_are_posted_back():
    at = Deployment()
    at.drop(row("2026-01-05", "1:00", user="Max Planck"))
    at.at("2026-02-10").drop(row("2026-01-20", "2:00", "Server", start="9:00"))
    assert [(FEBRUARY, date(2026, 1, 20), hours("2:00"))] == at.late

    at.at("2026-03-20")
    at.drop(row("2026-03-02", "2:00", "Server", start="9:00"), row("2026-01-20", "0:30", user="Max Planck"))

    assert (MARCH, date(2026, 1, 20), -hours("2:00")) in at.late
    assert hours("2:00") == sum(one.seconds for one in at.cycle(MARCH).entries if one.source != LATE)
