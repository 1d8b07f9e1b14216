"""The queue that wakes the function that sends mails. A message is `{"mail": "<id>"}`."""

import json
from collections.abc import Sequence

from chalicelib.adapters.aws import Aws, CloudError, cloud_errors
from chalicelib.services.outbox import MailId

_BATCH = 10
"""Messages that one SendMessageBatch takes."""


class SqsMailQueue:
    """The port `MailQueue` on SQS."""

    def __init__(self, aws: Aws, queue_url: str) -> None:
        self._aws = aws
        self._queue_url = queue_url

    def wake(self, mails: Sequence[MailId]) -> None:
        """Ask for these mails to be sent soon."""
        for start in range(0, len(mails), _BATCH):
            entries = [
                {"Id": str(number), "MessageBody": json.dumps({"mail": mail})}
                for number, mail in enumerate(mails[start : start + _BATCH])
            ]
            with cloud_errors("sqs:SendMessage"):
                answer = self._aws.client("sqs").send_message_batch(QueueUrl=self._queue_url, Entries=entries)
            if answer.get("Failed"):
                raise CloudError("sqs:SendMessage", answer["Failed"][0]["Code"])


def read_wake(body: str) -> MailId:
    """The mail that a message of the queue names."""
    return MailId(json.loads(body)["mail"])
