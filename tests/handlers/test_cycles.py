"""The schedule queues clients with overdue cycles, and each message closes the overdue cycles of one client."""

import json

import pytest

from chalicelib.handlers.cycles import close_overdue_cycles, queue_overdue_clients
from chalicelib.services.store.tasks import TaskKind
from tests.fakes import FakeDirectory, FakeQueue
from tests.handlers.test_imports import CONTEXT, message, messages
from tests.parts import Log, parts_with
from tests.unit.services.cycles.test_close_due import JANUARY, Deployment, january


@pytest.fixture
def at():
    at = Deployment()
    at.clients, at.tasks = FakeQueue(), FakeQueue()
    at.parts = parts_with(
        directory=at.directory,
        ledger=at.ledger,
        clock=lambda: at.now,
        client_queue=at.clients,
        task_queue=at.tasks,
        logger=Log(),
    )
    return at


def test_the_schedule_queues_clients_with_an_overdue_step(at):
    queue_overdue_clients(at.parts, CONTEXT)
    assert ["acme"] == at.clients.sent, "its first cycle is to be announced"
    close_overdue_cycles(at.parts, messages(message({"client": "acme"})))
    at.clients.sent.clear()

    queue_overdue_clients(at.parts, CONTEXT)

    assert [] == at.clients.sent


def test_the_schedule_measures_how_long_the_oldest_step_has_been_due(at, capsys):
    queue_overdue_clients(at.parts, CONTEXT)
    close_overdue_cycles(at.parts, messages(message({"client": "acme"})))
    queue_overdue_clients(at.parts, CONTEXT)

    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    ages = [one["OldestDueCycleSeconds"] for one in written if "OldestDueCycleSeconds" in one]
    [since] = {one.since for one in FakeDirectory.due(Deployment().directory, at.now)}
    assert [[(at.now - since).total_seconds()], [0]] == ages


def test_a_message_closes_the_overdue_cycles_and_queues_the_tasks_that_follow(at):
    at.drop(january())
    at.at("2026-02-10")

    answer = close_overdue_cycles(at.parts, messages(message({"client": "acme"})))

    assert {"batchItemFailures": []} == answer
    assert at.statements()[JANUARY].state.value == "closed"
    due = [one for one in at.log.tasks.values() if one.kind is not TaskKind.CHECK_USAGE and one.not_before is None]
    assert {one.id for one in due} == set(at.tasks.sent)
