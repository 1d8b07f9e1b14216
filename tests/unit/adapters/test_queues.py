"""The queues: the shape of messages, and that none of many is lost."""

import json
from datetime import UTC, datetime

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.queues import CLIENTS, IMPORTS, TASKS, SqsQueue
from chalicelib.services.store.import_record import Delivery, DroppedFile

DELIVERY = Delivery(
    DroppedFile("inbox", "inbox/acme/Übersicht.csv", "v1", "0001", 7), datetime(2026, 3, 1, 12, tzinfo=UTC), timeouts=2
)

IN_FLIGHT = {
    "import": (
        IMPORTS,
        DELIVERY,
        {
            "delivery": {
                "file": {
                    "bucket": "inbox",
                    "key": "inbox/acme/Übersicht.csv",
                    "version": "v1",
                    "order": "0001",
                    "size": 7,
                },
                "retry_since": "2026-03-01T12:00:00+00:00",
                "turns": 2,
                "as_edits": False,
            }
        },
    ),
    "task": (TASKS, "invoice-draft-acme.support.2026-01-01", {"mail": "invoice-draft-acme.support.2026-01-01"}),
    "client": (CLIENTS, "acme", {"client": "acme"}),
}
"""Messages that an earlier release may have left in the queues."""


@pytest.mark.parametrize(("message_format", "value", "body"), IN_FLIGHT.values(), ids=IN_FLIGHT)
def test_a_message_has_the_shape_that_is_in_flight_and_is_read_from_it(message_format, value, body):
    assert body == json.loads(message_format.write(value))
    assert value == message_format.read(json.dumps(body))


def test_a_retry_that_an_older_release_queued_takes_nothing_as_edits():
    older = json.loads(IMPORTS.write(DELIVERY))
    del older["delivery"]["as_edits"]

    assert DELIVERY == IMPORTS.read(json.dumps(older))


def test_a_message_of_the_bucket_is_distinguished_from_one_of_ours():
    assert IMPORTS.fits(IMPORTS.write(DELIVERY))
    assert not IMPORTS.fits('{"Event": "s3:TestEvent"}')
    assert not IMPORTS.fits("7")


class Sqs:
    """Accepts batches; of the n-th one, all but the last message."""

    def __init__(self, failing=None):
        self.batches = []
        self.failing = failing

    def client(self, _):
        return self

    def send_message_batch(self, *, QueueUrl, Entries):  # noqa: N803 - botocore's names
        assert QueueUrl == "queue"
        self.batches.append([json.loads(entry["MessageBody"])["client"] for entry in Entries])
        assert len({entry["Id"] for entry in Entries}) == len(Entries)
        fails = len(self.batches) == self.failing
        return {"Failed": [{"Id": Entries[-1]["Id"], "Code": "InternalError"}]} if fails else {"Failed": []}


def test_many_messages_are_sent_ten_in_a_call_in_their_order():
    sqs, clients = Sqs(), [f"client-{number}" for number in range(23)]

    assert 23 == SqsQueue(sqs, "queue", CLIENTS).send(iter(clients))
    assert [clients[:10], clients[10:20], clients[20:]] == sqs.batches


def test_no_message_is_no_call():
    sqs = Sqs()

    assert 0 == SqsQueue(sqs, "queue", CLIENTS).send([])
    assert [] == sqs.batches


def test_a_message_that_sqs_does_not_accept_is_an_error_and_no_further_batch_is_sent():
    sqs = Sqs(failing=2)

    with pytest.raises(CloudError, match="InternalError"):
        SqsQueue(sqs, "queue", CLIENTS).send(str(number) for number in range(30))
    assert 2 == len(sqs.batches)
