"""Runs imports for messages of the import queues, sent by the inbox bucket, `hourtab import retry` or another function.

A message that cannot be about a file (S3's own test event, a folder created in the console) is done at once. Only
infrastructure failures raise, so that only they are delivered again. A large file, and an import that takes longer than
its function may run, continues in the function with the longer timeout.
"""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from chalicelib.adapters.queues import IMPORTS
from chalicelib.handlers.mails import queue_tasks_of
from chalicelib.handlers.watch import correlate, each_message, measure
from chalicelib.parts import Parts
from chalicelib.services.imports.progress import OutOfTimeError
from chalicelib.services.store.import_record import Delivery, DroppedFile, ImportRecord, ImportStatus, import_id

LARGE_BYTES = 20_000_000
"""A CSV file of this size goes straight to the function for large ones."""
_AS_CSV = 2
"""A workbook has half the bytes of the CSV file with the same rows."""
_MAX_TIMEOUTS = 10
"""How many times functions may time out on one import before it goes to the dead-letter queue."""


def import_exports(parts: Parts, event: Any) -> Any:
    """Import the files that messages of the queue name; large files are passed to the other queue."""
    return each_message(parts, event, partial(_import, parts, LARGE_BYTES))


def import_large_exports(parts: Parts, event: Any) -> Any:
    """Import the files that messages of the queue for large imports name."""
    return each_message(parts, event, partial(_import, parts, math.inf))


def _import(parts: Parts, limit: float, record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Import the files that a message names; those of `limit` bytes and more, as CSV, are passed on."""
    for delivery in deliveries(record.body):
        file = delivery.file
        correlate(parts, import_id(file))
        if file.size * (_AS_CSV if file.key.casefold().endswith(".xlsx") else 1) >= limit:
            parts.large_import_queue.send([delivery])
        else:
            _run(parts, delivery, lambda_context)


def deliveries(body: str) -> Iterator[Delivery]:
    """The imports that a message requests."""
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
    """A text that sorts files by the bucket's own time, and versions of a key within one instant by their sequencers.

    Sequencers of a key compare as hexadecimal digits padded on the right (S3, "Event message structure").
    """
    time = datetime.fromisoformat(record["eventTime"]).astimezone(UTC)
    thing = record["s3"]["object"]
    sequence = str(thing.get("sequencer", "")).upper().ljust(32, "0")
    return f"{time.isoformat(timespec='milliseconds')} {sequence} {thing.get('versionId') or ''}"


def _run(parts: Parts, delivery: Delivery, context: LambdaContext) -> None:
    file, since, timeouts, as_edits = delivery
    try:
        record = parts.run_import.run(
            file,
            retry=since is not None,
            since=since,
            as_edits=as_edits,
            time_left=lambda: context.get_remaining_time_in_millis() / 1000,
        )
    except OutOfTimeError:
        if timeouts == _MAX_TIMEOUTS:
            raise
        parts.large_import_queue.send([delivery._replace(timeouts=timeouts + 1)])
        parts.logger.info("import continues", extra={"import_id": import_id(file), "timeouts": timeouts + 1})
    else:
        _log(parts, record)
        _measure(parts, record, is_first_run=since is None)
        if since is None:
            queue_tasks_of(parts, record)


def _log(parts: Parts, record: ImportRecord) -> None:
    counts = record.report.counts
    parts.logger.info(
        "import finished",
        extra={"import_id": record.id, "status": record.report.status.value, "rows": counts.rows, "new": counts.new},
    )


_METRIC_OF = {
    ImportStatus.DONE: "ImportsDone",
    ImportStatus.DONE_WITH_PROBLEMS: "ImportsWithProblems",
    ImportStatus.REFUSED: "ImportsRefused",
}


def _measure(parts: Parts, record: ImportRecord, *, is_first_run: bool) -> None:
    """The import's result, and how long after the drop its balances are readable; a retry is not measured from then."""
    counts = record.report.counts
    measure(parts, **{_METRIC_OF[record.report.status]: 1}, ImportRows=counts.rows, ImportProblems=counts.problems)
    if is_first_run:
        dropped_at = datetime.fromisoformat(record.file.order.partition(" ")[0])
        measure(parts, SecondsToBalance=max(0.0, (record.finished_at - dropped_at).total_seconds()))
