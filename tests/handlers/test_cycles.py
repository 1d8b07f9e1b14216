"""The schedule of rollovers queues what is due, and each message rolls one client over."""

import pytest

import app
from chalicelib import wiring
from chalicelib.services.store.tasks import TaskKind
from tests.fakes import FakeQueue
from tests.handlers.test_imports import CONTEXT, message
from tests.unit.services.cycles.test_close_due import JANUARY, Deployment, january


@pytest.fixture
def at(monkeypatch):
    at = Deployment()
    at.clients, at.tasks = FakeQueue(), FakeQueue()
    monkeypatch.setattr(wiring, "directory", lambda: at.directory)
    monkeypatch.setattr(wiring, "ledger", lambda: at.ledger)
    monkeypatch.setattr(wiring, "clock", lambda: at.now)
    monkeypatch.setattr(wiring, "rollover_queue", lambda: at.clients)
    monkeypatch.setattr(wiring, "mail_queue", lambda: at.tasks)
    return at


def test_the_schedule_queues_clients_that_have_a_step_to_make(at):
    app.start_rollovers({}, CONTEXT)
    assert ["acme"] == at.clients.sent, "its first cycle is to be announced"
    app.roll_clients({"Records": [message({"client": "acme"})]}, CONTEXT)
    at.clients.sent.clear()

    app.start_rollovers({}, CONTEXT)

    assert [] == at.clients.sent


def test_a_message_closes_what_is_due_and_queues_the_tasks_that_follow(at):
    at.drop(january())
    at.at("2026-02-10")

    answer = app.roll_clients({"Records": [message({"client": "acme"})]}, CONTEXT)

    assert {"batchItemFailures": []} == answer
    assert at.statements()[JANUARY].state.value == "closed"
    due = [one for one in at.log.tasks.values() if one.kind is not TaskKind.CHECK_USAGE and one.not_before is None]
    assert {one.id for one in due} == set(at.tasks.sent)
