"""Days on which a retainer is paused grant and charge nothing."""

from dataclasses import replace

import pytest

from chalicelib.domain.calendar import period_of
from chalicelib.domain.invoice import invoice_of
from chalicelib.domain.retainer import PartialCycle, Pause
from chalicelib.domain.statements import statements
from chalicelib.domain.terms_versions import grant_of
from tests.builders import day, hours, ledgers, money, retainer, terms, used
from tests.conservation import check_chain

JUNE = terms(allotment="30:00", fee="300.00")


def paused(*days, **of_retainer):
    pauses = tuple(Pause(day(since), until and day(until)) for since, until in days)
    return replace(retainer(JUNE, **of_retainer), pauses=pauses)


@pytest.mark.parametrize(
    ("days", "granted", "fee"),
    [
        ([("2026-06-11", "2026-06-21")], "20", "200.00"),
        ([("2026-05-01", "2026-06-11")], "20", "200.00"),
        ([("2026-06-21", None)], "20", "200.00"),
        ([("2026-06-01", "2026-06-04"), ("2026-06-28", "2026-07-05")], "24", "240.00"),
        ([("2026-05-20", "2026-07-20")], "0", "0.00"),
        ([("2026-05-01", "2026-06-01"), ("2026-07-01", None)], "30", "300.00"),
    ],
)
def test_a_cycle_is_prorated_by_the_days_that_are_not_paused(days, granted, fee):
    one = paused(*days)

    grant = grant_of(one, period_of(one, day("2026-06-15")))

    assert (hours(granted), money(fee)) == (grant.allotment_seconds, grant.fee)


def test_a_pause_a_change_of_terms_and_a_short_last_cycle_are_each_weighted_by_their_days():
    dearer = terms("2026-06-16", allotment="60:00", fee="600.00")
    one = replace(
        paused(("2026-06-13", "2026-06-19"), ends="2026-06-25", partial=PartialCycle.PRORATED), terms=(JUNE, dearer)
    )

    grant = grant_of(one, period_of(one, day("2026-06-15")))

    assert (hours("24"), money("240.00")) == (grant.allotment_seconds, grant.fee)  # 12 days at 1 h, 6 at 2 h


def test_a_fully_paused_cycle_costs_nothing_and_its_work_is_overage():
    one = paused(("2026-02-01", "2026-03-01"))

    chain = statements(one, ledgers(used("2026-02-01", "2:00")), day("2026-02-28"))

    check_chain(chain)
    assert (0, hours("2")) == (chain[-1].figures.allotment_seconds, chain[-1].figures.overage_seconds)
    assert ["overage"] == [line.kind for line in invoice_of(one, chain[-1]).lines]
