"""The function that handles bounces and complaints, as Lambda calls it for SNS."""

import json
from dataclasses import replace

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.handlers.bounces import note_bounces
from chalicelib.handlers.watch import RunFailedError
from chalicelib.services.store.tasks import TaskState
from tests.handlers.test_imports import CONTEXT
from tests.parts import Log, parts_with
from tests.task_rig import FakeTasks, Post, waiting_mail

SENT = replace(waiting_mail("a"), state=TaskState.SENT, message_id="0100-abc")


def notification(mail=SENT.id, message_id="0100-abc", kind="Permanent"):
    """The event that SNS passes to Lambda."""
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
def post():
    """The suppression list and the queue, with one sent mail."""
    post = Post()
    post.parts = parts_with(
        tasks=FakeTasks(SENT, waiting_mail("b")),
        suppression_list=post.suppression_list,
        task_queue=post.queue,
        logger=Log(),
    )
    return post


def test_a_bounce_of_our_mail_suppresses_its_address_once_and_mails_the_operator_once(post):
    assert [{"blocked": 1}, {"blocked": 0}] == [note_bounces(post.parts, notification(), CONTEXT) for _ in range(2)]
    assert ["Jane@example.com"] == list(post.suppression_list.entries)
    assert ["bounced-key1.20260301T120005"] == post.queue.sent


def test_feedback_that_names_no_mail_of_ours_or_another_message_id_is_ignored(post):
    for forged in (notification("import-none"), notification(message_id="another")):
        assert {"blocked": 0} == note_bounces(post.parts, forged, CONTEXT)
    assert {} == post.suppression_list.entries


def test_a_bounce_before_its_mail_is_marked_as_sent_is_delivered_again(post):
    with pytest.raises(RunFailedError, match="NotYetSentError"):
        note_bounces(post.parts, notification(waiting_mail("b").id), CONTEXT)
    assert {} == post.suppression_list.entries


@pytest.mark.parametrize(
    "event",
    [{}, {"Records": [7]}, {"Records": [{}]}, {"Records": [{"Sns": {"Message": 7}}]}, notification(kind="Transient")],
)
def test_an_event_in_another_shape_and_a_transient_bounce_are_done_at_once(post, event):
    assert {"blocked": 0} == note_bounces(post.parts, event, CONTEXT)
    assert {} == post.suppression_list.entries


def test_no_address_is_logged(post):
    note_bounces(post.parts, notification(), CONTEXT)
    note_bounces(post.parts, notification("import-none"), CONTEXT)

    assert post.parts.logger.lines
    assert "@" not in str(post.parts.logger.lines)


def test_a_task_that_cannot_be_queued_does_not_lose_the_suppression(post):
    post.queue.trouble = CloudError("sqs:SendMessageBatch", "ThrottlingException")

    assert {"blocked": 1} == note_bounces(post.parts, notification(), CONTEXT)
    assert ["Jane@example.com"] == list(post.suppression_list.entries)
