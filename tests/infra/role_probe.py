"""Tries a call to AWS with the role of one of the stack's functions, on the local cloud, which enforces IAM."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.local_stack import LocalStack

PROBE = """
import os
from botocore.exceptions import ClientError
from botocore.session import get_session

def handler(event, context):
    client = get_session().create_client(event["service"], endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    try:
        getattr(client, event["operation"])(**event["parameters"])
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return "refused" if code in {"AccessDenied", "AccessDeniedException"} else code
    return "allowed"
"""


@contextmanager
def role_of(local_stack: LocalStack, function: str) -> Iterator[Callable[..., str]]:
    """Yields `attempt(service, operation, **parameters)`, which answers "allowed", "refused" or an error's code."""
    functions = local_stack.client("lambda")
    found = functions.get_function_configuration(FunctionName=_physical_name(local_stack, function))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("probe.py", PROBE)
    name = f"probe-{function}"
    functions.create_function(
        FunctionName=name,
        Role=found["Role"],
        Runtime=found["Runtime"],
        Handler="probe.handler",
        Timeout=30,
        Code={"ZipFile": code.getvalue()},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def attempt(service: str, operation: str, **parameters: object) -> str:
        payload = json.dumps({"service": service, "operation": operation, "parameters": parameters})
        return str(json.load(functions.invoke(FunctionName=name, Payload=payload)["Payload"]))

    try:
        yield attempt
    finally:
        functions.delete_function(FunctionName=name)


def _physical_name(local_stack: LocalStack, function: str) -> str:
    resources = local_stack.client("cloudformation").list_stack_resources(StackName=local_stack.stack.name)
    (name,) = (
        one["PhysicalResourceId"]
        for one in resources["StackResourceSummaries"]
        if one["LogicalResourceId"] == function and one["ResourceType"] == "AWS::Lambda::Function"
    )
    return str(name)
