"""Deploys the package as one CloudFormation stack: to AWS and, with the same steps, to the local cloud.

Run as `python -m infra.deploy --stage prod`; region and credentials are those of the AWS configuration.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import yaml
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.package import Package, PackagingError, make_package

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
LOCAL_STAGE = "local"
"""The stage that is never deployed to AWS: its buckets accept plain HTTP."""
_PACKAGE_TAG = "hourtab:package"


class DeployError(Exception):
    """The stack could not be deployed; the message says why."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its name, CloudFormation's outputs, and whether this call changed it."""

    name: str
    outputs: Mapping[str, str]
    changed: bool


def deploy(session: Any, package: Package, stage: str, parameters: Mapping[str, str] | None = None) -> Stack:
    """Create or update the stack `hourtab-<stage>`; a stack that already has this package is left alone.

    Args:
        session: a boto3 session with region and credentials.
        package: what make_package returned.
        stage: the value of the template's Stage.
        parameters: further parameters of the template; others keep their values.

    Raises:
        DeployError: CloudFormation refused or rolled back; the message has the first reasons.
    """
    name = f"hourtab-{stage}"
    cloudformation = session.client("cloudformation")
    values = {"Stage": stage, **(parameters or {})}
    tag = "-".join([package.fingerprint[:40], *(f"{value}" for value in values.values())])[:256]
    before = find_stack(cloudformation, name)
    if before and _tag_of(before) == tag and before["StackStatus"].endswith("_COMPLETE"):
        return Stack(name, _outputs(before), changed=False)
    body_url = _upload(session, package, stage)
    request = {
        "StackName": name,
        "TemplateURL": body_url,
        "Capabilities": _CAPABILITIES,
        "Parameters": [
            *({"ParameterKey": key, "ParameterValue": value} for key, value in values.items()),
            *({"ParameterKey": key, "UsePreviousValue": True} for key in _parameters(before) - values.keys()),
        ],
        "Tags": [{"Key": _PACKAGE_TAG, "Value": tag}],
    }
    operation = "update" if before else "create"
    try:
        getattr(cloudformation, f"{operation}_stack")(**request)
        cloudformation.get_waiter(f"stack_{operation}_complete").wait(
            StackName=name, WaiterConfig={"Delay": 1 if stage == LOCAL_STAGE else 5, "MaxAttempts": 360}
        )
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise DeployError(f"CloudFormation refused the stack {name}: {error}") from error
    except WaiterError as error:
        raise DeployError(f"The stack {name} could not be deployed: {_reasons(cloudformation, name)}") from error
    return Stack(name, _outputs(find_stack(cloudformation, name) or {}), changed=True)


def find_stack(cloudformation: Any, name: str) -> dict[str, Any] | None:
    """The description of the stack, or None if it does not exist."""
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    return next((stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"), None)


def _parameters(stack: Mapping[str, Any] | None) -> set[str]:
    return {parameter["ParameterKey"] for parameter in stack.get("Parameters", [])} if stack else set()


def _tag_of(stack: Mapping[str, Any]) -> str | None:
    return next((tag["Value"] for tag in stack.get("Tags", []) if tag["Key"] == _PACKAGE_TAG), None)


def _outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _upload(session: Any, package: Package, stage: str) -> str:
    """Put code and template into the artifact bucket, created if missing, and return the template's URL."""
    account = session.client("sts").get_caller_identity()["Account"]
    bucket = f"hourtab-artifacts-{account}-{session.region_name}"
    s3 = session.client("s3")
    _make_bucket(s3, bucket, session.region_name)
    code_key = f"{stage}/{package.fingerprint}/deployment.zip"
    s3.upload_file(str(package.code), bucket, code_key)
    template_key = f"{stage}/{package.fingerprint}/template.yaml"
    template = _plain_template(package, f"s3://{bucket}/{code_key}")
    s3.put_object(Bucket=bucket, Key=template_key, Body=template.encode())
    return f"{s3.meta.endpoint_url}/{bucket}/{template_key}"


def _make_bucket(s3: Any, bucket: str, region: str) -> None:
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )


def _plain_template(package: Package, code_uri: str) -> str:
    """The template with the location of the code, and without YAML aliases, which CloudFormation rejects."""
    template = yaml.safe_load(package.template.read_text())
    for resource in template["Resources"].values():
        if "CodeUri" in resource.get("Properties", {}):
            resource["Properties"]["CodeUri"] = code_uri
    return yaml.dump(template, Dumper=_NoAliases, sort_keys=False)


class _NoAliases(yaml.SafeDumper):
    """Writes repeated values in full."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def _reasons(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("FAILED")]
    lines = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason')}" for event in failed]
    return "; ".join(lines[-5:]) or "no reason was given"


def main() -> None:
    """Deploy to AWS and print the outputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", required=True)
    parser.add_argument("--alarm-email", default="")
    parser.add_argument("--quiet-days", default="", help="days without an import before an alarm; 0: never")
    parser.add_argument("--mail-from", default="", help="an address that SES may send from; none: no mail is sent")
    arguments = parser.parse_args()
    if arguments.stage == LOCAL_STAGE:
        sys.exit("The stage `local` is the laptop's own: use `make up`, or another name such as STAGE=prod.")
    session = boto3.Session()
    if not session.region_name:
        sys.exit("No region is set: run with AWS_REGION=eu-central-1, for example.")
    try:
        said = {"AlarmEmail": arguments.alarm_email, "MailFrom": arguments.mail_from, "QuietDays": arguments.quiet_days}
        parameters = {name: "" if value == "none" else value for name, value in said.items() if value}
        stack = deploy(session, make_package(), arguments.stage, parameters)
    except (PackagingError, DeployError, BotoCoreError, ClientError) as problem:
        sys.exit(str(problem))
    for key, value in sorted(stack.outputs.items()):
        print(f"{key:<24} {value}")  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main()
