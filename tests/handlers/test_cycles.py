"""The schedule of rollovers queues what is due, and each message rolls one client over."""

import json
from types import SimpleNamespace

import pytest

import app
from chalicelib import wiring
from chalicelib.adapters.queues import read_client
from chalicelib.services.store.tasks import TaskKind
from tests.handlers.test_imports import CONTEXT, message
from tests.unit.services.cycles.test_close_due import JANUARY, Deployment, january


@pytest.fixture
def at(monkeypatch):
    at = Deployment()
    at.queued, at.woken = [], []
    monkeypatch.setattr(wiring, "directory", lambda: at.directory)
    monkeypatch.setattr(wiring, "ledger", lambda: at.ledger)
    monkeypatch.setattr(wiring, "clock", lambda: at.now)
    monkeypatch.setattr(wiring, "rollover_queue", lambda: SimpleNamespace(send=lambda due: at.queued.extend(due) or 1))
    monkeypatch.setattr(wiring, "mail_queue", lambda: SimpleNamespace(wake=at.woken.extend))
    return at


def test_the_schedule_queues_clients_that_have_a_step_to_make(at):
    app.start_rollovers({}, CONTEXT)
    assert ["acme"] == at.queued, "its first cycle is to be announced"
    app.roll_clients({"Records": [message({"client": "acme"})]}, CONTEXT)
    at.queued.clear()

    app.start_rollovers({}, CONTEXT)

    assert [] == at.queued


def test_a_message_closes_what_is_due_and_wakes_the_sender_of_its_mails(at):
    at.drop(january())
    at.at("2026-02-10")

    answer = app.roll_clients({"Records": [message({"client": "acme"})]}, CONTEXT)

    assert {"batchItemFailures": []} == answer
    assert at.statements()[JANUARY].state.value == "closed"
    written = [
        mail for mail in at.log.mails.values() if mail.kind is not TaskKind.CHECK_USAGE and mail.not_before is None
    ]
    assert set(at.woken) == {mail.id for mail in written}


def test_a_message_names_a_client():
    assert read_client(json.dumps({"client": "acme"})) == "acme"
