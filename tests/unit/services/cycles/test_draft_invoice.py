"""The draft that a cycle close creates."""

from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.domain.billing import InvoiceRecord, InvoiceState
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.statements import statements
from chalicelib.services.cycles.close_due import draft_of
from tests.builders import day, ledgers, money, retainer, terms, top_up, used

JANUARY = "2026-01-01"
CLOSED_AT = datetime(2026, 2, 4, tzinfo=UTC)


def draft(of: Retainer, *stored: CycleLedger) -> InvoiceRecord | None:
    """The draft of January."""
    return draft_of(of, statements(of, ledgers(*stored), day("2026-02-01"))[0], CLOSED_AT)


def test_a_cycle_leaves_one_draft_that_is_named_by_it():
    made = draft(retainer(terms(allotment="20:00", fee="1000.00")), used(JANUARY, "20:00", "6:45"))

    assert made
    assert made.id == "acme/support/2026-01-01"
    assert (made.state, made.period_end, made.drafted_at) == (InvoiceState.DRAFT, day("2026-02-01"), CLOSED_AT)
    assert made.invoice.net == money("1,675.00")


def test_a_cycle_that_charges_nothing_leaves_none():
    free = retainer(terms(allotment="10:00", fee="0"))

    assert draft(free, used(JANUARY, "7:00")) is None
    assert draft(free, used(JANUARY, "10:30"))


def test_a_purchase_alone_makes_a_draft():
    free = retainer(terms(allotment="10:00", fee="0"))
    bought = replace(top_up("2026-01-07", "2:00"), price=money("150.00"))

    made = draft(free, replace(used(JANUARY), top_ups=(bought,)))

    assert made
    assert made.invoice.net == money("150.00")


def test_cycles_before_the_retainer_was_live_are_never_invoiced():
    assert draft(retainer(backfill=True), used(JANUARY, "30:00")) is None
    assert draft(replace(retainer(), live_from=day("2026-02-01")), used(JANUARY, "30:00")) is None
