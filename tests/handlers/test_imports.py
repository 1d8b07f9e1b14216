"""The import function and the messages of its queue, in the shapes that the bucket and the command line send."""

import json
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from chalice.app import SQSEvent

from chalicelib.adapters.codec import to_document
from chalicelib.handlers.imports import LARGE_BYTES, dropped_files, import_exports, import_large_exports, order_of
from chalicelib.services.store.import_record import Delivery, ImportStatus, import_id
from tests.fakes import FakeQueue
from tests.import_rig import NOW, SUPPORT, Rig, book, csv_of, row
from tests.parts import Log, parts_with

EVENTS = Path(__file__).parents[1] / "events"
CONTEXT = SimpleNamespace(
    function_name="import",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:x",
    aws_request_id="1",
    get_remaining_time_in_millis=lambda: 60_000,
)


def message(body, message_id="1"):
    """A message of the queue as Lambda passes it."""
    return {
        "messageId": message_id,
        "receiptHandle": "x",
        "body": json.dumps(body),
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:imports",
        "awsRegion": "us-east-1",
    }


def messages(*records, context=CONTEXT):
    """Such messages as Chalice passes them."""
    return SQSEvent({"Records": list(records)}, context)


def notification(key, version, time="2026-11-22T03:58:25.373Z", sequencer="0055AED6DCD90281E5"):
    """The bucket's notification about a new object; the key is URL-encoded."""
    thing = {"key": key, "versionId": version, "size": 1, "sequencer": sequencer}
    return {"Records": [{"eventTime": time, "s3": {"bucket": {"name": "inbox"}, "object": thing}}]}


@pytest.fixture
def rig():
    rig = Rig()
    rig.large_queue = FakeQueue()
    rig.parts = parts_with(
        directory=rig.directory,
        run_import=rig.imports,
        large_import_queue=rig.large_queue,
        task_queue=FakeQueue(),
        logger=Log(),
    )
    return rig


def deliver(rig, *records):
    """The messages that must be delivered again."""
    answer = import_exports(rig.parts, messages(*records))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def put(rig, key=SUPPORT):
    return rig.files.drop(key, BytesIO(csv_of(row("2026-01-05", "1:00")).encode()))


def test_a_notification_becomes_an_import(rig):
    version = put(rig, "inbox/acme/support/März 2026 + copy.csv")

    failed = deliver(rig, message(notification("inbox/acme/support/M%C3%A4rz+2026+%2B+copy.csv", version)))

    assert [] == failed
    assert [ImportStatus.DONE] == [record.report.status for record in rig.log.records.values()]


def test_the_bucket_s_test_event_and_a_folder_are_done_at_once(rig):
    test_event = json.loads((EVENTS / "s3_test_event_ministack.json").read_text())

    assert {"batchItemFailures": []} == import_exports(rig.parts, SQSEvent(test_event, CONTEXT))
    assert [] == deliver(rig, message(notification("inbox/acme/", "1")))
    assert {} == rig.log.records


def test_only_the_message_that_failed_is_delivered_again(rig):
    good, lost = message(notification(SUPPORT, put(rig)), "good"), message(notification(SUPPORT, "gone"), "lost")

    assert ["lost"] == deliver(rig, good, lost)
    assert [ImportStatus.DONE] == [record.report.status for record in rig.log.records.values()]


def test_a_retry_as_edits_replaces_the_entries_of_another_time_zone(rig):
    old, new = ([row(f"2026-01-0{day}", "1:00", start=start) for day in (5, 6)] for start in ("09:00", "15:00"))
    rig.drop(*old)
    file = rig.put(*new)
    assert ImportStatus.REFUSED is rig.imports.run(file).report.status

    deliver(rig, message({"delivery": to_document(Delivery(file, retry_since=NOW, as_edits=True))}))

    assert ([15 * 3600] * 2, 7200) == ([entry.start for _, entry in rig.entries], rig.seconds)


def test_a_message_of_the_command_line_retries_a_refused_import(rig):
    file = rig.put(row("2026-01-05", "1:00"), key="inbox/globex/support/x.csv")
    refused = rig.imports.run(file)
    rig.add(book("globex"))

    deliver(rig, message({"delivery": to_document(Delivery(refused.file, retry_since=NOW))}))

    assert ImportStatus.DONE is rig.log.records[import_id(file)].report.status


def test_a_large_file_goes_to_the_function_with_the_longer_timeout(rig):
    event = notification(SUPPORT, put(rig))
    event["Records"][0]["s3"]["object"]["size"] = LARGE_BYTES

    assert [] == deliver(rig, message(event))
    assert {} == rig.log.records
    [delivery] = rig.large_queue.sent
    answer = import_large_exports(rig.parts, messages(message({"delivery": to_document(delivery)})))

    assert {"batchItemFailures": []} == answer
    assert [ImportStatus.DONE] == [record.report.status for record in rig.log.records.values()]


@pytest.mark.parametrize(("name", "is_passed_on"), [("big.XLSX", True), ("big.csv", False)])
def test_a_workbook_counts_as_the_csv_file_with_its_rows(rig, name, is_passed_on):
    key = f"inbox/acme/support/{name}"
    event = notification(key, put(rig, key))
    event["Records"][0]["s3"]["object"]["size"] = LARGE_BYTES // 2

    deliver(rig, message(event))

    assert is_passed_on == bool(rig.large_queue.sent)


def test_an_import_that_times_out_continues_in_the_function_with_the_longer_timeout(rig):
    hurried = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 9_000})
    records = [message(notification(SUPPORT, put(rig)))]

    for turn in (1, 2):
        take = (import_exports, import_large_exports)[turn - 1]
        answer = take(rig.parts, messages(*records, context=hurried))

        assert {"batchItemFailures": []} == answer
        delivery = rig.large_queue.sent[-1]
        assert turn == delivery.timeouts == len(rig.large_queue.sent)
        records = [message({"delivery": to_document(delivery)})]
    assert {} == rig.log.records


def test_an_import_that_always_times_out_goes_to_the_dead_letter_queue(rig):
    hurried = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 9_000})
    delivery = Delivery(rig.put(row("2026-01-05", "1:00")), timeouts=10)

    with pytest.raises(BatchProcessingError):  # how Powertools gives back a batch of which every message failed
        import_large_exports(rig.parts, messages(message({"delivery": to_document(delivery)}), context=hurried))

    assert [] == rig.large_queue.sent


@pytest.mark.parametrize("name", ["s3_put_ministack.json", "s3_multipart_aws.json"])
def test_the_messages_of_both_clouds_name_their_file(name):
    event = json.loads((EVENTS / name).read_text())

    [file] = [file for record in event["Records"] for file in dropped_files(record["body"])]

    assert file.key.startswith("inbox/")
    assert "%" not in file.key
    assert file.version
    assert file.order.startswith("2026-")


def test_files_sort_by_the_bucket_s_time_and_versions_of_one_instant_by_their_sequencer():
    def order(time, sequencer):
        [record] = notification(SUPPORT, "v", time, sequencer)["Records"]
        return order_of(record)

    in_order = [
        order("2026-11-22T03:58:25.373Z", "0055"),
        order("2026-11-22T03:58:25.373Z", "0055AE"),
        order("2026-11-22T03:58:25.373Z", "0056"),
        order("2026-11-22T03:58:25.374Z", "0001"),
        order("2026-11-22T05:00:00.000+01:00", "0001"),
    ]
    assert sorted(in_order) == in_order
