"""What the roles of the functions for mails may do, each refusal beside a call that passes."""

import json

import pytest

from infra.local_cloud import SENDER
from tests.infra.role_probe import role_of

KEY = {"pk": {"S": "outbox#import-none"}, "sk": {"S": "mail"}}
MAIL = {
    "FromEmailAddress": SENDER,
    "Destination": {"ToAddresses": ["ida@example.com"]},
    "Content": {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
}


@pytest.fixture(scope="module")
def sender(local_stack):
    with role_of(local_stack, "SendMails") as attempt:
        yield attempt


@pytest.fixture(scope="module")
def sweeper(local_stack):
    with role_of(local_stack, "SweepOutbox") as attempt:
        yield attempt


def test_only_the_sender_sends(sender, sweeper):
    assert "allowed" == sender("sesv2", "send_email", **MAIL)
    assert "refused" == sweeper("sesv2", "send_email", **MAIL)


def test_the_sender_settles_mails_and_neither_puts_nor_removes_one(sender, sweeper, local_stack):
    table = local_stack.stack.outputs["ActivityTableName"]
    change = {"TableName": table, "Key": KEY, "UpdateExpression": "REMOVE reason"}

    assert "allowed" == sender("dynamodb", "update_item", **change)
    assert "refused" == sweeper("dynamodb", "update_item", **change)
    for attempt in (sender, sweeper):
        assert "refused" == attempt("dynamodb", "put_item", TableName=table, Item=KEY)
        assert "refused" == attempt("dynamodb", "delete_item", TableName=table, Key=KEY)


def test_only_the_sweeper_wakes_the_sender(sender, sweeper, local_stack):
    message = {
        "QueueUrl": local_stack.stack.outputs["MailQueueUrl"],
        "MessageBody": json.dumps({"mail": "import-none"}),
    }

    assert "allowed" == sweeper("sqs", "send_message", **message)
    assert "refused" == sender("sqs", "send_message", **message)


def test_the_sender_keeps_mails_at_their_place_only_and_reads_no_dropped_file(sender, local_stack):
    store, inbox = local_stack.stack.outputs["StoreBucket"], local_stack.outputs["inbox_bucket"]

    assert "allowed" == sender("s3", "put_object", Bucket=store, Key="mails/probe", Body="")
    assert "refused" == sender("s3", "put_object", Bucket=store, Key="logs/probe", Body="")
    assert "refused" == sender("s3", "get_object", Bucket=inbox, Key="inbox/nobody/probe.txt")
