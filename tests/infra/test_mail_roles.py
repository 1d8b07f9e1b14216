"""What the roles of the mail functions may do; each refusal is paired with a call that succeeds."""

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


@pytest.fixture(scope="module")
def bounces(local_stack):
    with role_of(local_stack, "NoteBounces") as attempt:
        yield attempt


@pytest.fixture(scope="module")
def digest(local_stack):
    with role_of(local_stack, "WriteDigest") as attempt:
        yield attempt


def test_only_the_sender_sends(sender, sweeper):
    assert "allowed" == sender("sesv2", "send_email", **MAIL)
    assert "refused" == sweeper("sesv2", "send_email", **MAIL)


def test_the_sender_settles_mails_and_removes_none(sender, sweeper, local_stack):
    table = local_stack.stack.outputs["ActivityTableName"]
    change = {"TableName": table, "Key": KEY, "UpdateExpression": "REMOVE reason"}

    assert "allowed" == sender("dynamodb", "update_item", **change)
    assert "refused" == sweeper("dynamodb", "update_item", **change)
    assert "refused" == sweeper("dynamodb", "put_item", TableName=table, Item=KEY)
    for attempt in (sender, sweeper):
        assert "refused" == attempt("dynamodb", "delete_item", TableName=table, Key=KEY)


def test_functions_that_add_mails_can_invoke_the_sender(sender, sweeper, bounces, digest, local_stack):
    entry = {"Id": "0", "MessageBody": json.dumps({"mail": "import-none"})}
    messages = {"QueueUrl": local_stack.stack.outputs["MailQueueUrl"], "Entries": [entry]}

    for attempt in (sender, sweeper, bounces, digest):
        assert "allowed" == attempt("sqs", "send_message_batch", **messages)


def test_the_functions_that_add_mails_put_nothing_else_of_the_store(bounces, digest, local_stack):
    """The local cloud does not check the keys of items; test_policies.py evaluates them."""
    activity, directory = (local_stack.stack.outputs[f"{name}TableName"] for name in ("Activity", "Directory"))
    address = {"pk": {"S": "address#none"}, "sk": {"S": "block"}}
    change = {"TableName": activity, "Key": KEY, "UpdateExpression": "REMOVE reason"}

    assert "allowed" == bounces("dynamodb", "put_item", TableName=activity, Item=address)
    assert "refused" == digest("dynamodb", "put_item", TableName=activity, Item=address)
    for attempt in (bounces, digest):
        assert "allowed" == attempt("dynamodb", "update_item", **change)
        assert "refused" == attempt("dynamodb", "put_item", TableName=directory, Item=address)
        assert "refused" == attempt("dynamodb", "delete_item", TableName=activity, Key=address)


def test_the_sender_takes_numbers_and_issues_invoices_and_changes_no_cycle(sender, local_stack):
    names = (local_stack.stack.outputs[f"{name}TableName"] for name in ("Directory", "Activity", "Cycles"))
    directory, activity, cycles = names
    series, invoice = (
        {"pk": {"S": "series#probe"}, "sk": {"S": "counter"}},
        {"pk": {"S": "invoice#probe"}, "sk": {"S": "invoice"}},
    )

    assert "allowed" == sender("dynamodb", "put_item", TableName=directory, Item=series)
    assert "allowed" == sender("dynamodb", "put_item", TableName=activity, Item=invoice)
    assert "refused" == sender("dynamodb", "put_item", TableName=cycles, Item=series)


def test_the_sender_keeps_mails_at_their_place_only_and_reads_no_dropped_file(sender, local_stack):
    store, inbox = local_stack.stack.outputs["StoreBucket"], local_stack.outputs["inbox_bucket"]

    assert "allowed" == sender("s3", "put_object", Bucket=store, Key="mails/probe", Body="")
    assert "refused" == sender("s3", "put_object", Bucket=store, Key="logs/probe", Body="")
    assert "refused" == sender("s3", "get_object", Bucket=inbox, Key="inbox/nobody/probe.txt")
