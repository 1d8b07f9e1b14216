"""Two years of 200 retainers: every closed cycle and every invoice is what an independent recomputation says.

The quick profile lives through the two years of its share of them.
"""

import random

import pytest

from chalicelib.domain.billing import invoice_id
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.statements import statement_of_closed
from tests.conservation import check_chain
from tests.effort import times, tries
from tests.simulation.oracle import Outcome, recompute
from tests.simulation.world import World

_CLIENTS, _RETAINERS = tries(50), 4


def outcomes(world: World, retainer: Retainer) -> list[Outcome]:
    """The figures of a retainer's closed cycles and their drafts."""
    stored = [one for one in world.ledger.cycles.values() if one.id.retainer == retainer.id and one.frozen]
    return [_outcome(world, one) for one in sorted(stored, key=lambda one: one.id.start)]


def _world(seed: str, *, is_lazy: bool) -> World:
    return World(random.Random(seed), "acme", _RETAINERS, is_lazy=is_lazy)  # noqa: S311  the same random numbers each time


def _outcome(world: World, ledger: CycleLedger) -> Outcome:
    statement = ledger.frozen.statement
    figures, draft = statement.figures, world.log.invoices.get(invoice_id(ledger.id))
    return Outcome(
        start=ledger.id.start,
        allotment=figures.allotment_seconds,
        carried_in=figures.carried_seconds,
        topped_up=figures.topped_up_seconds,
        corrected=figures.corrected_seconds,
        deducted=figures.deducted_seconds,
        used=figures.used_seconds,
        overage=figures.overage_seconds,
        ended=figures.expired_seconds + statement.forfeited_seconds + statement.capped_seconds,
        carried_out=sum(lot.seconds for lot in statement.carried_out),
        debt_out=statement.debt_out_seconds,
        billed=statement.billed_seconds,
        net=draft.invoice.net.minor if draft else 0,
    )


@pytest.mark.parametrize("seed", range(times(1)))
def test_all_lots_and_invoices_of_two_years_equal_a_recomputation_from_the_rows_of_the_files(seed):
    closed_cycles, totals, expected_totals = 0, [0, 0], [0, 0]
    for number in range(_CLIENTS):
        world = _world(f"{seed}/{number}", is_lazy=number % 2 == 1)
        world.live()
        for one in world.book.retainers:
            slug = one.id.retainer
            expected, written_off = recompute(one, world.reported[slug], world.bought[slug], world.now)
            found = outcomes(world, one)

            assert expected == found, f"{one}"
            mine = [ledger for ledger in world.ledger.cycles.values() if ledger.id.retainer == one.id]
            late = [posting for ledger in mine for posting in ledger.late_postings]
            assert written_off == sum(posting.seconds for posting in late if posting.posted_to is None)
            closed = sorted((ledger for ledger in mine if ledger.frozen), key=lambda ledger: ledger.id.start)
            check_chain([statement_of_closed(ledger, ledger.frozen) for ledger in closed])
            closed_cycles += len(closed)
            for sums, some in ((totals, found), (expected_totals, expected)):
                sums[0] += sum(outcome.net for outcome in some)
                sums[1] += sum(outcome.used - outcome.overage for outcome in some)
    assert expected_totals == totals
    assert closed_cycles > 60 * _CLIENTS


@pytest.mark.parametrize("number", range(6, 6 + times(5)))
def test_how_often_the_cycle_close_runs_changes_no_figure(number):
    often, never = (_world(f"lazy {number}", is_lazy=is_lazy) for is_lazy in (False, True))
    often.live()
    never.live()

    assert [outcomes(often, one) for one in often.book.retainers] == [
        outcomes(never, one) for one in never.book.retainers
    ]
