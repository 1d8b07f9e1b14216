"""A retainer is cancelled, paused and resumed by its set-up, and its last cycle settles everything."""

from dataclasses import replace

from chalicelib.domain.invoice import LineKind
from chalicelib.domain.retainer import Pause
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.store.books import ClientBook
from tests.builders import day, hours, money, rule, terms
from tests.conservation import check_chain
from tests.import_rig import row
from tests.unit.services.cycles.test_close_due import Deployment, january


def declare(at, **changes):
    """Apply a file with these changes to the retainer; returns its conflicts."""
    mine = at.directory.books["acme"]
    changed = replace(mine.retainers[0], **changes)
    setup = Setup(clients=(ClientBook(mine.client, (changed,)),))
    return ApplySetup(at.directory, at.ledger, lambda: at.now).apply(setup).conflicts


def invoices(at):
    return {
        str(draft.cycle.start): [(line.kind, line.seconds, line.amount) for line in draft.invoice.lines]
        for draft in at.log.invoices.values()
    }


def test_the_last_cycle_bills_the_debt_forfeits_the_rest_and_has_no_successor():
    at = Deployment()
    assert () == declare(at, terms=(terms("2026-01-01", carry_over=rule(carry=True, deduct=True)),))
    at.drop(january("23:00"))
    at.at("2026-02-10").close_overdue()
    assert () == declare(at, ends_on=day("2026-02-15"))
    at.drop(row("2026-02-10", "1:00", "CarryForward"))

    at.at("2027-01-01").close_overdue()

    assert {
        "2026-01-01": [(LineKind.FEE, hours("10"), money("1000.00"))],
        "2026-02-01": [
            (LineKind.FEE, hours("10"), money("1000.00")),
            (LineKind.OVERAGE, hours("1"), money("100.00")),
            (LineKind.DEBT, hours("3"), money("300.00")),
        ],
    } == invoices(at)
    *_, last = chain = list(at.statements().values())
    check_chain(chain)
    assert (2, (), 0) == (len(chain), last.carried_out, last.debt_out_seconds)
    assert at.directory.books["acme"].head.due_at is None


def test_unused_hours_end_with_the_retainer():
    at = Deployment(carry=True)
    at.drop(january("4:00"))
    declare(at, ends_on=day("2026-02-01"))

    at.at("2026-02-10").close_overdue()

    [last] = at.statements().values()
    assert (hours("6"), ()) == (last.forfeited_seconds, last.carried_out)


def test_a_pause_and_its_end_change_the_cycles_that_are_not_closed_and_their_invoices():
    at = Deployment()
    at.at("2026-02-10").close_overdue()
    assert () == declare(at, pauses=(Pause(day("2026-02-15")),))
    assert [] != declare(at, pauses=(Pause(day("2026-01-15")),))

    at.at("2026-04-10").close_overdue()
    assert () == declare(at, pauses=(Pause(day("2026-02-15"), day("2026-04-16")),))
    at.at("2026-05-10").close_overdue()

    assert {
        "2026-01-01": [(LineKind.FEE, hours("10"), money("1000.00"))],
        "2026-02-01": [(LineKind.FEE, hours("5"), money("500.00"))],
        "2026-04-01": [(LineKind.FEE, hours("5"), money("500.00"))],
    } == invoices(at)
