"""One CloudFormation stack: what stands, what would change, and what became of it.

Every change goes through a change set, on AWS as on the local cloud. CloudFormation marks all events of an operation
with the token that it was started with, so that progress and the cause of a failure are those of this operation only.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

DONE = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"})
"""The states in which what was last deployed runs."""
NEVER_RAN = frozenset({"CREATE_FAILED", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"})
"""The states of a stack that was never created: it takes no update and has to be deleted before it is created."""
_THEN = {
    "ROLLBACK_COMPLETE": "CloudFormation has removed what it had made: fix the cause and deploy again.",
    "UPDATE_ROLLBACK_COMPLETE": "The stack is as it was before: fix the cause and deploy again.",
    "UPDATE_ROLLBACK_FAILED": (
        "The stack {name} is stuck in its rollback (UPDATE_ROLLBACK_FAILED): remove what stops it, "
        "run `aws cloudformation continue-update-rollback --stack-name {name}`, then deploy again."
    ),
}
"""What to do, by the state that a failed operation leaves."""
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
_OUTDATED = frozenset({"ChangeSetNotFound", "InvalidChangeSetStatus"})
"""How CloudFormation refuses a change set after another one of the stack was executed."""
_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
"""How CloudFormation says so; for a template with a transform in the second way."""
_OF_HANDLER = re.compile(
    r'^Resource handler returned message: "(?P<message>.*)" \(RequestToken: [^,)]*'
    r"(, HandlerErrorCode: (?P<code>\w+))?\)$",
    re.DOTALL,
)
_MAX_POLLS = 1440
_SIGN = {"Add": "+", "Remove": "-", "Modify": "~", "Import": "<", "Dynamic": "?"}


class DeployError(Exception):
    """It could not be deployed or removed; the message says why and what to do next."""


@dataclass(frozen=True)
class Terminal:
    """How an operation speaks with whoever started it; by default it says nothing and asks nothing."""

    say: Callable[[str], None] = lambda _: None
    confirm: Callable[[str], bool] = lambda _: True
    """Whether to go on, given a question."""
    pause: Callable[[], None] = field(default=partial(time.sleep, 5))
    """Waits between two looks at an operation."""


def find_stack(cloudformation: Any, name: str) -> dict[str, Any] | None:
    """The description of the stack, or None if it does not exist."""
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return next((stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"), None)


def refuse_unready(stack: Mapping[str, Any]) -> None:
    """Raise if the stack is in a state in which it takes no change.

    Raises:
        DeployError: another operation runs, or an earlier one has to be brought to its end first.
    """
    name, status = stack["StackName"], stack["StackStatus"]
    if status in DONE | NEVER_RAN | {"UPDATE_ROLLBACK_COMPLETE"}:
        return
    if status == "UPDATE_ROLLBACK_FAILED":
        raise DeployError(_THEN[status].format(name=name))
    if status.endswith("_IN_PROGRESS"):
        raise DeployError(f"Another operation on the stack {name} is running ({status}): try again when it has ended.")
    raise DeployError(f"The stack {name} takes no update ({status}): run `make destroy`, then deploy again.")


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change that CloudFormation has worked out and not made."""

    stack_id: str
    id: str
    creates: bool
    changes: tuple[Mapping[str, Any], ...]

    def lines(self) -> Iterator[str]:
        """What would be added, by type; what would be changed or removed, one by one."""
        added = defaultdict(list)
        for change in self.changes:
            if change["Action"] == "Add":
                added[change["ResourceType"]].append(change["LogicalResourceId"])
        for kind, names in sorted(added.items()):
            yield f"  + {len(names):>2} {kind:<36} {', '.join(sorted(names))}"
        for change in self.changes:
            if change["Action"] != "Add":
                sign, name, kind = _SIGN[change["Action"]], change["LogicalResourceId"], change["ResourceType"]
                yield f"  {sign}  {name} ({kind}){_how(change)}"


