"""What the packaged template guarantees about mails."""

import json
import re

import pytest

from chalicelib.services.mails.run_task import CLAIM

SENDERS = ("SendMailsRole", "SweepOutboxRole", "WriteDigestRole", "NoteBouncesRole")


def statements(resources, role):
    """The statements of a role; conditional ones as if the condition is true."""
    (policy,) = resources[role]["Properties"]["Policies"]
    return [one["Fn::If"][1] if "Fn::If" in one else one for one in policy["PolicyDocument"]["Statement"]]


def actions(resources, role):
    named = [one["Action"] for one in statements(resources, role)]
    return {action for one in named for action in (one if isinstance(one, list) else [one])}


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


def test_the_sender_s_role_keeps_the_outbox_and_sends_from_one_address_only(resources):
    assert {
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "s3:GetObject",
        "s3:PutObject",
        "secretsmanager:GetSecretValue",
        "ses:SendEmail",
        "ses:SendRawEmail",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "sqs:SendMessageBatch",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    } == actions(resources, "SendMailsRole")
    (sending,) = [one for one in statements(resources, "SendMailsRole") if "ses:SendEmail" in one["Action"]]
    assert ["OnAws", {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}] == sending["Condition"]["Fn::If"][:2]
    own = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}"
    named = [one["Fn::Sub"] for one in sending["Resource"]["Fn::If"][1]]
    assert [f"{own}:identity/*", f"{own}:configuration-set/*"] == named


def test_without_a_sender_no_role_may_send(resources):
    (policy,) = resources["SendMailsRole"]["Properties"]["Policies"]
    (depending,) = [one["Fn::If"] for one in policy["PolicyDocument"]["Statement"] if "Fn::If" in one]

    assert ("SendsMail", {"Ref": "AWS::NoValue"}) == (depending[0], depending[2])
    assert "ses:SendEmail" in depending[1]["Action"]


def test_the_sweeper_s_role_reads_what_waits_and_wakes_the_sender(resources):
    assert {
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "sqs:SendMessage",
        "sqs:SendMessageBatch",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    } == actions(resources, "SweepOutboxRole")


def test_the_sender_puts_invoices_and_their_numbers_only(resources):
    puts = [one for one in statements(resources, "SendMailsRole") if one["Action"] == "dynamodb:PutItem"]
    keys = [one["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"] for one in puts]

    assert [["series#*"], ["invoice#*"]] == keys


def test_the_digest_s_role_adds_to_the_outbox_and_the_bounces_role_blocks_addresses(resources):
    assert {
        "dynamodb:UpdateItem",
        "sqs:SendMessage",
        "sqs:SendMessageBatch",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    } == actions(resources, "WriteDigestRole")
    assert {
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "sqs:SendMessage",
        "sqs:SendMessageBatch",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    } == actions(resources, "NoteBouncesRole")
    keys = {
        one["Action"]: one["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        for one in statements(resources, "NoteBouncesRole")
        if "dynamodb" in str(one["Action"])
    }
    assert {
        "dynamodb:BatchGetItem": ["outbox#*"],
        "dynamodb:PutItem": ["address#*"],
        "dynamodb:UpdateItem": ["outbox#*"],
    } == keys


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


def test_the_digest_is_written_on_mondays_and_a_run_that_failed_is_made_up_for_on_the_other_days(resources):
    events = resources["WriteDigest"]["Properties"]["Events"]

    assert {"EveryMonday": "cron(0 6 ? * MON *)", "EveryMorning": "cron(0 6 ? * TUE-SUN *)"} == {
        name: one["Properties"]["ScheduleExpression"] for name, one in events.items()
    }
    for event in events.values():
        assert ("ScheduleV2", "Etc/UTC") == (event["Type"], event["Properties"]["ScheduleExpressionTimezone"])
        assert event["Properties"]["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert {"Arn": {"Fn::GetAtt": ["ScheduleDeadLetters", "Arn"]}} == event["Properties"]["DeadLetterConfig"]


@pytest.mark.parametrize("role", SENDERS)
def test_no_role_of_mails_reaches_beyond_the_stack(resources, role):
    named = [json.dumps(one["Resource"]) for one in statements(resources, role) if "ses:SendEmail" not in one["Action"]]

    assert [] == [one for one in named if '"*"' in one]
    assert [] == [action for action in actions(resources, role) if "*" in action]


def test_no_other_role_sends_mail(resources):
    others = [name for name in resources if name.endswith("Role") and name != "SendMailsRole"]

    assert [] == [name for name in others if "ses:" in json.dumps(resources[name])]


@pytest.mark.parametrize("address", ["", "hours@example.com", "a.b+c=d@mail.example.co.uk"])
def test_a_sender_is_one_plain_address_or_none(template, address):
    pattern = template["Parameters"]["MailFrom"]["AllowedPattern"]

    assert re.fullmatch(pattern, address)
    assert not re.fullmatch(pattern, f"{address} ")
    assert not re.fullmatch(pattern, "Ida <ida@example.com>")
