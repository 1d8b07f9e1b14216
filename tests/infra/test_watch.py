"""Whatever the packaged stack runs is watched, and each alarm says what to do."""

import json
import re
from pathlib import Path

import pytest

from chalicelib.handlers.watch import METRICS
from infra.watch import alarms, runbook

OPERATE = (Path(__file__).parents[2] / "docs/operate.md").read_text(encoding="utf-8")
DAY, WEEK = 86_400, 7 * 86_400
STACK = {"Ref": "AWS::StackName"}


@pytest.fixture(scope="session")
def raised(resources):
    """The properties of each alarm."""
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"}


def names_of(resources, kind):
    return {name for name, one in resources.items() if one["Type"] == kind}


def watched(raised, metric, dimension):
    """The ids of the resources that an alarm on this metric is about."""
    about = [one["Dimensions"] for one in raised.values() if one["MetricName"] == metric]
    values = [each["Value"] for dimensions in about for each in dimensions if each["Name"] == dimension]
    return {value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0] for value in values}


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_no_function_lacks_an_alarm(resources, raised, metric):
    assert names_of(resources, "AWS::Serverless::Function") == watched(raised, metric, "FunctionName")


def test_no_queue_lacks_an_alarm_about_old_messages_or_if_it_is_for_dead_letters_about_any(resources, raised):
    queues = names_of(resources, "AWS::SQS::Queue")
    last_stops = {name for name in queues if name.endswith("DeadLetters")}

    assert queues - last_stops == watched(raised, "ApproximateAgeOfOldestMessage", "QueueName")
    assert last_stops == watched(raised, "ApproximateNumberOfMessagesVisible", "QueueName")


def test_a_scheduled_function_that_is_silent_raises_an_alarm_and_keeps_the_run_that_failed(resources, raised):
    scheduled = {
        name
        for name in names_of(resources, "AWS::Serverless::Function")
        for event in resources[name]["Properties"].get("Events", {}).values()
        if event["Type"] == "ScheduleV2"
    }

    assert scheduled == {name.removesuffix("Silent") for name in raised if name.endswith("Silent")}
    for name in scheduled:
        alarm = raised[f"{name}Silent"]
        assert ("breaching", "SampleCount", "LessThanThreshold", 1) == (
            *(alarm["TreatMissingData"], alarm["Statistic"], alarm["ComparisonOperator"]),
            alarm["Threshold"],
        )
        kept = resources[name]["Properties"]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
        assert {"Type": "SQS", "Destination": {"Fn::GetAtt": ["ScheduleDeadLetters", "Arn"]}} == kept
        assert "ScheduleDeadLetters" in json.dumps(resources[f"{name}Role"]), "the function's role sends there"


def test_nothing_else_is_raised_for_want_of_data(raised):
    others = [one["TreatMissingData"] for name, one in raised.items() if not name.endswith("Silent")]

    assert {"notBreaching"} == set(others)


@pytest.mark.parametrize(
    ("metric", "above", "periods"),
    [
        ("OldestDueCycleSeconds", 3600, (3600, 2)),
        ("Reputation.BounceRate", 0.05, (3600, 1)),
        ("Reputation.ComplaintRate", 0.001, (3600, 1)),
        ("AddressesSuppressed", 5, (DAY, 1)),
        ("MailsRefused", 0, (300, 1)),
        ("DaysSinceImport", {"Ref": "QuietDays"}, (3600, 1)),
        ("4XXError", 100, (300, 1)),
        ("5XXError", 0, (300, 1)),
        ("Latency", 5000, (300, 3)),
    ],
)
def test_the_other_alarms_are_raised_above(raised, metric, above, periods):
    [alarm] = [
        one for one in raised.values() if one["MetricName"] == metric and one["TreatMissingData"] == "notBreaching"
    ]

    assert above == alarm["Threshold"]
    assert "GreaterThanThreshold" == alarm["ComparisonOperator"]
    assert periods == (alarm["Period"], alarm["EvaluationPeriods"])


def test_an_alarm_looks_back_for_as_long_as_cloudwatch_allows(raised):
    """PutMetricAlarm: a day, or a week for periods of an hour or more."""
    for alarm in raised.values():
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= (WEEK if alarm["Period"] >= 3600 else DAY)
        assert len(alarm["AlarmDescription"]) <= 1024
    assert len(raised) <= 100, "as many as `hourtab doctor` asks about in one call"


