"""The queue of clients whose cycles have a step to make. A message is `{"client": "<id>"}`."""

import json
from collections.abc import Iterable
from itertools import islice

from chalicelib.adapters.aws import Aws, CloudError, cloud_errors
from chalicelib.domain.ids import ClientId

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
