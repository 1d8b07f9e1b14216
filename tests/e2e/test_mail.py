"""A refused file on the packaged stack sends one mail, which the local cloud's SES captures."""

import json
import re
import time
import urllib.request
from email import message_from_string, policy
from html import unescape
from pathlib import Path

from infra.local_cloud import SENDER
from tests.local_stack import LocalStack

_SETUP = """\
operator: {name: Fjordblick & Söhne, email: ida@example.com}
clients: []
"""
_PATIENCE = 60
"""Seconds after which a mail counts as lost; a fault alone waits so long."""


def captured(stack: LocalStack, subject: str) -> list[dict]:
    """The messages with this subject that MiniStack's SES has accepted."""
    with urllib.request.urlopen(f"{stack.cloud.endpoint}/_ministack/ses/messages", timeout=10) as answer:  # noqa: S310 - our own stack
        accounts = json.load(answer)["messages"]
    return [one for messages in accounts.values() for one in messages if one["Subject"] == subject]


def mail_about(stack: LocalStack, import_id: str) -> dict:
    """The mail about an import once it is settled."""
    return settled(stack, f"import-{import_id}")


def settled(stack: LocalStack, mail: str) -> dict:
    """The mail once it is settled."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        done = stack.hourtab("mail", "show", mail, "--json", check=False)
        if not done.returncode and json.loads(done.stdout)["state"] != "waiting":
            return json.loads(done.stdout)
        time.sleep(0.2)
    raise AssertionError(f"the mail {mail} is not settled")


def test_a_refused_file_is_reported_once_by_a_real_message(local_stack: LocalStack, tmp_path: Path):
    setup, export = tmp_path / "setup.yaml", tmp_path / "Büro.csv"
    setup.write_text(_SETUP)
    export.write_bytes(b"")
    local_stack.hourtab("apply", str(setup))

    done = local_stack.hourtab("import", "drop", str(export), "--wait", "--json", check=False)
    refused = json.loads(done.stdout)
    mail = mail_about(local_stack, refused["id"])
    local_stack.hourtab("import", "retry", refused["id"], "--wait", check=False)

    [taken] = captured(local_stack, "Refused: Büro.csv")
    read = message_from_string(mail["message"], policy=policy.default)
    assert mail["state"] == "sent"
    assert f"{taken['MessageId']}".startswith(mail["message_id"].partition("@")[0])
    assert (SENDER, ["ida@example.com"]) == (taken["Source"], taken["To"])
    assert f"HourTab for Fjordblick & Söhne <{SENDER}>" == read["From"]
    assert refused["refused_reason"] in " ".join(taken["BodyText"].split())
    assert f"hourtab import show {refused['id']}" in taken["BodyHtml"]
    assert read.get_body(("plain",)).get_content().split() == taken["BodyText"].split()
    with urllib.request.urlopen(page_in(taken["BodyText"]), timeout=30) as report:  # noqa: S310 - our own stack
        assert refused["refused_reason"] in unescape(report.read().decode())


def page_in(text: str) -> str:
    """The one address in a mail: on the laptop, too, it opens."""
    [address] = re.findall(r"http://127\S+", text)
    return str(address)


def _physical_name(stack: LocalStack, function: str) -> str:
    pages = stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack.stack.name)
    found = (one for page in pages for one in page["StackResourceSummaries"])
    return next(
        str(one["PhysicalResourceId"])
        for one in found
        if (one["LogicalResourceId"], one["ResourceType"]) == (function, "AWS::Lambda::Function")
    )


def test_the_digest_of_a_week_with_a_refused_file_is_sent_once(local_stack: LocalStack, tmp_path: Path):
    setup, export = tmp_path / "setup.yaml", tmp_path / "Woche.csv"
    setup.write_text(_SETUP)
    export.write_bytes(b"")
    local_stack.hourtab("apply", str(setup))
    done = local_stack.hourtab("import", "drop", str(export), "--wait", "--json", check=False)
    mail_about(local_stack, json.loads(done.stdout)["id"])

    functions, name = local_stack.client("lambda"), _physical_name(local_stack, "WriteDigest")
    answers = [json.load(functions.invoke(FunctionName=name)["Payload"]) for _ in range(2)]

    [digest] = {answer["mail"] for answer in answers}
    mail = settled(local_stack, digest)
    assert "sent" == mail["state"], mail["reason"]
    assert "Woche.csv" in mail["message"]
    assert 1 == len(captured(local_stack, message_from_string(mail["message"], policy=policy.default)["Subject"]))
