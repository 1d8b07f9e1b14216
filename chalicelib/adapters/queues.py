"""Asks a function, over its queue, to run an import."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice

from chalicelib.adapters.aws import Aws, CloudError, cloud_errors
from chalicelib.adapters.codec import from_document, to_document
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.import_record import Delivery
from chalicelib.services.store.tasks import MailId


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


class SqsMailQueue:
    """The port `MailQueue` on SQS."""

    def __init__(self, aws: Aws, queue_url: str) -> None:
        self._aws = aws
        self._queue_url = queue_url

    def wake(self, mails: Sequence[MailId]) -> None:
        """Ask for these mails to be sent soon."""
        for mail in mails:
            with cloud_errors("sqs:SendMessage"):
                self._aws.client("sqs").send_message(QueueUrl=self._queue_url, MessageBody=json.dumps({"mail": mail}))


def read_wake(body: str) -> MailId:
    """The mail that a message of the queue names."""
    return MailId(json.loads(body)["mail"])


_BATCH = 10
"""Messages that one SendMessageBatch takes."""


class SqsRolloverQueue:
    """The port `RolloverQueue` on SQS."""

    def __init__(self, aws: Aws, queue_url: str) -> None:
        self._aws = aws
        self._queue_url = queue_url

    def send(self, clients: Iterable[ClientId]) -> int:
        """Queue them, one message each; returns how many."""
        waiting = iter(clients)
        sent = 0
        while batch := list(islice(waiting, _BATCH)):
            entries = [{"Id": str(n), "MessageBody": json.dumps({"client": client})} for n, client in enumerate(batch)]
            with cloud_errors("sqs:SendMessageBatch"):
                answer = self._aws.client("sqs").send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            if failed := answer.get("Failed"):
                raise CloudError("sqs:SendMessageBatch", failed[0].get("Code", "Failed"))
            sent += len(batch)
        return sent


def read_client(body: str) -> ClientId:
    """The client that a message of the queue names."""
    return ClientId(json.loads(body)["client"])
