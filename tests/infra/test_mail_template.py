"""What the packaged template guarantees about mails."""

import re

import pytest

from chalicelib.services.mails.run_task import CLAIM


def test_a_mail_is_claimed_for_longer_than_a_function_runs_and_shorter_than_its_wake_up_is_hidden(template, resources):
    queue = resources["MailQueue"]["Properties"]

    assert {"Ref": "RedeliverAfter"} == queue["VisibilityTimeout"]
    assert resources["SendMails"]["Properties"]["Timeout"] < CLAIM.total_seconds()
    assert CLAIM.total_seconds() < template["Parameters"]["RedeliverAfter"]["Default"]


def test_a_wake_up_that_failed_five_times_waits_for_the_operator(resources):
    redrive = resources["MailQueue"]["Properties"]["RedrivePolicy"]

    assert {"Fn::GetAtt": ["MailDeadLetters", "Arn"]} == redrive["deadLetterTargetArn"]
    assert 5 == redrive["maxReceiveCount"]
    assert 1209600 == resources["MailDeadLetters"]["Properties"]["MessageRetentionPeriod"]


def test_wake_ups_come_one_by_one_from_the_stack_s_own_queue(resources):
    (event,) = resources["SendMails"]["Properties"]["Events"].values()

    assert {"Fn::GetAtt": ["MailQueue", "Arn"]} == event["Properties"]["Queue"]
    assert 1 == event["Properties"]["BatchSize"]
    assert ["ReportBatchItemFailures"] == event["Properties"]["FunctionResponseTypes"]


def test_the_outbox_is_swept_several_times_an_hour_and_a_start_that_fails_is_kept(resources):
    (event,) = resources["SweepOutbox"]["Properties"]["Events"].values()

    assert ("ScheduleV2", "rate(15 minutes)") == (event["Type"], event["Properties"]["ScheduleExpression"])
    assert event["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert {"Arn": {"Fn::GetAtt": ["ScheduleDeadLetters", "Arn"]}} == event["Properties"]["DeadLetterConfig"]
    assert event["Properties"]["OmitName"], "two stages in one account have a schedule each"


def test_bounces_and_complaints_of_our_mails_reach_one_function_and_nobody_else_may_report_them(resources):
    destination = resources["MailFeedback"]["Properties"]["EventDestination"]
    (statement,) = resources["FeedbackTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    events = resources["NoteBounces"]["Properties"]["Events"]

    assert ["bounce", "complaint"] == destination["MatchingEventTypes"]
    assert destination["Enabled"] is True
    assert {"TopicARN": {"Ref": "FeedbackTopic"}} == destination["SnsDestination"]
    assert {"Ref": "MailSet"} == resources["MailFeedback"]["Properties"]["ConfigurationSetName"]
    variables = resources["SendMails"]["Properties"]["Environment"]["Variables"]
    assert {"Ref": "MailSet"} == variables["HOURTAB_MAIL_SET"]
    assert ({"Service": "ses.amazonaws.com"}, "sns:Publish") == (statement["Principal"], statement["Action"])
    assert {"StringEquals", "ArnEquals"} == statement["Condition"].keys()
    assert [("SNS", {"Topic": {"Ref": "FeedbackTopic"}})] == [
        (one["Type"], one["Properties"]) for one in events.values()
    ]
    kept = resources["NoteBounces"]["Properties"]["DeadLetterQueue"]
    assert {"Fn::GetAtt": ["MailDeadLetters", "Arn"]} == kept["TargetArn"]


def test_the_digest_s_function_runs_every_morning_so_that_a_run_that_failed_is_made_up_for(resources):
    ((name, event),) = resources["WriteDigest"]["Properties"]["Events"].items()
    schedule = event["Properties"]

    assert ("EveryMorning", "ScheduleV2") == (name, event["Type"])
    assert ("cron(0 6 * * ? *)", "Etc/UTC") == (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"])
    assert schedule["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert {"Arn": {"Fn::GetAtt": ["ScheduleDeadLetters", "Arn"]}} == schedule["DeadLetterConfig"]


@pytest.mark.parametrize("address", ["", "hours@example.com", "a.b+c=d@mail.example.co.uk"])
def test_a_sender_is_one_plain_address_or_none(template, address):
    pattern = template["Parameters"]["MailFrom"]["AllowedPattern"]

    assert re.fullmatch(pattern, address)
    assert not re.fullmatch(pattern, f"{address} ")
    assert not re.fullmatch(pattern, "Ida <ida@example.com>")
