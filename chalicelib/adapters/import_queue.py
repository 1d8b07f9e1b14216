"""Asks the import function, over its queue, to run an import again."""

import json

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.adapters.documents import from_document, to_document
from chalicelib.services.import_record import DroppedFile, ImportRecord


class SqsImportQueue:
    """The port `ImportQueue` on the queue that the inbox bucket also writes to.

    A message is `{"dropped_file": {…}}`: unlike the bucket's own message it names the import's place in the fold.
    """

    def __init__(self, aws: Aws, queue_url: str) -> None:
        self._aws = aws
        self._queue_url = queue_url

    def send(self, record: ImportRecord) -> None:
        """Queue the import of the record's file."""
        body = json.dumps({"dropped_file": to_document(record.file)})
        with cloud_errors("sqs:SendMessage"):
            self._aws.client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=body)


def read_retry(body: str) -> DroppedFile | None:
    """The file that a message of `SqsImportQueue` names; None for any other message of the queue."""
    message = json.loads(body)
    if not isinstance(message, dict) or "dropped_file" not in message:
        return None
    return from_document(DroppedFile, message["dropped_file"])
