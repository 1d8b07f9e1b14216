"""What each function's role may do, checked on the local cloud, which enforces IAM.

A probe runs with the role of a function and tries one call; each refusal is paired with a call that succeeds, so
that a probe that is refused everything would be noticed. The local cloud does not check the keys of items:
test_policies.py evaluates them.
"""

import pytest

from tests.infra.role_probe import role_of


def of_partition(table, key):
    """A query of one partition."""
    values = {":pk": {"S": key}}
    return {"TableName": table, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values}


KEY = {"pk": {"S": "client#nobody"}, "sk": {"S": "setup"}}
MAIL = {
    "FromEmailAddress": "operator@example.com",
    "Destination": {"ToAddresses": ["client@example.com"]},
    "Content": {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
}


@pytest.fixture(scope="module", params=["APIHandler", "ImportExports"])
def role(request, local_stack):
    with role_of(local_stack, request.param) as attempt:
        yield request.param, attempt


def test_both_read_the_directory_and_only_the_import_writes_it(role, local_stack):
    function, attempt = role
    table = local_stack.stack.outputs["DirectoryTableName"]

    assert "allowed" == attempt("dynamodb", "query", **of_partition(table, "client#nobody"))
    assert "refused" == attempt("dynamodb", "get_item", TableName=table, Key=KEY)
    assert ("allowed" if function == "ImportExports" else "refused") == attempt(
        "dynamodb", "put_item", TableName=table, Item=KEY
    )


def test_neither_deletes_a_cycle_or_a_table(role, local_stack):
    _, attempt = role
    table = local_stack.stack.outputs["CyclesTableName"]

    assert "allowed" == attempt("dynamodb", "batch_get_item", RequestItems={table: {"Keys": [KEY]}})
    assert "refused" == attempt("dynamodb", "delete_item", TableName=table, Key=KEY)
    assert "refused" == attempt("dynamodb", "delete_table", TableName=table)


def test_neither_sends_mail(role, local_stack):
    _, attempt = role

    assert "refused" == attempt("sesv2", "send_email", **MAIL)
    local_stack.client("sesv2").create_email_identity(EmailIdentity=MAIL["FromEmailAddress"])
    assert local_stack.client("sesv2").send_email(**MAIL)["MessageId"]


def test_only_the_page_reads_the_links_key(role, local_stack):
    function, attempt = role
    secret = local_stack.stack.outputs["LinkSecretName"]

    assert ("allowed" if function == "APIHandler" else "refused") == attempt(
        "secretsmanager", "get_secret_value", SecretId=secret
    )


def test_only_the_import_reads_the_inbox_and_neither_writes_it(role, local_stack):
    function, attempt = role
    inbox = local_stack.outputs["inbox_bucket"]
    dropped = local_stack.client("s3").put_object(Bucket=inbox, Key="inbox/nobody/probe.txt", Body=b"")
    named = {"Bucket": inbox, "Key": "inbox/nobody/probe.txt", "VersionId": dropped["VersionId"]}

    assert ("allowed" if function == "ImportExports" else "refused") == attempt("s3", "get_object", **named)
    assert "refused" == attempt("s3", "put_object", Bucket=inbox, Key="inbox/nobody/other.txt", Body="")
    assert "refused" == attempt("s3", "delete_object", Bucket=inbox, Key="inbox/nobody/probe.txt")


def test_only_the_import_keeps_long_work_logs_and_only_at_their_places(role, local_stack):
    function, attempt = role
    store = local_stack.stack.outputs["StoreBucket"]

    assert ("allowed" if function == "ImportExports" else "refused") == attempt(
        "s3", "put_object", Bucket=store, Key="logs/probe", Body=""
    )
    assert "refused" == attempt("s3", "put_object", Bucket=store, Key="elsewhere/probe", Body="")


def test_the_page_reads_reports_and_both_keep_to_their_places(role, local_stack):
    function, attempt = role
    activity, store = local_stack.stack.outputs["ActivityTableName"], local_stack.stack.outputs["StoreBucket"]
    report = {activity: {"Keys": [{"pk": {"S": "import#nobody"}, "sk": {"S": "record"}}]}}
    local_stack.client("s3").put_object(Bucket=store, Key="reports/probe", Body=b"")

    assert "allowed" == attempt("dynamodb", "batch_get_item", RequestItems=report)
    assert "allowed" == attempt("s3", "get_object", Bucket=store, Key="reports/probe")
    listing = of_partition(activity, "imports#nobody")
    assert ("allowed" if function == "ImportExports" else "refused") == attempt("dynamodb", "query", **listing)
    assert "refused" == attempt("dynamodb", "scan", TableName=activity)
