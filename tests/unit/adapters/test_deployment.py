from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.session import get_session
from botocore.stub import Stubber

from chalicelib.adapters.aws import Aws, CloudError, RegionMissingError
from chalicelib.adapters.deployment import ExaminedStack, StackNotFoundError, caller_of, read_outputs
from chalicelib.services.health import SCHEDULED, WatchFacts
from chalicelib.services.store.audit import DoneBy

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ALARM, QUEUE = "AWS::CloudWatch::Alarm", "AWS::SQS::Queue"
URL = "https://sqs.eu-north-1.amazonaws.com/111122223333/"


@pytest.fixture
def cloud() -> Iterator[Stubber]:
    """A CloudFormation that gives the answers of a test."""
    client = get_session().create_client("cloudformation", region_name="eu-north-1")
    with Stubber(client) as stubber:
        yield stubber


def read_of(cloud: Stubber, stack: str) -> Mapping[str, str]:
    return read_outputs(SimpleNamespace(client=lambda _: cloud.client, region="eu-north-1"), stack)


def test_a_command_acts_as_whom_aws_says_or_as_nobody_it_knows() -> None:
    client = get_session().create_client("sts", region_name="eu-north-1")
    with Stubber(client) as sts:
        arn = "arn:aws:sts::111122223333:assumed-role/Admin/ida@fjordblick.example"
        sts.add_response("get_caller_identity", {"Arn": arn})
        sts.add_client_error("get_caller_identity", "ExpiredToken")
        found = [caller_of(SimpleNamespace(client=lambda _: client)) for _ in range(2)]

    assert [DoneBy(arn, "command line"), DoneBy("", "command line")] == found


def test_the_outputs_of_a_stack_are_names_of_its_parts(cloud: Stubber) -> None:
    outputs = [{"OutputKey": "InboxBucket", "OutputValue": "inbox"}]
    described = {"StackName": "hourtab-prod", "StackStatus": "CREATE_COMPLETE", "CreationTime": "2026-01-01"}
    cloud.add_response("describe_stacks", {"Stacks": [{**described, "Outputs": outputs}]})

    assert read_of(cloud, "hourtab-prod") == {"InboxBucket": "inbox"}


def test_a_stack_that_is_not_there_is_named(cloud: Stubber) -> None:
    cloud.add_client_error("describe_stacks", "ValidationError", "Stack with id hourtab-prdo does not exist")

    with pytest.raises(StackNotFoundError, match="no stack “hourtab-prdo” in eu-north-1"):
        read_of(cloud, "hourtab-prdo")


def test_refused_credentials_keep_their_code(cloud: Stubber) -> None:
    cloud.add_client_error("describe_stacks", "ExpiredToken", "The security token is expired")

    with pytest.raises(CloudError) as refused:
        read_of(cloud, "hourtab-prod")

    assert refused.value.code == "ExpiredToken"


class Stubbed:
    """The clients of an account that give the answers of a test, and check the questions."""

    region = "eu-north-1"

    def __init__(self) -> None:
        self.stubs: dict[str, Stubber] = {}

    def on(self, service: str) -> Stubber:
        if service not in self.stubs:
            self.stubs[service] = Stubber(get_session().create_client(service, region_name=self.region))
            self.stubs[service].activate()
        return self.stubs[service]

    def client(self, service: str) -> Any:
        return self.on(service).client


def resources(**kinds: str) -> dict[str, Any]:
    """What CloudFormation lists: each resource by its name with its type. A queue's id is its URL."""
    status = {"LastUpdatedTimestamp": NOW, "ResourceStatus": "CREATE_COMPLETE"}
    listed = [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": f"{URL if kind == QUEUE else ''}hourtab-prod-{name}-1X",
            "ResourceType": kind,
            **status,
        }
        for name, kind in kinds.items()
    ]
    return {"StackResourceSummaries": listed}


