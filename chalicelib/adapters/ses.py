"""Mails through SES, API version 2, and what it says when it will not take one."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.services.mails.ports import MailRefusedError, SuppressionReason
from chalicelib.services.store.tasks import TaskId

_FOR_GOOD = {
    "AccountSuspendedException",
    "BadRequestException",
    "MailFromDomainNotVerifiedException",
    "MessageRejected",  # an address that is not verified, also of a recipient while the account is in the sandbox
    "NotFoundException",
    "SendingPausedException",
}
"""Errors of SendEmail after which trying again changes nothing, until a person has mended it. Any other one
(throttling, no right, no answer) is a CloudError, and the queue delivers again."""


class SesMailer:
    """The port `Mailer` on SES."""

    def __init__(self, aws: Aws, configuration_set: str = "") -> None:
        self._aws = aws
        # Through it SES tells of bounces and complaints; without one it tells nobody.
        self._set = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, message: bytes, *, sender: str, to: str, copy_to: str = "") -> str:
        """Send a MIME message once, and to `copy_to` unseen by the other; returns SES's id of it.

        Raises:
            MailRefusedError: SES will not take it, however often it is tried.
            CloudError: SES is busy, or it is not known whether the message was taken.
        """
        with cloud_errors("ses:SendEmail"):
            try:
                answer = self._aws.client("sesv2").send_email(
                    FromEmailAddress=sender,
                    Destination={"ToAddresses": [to], **({"BccAddresses": [copy_to]} if copy_to else {})},
                    Content={"Raw": {"Data": message}},
                    **self._set,
                )
            except ClientError as error:
                told = error.response["Error"]
                if told["Code"] in _FOR_GOOD:
                    raise MailRefusedError(told["Code"], told.get("Message", "")) from error
                raise
        message_id: str = answer["MessageId"]
        return message_id


_HEADER = "x-hourtab-mail"

_NOT_SPAM = "not-spam"
"""A complaint that is none: the provider takes an earlier one back."""


class Feedback(NamedTuple):
    """Why addresses are not to be written to any more, and the mail that showed it."""

    reason: SuppressionReason
    addresses: tuple[str, ...]
    at: datetime
    mail: TaskId
    message_id: str
    """SES's own id of the message."""


def read_feedback(message: str) -> Feedback | None:
    """The message of an SNS notification; None where it is about nothing that lasts, or in no shape of SES's.

    Only a permanent bounce lasts: a full mailbox or a server that is down is a transient one.
    """
    try:
        event = json.loads(message)
        match event["eventType"]:
            case "Bounce" if event["bounce"]["bounceType"] == "Permanent":
                return _read(event, event["bounce"], "bouncedRecipients", SuppressionReason.BOUNCE)
            case "Complaint" if event["complaint"].get("complaintFeedbackType") != _NOT_SPAM:
                return _read(event, event["complaint"], "complainedRecipients", SuppressionReason.COMPLAINT)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return None


def _read(event: Mapping[str, Any], told: Mapping[str, Any], recipients: str, reason: SuppressionReason) -> Feedback:
    headers = {str(one["name"]).casefold(): str(one["value"]) for one in event["mail"]["headers"]}
    return Feedback(
        reason=reason,
        addresses=tuple(str(one["emailAddress"]) for one in told[recipients]),
        at=datetime.fromisoformat(told["timestamp"]),
        mail=TaskId(headers[_HEADER]),
        message_id=str(event["mail"]["messageId"]),
    )
