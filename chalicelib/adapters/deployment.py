"""A deployment as AWS reports it: SES, the stack's dead-letter queues, its schedules, and its alarms."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.domain.errors import HourTabError
from chalicelib.services.health import SCHEDULED, MailFacts, WatchFacts

_DEAD_LETTERS = "DeadLettersUrl"
"""The suffix of the outputs that name dead-letter queues (infra/template.yaml)."""
_SCHEDULE = "AWS::Scheduler::Schedule"
_ALARM = "AWS::CloudWatch::Alarm"
_TOPIC = "AlarmTopic"
_UNCONFIRMED = "PendingConfirmation"
"""What SNS gives in place of the ARN of a subscription that nobody has confirmed."""
_LOOKED_BACK = timedelta(days=3)
_PERIOD = 900
"""Seconds; CloudWatch answers with at most 1,440 of these."""
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
            is_verified=any(map(self._is_verified, identities_of(sender))),
            tells_of_bounces=self._tells_of_bounces(),
        )

    def dead_letters(self) -> Mapping[str, int]:
        """How many messages wait in each dead-letter queue."""
        urls = {name.removesuffix("Url"): url for name, url in self._outputs.items() if name.endswith(_DEAD_LETTERS)}
        return {name: self._waiting(url) for name, url in urls.items()}

    def schedules(self) -> Mapping[str, bool]:
        """The stack's schedules by their names in the template, and whether each is switched on."""
        scheduler = self._aws.client("scheduler")
        found: dict[str, bool] = {}
        for name, physical in self._of_type(_SCHEDULE).items():
            with cloud_errors("scheduler:GetSchedule"):
                found[name] = scheduler.get_schedule(Name=physical)["State"] == "ENABLED"
        return found

    def watch_facts(self, now: datetime) -> WatchFacts | None:
        """The state of its alarms, of those who get them, and the last runs; None if the stack has no alarms."""
        alarms = self._of_type(_ALARM)
        if not alarms:
            return None
        raised = self._raised(list(alarms.values()))
        return WatchFacts(
            alarms={name: physical in raised for name, physical in alarms.items()},
            subscriptions=self._subscriptions(),
            last_runs={name: self._last_run(one.metric, now) for name, one in SCHEDULED.items()},
        )

    def _raised(self, names: list[str]) -> set[str]:
        """Those of at most 100 alarms that are raised."""
        with cloud_errors("cloudwatch:DescribeAlarms"):
            found = self._aws.client("cloudwatch").describe_alarms(AlarmNames=names, StateValue="ALARM", MaxRecords=100)
        return {alarm["AlarmName"] for alarm in found["MetricAlarms"]}

    def _subscriptions(self) -> dict[str, bool]:
        topic = self._of_type("AWS::SNS::Topic").get(_TOPIC)
        if topic is None:
            return {}
        with cloud_errors("sns:ListSubscriptionsByTopic"):
            found = self._aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        return {one["Endpoint"]: one["SubscriptionArn"] != _UNCONFIRMED for one in found}

    def _last_run(self, metric: str, now: datetime) -> datetime | None:
        """The start of the quarter of an hour in which the metric was last written."""
        with cloud_errors("cloudwatch:GetMetricStatistics"):
            found = self._aws.client("cloudwatch").get_metric_statistics(
                Namespace=self._stack,
                MetricName=metric,
                Dimensions=[{"Name": "service", "Value": "hourtab"}],
                StartTime=now - _LOOKED_BACK,
                EndTime=now,
                Period=_PERIOD,
                Statistics=["SampleCount"],
            )
        return max((point["Timestamp"] for point in found["Datapoints"]), default=None)

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