def test_alarms_their_subscriptions_the_last_runs_and_the_ages_of_queues_are_what_aws_reports() -> None:
    aws = Stubbed()
    kinds = {
        "PagesSlow": ALARM,
        "CyclesOverdue": ALARM,
        "MailsRefused": ALARM,
        "AlarmTopic": "AWS::SNS::Topic",
        "MailQueue": QUEUE,
        "ImportQueue": QUEUE,
        "MailDeadLetters": QUEUE,
        "Web": "AWS::Lambda::Function",
    }
    aws.on("cloudformation").add_response("list_stack_resources", resources(**kinds), {"StackName": "hourtab-prod"})
    names = [f"hourtab-prod-{name}-1X" for name in ("PagesSlow", "CyclesOverdue", "MailsRefused")]
    known = [
        {"AlarmName": names[0], "StateValue": "ALARM", "ActionsEnabled": True},
        {"AlarmName": names[1], "StateValue": "OK", "ActionsEnabled": False},
    ]
    asked = {"AlarmNames": names, "MaxRecords": 100}
    aws.on("cloudwatch").add_response("describe_alarms", {"MetricAlarms": known}, asked)
    to = {"Owner": "1", "Protocol": "email", "TopicArn": "hourtab-prod-AlarmTopic-1X"}
    aws.on("sns").add_response(
        "list_subscriptions_by_topic",
        {
            "Subscriptions": [
                {**to, "Endpoint": "a@example.com", "SubscriptionArn": "PendingConfirmation"},
                {**to, "Endpoint": "b@example.com", "SubscriptionArn": "arn:aws:sns:eu-north-1:1:alarms:0a1b"},
                {**to, "Endpoint": "ended@example.com", "SubscriptionArn": "Deleted"},
            ]
        },
        {"TopicArn": "hourtab-prod-AlarmTopic-1X"},
    )
    points = [{"Timestamp": NOW - timedelta(hours=hours), "SampleCount": 1.0} for hours in (5, 1, 3)]
    for scheduled, written in zip(SCHEDULED.values(), (points, [], points[:1]), strict=True):
        aws.on("cloudwatch").add_response(
            "get_metric_statistics",
            {"Datapoints": written},
            {
                "Namespace": "hourtab-prod",
                "MetricName": scheduled.metric,
                "Dimensions": [{"Name": "service", "Value": "hourtab"}],
                "StartTime": NOW - timedelta(days=3),
                "EndTime": NOW,
                "Period": 900,
                "Statistics": ["SampleCount"],
            },
        )
    ages = [{"Timestamp": NOW - timedelta(minutes=minutes), "Maximum": 60.0 * minutes} for minutes in (9, 2, 4)]
    for queue, measured in (("ImportQueue", ages), ("MailQueue", [])):
        aws.on("cloudwatch").add_response(
            "get_metric_statistics",
            {"Datapoints": measured},
            {
                "Namespace": "AWS/SQS",
                "MetricName": "ApproximateAgeOfOldestMessage",
                "Dimensions": [{"Name": "QueueName", "Value": f"hourtab-prod-{queue}-1X"}],
                "StartTime": NOW - timedelta(minutes=15),
                "EndTime": NOW,
                "Period": 60,
                "Statistics": ["Maximum"],
            },
        )

    facts = ExaminedStack(aws, "hourtab-prod", {"MailDeadLettersUrl": "…"}).watch_facts(NOW)  # type: ignore[arg-type]

    assert facts == WatchFacts(
        {"PagesSlow": True, "CyclesOverdue": False, "MailsRefused": False},
        ["CyclesOverdue", "MailsRefused"],
        {"a@example.com": False, "b@example.com": True},
        {"StartRollovers": NOW - timedelta(hours=1), "SweepOutbox": None, "WriteDigest": NOW - timedelta(hours=5)},
        {"ImportQueue": timedelta(minutes=2), "MailQueue": timedelta(0)},
    )
    for stub in aws.stubs.values():
        stub.assert_no_pending_responses()


def test_a_schedule_that_somebody_has_removed_or_switched_off_is_one_that_does_not_run() -> None:
    aws = Stubbed()
    kind = "AWS::Scheduler::Schedule"
    listed = resources(EveryHour=kind, EveryMorning=kind, EveryQuarterOfAnHour=kind)
    aws.on("cloudformation").add_response("list_stack_resources", listed)
    aws.on("scheduler").add_response("get_schedule", {"State": "ENABLED"}, {"Name": "hourtab-prod-EveryHour-1X"})
    aws.on("scheduler").add_client_error("get_schedule", "ResourceNotFoundException")
    aws.on("scheduler").add_response("get_schedule", {"State": "DISABLED"})

    found = ExaminedStack(aws, "hourtab-prod", {}).schedules()  # type: ignore[arg-type]

    assert {"EveryHour": True, "EveryMorning": False, "EveryQuarterOfAnHour": False} == found


def test_a_stack_without_alarms_is_not_watched_() -> None:
    aws = Stubbed()
    aws.on("cloudformation").add_response("list_stack_resources", resources(Web="AWS::Lambda::Function"))

    assert ExaminedStack(aws, "hourtab-local", {}).watch_facts(NOW) is None  # type: ignore[arg-type]


def test_an_unreachable_endpoint_has_an_error_of_its_own() -> None:
    def client(_service: str) -> Any:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    with pytest.raises(CloudError) as refused:
        read_outputs(SimpleNamespace(client=client), "hourtab-local")

    assert refused.value.code == "EndpointConnectionError"


def test_the_error_about_a_missing_region_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(RegionMissingError, match="add --region"):
        read_outputs(Aws(""), "hourtab-prod")
