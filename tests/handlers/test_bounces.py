"""The function that notes bounces and complaints, as Lambda calls it for SNS."""

import json
from dataclasses import replace

import pytest

import app
from chalicelib import wiring
from chalicelib.adapters.aws import CloudError
from chalicelib.handlers import bounces as bounce_events
from chalicelib.services.store.tasks import TaskState
from tests.handlers.test_imports import CONTEXT
from tests.handlers.test_mails import Log
from tests.task_rig import FakeTasks, Post, waiting_mail

SENT = replace(waiting_mail("a"), state=TaskState.SENT, message_id="0100-abc")


def notification(mail=SENT.id, message_id="0100-abc", kind="Permanent"):
    """What SNS hands to Lambda."""
    event = {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bouncedRecipients": [{"emailAddress": "Jane@example.com"}],
            "timestamp": "2026-03-01T12:00:05.000Z",
        },
        "mail": {"messageId": message_id, "headers": [{"name": "X-HourTab-Mail", "value": mail}]},
    }
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": json.dumps(event)}}]}


@pytest.fixture
def post(monkeypatch):
    """The suppression list and the queue, with one sent mail."""
    post, log = Post(), Log()
    monkeypatch.setattr(wiring, "outbox", lambda: FakeTasks(SENT, waiting_mail("b")))
    monkeypatch.setattr(wiring, "blocks", lambda: post.suppression_list)
    monkeypatch.setattr(wiring, "mail_queue", lambda: post.queue)
    monkeypatch.setattr(bounce_events, "logger", lambda: log)
    post.log = log
    return post


def test_a_bounce_of_our_mail_suppresses_its_address_once_and_has_the_operator_mailed_once(post):
    assert [{"blocked": 1}, {"blocked": 0}] == [app.note_bounces(notification(), CONTEXT) for _ in range(2)]
    assert ["Jane@example.com"] == list(post.suppression_list.entries)
    assert ["bounced-key1.20260301T120005"] == post.queue.sent


def test_what_names_no_mail_of_ours_or_another_message_is_not_believed(post):
    for forged in (notification("import-none"), notification(message_id="another")):
        assert {"blocked": 0} == app.note_bounces(forged, CONTEXT)
    assert {} == post.suppression_list.entries


def test_a_bounce_that_is_faster_than_the_mark_of_its_mail_is_delivered_again(post):
    with pytest.raises(bounce_events.NotYetSentError):
        app.note_bounces(notification(waiting_mail("b").id), CONTEXT)
    assert {} == post.suppression_list.entries


@pytest.mark.parametrize(
    "event",
    [{}, {"Records": [7]}, {"Records": [{}]}, {"Records": [{"Sns": {"Message": 7}}]}, notification(kind="Transient")],
)
def test_an_event_in_another_shape_and_a_transient_bounce_are_done_at_once(post, event):
    assert {"blocked": 0} == app.note_bounces(event, CONTEXT)
    assert {} == post.suppression_list.entries


def test_no_address_is_logged(post):
    app.note_bounces(notification(), CONTEXT)
    app.note_bounces(notification("import-none"), CONTEXT)

    assert post.log.lines
    assert "@" not in str(post.log.lines)


def test_a_task_that_cannot_be_queued_does_not_lose_the_suppression(post):
    post.queue.trouble = CloudError("sqs:SendMessageBatch", "ThrottlingException")

    assert {"blocked": 1} == app.note_bounces(notification(), CONTEXT)
    assert ["Jane@example.com"] == list(post.suppression_list.entries)
