"""Going live, top-ups and corrections on real tables: killed at any call and run again, each has the effect of one
run."""

from dataclasses import replace

import pytest

from chalicelib.adapters.audit_trail import DynamoAuditTrail
from chalicelib.domain.calendar import today
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, adjust_hours
from chalicelib.services.cycles.go_live import GoLive, go_live
from chalicelib.services.cycles.read_balance import balance_of
from chalicelib.services.store.audit import DEPLOYMENT, Act, AuditRecord, DoneBy
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.ledger import LedgerCommit
from tests.aws_calls import record_calls
from tests.builders import day, entry, hours, ledger, money, retainer, rule, terms
from tests.conservation import check_chain
from tests.contract.builders import HEAD
from tests.contract.test_import import KilledError, killer
from tests.import_rig import NOW, book

_MOST_CALLS = 40
_CARRIES = terms("2026-08-01", carry_over=rule(carry=True))
BUY = BuyHours("t", hours("5"), price=money("400.00"), expires_on=day("2027-01-01"), note="Move")
CORRECT = CorrectHours("c", -hours("1:30"), "Travel")


@pytest.fixture
def trail(store):
    return DynamoAuditTrail(store.tables, store.names["activity"])


def test_an_act_is_recorded_with_who_does_it_in_the_transaction_of_the_change(store, trail, monkeypatch):
    acme = book("acme")
    act = AuditRecord("set-up-acme-1", acme.client.id, NOW, Act.SET_UP, "acme", "created")
    monkeypatch.setattr(store.tables, "done_by", lambda: DoneBy("arn:aws:iam::123456789012:user/ida", "command line"))

    store.directory.write_client(acme, act=act)
    with pytest.raises(StaleWriteError):
        store.directory.write_client(acme, act=replace(act, id="set-up-acme-stale"))

    [recorded] = trail.newest(acme.client.id, 10)
    assert replace(act, by=DoneBy("arn:aws:iam::123456789012:user/ida", "command line")) == recorded


def backfill(store, name):
    """A client in backfill since August, with work in three ended months."""
    made = book(name)
    one = retainer(_CARRIES, starts="2026-08-01", backfill=True, retainer_id=made.retainers[0].id)
    store.directory.write_client(replace(made, retainers=(one,)))
    worked = [ledger(f"2026-{month:02}-01", [entry(f"2026-{month:02}-10", "4:00")], of=one.id) for month in (8, 9, 10)]
    cycles = [replace(cycle, version=0) for cycle in worked]
    store.ledger.commit(LedgerCommit(ClientId(name), HEAD, cycles))


def lives(store, name):
    return go_live(
        name, "support", GoLive(opening_seconds=hours("2")), NOW, directory=store.directory, ledger=store.ledger
    )


def adjusted(store, name):
    for order in (BUY, CORRECT):
        adjust_hours(name, "support", order, NOW, directory=store.directory, ledger=store.ledger)


def visible_state(store, trail, name):
    """Everything that is visible of a client afterwards, except its name."""
    stored = store.directory.read_client(ClientId(name))
    statements = balance_of(stored, NOW, store.ledger).retainers[0].statements
    check_chain(statements[-1:])
    return (
        stored.retainers[0].live_from,
        [(one.state, one.figures, one.top_ups, one.lots, len(one.entries)) for one in statements],
        stored.head.positions,
        sorted((one.act, one.details) for one in trail.newest(ClientId(name), 50)),
        stored.head.due_at,
    )


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("act", [lives, adjusted])
def test_an_act_killed_at_any_call_and_run_again_has_the_effect_of_one_run(store, trail, act, when):
    backfill(store, "whole")
    act(store, "whole")
    expected = visible_state(store, trail, "whole")
    for call in range(1, _MOST_CALLS):
        name = f"killed-{call}"
        backfill(store, name)
        try:
            with record_calls(**{when: killer(call)}):
                act(store, name)
        except KilledError:
            act(store, name)
        else:
            assert call > 4, "the calls are counted"
            return
        assert expected == visible_state(store, trail, name)
    pytest.fail("it makes more calls than this test kills")


def test_a_client_that_has_gone_live_is_due_when_its_first_live_cycle_ends(store):
    backfill(store, "acme")
    lives(store, "acme")

    assert [] == list(store.directory.due(NOW))
    assert ["acme"] == [one.client for one in store.directory.due(NOW.replace(month=12, day=1))]
    assert today(NOW, "Europe/Berlin") == day("2026-11-22")


def test_the_acts_of_a_client_are_listed_newest_first_without_those_of_other_clients(store, trail):
    for name in ("acme", "other"):
        backfill(store, name)
        lives(store, name)

    acts = trail.newest(ClientId("acme"), 2)

    assert 2 == len(acts)
    assert {ClientId("acme")} == {one.client for one in acts}
    assert Act.GO_LIVE in {one.act for one in trail.newest(ClientId("acme"), 50)}
    assert [] == list(trail.newest(ClientId("nobody"), 5))


def test_an_act_of_the_whole_deployment_is_listed_by_itself(trail):
    act = AuditRecord("rotate-key", DEPLOYMENT, NOW, Act.ROTATE_KEY, "the key", "it signs soon")
    trail.add(act)

    assert ([act], []) == (list(trail.newest(DEPLOYMENT, 5)), list(trail.newest(ClientId("acme"), 5)))


def test_a_top_up_is_kept_with_its_price_and_note_and_costs_one_transaction(store):
    backfill(store, "acme")
    with record_calls() as calls:
        adjust_hours("acme", "support", BUY, NOW, directory=store.directory, ledger=store.ledger)

    assert ["dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:TransactWriteItems"] == calls.names()
    [retainer_now] = store.directory.read_client(ClientId("acme")).retainers
    cycle = CycleId(retainer_now.id, day("2026-11-01"))
    [bought] = store.ledger.read_cycles([cycle])[cycle].top_ups
    assert (BUY.name, BUY.seconds, BUY.price, BUY.expires_on, BUY.note) == (
        bought.id,
        bought.seconds,
        bought.price,
        bought.expires_on,
        bought.note,
    )
