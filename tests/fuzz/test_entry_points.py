"""The other entry points of untrusted text: keys of the inbox, messages of the queue."""

import json
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import quote_plus

import pytest
from chalice.app import SQSEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.handlers.imports import dropped_files, import_exports
from chalicelib.services.imports.open_file import INBOX, destination_of
from chalicelib.services.imports.route_rows import Destination
from tests.effort import tries
from tests.fakes import FakeDirectory, FakeQueue
from tests.fuzz.test_reader import fixed
from tests.import_rig import SUPPORT, Rig, book, csv_of, row
from tests.parts import parts_with

FREE_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(fixed, max_examples=tries(200))
@given(
    st.one_of(
        FREE_TEXT,
        st.lists(st.sampled_from(["inbox", "acme", "ACME ", "support", "..", ".", "", "\0", "%2F"])).map("/".join),
    )
)
def test_a_key_leads_to_its_own_retainer_or_to_a_refusal(key):
    found = destination_of(key, FakeDirectory(book("acme", "support")))
    client, retainer = ([part.strip().casefold() for part in key.removeprefix(INBOX).split("/")[:-1]] + [None, None])[
        :2
    ]

    if isinstance(found, Destination):
        assert key.startswith(INBOX)
        assert (client, retainer) == (found.book and found.book.client.id, found.retainer)
    else:
        assert found.reason.endswith((".", "…."))


@settings(fixed, max_examples=tries(100))
@given(FREE_TEXT)
def test_every_key_is_read_from_its_notification_unchanged(key):
    body = _notification(quote_plus(key))

    assert ([] if key.endswith("/") else [key]) == [file.key for file in dropped_files(json.dumps(body))]


WORTHLESS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), FREE_TEXT), lambda inner: st.lists(inner, max_size=2)
)


@st.composite
def malformed_bodies(draw):
    """A message of the queue with a part missing or replaced."""
    body = draw(
        st.sampled_from(
            [_notification("inbox/acme/support/x.csv"), {"delivery": {"file": {"bucket": "b", "key": "k"}}}]
        )
    )
    body, at = json.loads(json.dumps(body)), None
    at = body
    while True:
        step = draw(st.sampled_from(sorted(at))) if isinstance(at, dict) else 0
        if not isinstance(at[step], dict | list) or draw(st.booleans()):
            break
        at = at[step]
    if draw(st.booleans()) and isinstance(at, dict):
        del at[step]
    else:
        at[step] = draw(WORTHLESS)
    text = json.dumps(body)
    return draw(st.sampled_from([text, text, text[: len(text) // 2], json.dumps(draw(WORTHLESS)), draw(FREE_TEXT)]))


def _notification(key):
    thing = {"key": key, "versionId": "1", "size": 1, "sequencer": "0055"}
    return {
        "Records": [{"eventTime": "2026-11-22T03:58:25.373Z", "s3": {"bucket": {"name": "inbox"}, "object": thing}}]
    }


@pytest.fixture(scope="module")
def rig():
    rig = Rig()
    rig.parts = parts_with(
        directory=rig.directory,
        run_import=rig.imports,
        large_import_queue=FakeQueue(),
        task_queue=FakeQueue(),
    )
    return rig


@settings(fixed, max_examples=tries(60), suppress_health_check=list(HealthCheck))
@given(malformed_bodies())
def test_a_malformed_message_never_blocks_another_and_is_never_lost_silently(rig, body):
    version = rig.files.drop(SUPPORT, BytesIO(csv_of(row("2026-01-05", "1:00")).encode()))
    good = json.dumps(_notification(SUPPORT) | {"Records": [_with_version(version)]})

    answer = import_exports(rig.parts, SQSEvent({"Records": [_message("bad", body), _message("good", good)]}, _CONTEXT))

    assert {one["itemIdentifier"] for one in answer["batchItemFailures"]} <= {"bad"}
    assert version in {record.file.version for record in rig.log.records.values()}


def _with_version(version):
    (record,) = _notification(SUPPORT)["Records"]
    record["s3"]["object"]["versionId"] = version
    return record


def _message(name, body):
    arn = "arn:aws:sqs:us-east-1:000000000000:imports"
    rest = {"receiptHandle": "x", "attributes": {}, "messageAttributes": {}, "eventSource": "aws:sqs"}
    return {"messageId": name, "body": body, "eventSourceARN": arn, "awsRegion": "us-east-1", **rest}


_CONTEXT = SimpleNamespace(
    function_name="import",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:x",
    aws_request_id="1",
    get_remaining_time_in_millis=lambda: 900_000,
)
