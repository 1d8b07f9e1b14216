"""What SES tells about sent mails through SNS: bounces and complaints, read from its events.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.services.mail_ports import BlockReason
from chalicelib.services.outbox import MailId

_HEADER = "x-hourtab-mail"
_NOT_SPAM = "not-spam"
"""A complaint that is none: the provider takes an earlier one back."""


class Feedback(NamedTuple):
    """Why addresses are not to be written to any more, and the mail that showed it."""

    reason: BlockReason
    addresses: tuple[str, ...]
    at: datetime
    mail: MailId
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
                return _read(event, event["bounce"], "bouncedRecipients", BlockReason.BOUNCE)
            case "Complaint" if event["complaint"].get("complaintFeedbackType") != _NOT_SPAM:
                return _read(event, event["complaint"], "complainedRecipients", BlockReason.COMPLAINT)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return None


def _read(event: Mapping[str, Any], told: Mapping[str, Any], recipients: str, reason: BlockReason) -> Feedback:
    headers = {str(one["name"]).casefold(): str(one["value"]) for one in event["mail"]["headers"]}
    return Feedback(
        reason=reason,
        addresses=tuple(str(one["emailAddress"]) for one in told[recipients]),
        at=datetime.fromisoformat(told["timestamp"]),
        mail=MailId(headers[_HEADER]),
        message_id=str(event["mail"]["messageId"]),
    )
