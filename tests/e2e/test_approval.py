"""A question is asked by the command, mailed, answered by its link and seen by the operator, on the packaged stack."""

import json
import re
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email import message_from_string, policy
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.e2e.test_mail import settled
from tests.local_stack import LocalStack

_SETUP = """\
operator: {name: Fjordblick IT, email: ida@example.com}
clients:
  - id: quay
    name: Quay Logistics
    approvals: {approvers: [board@example.com]}
    retainers:
      - id: helpdesk
        zone: UTC
        starts_on: "%s"
        terms:
          - {allotment: 10 h, fee: "500.00", regular_rate: "100.00"}
"""


def opened(address: str, form: dict[str, str] | None = None) -> str:
    data = urlencode(form).encode() if form else None
    headers = {"Sec-Fetch-Site": "same-origin"} if form else {}
    asked = urllib.request.Request(address, data, headers)  # noqa: S310 - our own stack
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - as above
        return unescape(answer.read().decode())


def test_a_question_is_asked_mailed_answered_once_and_reported(local_stack: LocalStack, tmp_path: Path):
    setup = tmp_path / "setup.yaml"
    setup.write_text(_SETUP % datetime.now(UTC).date().replace(day=1))
    local_stack.hourtab("apply", str(setup))
    question = ("--hours", "5", "--rate", "80", "--reason", "Server", "--id", "move", "--yes")
    local_stack.hourtab("approval", "ask", "quay", "helpdesk", *question)

    mail = settled(local_stack, "question-quay.helpdesk.move.0")
    text = message_from_string(mail["message"], policy=policy.default).get_body(("plain",)).get_content()
    [address] = re.findall(r"http://127\S+/a/\S+", text)
    assert "Waiting for your answer" in opened(address)
    assert "Thank you" in opened(address, {"name": "Ida Berg", "comment": "", "decision": "approve"})
    assert "Approved by Ida Berg" in opened(address)
    assert "Nothing has changed" in opened(address, {"name": "Jo Lund", "comment": "", "decision": "decline"})
    with pytest.raises(urllib.error.HTTPError, match="404"):
        opened(address[:-1])

    [one] = json.loads(local_stack.hourtab("approval", "list", "quay", "--json").stdout)
    assert ("approved", "Ida Berg", "board@example.com") == (one["state"], one["name"], one["link_of"])
    assert "sent" == settled(local_stack, "answer-quay.helpdesk.move")["state"]
