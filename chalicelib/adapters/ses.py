"""Mails through SES, API version 2, and its reasons for rejecting one."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import Aws, CloudError, cloud_errors
from chalicelib.services.mails.ports import MailRefusedError, SuppressionReason
from chalicelib.services.store.tasks import TaskId

_PERMANENT = {
    "AccountSuspendedException",
    "BadRequestException",
    "MailFromDomainNotVerifiedException",
    "MessageRejected",  # an address that is not verified, also of a recipient while the account is in the sandbox
    "NotFoundException",
    "SendingPausedException",
}
"""Errors of SendEmail that a retry cannot fix, only a person can. Any other one (throttling, missing permission, no
answer) is a CloudError, and the queue delivers again."""


class SesMailer:
    """The port `Mailer` on SES."""

    def __init__(self, aws: Aws, configuration_set: str = "") -> None:
        self._aws = aws
        # SES reports bounces and complaints through it; without one it reports none.
        self._set = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, message: bytes, *, sender: str, to: str, copy_to: str = "") -> str:
        """Send a MIME message once, with `copy_to` as a blind copy; returns SES's id of it.

        Raises:
            MailRefusedError: SES rejects it, however often it is retried.
            CloudError: SES is busy, or it is unknown whether the message was accepted.
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
                detail = error.response["Error"]
                if detail["Code"] in _PERMANENT:
                    raise MailRefusedError(detail["Code"], detail.get("Message", "")) from error
                # Its traceback goes to the log, and SES's own message may name the recipient.
                raise CloudError("ses:SendEmail", detail["Code"]) from None
        message_id: str = answer["MessageId"]
        return message_id


_HEADER = "x-hourtab-mail"
_NOT_SPAM = "not-spam"
"""A complaint type that is not one: the provider retracts an earlier complaint."""


class Feedback(NamedTuple):
    """Addresses to suppress, the reason, and the mail that showed it."""

    reason: SuppressionReason
    addresses: tuple[str, ...]
    at: datetime
    mail: TaskId
    message_id: str
    """SES's own id of the message."""


def read_feedback(message: str) -> Feedback | None:
    """The content of an SNS notification; None if it reports nothing permanent, or does not have the shape of SES's.

    A full mailbox or a server that is down is a transient bounce.
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


def _read(event: Mapping[str, Any], details: Mapping[str, Any], recipients: str, reason: SuppressionReason) -> Feedback:
    headers = {str(one["name"]).casefold(): str(one["value"]) for one in event["mail"]["headers"]}
    return Feedback(
        reason=reason,
        addresses=tuple(str(one["emailAddress"]) for one in details[recipients]),
        at=datetime.fromisoformat(details["timestamp"]),
        mail=TaskId(headers[_HEADER]),
        message_id=str(event["mail"]["messageId"]),
    )
