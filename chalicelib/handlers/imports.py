"""Messages of the import queues, from the inbox bucket, `hourtab import retry` or another function, to imports.

A message that cannot be about a file (S3's own test event, a folder made in the console) is done at once.
Only failures of the infrastructure raise, so that only they are delivered again. A large file, and an import that
takes longer than its function may run, goes on in the function that has the time.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from chalicelib import wiring
from chalicelib.adapters.queues import IMPORTS
from chalicelib.handlers.mails import queue_tasks_of
from chalicelib.observability import logger
from chalicelib.services.imports.progress import OutOfTimeError
from chalicelib.services.store.import_record import Delivery, DroppedFile, ImportRecord, import_id

LARGE_BYTES = 20_000_000
"""A file of this size goes to the function for large ones at once."""

_MOST_TURNS = 10
"""Functions that may run out of time over one import before it is given up to the dead-letter queue."""


def handle_import_message(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Import the files that a message of the queue names; what is large goes to the other queue."""
    for delivery in deliveries(record.body):
        if delivery.file.size >= LARGE_BYTES:
            wiring.large_import_queue().send([delivery])
        else:
            _run(delivery, lambda_context)


def handle_large_import_message(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Import the file that a message of the queue for large imports names."""
    for delivery in deliveries(record.body):
        _run(delivery, lambda_context)


def deliveries(body: str) -> Iterator[Delivery]:
    """What a message asks for."""
    if IMPORTS.fits(body):
        yield IMPORTS.read(body)
    else:
        yield from (Delivery(file) for file in dropped_files(body))


def dropped_files(body: str) -> Iterator[DroppedFile]:
    """The files that a notification of the bucket names; keys arrive URL-encoded."""
    for record in json.loads(body).get("Records", ()):
        thing = record["s3"]["object"]
        key = unquote_plus(thing["key"])
        if not key.endswith("/"):
            yield DroppedFile(
                bucket=record["s3"]["bucket"]["name"],
                key=key,
                version=thing.get("versionId"),
                order=order_of(record),
                size=thing.get("size", 0),
            )


def order_of(record: dict[str, Any]) -> str:
    """Sorts files by the bucket's own time, and two versions of a key within one instant by its sequencer.

    Sequencers of a key compare as hexadecimal digits filled up on the right (S3, "Event message structure").
    """
    time = datetime.fromisoformat(record["eventTime"]).astimezone(UTC)
    thing = record["s3"]["object"]
    sequence = str(thing.get("sequencer", "")).upper().ljust(32, "0")
    return f"{time.isoformat(timespec='milliseconds')} {sequence} {thing.get('versionId') or ''}"


def _run(delivery: Delivery, context: LambdaContext) -> None:
    file, since, turns = delivery
    try:
        record = wiring.import_export().run(
            file,
            retry=since is not None,
            since=since,
            time_left=lambda: context.get_remaining_time_in_millis() / 1000,
        )
    except OutOfTimeError:
        if turns == _MOST_TURNS:
            raise
        wiring.large_import_queue().send([delivery._replace(turns=turns + 1)])
        logger().info("import goes on", extra={"import_id": import_id(file), "turns": turns + 1})
    else:
        _log(record)
        if since is None:
            queue_tasks_of(record)


def _log(record: ImportRecord) -> None:
    counts = record.report.counts
    logger().info(
        "import finished",
        extra={"import_id": record.id, "status": record.report.status.value, "rows": counts.rows, "new": counts.new},
    )
