"""Asks a function, over its queue, to run an import."""

import json

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.adapters.documents import from_document, to_document
from chalicelib.services.import_record import Delivery


class SqsImportQueue:
    """The port `ImportQueue` on a queue of imports.

    A message is `{"delivery": {…}}`: unlike the bucket's own message it names the import's place in the fold.
    """

    def __init__(self, aws: Aws, queue_url: str) -> None:
        self._aws = aws
        self._queue_url = queue_url

    def send(self, delivery: Delivery) -> None:
        """Queue the import."""
        body = json.dumps({"delivery": to_document(delivery)})
        with cloud_errors("sqs:SendMessage"):
            self._aws.client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=body)


def read_delivery(body: str) -> Delivery | None:
    """What a message of `SqsImportQueue` asks for; None for any other message of the queue."""
    message = json.loads(body)
    if not isinstance(message, dict) or "delivery" not in message:
        return None
    return from_document(Delivery, message["delivery"])
