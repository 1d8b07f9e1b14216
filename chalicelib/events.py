"""Messages of the import queue, from the inbox bucket or from `hourtab import retry`, to imports.

A message that cannot be about a file (S3's own test event, a folder made in the console) is done at once.
Only failures of the infrastructure raise, so that only they are delivered again.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib import wiring
from chalicelib.adapters.import_queue import read_retry
from chalicelib.observability import logger
from chalicelib.services.import_record import DroppedFile, ImportRecord


def handle_import_message(record: SQSRecord) -> None:
    """Import the files that a message of the queue names."""
    again = read_retry(record.body)
    if again is not None:
        _log(wiring.import_export().run(again, retry=True))
        return
    for file in dropped_files(record.body):
        _log(wiring.import_export().run(file))


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


def _log(record: ImportRecord) -> None:
    counts = record.report.counts
    logger().info(
        "import finished",
        extra={"import_id": record.id, "status": record.report.status.value, "rows": counts.rows, "new": counts.new},
    )
