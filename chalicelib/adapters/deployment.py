"""A deployment as AWS reports it: SES, the stack's dead-letter queues and its schedules."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.domain.errors import HourTabError
from chalicelib.services.health import MailFacts

_DEAD_LETTERS = "DeadLettersUrl"
"""The suffix of the outputs that name dead-letter queues (infra/template.yaml)."""
_SCHEDULE = "AWS::Scheduler::Schedule"
_REQUIRED_EVENTS = {"BOUNCE", "COMPLAINT"}


class ExaminedStack:
    """The port `Deployment` on a stack."""

    def __init__(self, aws: Aws, stack: str, outputs: Mapping[str, str]) -> None:
        self._aws = aws
        self._stack = stack
        self._outputs = outputs

    def mail_facts(self, sender: str) -> MailFacts:
        """The state of SES."""
        with cloud_errors("ses:GetAccount"):
            account = self._aws.client("sesv2").get_account()
        return MailFacts(
            region=self._aws.region,
            can_send=bool(account.get("SendingEnabled")),
            is_sandboxed=not account.get("ProductionAccessEnabled"),
            is_verified=self._is_verified(sender) or self._is_verified(sender.rpartition("@")[2]),
            tells_of_bounces=self._tells_of_bounces(),
        )

    def dead_letters(self) -> Mapping[str, int]:
        """How many messages wait in each dead-letter queue."""
        urls = {name.removesuffix("Url"): url for name, url in self._outputs.items() if name.endswith(_DEAD_LETTERS)}
        return {name: self._waiting(url) for name, url in urls.items()}

    def schedules(self) -> Mapping[str, bool]:
        """The stack's schedules by their names in the template, and whether each is switched on."""
        cloudformation, scheduler = self._aws.client("cloudformation"), self._aws.client("scheduler")
        found: dict[str, bool] = {}
        with cloud_errors("cloudformation:ListStackResources"):
            pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=self._stack)
            schedules = [
                one for page in pages for one in page["StackResourceSummaries"] if one["ResourceType"] == _SCHEDULE
            ]
        for one in schedules:
            with cloud_errors("scheduler:GetSchedule"):
                schedule = scheduler.get_schedule(Name=one["PhysicalResourceId"])
            found[one["LogicalResourceId"]] = schedule["State"] == "ENABLED"
        return found

    def _is_verified(self, identity: str) -> bool:
        found = self._unless_missing("get_email_identity", EmailIdentity=identity)
        return bool(found and found.get("VerifiedForSendingStatus"))

    def _tells_of_bounces(self) -> bool:
        name = self._outputs.get("MailSetName", "")
        found = name and self._unless_missing("get_configuration_set_event_destinations", ConfigurationSetName=name)
        destinations = found["EventDestinations"] if found else []
        published = {kind for one in destinations if one.get("Enabled") for kind in one["MatchingEventTypes"]}
        return published >= _REQUIRED_EVENTS

    def _unless_missing(self, operation: str, **parameters: str) -> Any:
        """SES's answer; None if it knows no such name."""
        with cloud_errors(f"ses:{operation}"):
            try:
                return getattr(self._aws.client("sesv2"), operation)(**parameters)
            except ClientError as error:
                if error.response["Error"]["Code"] == "NotFoundException":
                    return None
                raise

    def _waiting(self, url: str) -> int:
        with cloud_errors("sqs:GetQueueAttributes"):
            answer = self._aws.client("sqs").get_queue_attributes(
                QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
            )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


class StackNotFoundError(HourTabError):
    """There is no such stack in this account and region."""

    def __init__(self, stack: str, region: str) -> None:
        super().__init__(f"There is no stack “{stack}” in {region}: check --stack, --region and --profile.")
        self.stack = stack


def read_outputs(aws: Aws, stack: str) -> Mapping[str, str]:
    """The outputs of `stack`.

    Raises:
        StackNotFoundError: there is none.
        RegionMissingError: no region is known.
        CloudError: AWS refused or did not answer.
    """
    with cloud_errors("DescribeStacks"):
        try:
            found = aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                raise StackNotFoundError(stack, aws.region) from error
            raise
    if not found:
        raise StackNotFoundError(stack, aws.region)
    return {output["OutputKey"]: output["OutputValue"] for output in found[0].get("Outputs", [])}
