"""The carry-over rules through three cycles, as in the tables of docs/concepts.md."""

from chalicelib.domain.statements import statements
from tests.builders import day, hours, ledgers, retainer, rule, terms, used
from tests.conservation import check_chain


def through_three(of_rule, *worked, ends=None):
    """January to March 2026 of a retainer of 10 h, with the given work in each month."""
    cycles = [used(f"2026-{month:02}-01", text) for month, text in enumerate(worked, 1)]
    chain = statements(retainer(terms(carry_over=of_rule), ends=ends), ledgers(*cycles), day("2026-04-10"))[:3]
    check_chain(chain)
    return chain


def test_carry_with_a_cap_and_an_expiry():
    chain = through_three(rule(carry=True, cap="5:00", expires_after=1), "2:00", "4:00", "18:00")

    assert [hours("10"), hours("15"), hours("15")] == [one.figures.available_seconds for one in chain]
    assert [(hours("3"), 0), (hours("5"), hours("1"))] == [
        (one.capped_seconds, one.figures.expired_seconds) for one in chain[:2]
    ]
    assert [hours("5"), hours("5")] == [sum(lot.seconds for lot in one.carried_out) for one in chain[:2]]
    assert hours("3") == chain[2].billed_seconds


def test_carry_and_deduct_until_the_retainer_ends():
    chain = through_three(rule(carry=True, deduct=True), "13:00", "2:00", "20:00", ends="2026-04-01")

    assert [hours("10"), hours("7"), hours("15")] == [one.figures.available_seconds for one in chain]
    assert [hours("3"), 0, 0] == [one.debt_out_seconds for one in chain]
    assert [0, 0, hours("5")] == [one.billed_seconds for one in chain]


def test_the_last_cycle_forfeits_what_is_left():
    chain = through_three(rule(carry=True), "7:00", "7:00", "12:00", ends="2026-04-01")

    assert (hours("4"), ()) == (chain[2].forfeited_seconds, chain[2].carried_out)
