"""The schedule of rollovers queues what is due, and each message rolls one client over."""

import json
from types import SimpleNamespace

import pytest

from chalicelib.adapters.queues import read_client
from chalicelib.handlers.cycles import roll_clients, start_rollovers
from chalicelib.services.store.tasks import MailKind
from tests.handlers.test_imports import message, messages
from tests.parts import Log, parts_with
from tests.unit.services.cycles.test_close_due import JANUARY, Deployment, january


@pytest.fixture
def at():
    at = Deployment()
    at.queued, at.woken = [], []
    at.parts = parts_with(
        directory=at.directory,
        ledger=at.ledger,
        clock=lambda: at.now,
        rollover_queue=SimpleNamespace(send=lambda due: at.queued.extend(due) or 1),
        mail_queue=SimpleNamespace(wake=at.woken.extend),
        logger=Log(),
    )
    return at


def test_the_schedule_queues_clients_that_have_a_step_to_make(at):
    start_rollovers(at.parts)
    assert ["acme"] == at.queued, "its first cycle is to be announced"
    roll_clients(at.parts, messages(message({"client": "acme"})))
    at.queued.clear()

    start_rollovers(at.parts)

    assert [] == at.queued


def test_a_message_closes_what_is_due_and_wakes_the_sender_of_its_mails(at):
    at.drop(january())
    at.at("2026-02-10")

    answer = roll_clients(at.parts, messages(message({"client": "acme"})))

    assert {"batchItemFailures": []} == answer
    assert at.statements()[JANUARY].state.value == "closed"
    written = [mail for mail in at.log.mails.values() if mail.kind is not MailKind.USAGE and mail.not_before is None]
    assert set(at.woken) == {mail.id for mail in written}


def test_a_message_names_a_client():
    assert read_client(json.dumps({"client": "acme"})) == "acme"