def _how(change: Mapping[str, Any]) -> str:
    """Which properties a change concerns, and whether the resource is made anew."""
    targets = (detail["Target"] for detail in change.get("Details", ()))
    names = sorted({target.get("Name") or target["Attribute"] for target in targets})
    of = f": {', '.join(names)}" if names else ""
    replaced = {"True": "; it is REPLACED", "Conditional": "; it may be REPLACED"}
    return of + replaced.get(change.get("Replacement", ""), "")


def propose(cloudformation: Any, request: Mapping[str, Any], *, creates: bool, terminal: Terminal) -> ChangeSet | None:
    """Have CloudFormation work out a change; None if nothing would change.

    Args:
        cloudformation: its client.
        request: StackName, TemplateURL or UsePreviousTemplate, and Parameters, as CreateChangeSet takes them.
        creates: whether the stack does not exist yet.
        terminal: waits for the answer.

    Raises:
        DeployError: CloudFormation refuses the template or a value.
    """
    name = request["StackName"]
    try:
        made = cloudformation.create_change_set(
            **request,
            ChangeSetName=f"deploy-{uuid4().hex}",
            ChangeSetType="CREATE" if creates else "UPDATE",
            Capabilities=_CAPABILITIES,
        )
    except ClientError as error:
        raise DeployError(f"CloudFormation refuses the stack {name}: {_message(error)}") from error
    answer = _until(
        lambda: cloudformation.describe_change_set(ChangeSetName=made["Id"], StackName=made["StackId"]),
        lambda found: not found["Status"].endswith(("_PENDING", "_IN_PROGRESS")),
        terminal,
    )
    pages = cloudformation.get_paginator("describe_change_set").paginate(
        ChangeSetName=made["Id"], StackName=made["StackId"]
    )
    changes = tuple(change["ResourceChange"] for page in pages for change in page.get("Changes", ()))
    found = ChangeSet(made["StackId"], made["Id"], creates, changes)
    if answer["Status"] != "FAILED":
        return found
    reason = answer.get("StatusReason", "no reason was given")
    if "EarlyValidation" in reason:
        reason = "; ".join(_refused_early(cloudformation, found)) or reason
    discard(cloudformation, found)
    if any(said in reason for said in _NO_CHANGES):
        return None
    raise DeployError(f"CloudFormation refuses the stack {name}: {reason}")


def _refused_early(cloudformation: Any, change: ChangeSet) -> Iterator[str]:
    """What a check of CloudFormation's own found wrong; the change set names the check and not what it found."""
    pages = cloudformation.get_paginator("describe_events").paginate(
        ChangeSetName=change.id, Filters={"FailedEvents": True}
    )
    for event in (event for page in pages for event in page["OperationEvents"]):
        if event["EventType"] == "VALIDATION_ERROR" and event.get("ValidationFailureMode") != "WARN":
            yield f"{event['LogicalResourceId']} ({event['ResourceType']}): {event['ValidationStatusReason']}"


def discard(cloudformation: Any, change: ChangeSet) -> None:
    """Leave everything as it is: drop the change set, and the empty stack that it would have filled."""
    cloudformation.delete_change_set(ChangeSetName=change.id, StackName=change.stack_id)
    if change.creates:
        cloudformation.delete_stack(StackName=change.stack_id)


def carry_out(cloudformation: Any, change: ChangeSet, terminal: Terminal) -> None:
    """Make the proposed change and wait for its end.

    Raises:
        DeployError: it failed; the message has the first cause.
    """
    token = f"hourtab-{uuid4().hex}"
    try:
        cloudformation.execute_change_set(ChangeSetName=change.id, StackName=change.stack_id, ClientRequestToken=token)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _OUTDATED:
            raise
        raise DeployError("The stack was changed by somebody else meanwhile, and not by you: deploy again.") from error
    end = _watch(cloudformation, change.stack_id, token, terminal)
    if end["StackStatus"] in DONE:
        return
    name, status = end["StackName"], end["StackStatus"]
    cause = first_cause(cloudformation, change.stack_id, token) or end.get("StackStatusReason", "no reason was given")
    then = _THEN.get(
        status, "The rollback failed, too: fix the cause and deploy again, which deletes what is left first."
    )
    what = "created" if change.creates else "updated"
    raise DeployError(f"The stack {name} could not be {what}. The first cause is {cause}\n{then.format(name=name)}")


