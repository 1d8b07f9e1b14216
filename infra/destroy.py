"""Removes a deployment from AWS: `make destroy STAGE=…`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from infra import stack as stacks
from infra.account import identify
from infra.artifacts import read_template
from infra.stack import NEVER_RAN, DeployError, Terminal, find_stack

_RETAINED = ("Retain", "RetainExceptOnCreate")
_DELETING = {
    "AWS::DynamoDB::Table": (
        "aws dynamodb update-table --region {region} --table-name {name} --no-deletion-protection-enabled",
        "aws dynamodb wait table-exists --region {region} --table-name {name}",
        "aws dynamodb delete-table --region {region} --table-name {name}",
    ),
    "AWS::S3::Bucket": (
        (
            """python -c 'import boto3; bucket = boto3.resource("s3").Bucket("{name}"); """
            "bucket.object_versions.delete(); bucket.delete()'"
        ),
    ),
    "AWS::SecretsManager::Secret": (
        "aws secretsmanager delete-secret --region {region} --secret-id {name} --force-delete-without-recovery",
    ),
}
"""By type of resource, the commands that delete for good one that outlived its stack."""


def destroy(session: Any, said: Mapping[str, str], terminal: Terminal) -> None:
    """What `make destroy` does: say what goes, what stays and what that costs, ask, and remove the stack.

    Raises:
        DeployError: there is no such stack, it was declined, or something could not be removed.
    """
    caller, name = identify(session), f"hourtab-{said['STAGE']}"
    cloudformation = session.client("cloudformation")
    found = find_stack(cloudformation, name)
    where = f"in {session.region_name} of account {caller.account}"
    if found is None:
        raise DeployError(f"There is no stack {name} {where}: check STAGE, AWS_REGION and AWS_PROFILE.")
    if found["StackStatus"].endswith("_IN_PROGRESS") and found["StackStatus"] not in NEVER_RAN:
        stacks.refuse_unready(found)
    retained = set() if found["StackStatus"] == "REVIEW_IN_PROGRESS" else _retained(cloudformation, found["StackId"])
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=found["StackId"])
    summaries = (one for page in pages for one in page["StackResourceSummaries"])
    resources = [one for one in summaries if one["ResourceStatus"] != "DELETE_COMPLETE"]
    for line in _farewell(name, where, resources, retained):
        terminal.say(line)
    if not terminal.confirm(f"Remove the stack {name}?"):
        raise DeployError("Nothing was removed. (Scripts answer with YES=1.)")
    if found.get("EnableTerminationProtection"):
        cloudformation.update_termination_protection(StackName=found["StackId"], EnableTerminationProtection=False)
    stacks.delete(cloudformation, found, terminal)
    terminal.say(f"The stack {name} is removed.")
    left = [
        (one["ResourceType"], one["PhysicalResourceId"]) for one in resources if one["LogicalResourceId"] in retained
    ]
    if commands := list(how_to_delete(left, session.region_name)):
        terminal.say("\n".join(["These commands delete for good what stayed, and nothing brings it back:", *commands]))


def how_to_delete(left: Iterable[tuple[str, str]], region: str) -> Iterator[str]:
    """The commands that delete for good what outlived a stack, each thing by its type and name."""
    for kind, name in sorted(left):
        for command in _DELETING.get(kind, ()):
            yield "  .venv/bin/" + command.format(region=region, name=name)


def _retained(cloudformation: Any, stack_id: str) -> set[str]:
    """The names of the resources that outlive the stack by its template."""
    body = cloudformation.get_template(StackName=stack_id)["TemplateBody"]
    template = read_template(body) if isinstance(body, str) else body
    return {key for key, one in template.get("Resources", {}).items() if one.get("DeletionPolicy") in _RETAINED}


def _farewell(name: str, where: str, resources: list[Mapping[str, Any]], retained: set[str]) -> Iterator[str]:
    """What a removal removes, what stays, and what that costs."""
    yield f"The stack {name} {where} would be removed."
    gone = Counter(one["ResourceType"] for one in resources if one["LogicalResourceId"] not in retained)
    yield f"Removed: {', '.join(f'{count} {kind}' for kind, count in sorted(gone.items())) or 'nothing else'}."
    stays = [one for one in resources if one["LogicalResourceId"] in retained]
    if not stays:
        return
    yield "Mailed links lead nowhere then, as a new stack has another address; waiting messages and logs are lost."
    yield "What stays, with its data:"
    for one in sorted(stays, key=lambda each: (each["ResourceType"], each["LogicalResourceId"])):
        yield f"  {one['ResourceType']:<28} {one.get('PhysicalResourceId', one['LogicalResourceId'])}"
    yield (
        "It goes on to cost, a month and in US dollars of us-east-1 in 2026: 0.45 per GB of the tables and their "
        "point-in-time recovery, 0.023 per GB of the buckets with all versions, 0.40 for the secret."
    )