def test_every_alarm_is_mailed_and_none_exists_on_the_local_cloud(resources, template, raised):
    conditions = {resources[name]["Condition"] for name in (*raised, "Dashboard")}

    assert {"OnAws", "SendsMailOnAws", "ExpectsImports"} == conditions
    assert all("OnAws" in json.dumps(template["Conditions"][name]) for name in conditions - {"OnAws"})
    assert all(
        ["HasAlarmEmail", [{"Ref": "AlarmTopic"}]] == one["AlarmActions"]["Fn::If"][:2] for one in raised.values()
    )


def test_every_alarm_has_its_line_in_the_runbook_and_the_runbook_no_other(resources, raised):
    table = OPERATE.split("\n## Alarms\n")[1].split("\n### ")[0]

    assert runbook(resources) in table, "python -m infra.watch"
    assert list(raised) == re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    assert {f"{one.happened} What to do: {one.to_do}" for one in alarms(resources)} == {
        one["AlarmDescription"] for one in raised.values()
    }


def test_an_alarm_about_a_function_names_the_log_that_the_function_writes(resources, raised):
    for name in names_of(resources, "AWS::Serverless::Function"):
        group = resources[resources[name]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"][
            "LogGroupName"
        ]
        told = f"`{group['Fn::Sub'].replace('${AWS::StackName}', 'hourtab-STAGE')}`"

        assert told in raised[f"{name}Failing"]["AlarmDescription"]


def test_the_runbook_says_where_each_function_logs(resources):
    table = re.findall(r"^\| `(\w+)` \| `/hourtab-STAGE/([a-z-]+)`", OPERATE, re.MULTILINE)

    functions = {name: resources[name]["Properties"] for name in names_of(resources, "AWS::Serverless::Function")}
    groups = {name: resources[one["LoggingConfig"]["LogGroup"]["Ref"]] for name, one in functions.items()}
    assert dict(table) == {
        name: one["Properties"]["LogGroupName"]["Fn::Sub"].rpartition("/")[2] for name, one in groups.items()
    }


def test_alarms_and_dashboard_know_only_metrics_that_functions_write_and_in_the_dimension_that_they_write(
    resources, raised
):
    own = [one for one in raised.values() if one["Namespace"] == STACK]
    dashboard = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    drawn = [metric for widget in dashboard["widgets"] for metric in widget["properties"]["metrics"]]
    ours = [metric for metric in drawn if metric[0] == "${AWS::StackName}"]

    assert {"service"} == {each["Name"] for one in own for each in one["Dimensions"]}
    assert {("service", "hourtab")} == {tuple(metric[2:]) for metric in ours}
    assert {one["MetricName"] for one in own} <= METRICS.keys()
    assert METRICS.keys() - {"DigestsWritten"} == {metric[1] for metric in ours}


PUBLISHED = {
    ("AWS/ApiGateway", ("ApiName", "Stage")): {"4XXError", "5XXError", "Count", "Latency"},
    ("AWS/Lambda", ("FunctionName",)): {"Errors", "Throttles"},
    ("AWS/SES", ()): {"Reputation.BounceRate", "Reputation.ComplaintRate"},
    ("AWS/SQS", ("QueueName",)): {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
}
"""What services publish, with the dimensions of each, as their guides list it."""


def test_alarms_and_dashboard_know_only_metrics_of_aws_that_services_publish_in_these_dimensions(resources, raised):
    dashboard = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    used = {tuple(metric) for widget in dashboard["widgets"] for metric in widget["properties"]["metrics"]}
    known = [(space, name, tuple(rest[::2])) for space, name, *rest in used]
    known += [(one["Namespace"], one["MetricName"], names(one["Dimensions"])) for one in raised.values()]

    of_aws = [one for one in known if str(one[0]).startswith("AWS/")]
    assert [] == [one for one in of_aws if one[1] not in PUBLISHED.get((one[0], one[2]), ())]
    assert PUBLISHED.keys() == {(space, dimensions) for space, _, dimensions in of_aws}


def names(dimensions):
    return tuple(one["Name"] for one in dimensions)


def test_the_dashboard_is_one_of_the_three_that_are_free_because_it_shows_at_most_fifty_metrics(resources):
    dashboard = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])

    assert sum(len(widget["properties"]["metrics"]) for widget in dashboard["widgets"]) <= 50


def test_functions_write_their_metrics_where_alarms_look_for_them(resources):
    functions = [resources[name]["Properties"] for name in names_of(resources, "AWS::Serverless::Function")]

    assert all(STACK == one["Environment"]["Variables"]["HOURTAB_STACK_NAME"] for one in functions)
