"""The queue that wakes the function that sends mails. A message is `{"mail": "<id>"}`."""

import json
from collections.abc import Sequence

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.services.outbox import MailId


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
