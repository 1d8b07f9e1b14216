"""On the packaged stack: a bounce arrives through SNS, the address gets no more mail, and the doctor reports."""

import json
import time
from datetime import UTC, datetime

from infra.local_cloud import SENDER
from tests.e2e.test_mail import mail_about
from tests.local_stack import LocalStack

_ADDRESS = "Gone@Nowhere.example"
_SETUP = f"""\
operator: {{name: Fjordblick & Söhne, email: {_ADDRESS}}}
clients: []
"""
_PATIENCE = 60
"""Seconds after which a mail counts as lost; a fault alone waits so long."""


def topic_of(stack: LocalStack) -> str:
    pages = stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack.stack.name)
    found = (one for page in pages for one in page["StackResourceSummaries"])
    return next(one["PhysicalResourceId"] for one in found if one["LogicalResourceId"] == "FeedbackTopic")


def bounce(mail: dict) -> str:
    """The event that SES publishes."""
    bounce = {
        "bounceType": "Permanent",
        "bouncedRecipients": [{"emailAddress": _ADDRESS.lower()}],
        "timestamp": datetime.now(UTC).isoformat(),
    }
    returned = {"messageId": mail["message_id"], "headers": [{"name": "X-HourTab-Mail", "value": mail["id"]}]}
    return json.dumps({"eventType": "Bounce", "bounce": bounce, "mail": returned})


def refused(stack: LocalStack, name: str, folder) -> dict:
    """The settled mail about a refused file."""
    export = folder / name
    export.write_bytes(b"")
    done = stack.hourtab("import", "drop", str(export), "--wait", "--json", check=False)
    return mail_about(stack, json.loads(done.stdout)["id"])


def report_about(stack: LocalStack) -> dict:
    """The operator's mail about the address, once it is settled."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        mails = json.loads(stack.hourtab("mail", "list", "--json").stdout)
        found = [one for one in mails if one["kind"] == "bounced" and one["state"] != "waiting"]
        if found:
            return found[0]
        time.sleep(0.2)
    raise AssertionError("the operator got no mail about the bounce")


def test_a_bounce_blocks_its_address_until_the_operator_unblocks_it(local_stack: LocalStack, tmp_path):
    (tmp_path / "setup.yaml").write_text(_SETUP)
    local_stack.hourtab("apply", str(tmp_path / "setup.yaml"))
    sent = refused(local_stack, "first.csv", tmp_path)

    local_stack.client("sns").publish(TopicArn=topic_of(local_stack), Message=bounce(sent))
    report = report_about(local_stack)
    stopped = refused(local_stack, "second.csv", tmp_path)
    lifted = local_stack.hourtab("mail", "unblock", _ADDRESS, "--json")

    assert "sent" == sent["state"]
    for mail in (report, stopped):
        assert "failed" == mail["state"], "the address is the operator's own, so even the word about it is given up"
        assert "could not be reached" in mail["reason"]
    assert {"unblocked": True} == json.loads(lifted.stdout)


def test_the_doctor_finds_nothing_missing_in_the_local_stack_except_its_set_up(local_stack: LocalStack):
    answer = local_stack.hourtab("doctor", "--json", check=False)
    findings = {one["about"]: one for one in json.loads(answer.stdout)}

    assert {
        "sender",
        "sandbox",
        "sending",
        "bounces",
        "operator",
        "invoices",
        "addresses",
        "dead letters",
        "schedules",
    } == (findings.keys())
    well = ("sender", "sandbox", "sending", "bounces", "schedules")
    assert dict.fromkeys(well, False) == {name: findings[name]["needed"] for name in well}
    assert SENDER in findings["sender"]["sentence"]
    assert answer.returncode == any(one["needed"] for one in findings.values())
