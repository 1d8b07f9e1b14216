"""A deployment as AWS reports it: SES, the stack's queues, its schedules, and its alarms."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.domain.errors import HourTabError
from chalicelib.services.health import SCHEDULED, MailFacts, WatchFacts
from chalicelib.services.store.audit import DoneBy

_DEAD_LETTERS = "DeadLettersUrl"
"""The suffix of the outputs that name dead-letter queues (infra/template.yaml)."""
_SCHEDULE = "AWS::Scheduler::Schedule"
_ALARM = "AWS::CloudWatch::Alarm"
_QUEUE = "AWS::SQS::Queue"
_TOPIC = "AlarmTopic"
_ENDED = "Deleted"
"""What SNS gives, for some days, in place of the ARN of a subscription that was ended; of one that nobody has
confirmed it gives `PendingConfirmation`."""
_REQUIRED_EVENTS = {"BOUNCE", "COMPLAINT"}
_UNKNOWN_NAME = {"NotFoundException", "ResourceNotFoundException"}


def caller_of(aws: Aws) -> DoneBy:
    """Whose credentials a command has; AWS asks for no right to answer that. Unknown if it does not answer."""
    try:
        who = aws.client("sts").get_caller_identity()["Arn"]
    except (BotoCoreError, ClientError):
        who = ""
    return DoneBy(who, "command line")


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
            is_verified=any(map(self._is_verified, identities_of(sender))),
            tells_of_bounces=self._tells_of_bounces(),
        )

    def dead_letters(self) -> Mapping[str, int]:
        """How many messages wait in each dead-letter queue."""
        return {name.removesuffix("Url"): self._waiting(url) for name, url in self._dead_letters.items()}

    @property
    def _dead_letters(self) -> dict[str, str]:
        return {name: url for name, url in self._outputs.items() if name.endswith(_DEAD_LETTERS)}

    def schedules(self) -> Mapping[str, bool]:
        """The stack's schedules by their names in the template, and whether each is switched on."""
        named = self._of_type(_SCHEDULE)
        found = {name: self._unless_missing("scheduler", "get_schedule", Name=named[name]) for name in named}
        return {name: bool(one and one["State"] == "ENABLED") for name, one in found.items()}

    def watch_facts(self, now: datetime) -> WatchFacts | None:
        """The state of its alarms, of those who get them, of runs and queues; None if the stack has no alarms."""
        alarms = self._of_type(_ALARM)
        if not alarms:
            return None
        with cloud_errors("cloudwatch:DescribeAlarms"):
            found = self._aws.client("cloudwatch").describe_alarms(AlarmNames=list(alarms.values()), MaxRecords=100)
        raised = {one["AlarmName"] for one in found["MetricAlarms"] if one["StateValue"] == "ALARM"}
        mailed = {one["AlarmName"] for one in found["MetricAlarms"] if one["ActionsEnabled"]}
        queues = {name: url for name, url in self._of_type(_QUEUE).items() if f"{name}Url" not in self._dead_letters}
        return WatchFacts(
            alarms={name: physical in raised for name, physical in alarms.items()},
            muted=[name for name, physical in alarms.items() if physical not in mailed],
            subscriptions=self._subscriptions(),
            last_runs={name: self._last_run(one.metric, now) for name, one in SCHEDULED.items()},
            oldest={name: self._oldest(url.rpartition("/")[2], now) for name, url in sorted(queues.items())},
        )

    def _subscriptions(self) -> dict[str, bool]:
        topic = self._of_type("AWS::SNS::Topic").get(_TOPIC)
        if topic is None:
            return {}
        with cloud_errors("sns:ListSubscriptionsByTopic"):
            found = self._aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        arns = {one["Endpoint"]: one["SubscriptionArn"] for one in found}
        return {address: arn.startswith("arn:") for address, arn in arns.items() if arn != _ENDED}

    def _last_run(self, metric: str, now: datetime) -> datetime | None:
        """The start of the quarter of an hour in which the metric was last written."""
        asked = {"Namespace": self._stack, "MetricName": metric, "Period": 900, "Statistics": ["SampleCount"]}
        last = self._last_point(now - timedelta(days=3), now, "service", "hourtab", **asked)
        return last["Timestamp"] if last else None

    def _oldest(self, queue: str, now: datetime) -> timedelta:
        """How long its oldest message had waited; a queue that has been idle for hours has no measure of it."""
        asked = {"MetricName": "ApproximateAgeOfOldestMessage", "Period": 60, "Statistics": ["Maximum"]}
        last = self._last_point(now - timedelta(minutes=15), now, "QueueName", queue, Namespace="AWS/SQS", **asked)
        return timedelta(seconds=last["Maximum"] if last else 0)

    def _last_point(self, since: datetime, now: datetime, dimension: str, value: str, **asked: Any) -> Any:
        """The last point of a metric, or None; CloudWatch returns 1,440 points at most."""
        of = [{"Name": dimension, "Value": value}]
        with cloud_errors("cloudwatch:GetMetricStatistics"):
            cloudwatch = self._aws.client("cloudwatch")
            found = cloudwatch.get_metric_statistics(Dimensions=of, StartTime=since, EndTime=now, **asked)
        return max(found["Datapoints"], key=lambda point: point["Timestamp"], default=None)

    def _of_type(self, kind: str) -> dict[str, str]:
        """The physical ids of the stack's resources of a type, by their names in the template."""
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in self._resources
            if one["ResourceType"] == kind and one.get("PhysicalResourceId")
        }

    @cached_property
    def _resources(self) -> list[Any]:
        with cloud_errors("cloudformation:ListStackResources"):
            paginator = self._aws.client("cloudformation").get_paginator("list_stack_resources")
            return [one for page in paginator.paginate(StackName=self._stack) for one in page["StackResourceSummaries"]]

    def _is_verified(self, identity: str) -> bool:
        found = self._unless_missing("sesv2", "get_email_identity", EmailIdentity=identity)
        return bool(found and found.get("VerifiedForSendingStatus"))

    def _tells_of_bounces(self) -> bool:
        name = self._outputs.get("MailSetName", "")
        ask = "get_configuration_set_event_destinations"
        found = name and self._unless_missing("sesv2", ask, ConfigurationSetName=name)
        destinations = found["EventDestinations"] if found else []
        published = {kind for one in destinations if one.get("Enabled") for kind in one["MatchingEventTypes"]}
        return published >= _REQUIRED_EVENTS

    def _unless_missing(self, service: str, operation: str, **parameters: str) -> Any:
        """A service's answer; None if it knows no such name."""
        with cloud_errors(f"{service}:{operation}"):
            try:
                return getattr(self._aws.client(service), operation)(**parameters)
            except ClientError as error:
                if error.response["Error"]["Code"] in _UNKNOWN_NAME:
                    return None
                raise

    def _waiting(self, url: str) -> int:
        with cloud_errors("sqs:GetQueueAttributes"):
            answer = self._aws.client("sqs").get_queue_attributes(
                QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
            )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def identities_of(sender: str) -> list[str]:
    """The identities of which SES asks that one is verified: the address, its domain, or a domain above that.

    Source: AWS's guide, "Creating and verifying identities": a domain's verification is that of its subdomains.
    """
    labels = sender.rpartition("@")[2].split(".")
    return [sender, *(".".join(labels[above:]) for above in range(len(labels) - 1))]


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