def delete(cloudformation: Any, stack: Mapping[str, Any], terminal: Terminal) -> None:
    """Delete the stack and wait for its end; what its template retains stays.

    Raises:
        DeployError: it failed; the message has the first cause.
    """
    token = f"hourtab-{uuid4().hex}"
    cloudformation.delete_stack(StackName=stack["StackId"], ClientRequestToken=token)
    end = _watch(cloudformation, stack["StackId"], token, terminal)
    if end["StackStatus"] != "DELETE_COMPLETE":
        cause = first_cause(cloudformation, stack["StackId"], token) or "no reason was given"
        raise DeployError(
            f"The stack {stack['StackName']} could not be removed. The first cause is {cause}\n"
            "Fix the cause and run the command again: it goes on where it stopped."
        )


def first_cause(cloudformation: Any, stack_id: str, token: str) -> str:
    """What failed first in the operation: resource, type and reason; empty if nothing is known.

    What CloudFormation cancelled because something else failed is no cause.
    """
    for event in reversed(list(_events(cloudformation, stack_id, token))):
        if event["ResourceStatus"].endswith("_FAILED") and not _is_cancelled(event):
            return f"{event['LogicalResourceId']} ({event['ResourceType']}): {_reason(event)}"
    return ""


def _is_cancelled(event: Mapping[str, Any]) -> bool:
    return "cancelled" in event.get("ResourceStatusReason", "")


def _reason(event: Mapping[str, Any]) -> str:
    """Why it failed, without what a resource's handler wraps around its message."""
    said = event.get("ResourceStatusReason", "no reason was given")
    return _OF_HANDLER.sub(lambda found: found["message"] + (f" ({found['code']})" if found["code"] else ""), said)


def _watch(cloudformation: Any, stack_id: str, token: str, terminal: Terminal) -> Mapping[str, Any]:
    """Tell of each resource that is done or has failed until the operation ends; returns the stack's description.

    The first look may find the state before the operation; one that follows on an event of it does not.
    """
    told: set[str] = set()

    def look() -> Mapping[str, Any] | None:
        has_begun = bool(told)
        stack: Mapping[str, Any] = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
        events = _events(cloudformation, stack_id, token)
        news = list(takewhile(lambda event: event["EventId"] not in told, events))
        for event in reversed(news):
            status = event["ResourceStatus"]
            if not (_is_cancelled(event) or status.endswith("_IN_PROGRESS")):
                reason = f": {_reason(event)}" if status.endswith("_FAILED") else ""
                terminal.say(f"  {status:<24} {event['LogicalResourceId']} ({event['ResourceType']}){reason}")
        told.update(event["EventId"] for event in news)
        return stack if has_begun and not stack["StackStatus"].endswith("_IN_PROGRESS") else None

    end: Mapping[str, Any] = _until(look, bool, terminal)
    return end


def _events(cloudformation: Any, stack_id: str, token: str) -> Iterator[Mapping[str, Any]]:
    """The operation's events, newest first, whatever number of pages they fill."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
    for event in (event for page in pages for event in page["StackEvents"]):
        if event.get("ClientRequestToken") != token:
            return  # an older operation
        yield event


def _until(look: Callable[[], Any], is_over: Callable[[Any], bool], terminal: Terminal) -> Any:
    for _ in range(_MAX_POLLS):
        found = look()
        if is_over(found):
            return found
        terminal.pause()
    raise DeployError("CloudFormation has not come to an end: look at the stack in its console, then try again.")


def _message(error: ClientError) -> str:
    text: str = error.response["Error"].get("Message", str(error))
    return text
