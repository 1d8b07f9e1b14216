"""Invariants of every retainer: no hour appears or vanishes, and the order of imports changes nothing."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.accounting import used_seconds
from chalicelib.domain.cycle import CycleLedger, CycleStatement, Figures, LotOrigin
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.statements import statements
from tests.builders import day, entry, hours, ledger, ledgers, retainer, rule, terms, top_up
from tests.conservation import ConservationError, check, check_chain
from tests.unit.domain.strategies import books, quick

Book = tuple[Retainer, dict[date, CycleLedger], date]


@given(books())
@quick
def test_no_second_appears_or_vanishes_in_any_lot_figure_or_carry_forward(book: Book):
    check_chain(statements(*book))


@given(books())
@quick
def test_over_all_cycles_what_was_granted_is_drawn_deducted_ended_or_left(book: Book):
    retainer, stored, _ = book
    chain = statements(retainer, stored, date(2025, 6, 1))

    granted = sum(
        one.figures.allotment_seconds + one.figures.topped_up_seconds + one.figures.corrected_seconds for one in chain
    )
    spent = sum(lot.drawn_seconds + lot.deducted_seconds for one in chain for lot in one.lots)
    ended = sum(lot.expired_seconds + lot.forfeited_seconds + lot.capped_seconds for one in chain for lot in one.lots)
    left = sum(lot.seconds for lot in chain[-1].carried_out) if chain[-1].state != "open" else held(chain[-1])
    assert granted == spent + ended + left
    assert sum(one.figures.overage_seconds for one in chain) == (
        sum(one.billed_seconds + one.figures.deducted_seconds for one in chain) + chain[-1].debt_out_seconds
    )


def held(statement: CycleStatement) -> int:
    return sum(one.remaining_seconds for one in statement.lots)


@given(books(), st.randoms(use_true_random=False))
@quick
def test_the_order_of_entries_changes_nothing(book: Book, chance: Random):
    retainer, stored, today = book
    shuffled = {
        start: replace(one, entries=tuple(chance.sample(one.entries, len(one.entries))))
        for start, one in sorted(stored.items(), key=lambda _: chance.random())
    }

    assert statements(retainer, stored, today) == statements(retainer, shuffled, today)


@given(books(), st.randoms(use_true_random=False))
@quick
def test_the_used_time_of_a_cycle_is_known_without_settling_it_and_in_any_order(book: Book, chance: Random):
    for one in statements(*book):
        entries = [accounted.entry for accounted in one.entries]
        assert one.figures.used_seconds == used_seconds(book[0], chance.sample(entries, len(entries)))


@given(books())
@quick
def test_a_later_date_never_changes_what_was_worked_drawn_or_carried_forward(book: Book):
    retainer, stored, today = book
    earlier, later = statements(retainer, stored, today), statements(retainer, stored, today + timedelta(days=40))

    for before, after in zip(earlier, later, strict=False):
        assert before.entries == after.entries
        assert before.carried_out == after.carried_out
        assert (before.billed_seconds, before.debt_out_seconds) == (after.billed_seconds, after.debt_out_seconds)


@given(books(), st.integers(1, 20_000))
@quick
def test_one_more_hour_of_work_never_leaves_more_hours(book: Book, extra: int):
    retainer, stored, today = book
    start = min(stored)
    busier = {**stored, start: replace(stored[start], entries=(*stored[start].entries, worked(start, extra)))}

    chain, busier_chain = statements(retainer, stored, today), statements(retainer, busier, today)

    assert busier_chain[0].figures.used_seconds >= chain[0].figures.used_seconds + extra
    assert busier_chain[0].figures.remaining_seconds <= chain[0].figures.remaining_seconds


def worked(start: date, seconds: int) -> object:
    return entry(str(start), "0", "Cleo Ray")._replace(seconds=seconds)


STATEMENT = statements(
    retainer(terms(carry_over=rule(carry=True, cap="1:00", deduct=True))),
    ledgers(
        ledger(
            "2026-01-01",
            [entry("2026-01-05", "4:00"), entry("2026-01-06", "-1:00"), entry("2026-01-07", "9:00")],
            top_ups=[top_up("2026-01-01", "1:00", expires="2026-01-03")],
        )
    ),
    day("2026-02-10"),
)[0]


@pytest.mark.parametrize("figure", Figures.__dataclass_fields__)
def test_a_figure_that_is_a_second_off_is_noticed(figure: str):
    if figure == "project_seconds":
        figure = "used_seconds"
    off = replace(STATEMENT.figures, **{figure: getattr(STATEMENT.figures, figure) + 1})

    with pytest.raises(ConservationError):
        check(replace(STATEMENT, figures=off))


@pytest.mark.parametrize(
    "figure",
    ["forfeited_seconds", "capped_seconds", "lapsing_seconds", "debt_in_seconds", "debt_out_seconds", "billed_seconds"],
)
def test_a_close_that_is_a_second_off_is_noticed(figure: str):
    with pytest.raises(ConservationError, match="is not"):
        check(replace(STATEMENT, **{figure: getattr(STATEMENT, figure) + 1}))


def test_a_carry_forward_that_is_a_second_off_is_noticed():
    chain = statements(retainer(terms(carry_over=rule(carry=True))), {}, day("2026-02-10"))
    lot = replace(chain[0].carried_out[0], seconds=hours("9"))
    short = replace(chain[0], carried_out=(lot,), capped_seconds=hours("1"))

    with pytest.raises(ConservationError, match="carried in = carried out"):
        check_chain((short, chain[1]))


def test_origin_is_carried_only_for_hours_of_earlier_cycles():
    chain = statements(retainer(terms(carry_over=rule(carry=True))), {}, day("2026-03-10"))

    origins = [[(one.lot.origin, one.lot.granted_in.month) for one in statement.lots] for statement in chain]

    carried, allotment = LotOrigin.CARRIED, LotOrigin.ALLOTMENT
    assert origins == [[(allotment, 1)], [(carried, 1), (allotment, 2)], [(carried, 1), (carried, 2), (allotment, 3)]]
