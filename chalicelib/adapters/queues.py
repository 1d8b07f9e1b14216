"""The queues on SQS.

A message is a JSON object with one key, which names the kind of its value. The keys must not change: messages may be in
flight while a deployment is upgraded.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from chalicelib.adapters.aws import Aws, CloudError, cloud_errors
from chalicelib.adapters.codec import from_document, to_document
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.import_record import Delivery
from chalicelib.services.store.tasks import TaskId

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class MessageFormat(Generic[ValueT]):
    """How a value becomes the body of a message, and back."""

    key: str
    decode: Callable[[Any], ValueT]
    """From the JSON value."""

    def write(self, value: ValueT) -> str:
        """The body."""
        return json.dumps({self.key: to_document(value)})

    def read(self, body: str) -> ValueT:
        """The value in the body. Raises KeyError if the body has another format."""
        return self.decode(json.loads(body)[self.key])

    def fits(self, body: str) -> bool:
        """Whether the body has this format: S3 sends messages of its own to the import queue."""
        message = json.loads(body)
        return isinstance(message, dict) and self.key in message


IMPORTS = MessageFormat("delivery", lambda document: from_document(Delivery, document))
"""An import to run. Unlike the bucket's own message it includes the import's place in the order of files."""
TASKS = MessageFormat("mail", TaskId)
"""A task to carry out."""
CLIENTS = MessageFormat("client", ClientId)
"""A client with an overdue cycle."""
_BATCH = 10
"""The most messages in one SendMessageBatch."""


class SqsQueue(Generic[ValueT]):
    """The port `Queue`."""

    def __init__(self, aws: Aws, queue_url: str, message_format: MessageFormat[ValueT]) -> None:
        self._aws = aws
        self._queue_url = queue_url
        self._format = message_format

    def send(self, messages: Iterable[ValueT]) -> int:
        """Queue them, each as a message of its own; returns how many.

        Raises:
            CloudError: SQS did not answer, or did not accept every message of a batch; no further batch is sent then.
        """
        bodies = map(self._format.write, messages)
        sent = 0
        while batch := list(islice(bodies, _BATCH)):
            entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)]
            with cloud_errors("sqs:SendMessageBatch"):
                answer = self._aws.client("sqs").send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            if failed := answer.get("Failed"):
                raise CloudError("sqs:SendMessageBatch", failed[0].get("Code", "Failed"))
            sent += len(batch)
        return sent
