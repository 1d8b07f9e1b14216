"""Cycle closes over the real adapters: found by what is due, killed at each of their calls, run concurrently."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client
from chalicelib.services.cycles.close_due import close_due, with_due
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.ledger import LedgerCommit
from tests.aws_calls import record_calls
from tests.builders import day, entry, retainer, rule, terms
from tests.contract.builders import record
from tests.contract.conftest import Store

NOW = datetime(2026, 4, 20, tzinfo=UTC)
"""January to March are overdue to close, February to April to open."""
MONTHS = [day(f"2026-0{month}-01") for month in (1, 2, 3, 4)]


def client_with_work(store: Store, name: str, entries: int = 1) -> ClientId:
    """A client whose live retainer has work of 4 h each in January and carries unused hours over."""
    client = ClientId(name)
    of = RetainerId(client, RetainerSlug("support"))
    live = retainer(terms(carry_over=rule(carry=True)), retainer_id=of)
    book = ClientBook(Client(client, name), (live,), (), ClientHead())
    store.directory.write_client(replace(book, head=with_due(ClientHead(), book)))
    kept = store.directory.read_client(client)
    assert kept is not None
    work = tuple(entry(f"2026-01-{5 + number:02}", "4:00", description=f"Ticket {number}") for number in range(entries))
    january = CycleLedger(CycleId(of, MONTHS[0]), entries=work)
    imported = record(f"import-of-{name}", clients=(client,))
    store.ledger.commit(LedgerCommit(client, kept.head, (january,), [imported]))
    return client


def outcome(store: Store, client: ClientId) -> object:
    """Everything that the closes write, without the name of the client."""
    book = store.directory.read_client(client)
    assert book is not None
    of = book.retainers[0].id
    cycles = store.ledger.read_cycles([CycleId(of, month) for month in MONTHS], book.head.plan)
    closed = [(cycle, cycle.frozen) for cycle in cycles.values() if cycle.frozen]
    frozen = {cycle.id.start: (cycle.entries, kept.statement.figures) for cycle, kept in closed}
    invoices = [(one.cycle.start, one.invoice.net) for one in store.invoices.newest(client)]
    return frozen, sorted(invoices, key=str), book.head.positions, book.head.due_at


def test_only_clients_with_overdue_steps_are_listed(store: Store):
    late, early = client_with_work(store, "late"), client_with_work(store, "early")
    of = replace(retainer(starts="2026-03-01"), id=RetainerId(ClientId("later"), RetainerSlug("support")))
    later = ClientBook(Client(ClientId("later"), "Later"), (of,), (), ClientHead())
    store.directory.write_client(replace(later, head=with_due(ClientHead(), later)))
    store.directory.write_client(ClientBook(Client(ClientId("idle"), "Idle"), (), (), ClientHead()))

    assert {late, early} == {one.client for one in store.directory.due(datetime(2026, 1, 10, tzinfo=UTC))}
    assert [] == list(store.directory.due(datetime(2025, 12, 1, tzinfo=UTC)))

    close_due(store.directory, store.ledger, late, NOW)
    assert {early, ClientId("later")} == {one.client for one in store.directory.due(NOW)}


def test_a_close_is_one_transaction(store: Store):
    client = client_with_work(store, "acme")
    close_due(store.directory, store.ledger, client, datetime(2026, 2, 2, tzinfo=UTC))

    with record_calls() as calls:
        [done] = close_due(store.directory, store.ledger, client, datetime(2026, 2, 5, tzinfo=UTC))

    assert done.statement is not None
    assert ["dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:TransactWriteItems"] == calls.names()


@pytest.mark.parametrize("engine", ["ministack"], indirect=True)
def test_a_close_of_twenty_entries_takes_at_most_25_units_as_aws_counts_them(store: Store):
    """MiniStack counts as AWS does; DynamoDB Local counts an item of a transaction, and its index entry, four times."""
    client = client_with_work(store, "acme", entries=20)
    close_due(store.directory, store.ledger, client, datetime(2026, 2, 2, tzinfo=UTC))

    with record_calls() as calls:
        close_due(store.directory, store.ledger, client, datetime(2026, 2, 5, tzinfo=UTC))

    assert 15 <= calls.capacity_units() <= 25


def test_a_cycle_close_killed_at_any_call_and_run_again_has_the_effect_of_one_run(store: Store):
    whole = client_with_work(store, "whole")
    close_due(store.directory, store.ledger, whole, NOW)
    expected = outcome(store, whole)

    for kills, name in zip(count(), names()):
        client = client_with_work(store, name)
        with suppress(KilledError), record_calls(after=killing(kills)) as calls:
            close_due(store.directory, store.ledger, client, NOW)
        close_due(store.directory, store.ledger, client, NOW)

        assert expected == outcome(store, client)
        if len(calls.made) < kills:
            break

    assert kills > 10


def test_concurrent_runs_close_each_cycle_once(store: Store):
    whole, contested = client_with_work(store, "whole"), client_with_work(store, "contested")
    close_due(store.directory, store.ledger, whole, NOW)

    with ThreadPoolExecutor(6) as pool:
        runs = [pool.submit(close_due, store.directory, store.ledger, contested, NOW) for _ in range(6)]
        made = [step for run in runs for step in outcome_of(run)]

    close_due(store.directory, store.ledger, contested, NOW)
    assert outcome(store, whole) == outcome(store, contested)
    closed = [one.step.period.start for one in made if one.statement]
    assert len(set(closed)) == len(closed)


class KilledError(BaseException):
    """The process was killed."""


def killing(kills: int):
    made = count(1)

    def after(_: str) -> None:
        if next(made) == kills:
            raise KilledError

    return after


def names() -> Iterator[str]:
    return (f"client-{number}" for number in count())


def outcome_of(run):
    try:
        return run.result()
    except StaleWriteError:
        return ()
