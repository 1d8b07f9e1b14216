"""The notifications of SES about bounces and complaints, in AWS's shape."""

import json
from datetime import UTC, datetime

import pytest

from chalicelib.adapters.ses import Feedback, read_feedback
from chalicelib.services.mails.ports import SuppressionReason

AT = "2026-11-02T09:14:05.123Z"
MAIL = {
    "timestamp": "2026-11-02T09:14:00.000Z",
    "messageId": "0100-abc",
    "source": "hours@example.com",
    "headersTruncated": False,
    "headers": [{"name": "From", "value": "hours@example.com"}, {"name": "X-HourTab-Mail", "value": "invoice-a"}],
}


def bounce(kind="Permanent", **changes):
    recipients = [{"emailAddress": "jane@example.com", "action": "failed", "status": "5.1.1"}]
    details = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients, "timestamp": AT}
    return {"eventType": "Bounce", "bounce": details, "mail": MAIL, **changes}


def complaint(feedback="abuse"):
    details = {"complainedRecipients": [{"emailAddress": "jane@example.com"}], "timestamp": AT}
    details |= {"complaintFeedbackType": feedback} if feedback else {}
    return {"eventType": "Complaint", "complaint": details, "mail": MAIL}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (bounce(), SuppressionReason.BOUNCE),
        (complaint(), SuppressionReason.COMPLAINT),
        (complaint(None), SuppressionReason.COMPLAINT),
    ],
)
def test_a_permanent_bounce_and_a_complaint_name_the_address_and_the_mail(event, reason):
    at = datetime(2026, 11, 2, 9, 14, 5, 123000, tzinfo=UTC)

    assert Feedback(reason, ("jane@example.com",), at, "invoice-a", "0100-abc") == read_feedback(json.dumps(event))


@pytest.mark.parametrize(
    "event",
    [bounce("Transient"), bounce("Undetermined"), complaint("not-spam"), {"eventType": "Delivery", "mail": MAIL}],
    ids=["transient", "undetermined", "not spam", "delivered"],
)
def test_a_transient_bounce_suppresses_no_address(event):
    assert read_feedback(json.dumps(event)) is None


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        "null",
        "{}",
        json.dumps(bounce(mail={})),
        json.dumps(bounce(mail={**MAIL, "headers": []})),
        json.dumps(bounce(bounce={"bounceType": "Permanent"})),
        json.dumps(bounce(bounce=None)),
        json.dumps(bounce(mail={**MAIL, "headers": [7]})),
    ],
)
def test_a_message_in_another_shape_is_nothing(text):
    assert read_feedback(text) is None
