"""`make deploy` and `make destroy` against stubbed AWS: eleven transcripts, and what is asked of AWS in them.

The transcripts lie in `transcripts/`; `python -m tests.infra.test_deploy` writes them anew.
"""

import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
import yaml
from moto import mock_aws

from chalicelib.cli.deployment import open_deployment
from chalicelib.settings import Settings
from infra.account import open_session
from infra.artifacts import bucket_name
from infra.deploy import _OPTIONS, _ask, main, settings
from infra.package import ROOT, Package
from infra.stack import DeployError, Terminal
from tests.bench.cost import PRICES
from tests.infra.stubbed_aws import ACCOUNT, PAGE, Account, added, modified, refused, removed, stack

FOLDER = Path(__file__).parent / "transcripts"
TEMPLATE = {
    "Parameters": {
        name: {"Type": "String"} for name in ("Stage", "Package", "Protected", "ApiLogsRoleArn", "MailFrom")
    },
    "Resources": {"APIHandler": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./deployment.zip"}}},
}
FIRST = added(
    ("DirectoryTable", "AWS::DynamoDB::Table"),
    ("CyclesTable", "AWS::DynamoDB::Table"),
    ("ActivityTable", "AWS::DynamoDB::Table"),
    ("Inbox", "AWS::S3::Bucket"),
    ("Store", "AWS::S3::Bucket"),
    ("ImportQueue", "AWS::SQS::Queue"),
    ("APIHandler", "AWS::Lambda::Function"),
    ("ImportExports", "AWS::Lambda::Function"),
    ("LinkKey", "AWS::SecretsManager::Secret"),
    ("WebLog", "AWS::Logs::LogGroup"),
)
NEWER = [
    modified("APIHandler", "AWS::Lambda::Function", "Code", "Runtime"),
    modified("RestAPIDeployment", "AWS::ApiGateway::Deployment", "Description", replacement="Conditional"),
    removed("OldAlarm", "AWS::CloudWatch::Alarm"),
    *added(("SweepAlarm", "AWS::CloudWatch::Alarm")),
]
TAKEN = (
    "Resource handler returned message: \"Resource of type 'AWS::Logs::LogGroup' with identifier "
    '\'{"/properties/LogGroupName":"/hourtab-prod/web"}\' already exists." '
    "(RequestToken: 4f1c2d3e-0000-0000-0000-000000000000, HandlerErrorCode: AlreadyExists)"
)
CANCELLED = "Resource creation cancelled"
FAILED_CREATE = [
    ("CREATE_COMPLETE", "DirectoryTable", "AWS::DynamoDB::Table", ""),
    ("CREATE_FAILED", "WebLog", "AWS::Logs::LogGroup", TAKEN),
    ("CREATE_FAILED", "Inbox", "AWS::S3::Bucket", CANCELLED),
    ("CREATE_FAILED", "LinkKey", "AWS::SecretsManager::Secret", CANCELLED),
    (
        "ROLLBACK_IN_PROGRESS",
        "hourtab-prod",
        "AWS::CloudFormation::Stack",
        "The following resource(s) failed to create: [Inbox, WebLog, LinkKey]. Rollback requested by user.",
    ),
    ("DELETE_COMPLETE", "DirectoryTable", "AWS::DynamoDB::Table", ""),
    ("ROLLBACK_COMPLETE", "hourtab-prod", "AWS::CloudFormation::Stack", ""),
]
UNAUTHORIZED = (
    'Resource handler returned message: "User: arn:aws:iam::123456789012:user/ines is not authorized to perform: '
    'cloudwatch:PutMetricAlarm" (RequestToken: 5e2d3f4a-0000-0000-0000-000000000000, HandlerErrorCode: AccessDenied)'
)
FAILED_UPDATE = [
    ("UPDATE_COMPLETE", "APIHandler", "AWS::Lambda::Function", ""),
    ("CREATE_FAILED", "SweepAlarm", "AWS::CloudWatch::Alarm", UNAUTHORIZED),
    ("UPDATE_FAILED", "RestAPIDeployment", "AWS::ApiGateway::Deployment", "Resource update cancelled"),
    ("UPDATE_ROLLBACK_COMPLETE", "hourtab-prod", "AWS::CloudFormation::Stack", ""),
]


HERE = f"python3.{sys.version_info.minor}"


def running(fingerprint="1" * 64, **values):
    """The stack as a deployment that worked leaves it."""
    parameters = {"Stage": "prod", "Package": fingerprint, "Protected": "true", "ApiLogsRoleArn": "", "MailFrom": ""}
    return stack("hourtab-prod", "CREATE_COMPLETE", **(parameters | values)) | {"EnableTerminationProtection": True}


def a_package(folder, fingerprint="2" * 64):
    (folder / "template.yaml").write_text(yaml.safe_dump(TEMPLATE))
    (folder / "deployment.zip").write_bytes(b"zip")
    return Package(folder / "template.yaml", folder / "deployment.zip", folder / "sbom.json", fingerprint)


OURS = {bucket_name(ACCOUNT, "eu-central-1"): ACCOUNT}
SENDER = "MAIL_FROM=hours@fjordblick.example"
ROLE_OF_OTHERS = f"arn:aws:iam::{ACCOUNT}:role/ApiGatewayLogs"
TRANSCRIPTS = {
    "01-first-time": (Account(changes=FIRST), []),
    "02-again-without-change": (Account(stack=running("2" * 64), buckets=OURS), []),
    "03-a-new-version": (Account(stack=running(), buckets=OURS, changes=NEWER), []),
    "04-a-create-that-fails": (Account(changes=FIRST, failure=FAILED_CREATE), []),
    "05-an-update-that-fails": (Account(stack=running(), buckets=OURS, changes=NEWER, failure=FAILED_UPDATE), []),
    "06-no-credentials": (Account(has_credentials=False), []),
    "07-a-region-that-is-not-there": (Account(region="eu-centrall-1", region_exists=False), []),
    "08-a-bucket-of-somebody-else": (Account(buckets=dict.fromkeys(OURS, "999999999999")), []),
    "09-a-quota-of-ten": (Account(concurrency=10), []),
    "10-the-sandbox-of-ses": (
        Account(stack=running(), buckets=OURS, changes=NEWER, is_sandboxed=True, verified={"fjordblick.example"}),
        [SENDER],
    ),
    "11-a-role-of-somebody-else": (Account(changes=FIRST, api_logs_role=ROLE_OF_OTHERS), []),
}


def run(account, said=(), answer="y", command="deploy"):
    """What the command prints, with the answer that was given to its question."""
    heard = io.StringIO()

    def confirm(question):
        heard.write(f"{question} [y/N] {answer}\n")
        return answer == "y"

    terminal = Terminal(lambda line: heard.write(f"{line}\n"), confirm, lambda: None)
    runtime = f"RUNTIME=python3.{sys.version_info.minor}"
    words = ["STAGE=prod", *said] if command == "destroy" else said if account.stack else [runtime, *said]
    with tempfile.TemporaryDirectory() as folder:
        package = a_package(Path(folder))
        try:
            main([command, *words], terminal, lambda _: account.session(), lambda _: package)
        except SystemExit as end:
            heard.write(f"{end}\nexit code 1\n")
    return re.sub(r"python3\.\d+", "python3.N", heard.getvalue())


def copy(account):
    """The account as it is described, untouched by another run."""
    return replace(
        account,
        runtime=HERE,
        stack=account.stack and dict(account.stack),
        buckets=dict(account.buckets),
        changes=list(account.changes),
        events=[],
        calls=[],
        _change_sets={},
    )


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_the_whole_deployment_reads_as_its_transcript(name):
    account, said = TRANSCRIPTS[name]

    assert (FOLDER / f"{name}.txt").read_text() == run(copy(account), said)


def account(**facts):
    """An account that `make deploy` has already been run in, but for the facts that differ."""
    return Account(**{"buckets": dict(OURS), "runtime": HERE, "stack": running()} | facts)


def parameters(call):
    """The values that a change set asks for, and those that it keeps."""
    given = {one["ParameterKey"]: one["ParameterValue"] for one in call["Parameters"] if "ParameterValue" in one}
    return given, {one["ParameterKey"] for one in call["Parameters"] if one.get("UsePreviousValue")}


def test_tables_and_stack_are_protected_only_after_a_create_that_worked():
    aws = account(stack=None, changes=FIRST)
    run(aws)
    created, protected = (parameters(call)[0] for call in aws.called("CreateChangeSet"))
    order = [name for name, _ in aws.calls if name in {"ExecuteChangeSet", "UpdateTerminationProtection"}]

    assert ("false", "true") == (created["Protected"], protected["Protected"])
    assert ["ExecuteChangeSet", "ExecuteChangeSet", "UpdateTerminationProtection"] == order


def test_a_create_that_fails_is_not_protected():
    aws = account(stack=None, changes=FIRST, failure=FAILED_CREATE)
    run(aws)

    assert [] == aws.called("UpdateTerminationProtection")
    assert ["false"] == [parameters(call)[0]["Protected"] for call in aws.called("CreateChangeSet")]


@pytest.mark.parametrize("status", ["CREATE_FAILED", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"])
def test_a_stack_that_was_never_created_is_deleted_and_created(status):
    aws = account(stack=running() | {"StackStatus": status}, changes=FIRST)
    told = run(aws, [f"RUNTIME={HERE}"])
    order = [name for name, _ in aws.calls if name in {"DeleteStack", "ExecuteChangeSet"}]

    assert ["DeleteStack", "ExecuteChangeSet", "ExecuteChangeSet"] == order
    assert "CREATE" == aws.called("CreateChangeSet")[0]["ChangeSetType"]
    assert "The stack hourtab-prod is deployed." in told


def test_what_was_said_to_a_create_that_failed_need_not_be_said_again():
    failed = stack("hourtab-prod", "ROLLBACK_COMPLETE", MailFrom="hours@fjordblick.example", Removed="1", Package="1")
    aws = account(stack=failed, changes=FIRST, verified={"fjordblick.example"})
    run(aws, [f"RUNTIME={HERE}"])

    assert "hours@fjordblick.example" == parameters(aws.called("CreateChangeSet")[0])[0]["MailFrom"]
    assert "Removed" not in parameters(aws.called("CreateChangeSet")[0])[0]


def test_an_update_that_was_rolled_back_is_not_taken_for_done():
    aws = account(stack=running("2" * 64) | {"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}, changes=NEWER)

    assert "The stack hourtab-prod is deployed." in run(aws)
    assert 1 == len(aws.called("ExecuteChangeSet"))


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("CREATE_IN_PROGRESS", "Another operation on the stack hourtab-prod is running (CREATE_IN_PROGRESS)"),
        ("UPDATE_IN_PROGRESS", "Another operation on the stack hourtab-prod is running (UPDATE_IN_PROGRESS)"),
        ("UPDATE_ROLLBACK_FAILED", "`aws cloudformation continue-update-rollback --stack-name hourtab-prod`"),
        ("DELETE_FAILED", "takes no update (DELETE_FAILED): run `make destroy`"),
    ],
)
def test_a_stack_that_takes_no_update_is_left_alone_and_the_way_out_is_told(status, sentence):
    aws = account(stack=running() | {"StackStatus": status})

    assert sentence in run(aws)
    assert [] == aws.called("CreateChangeSet") + aws.called("PutObject")


def test_a_parameter_that_a_version_no_longer_knows_is_dropped_and_the_others_are_kept():
    aws = account(stack=running(Removed="1", MailFrom="hours@fjordblick.example"), changes=NEWER)
    aws.verified.add("fjordblick.example")
    run(aws)
    given, kept = parameters(aws.called("CreateChangeSet")[0])

    assert {"Stage", "Package", "Protected"} == given.keys()
    assert {"ApiLogsRoleArn", "MailFrom"} == kept


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("UPDATE_ROLLBACK_FAILED", "run `aws cloudformation continue-update-rollback --stack-name hourtab-prod`, then"),
        (
            "ROLLBACK_FAILED",
            "The rollback failed, too: fix the cause and deploy again, which deletes what is left first.",
        ),
    ],
)
def test_what_follows_a_rollback_that_failed_is_told(status, sentence):
    is_new = not status.startswith("UPDATE")
    aws = account(stack=None if is_new else running(), changes=FIRST, failure=FAILED_CREATE, rolled_back=status)

    assert sentence in run(aws)


def test_a_change_that_is_declined_leaves_nothing_behind():
    aws = account(stack=None, changes=FIRST)
    told = run(aws, answer="n")

    assert told.endswith("The stack was not changed. (Scripts answer with YES=1.)\nexit code 1\n")
    assert ([], None) == (aws.called("ExecuteChangeSet"), aws.stack)


def test_what_cloudformation_refuses_before_it_makes_anything_is_told_and_leaves_nothing_behind():
    log = "AWS::Logs::LogGroup"
    taken = [(name, log, f"Resource of type '{log}' with identifier '/{name}' already exists.") for name in "ABCD"]
    aws = account(stack=None, changes=FIRST, refused_early=taken)
    told = run(aws)

    assert "; ".join(f"{name} ({kind}): {reason}" for name, kind, reason in taken) + "\nexit code 1\n" in told
    assert ([], None) == (aws.called("ExecuteChangeSet"), aws.stack)


def test_whoever_is_overtaken_by_another_deployment_is_told_so():
    told = run(account(changes=NEWER, is_overtaken=True))

    assert "The stack was changed by somebody else meanwhile, and not by you: deploy again.\nexit code 1\n" in told


def test_a_sign_in_that_expires_during_the_operation_is_told_and_that_the_operation_goes_on():
    aws = account(changes=NEWER)
    aws._DescribeStackEvents = lambda **_: (_ for _ in ()).throw(refused("ExpiredToken"))

    assert re.search("Your sign-in has expired: sign in .*\nWhat CloudFormation has begun goes on: run ", run(aws))


def test_the_cause_is_that_of_this_operation_whatever_failed_before_it():
    aws = account(changes=NEWER, failure=FAILED_UPDATE)
    aws._tell("an-older-operation", [("CREATE_FAILED", "OldTrouble", "AWS::SNS::Topic", "an old reason")])
    told = run(aws)

    assert "OldTrouble" not in told
    assert "The first cause is SweepAlarm (AWS::CloudWatch::Alarm): User: " in told


CAUSE = ("CREATE_FAILED", "Cause", "AWS::SNS::Topic", "the reason")
LATER = ("UPDATE_FAILED", "Later", "AWS::SNS::Topic", "another reason")
CANCELLED_UPDATE = ("UPDATE_FAILED", "Other", "AWS::SNS::Topic", "Resource update cancelled")
OTHERS = [("UPDATE_COMPLETE", f"Other{number}", "AWS::SNS::Topic", "") for number in range(2 * PAGE)]


@pytest.mark.parametrize(
    "events",
    [
        [CAUSE, *OTHERS, LATER],
        [CANCELLED_UPDATE, CAUSE, LATER],
        [*OTHERS, CAUSE, CANCELLED_UPDATE, *OTHERS],
    ],
)
def test_the_cause_is_the_oldest_failure_that_is_no_cancellation_on_whatever_page(events):
    told = run(account(changes=NEWER, failure=events))

    assert "The first cause is Cause (AWS::SNS::Topic): the reason\n" in told
    assert "cancelled" not in told


def test_a_role_of_somebody_else_stays_the_account_s_role():
    aws = account(stack=None, changes=FIRST, api_logs_role=ROLE_OF_OTHERS)
    run(aws)

    assert ROLE_OF_OTHERS == parameters(aws.called("CreateChangeSet")[0])[0]["ApiLogsRoleArn"]


def test_every_call_of_the_bucket_names_its_owner_and_it_is_versioned_and_closed_to_plain_http():
    aws = account(stack=None, buckets={}, changes=FIRST)
    run(aws)
    about = [(name, said) for name, said in aws.calls if said.get("Bucket") in OURS]
    (policy,) = (json.loads(said["Policy"])["Statement"] for name, said in about if name == "PutBucketPolicy")

    assert {"CreateBucket"} == {name for name, said in about if said.get("ExpectedBucketOwner") != ACCOUNT}
    assert {"Status": "Enabled"} == aws.called("PutBucketVersioning")[0]["VersioningConfiguration"]
    assert ("Deny", {"Bool": {"aws:SecureTransport": "false"}}) == (policy[0]["Effect"], policy[0]["Condition"])
    assert 2 == len(aws.called("PutObject"))


def test_a_bucket_that_was_named_and_exists_is_used_as_it_is():
    aws = account(changes=NEWER, buckets={"packages-of-all": ACCOUNT})

    assert "is deployed" in run(aws, ["ARTIFACT_BUCKET=packages-of-all"])
    assert ["packages-of-all"] * 2 == [said["Bucket"] for said in aws.called("PutObject")]
    assert [] == aws.called("PutBucketPolicy") + aws.called("PutBucketVersioning") + aws.called("PutPublicAccessBlock")


@pytest.mark.parametrize(
    ("verified", "is_refused"),
    [
        ("hours@mail.fjordblick.example", False),
        ("mail.fjordblick.example", False),
        ("fjordblick.example", False),
        ("example", True),
        ("other@mail.fjordblick.example", True),
        ("eu.mail.fjordblick.example", True),
    ],
)
def test_a_sender_is_verified_by_its_address_its_domain_or_one_above(verified, is_refused):
    told = run(account(changes=NEWER, verified={verified}), [SENDER.replace("@", "@mail.")])

    assert is_refused == ("does not know that hours@mail.fjordblick.example is yours" in told)


DOMAIN = "DOMAIN_NAME=hours.fjordblick.example"
ARN = f"arn:aws:acm:eu-central-1:{ACCOUNT}:certificate/1"
ZONE = "HOSTED_ZONE_ID=Z1"


def certificate(*names, status="ISSUED"):
    return {ARN: {"DomainName": names[0], "SubjectAlternativeNames": list(names), "Status": status}}


def zone(name, *, is_private=False):
    return {"Z1": {"Name": f"{name}.", "Config": {"PrivateZone": is_private}}}


DOMAINS = [
    ({}, [DOMAIN], "DOMAIN_NAME needs its CERTIFICATE_ARN, or HOSTED_ZONE_ID to have one issued."),
    ({}, [ZONE], "CERTIFICATE_ARN and HOSTED_ZONE_ID are those of a DOMAIN_NAME: name it, or neither."),
    ({}, [DOMAIN, f"CERTIFICATE_ARN={ARN}"], f"There is no certificate {ARN}"),
    (
        {},
        [DOMAIN, f"CERTIFICATE_ARN={ARN.replace('eu-central-1', 'us-east-1')}"],
        f"CERTIFICATE_ARN is in us-east-1 of account {ACCOUNT}: API Gateway takes one of the stack's region",
    ),
    (
        {"certificates": certificate("hours.fjordblick.example", status="PENDING_VALIDATION")},
        [DOMAIN, f"CERTIFICATE_ARN={ARN}"],
        "is not valid yet or no longer (PENDING_VALIDATION)",
    ),
    (
        {"certificates": certificate("fjordblick.example", "*.eu.fjordblick.example")},
        [DOMAIN, f"CERTIFICATE_ARN={ARN}"],
        "The certificate is for *.eu.fjordblick.example, fjordblick.example, not for hours.fjordblick.example",
    ),
    ({}, [DOMAIN, ZONE], "There is no zone Z1 in this account"),
    (
        {"zones": zone("blick.example")},
        [DOMAIN, ZONE],
        "The zone Z1 is that of blick.example, in which hours.fjordblick",
    ),
    (
        {"zones": zone("fjordblick.example"), "records": [("hours.fjordblick.example", "CNAME")]},
        [DOMAIN, ZONE],
        "The zone Z1 has a record of hours.fjordblick.example already (CNAME): delete it, so",
    ),
    ({"zones": zone("fjordblick.example", is_private=True)}, [DOMAIN, ZONE], "The zone Z1 is private"),
    (
        {"zones": zone("fjordblick.example"), "domains": {"hours.fjordblick.example"}},
        [DOMAIN, ZONE],
        "API Gateway serves hours.fjordblick.example already, for another stack",
    ),
]
PROBLEMS = [
    *DOMAINS,
    ({}, ["MONTHLY_BUDGET=50"], "MONTHLY_BUDGET needs ALARM_EMAIL, which gets its mails."),
    (
        {"concurrency": 110},
        ["PAGE_CONCURRENCY=20"],
        "Of the 110 functions that may run at once in eu-central-1, Lambda lets nobody reserve 100",
    ),
    ({"concurrency": 110}, ["PAGE_CONCURRENCY=20"], "or deploy with PAGE_CONCURRENCY=10."),
    ({"concurrency": 10}, ["PAGE_CONCURRENCY=1", "QUEUE_CONCURRENCY=2"], "nobody reserve 10: ask for more"),
    ({"bucket_region": "us-east-1"}, [], "is in us-east-1: name one in eu-central-1 with ARTIFACT_BUCKET=…."),
    ({}, ["YES=no"], "YES is 1, to be asked nothing, or is left out; it is not no."),
    ({"denied": {"iam:CreateRole", "dynamodb:CreateTable"}}, [], "lacks rights (iam:CreateRole, dynamodb:CreateTable)"),
    ({}, [SENDER], "SES in eu-central-1 does not know that hours@fjordblick.example is yours: verify"),
    ({"stack": None, "secrets": {"hourtab-prod/link-key"}}, [], "left hourtab-prod/link-key, which a new one"),
    ({"runtime": "python3.10"}, [], "RUNTIME is one of python3.N, python3.N, python3.N, python3.N, not python3.N"),
    ({"concurrency": 15}, [], "may run 15 functions at once in eu-central-1, and the queues alone would take 14"),
    ({"concurrency": 50}, ["QUEUE_CONCURRENCY=30"], "and the queues alone would take 64"),
    ({}, ["STAGE=Prod"], "STAGE cannot be “Prod”: it is at most 16 lower-case letters, digits and hyphens"),
    ({}, ["MAIL_FROM=hours@"], "MAIL_FROM cannot be “hours@”: it is an e-mail address without a name, such as"),
    ({}, ["ALARM_EMAIL=you"], "ALARM_EMAIL cannot be “you”: it is an e-mail address, such as you@example.com."),
    ({}, ["DOMAIN_NAME=https://x.example"], "it is a host name in lower case without https://, such as hours.example"),
    ({}, ["CERTIFICATE_ARN=1"], "it is the ARN of an ACM certificate, as `aws acm list-certificates` shows it."),
    ({}, ["HOSTED_ZONE_ID=/hostedzone/Z1"], "it is the id of a Route 53 zone, as `aws route53 list-hosted-zones`"),
    ({}, ["QUEUE_CONCURRENCY=1"], "QUEUE_CONCURRENCY cannot be “1”: it is a whole number, at least 2."),
    ({}, ["STAGE=local"], "The stage `local` is the laptop's own"),
    ({}, ["ARCH=sparc"], "ARCH is x86_64 or arm64, not sparc."),
    ({}, ["ALARM_MAIL=you@example.com"], "ALARM_MAIL is unknown: there are STAGE, "),
]


@pytest.mark.parametrize(("facts", "said", "sentence"), PROBLEMS)
def test_what_would_fail_is_told_before_anything_is_made(facts, said, sentence):
    aws = account(**facts)
    told = run(aws, said)

    assert sentence in told
    assert told.endswith("exit code 1\n")
    assert [] == aws.called("CreateBucket") + aws.called("PutObject") + aws.called("CreateChangeSet")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("InvalidClientTokenId", "AWS rejects these credentials, or the account has not enabled this region: sign in"),
        ("ExpiredToken", "Your sign-in has expired: sign in (`aws sso login` or `aws configure`), or choose"),
        ("Throttling", "AWS refuses GetCallerIdentity (Throttling): it gives no reason"),
    ],
)
def test_credentials_that_aws_does_not_take_are_told_in_a_sentence(code, sentence):
    assert run(account(rejection=code)).startswith(sentence)


def test_a_region_that_exists_and_does_not_answer_is_not_taken_for_a_mistyped_one():
    told = run(account(region="eu-central-1", region_exists=False))

    assert "AWS does not answer in the region eu-central-1: check AWS_REGION and your connection." in told


def test_a_right_that_hangs_on_an_unknown_condition_is_left_to_aws():
    assert "is deployed" in run(account(changes=NEWER, denied={"iam:PassRole"}, has_conditions=True))


def test_all_problems_are_told_at_once():
    told = run(account(concurrency=10, denied={"iam:CreateRole"}), [SENDER])

    assert 3 == len(re.findall("^- ", told, re.MULTILINE))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"certificates": certificate("hours.fjordblick.example")}, [DOMAIN, f"CERTIFICATE_ARN={ARN}"]),
        ({"certificates": certificate("*.fjordblick.example")}, [DOMAIN, f"CERTIFICATE_ARN={ARN}"]),
        ({"zones": zone("fjordblick.example")}, [DOMAIN, ZONE]),
        ({"zones": zone("hours.fjordblick.example")}, [DOMAIN, ZONE]),
        (
            {
                "zones": zone("fjordblick.example"),
                "records": [("hours.fjordblick.example", "TXT"), ("www.fjordblick.example", "A")],
            },
            [DOMAIN, ZONE],
        ),
        (
            {
                "stack": running(DomainName="hours.fjordblick.example", HostedZoneId="Z1"),
                "zones": zone("fjordblick.example"),
                "domains": {"hours.fjordblick.example"},
                "records": [("hours.fjordblick.example", "A")],
            },
            [],
        ),
        ({"stack": running(PageConcurrency="20"), "concurrency": 120, "reserved": 20}, ["PAGE_CONCURRENCY=20"]),
        ({"concurrency": 120}, ["PAGE_CONCURRENCY=20"]),
    ],
)
def test_an_address_or_a_reservation_that_aws_will_take_stops_nothing(facts, said):
    assert "is deployed" in run(account(changes=NEWER, **facts), said)


@pytest.mark.parametrize(
    "said", [["DOMAIN_NAME=none", "CERTIFICATE_ARN=none"], ["DOMAIN_NAME=time.fjordblick.example"]]
)
def test_a_domain_that_is_given_up_takes_its_links_along_and_that_is_told(said):
    old = running(DomainName="hours.fjordblick.example", CertificateArn=ARN)
    told = run(account(stack=old, changes=NEWER, certificates=certificate("*.fjordblick.example")), said)

    assert "Note: Mailed links that begin with https://hours.fjordblick.example lead nowhere when this is" in told
    assert "is deployed" in told


def test_a_quota_of_ten_is_enough_with_queues_of_two():
    assert "is deployed" in run(account(concurrency=10, changes=NEWER), ["QUEUE_CONCURRENCY=2"])


def test_a_stage_that_exists_in_another_region_is_named_before_a_second_one_is_made():
    aws = account(stack=None, changes=FIRST)
    aws.buckets[f"hourtab-prod-inbox-{ACCOUNT}-us-east-1"] = ACCOUNT

    assert "Note: The stage prod of this account exists in us-east-1: here, in eu-central-1, you would" in run(aws)


def test_the_bucket_that_an_earlier_stack_left_here_is_no_other_region_s():
    aws = account(stack=None, changes=FIRST)
    aws.buckets[f"hourtab-prod-inbox-{ACCOUNT}-eu-central-1"] = ACCOUNT
    told = run(aws)

    assert f"left hourtab-prod-inbox-{ACCOUNT}-eu-central-1, which a new one cannot take over" in told
    assert "Note: " not in told


def test_a_check_that_may_not_be_made_stops_nothing_and_is_named():
    aws = account(changes=NEWER)
    aws._GetAccountSettings = lambda: (_ for _ in ()).throw(refused("AccessDeniedException"))
    told = run(aws)

    assert "Not checked: how many functions may run at once, because you may not call GetAccountSettings." in told
    assert "is deployed" in told


OTHER = f"python3.{11 if sys.version_info.minor != 11 else 12}"


@pytest.mark.parametrize(
    ("facts", "said", "is_refused"),
    [
        ({"runtime": HERE}, [], False),
        ({"runtime": OTHER}, [], True),
        ({"runtime": OTHER}, [f"RUNTIME={HERE}"], False),
        ({"runtime": HERE}, [f"RUNTIME={OTHER}"], True),
        ({"stack": None}, [f"RUNTIME={OTHER}"], True),
    ],
)
def test_the_stack_s_runtime_is_kept_and_another_python_does_not_package_for_it(facts, said, is_refused):
    told = run(account(changes=NEWER, **facts), said)

    assert is_refused == ("which cannot use the byte code of this python3.N: get 3." in told)
    assert is_refused == told.endswith("exit code 1\n")


@pytest.mark.parametrize(
    ("facts", "said", "functions"),
    [
        ({"stack": None}, [], "python3.N on x86_64"),
        ({"stack": None}, ["ARCH=arm64"], "python3.N on arm64"),
        ({"architecture": "arm64"}, [], "python3.N on arm64"),
        ({"architecture": "arm64"}, ["ARCH=x86_64"], "python3.N on x86_64"),
    ],
)
def test_the_processor_is_chosen_once_and_kept(facts, said, functions):
    assert f"functions {functions}\n" in run(account(changes=NEWER, **facts), said)


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}, "eu-west-1"),
        ({"AWS_REGION": "eu-west-1", "AWS_PROFILE": "work"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "us-east-1", "AWS_PROFILE": "work"}, "us-east-1"),
        ({"AWS_PROFILE": "work"}, "eu-north-1"),
        ({}, "eu-south-1"),
    ],
)
def test_deployment_and_command_line_hear_region_and_profile_alike(environment, region, tmp_path, monkeypatch):
    (tmp_path / "config").write_text("[default]\nregion = eu-south-1\n[profile work]\nregion = eu-north-1\n")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"AWS_CONFIG_FILE": str(tmp_path / "config"), **environment}.items():
        monkeypatch.setenv(name, value)

    assert region == open_session(Settings.from_env().region).region_name
    assert region == open_deployment("hourtab-prod").aws.region


def test_a_region_or_profile_that_is_missing_is_told_in_a_sentence(tmp_path, monkeypatch):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(DeployError, match=r"No region is set: run it with AWS_REGION=eu-central-1, for example\."):
        open_session("")
    monkeypatch.setenv("AWS_PROFILE", "elsewhere")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))  # with it, boto3 looks for the profile later
    with pytest.raises(DeployError, match=r"profile \(elsewhere\) could not be found: choose one of"):
        open_session("")


def make(*words):
    """As a person runs it, although `make test` may be running this."""
    inherited = {"STAGE", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    environment = {name: value for name, value in os.environ.items() if name not in inherited}
    made = ("-o", ".venv/.made", "-o", ".venv/.made-dev")  # what it installs is not spoken of here
    return subprocess.run(
        ["make", *made, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_make_passes_on_each_setting_that_the_template_has():
    said = [f"{name}=1" for name in (*_OPTIONS, *settings())]
    done = make("-n", "deploy", *said)

    assert {"infra.deploy", "deploy", *said} == {*shlex.split(done.stdout)[2:]}


def test_make_passes_on_a_name_that_nothing_knows_so_that_it_is_refused():
    done = make("-n", "deploy", "STAGE=test", "ALARM_MAIL=you@example.com", "PYTHON=python3", "AWS_REGION=eu-west-1")

    assert ["STAGE=test", "ALARM_MAIL="] == [word for word in shlex.split(done.stdout)[2:] if "=" in word]


def test_no_stage_is_removed_that_was_not_named():
    done = make("destroy")

    assert ("Which stage? As in: make destroy STAGE=test\n", 2) == (done.stdout, done.returncode)


@pytest.mark.parametrize("value", ["", "STAGE="])
def test_no_stage_is_removed_whose_name_is_empty(value):
    assert "Which stage? As in: make destroy STAGE=test\n" == make("destroy", "YES=1", value or "STAGE=").stdout
    with pytest.raises(SystemExit, match="Which stage"):
        main(["destroy", *filter(None, [value]), "YES=1"])


@pytest.mark.parametrize("words", [[], ["--help"], ["remove", "STAGE=prod"], ["deploy", "STAGE"]])
def test_words_that_are_not_understood_start_nothing(words):
    with pytest.raises(SystemExit, match=r"^Use: python -m infra\.deploy"):
        main(words)


@pytest.mark.parametrize("stage", ["Bad_stage", "local"])
def test_a_name_that_no_stage_has_is_not_looked_for(stage):
    aws = account(**STANDING)
    told = run(aws, [f"STAGE={stage}"], command="destroy")

    assert "STAGE cannot be “Bad_stage”" in told or "the laptop's own (`make up`, `make reset`)" in told
    assert [] == aws.calls


def test_without_a_terminal_the_answer_is_no(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: (_ for _ in ()).throw(RuntimeError("input(): lost sys.stdin")))

    assert not _ask("Create the stack?")


STANDING = {
    "template": "Resources: {DirectoryTable: {DeletionPolicy: RetainExceptOnCreate}, Inbox: {DeletionPolicy: Retain}}",
    "resources": [
        {
            "LogicalResourceId": name,
            "PhysicalResourceId": f"hourtab-prod-{name}",
            "ResourceType": kind,
            "LastUpdatedTimestamp": datetime(2026, 1, 1, tzinfo=UTC),
            "ResourceStatus": "CREATE_COMPLETE",
        }
        for name, kind in (
            ("DirectoryTable", "AWS::DynamoDB::Table"),
            ("Inbox", "AWS::S3::Bucket"),
            ("APIHandler", "AWS::Lambda::Function"),
            ("ImportExports", "AWS::Lambda::Function"),
        )
    ],
}


def test_a_removal_tells_what_goes_what_stays_and_that_it_costs_before_it_asks():
    aws = account(**STANDING)
    told = run(aws, command="destroy")
    before, after = told.split("Remove the stack hourtab-prod? [y/N] y\n")

    assert "Removed: 2 AWS::Lambda::Function.\n" in before
    assert ["AWS::DynamoDB::Table", "AWS::S3::Bucket"] == re.findall(r"^  (AWS::\w+::\w+) ", before, re.MULTILINE)
    table, bucket, secret = ("DynamoDB: a GB, and its point-in-time recovery", "S3: a GB", "Secrets Manager: a secret")
    assert [PRICES[one] for one in (table, bucket, secret)] == [float(one) for one in re.findall(r"\d\.\d+", before)]
    assert after.startswith("  DELETE_COMPLETE ")
    assert "The stack hourtab-prod is removed.\nThese commands delete for good what stayed, and nothing brings" in after
    assert [False] == [call["EnableTerminationProtection"] for call in aws.called("UpdateTerminationProtection")]


OLD_TABLES = [f"hourtab-prod-{name}Table-1A2B3C4D5E6F" for name in ("Activity", "Cycles", "Directory")]
OF_OTHERS = ["hourtab-prod-CyclesTable-backup", "hourtab-prod-eu-CyclesTable-1A2B3C4D5E6F"]
LINK_KEY = "hourtab-prod/link-key"


def test_what_an_earlier_stack_left_is_named_with_the_commands_that_delete_it(monkeypatch):
    monkeypatch.setenv("AWS_DATA_PATH", "")
    left = {f"hourtab-prod-{room}-{ACCOUNT}-eu-central-1": ACCOUNT for room in ("inbox", "store")}
    aws = account(stack=None, buckets=OURS | left, secrets={LINK_KEY}, tables=OF_OTHERS + OLD_TABLES)
    told = run(aws)
    commands = [line.strip() for line in told.splitlines() if line.startswith("  ")]

    with mock_aws():
        lay_out(left, [*OLD_TABLES, *OF_OTHERS])
        for command in commands:
            run_command(command)
        assert ([], [], OF_OTHERS) == still_there()


def test_tables_of_an_earlier_stack_alone_stop_nothing_and_are_noted():
    told = run(account(stack=None, changes=FIRST, tables=OF_OTHERS + OLD_TABLES))

    assert f"Note: An earlier stack left {', '.join(OLD_TABLES)}, which cost on: the new one has its own." in told
    assert "is deployed" in told


def lay_out(buckets, tables):
    """What a removed stack leaves, with data, on moto."""
    s3, dynamodb = boto3.client("s3", "eu-central-1"), boto3.client("dynamodb", "eu-central-1")
    for bucket in buckets:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        for _ in range(2):
            s3.put_object(Bucket=bucket, Key="march.csv", Body=b"rows")
        s3.delete_object(Bucket=bucket, Key="march.csv")
    boto3.client("secretsmanager", "eu-central-1").create_secret(Name=LINK_KEY, SecretString="key")
    for table in tables:
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            DeletionProtectionEnabled=True,
        )


def run_command(command):
    """Run a command that was printed, in this process: the AWS CLI, or a line of Python."""
    program, *arguments = shlex.split(command)
    if program == ".venv/bin/aws":
        from awscli.clidriver import create_clidriver  # noqa: PLC0415 - it sets AWS_DATA_PATH

        assert 0 == create_clidriver().main(arguments)
    else:
        assert [".venv/bin/python", "-c"] == [program, arguments[0]]
        exec(arguments[1], {})  # noqa: S102 - the line that we print


def still_there():
    """Buckets, secrets and tables that are left."""
    return (
        [one["Name"] for one in boto3.client("s3").list_buckets()["Buckets"]],
        boto3.client("secretsmanager", "eu-central-1").list_secrets()["SecretList"],
        boto3.client("dynamodb", "eu-central-1").list_tables()["TableNames"],
    )


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"])
def test_of_a_stack_that_never_ran_nothing_stays_and_it_is_removed(status):
    gone = [one | {"ResourceStatus": "DELETE_COMPLETE"} for one in STANDING["resources"]]
    resources = [] if status == "REVIEW_IN_PROGRESS" else gone
    aws = account(**STANDING | {"resources": resources}, stack=stack("hourtab-prod", status))
    told = run(aws, command="destroy")

    assert "Removed: nothing else.\nRemove the stack hourtab-prod? [y/N] y\n" in told
    assert told.endswith("The stack hourtab-prod is removed.\n")


@pytest.mark.parametrize(
    ("facts", "answer", "sentence"),
    [({"stack": None}, "y", "There is no stack hourtab-prod in eu-central-1"), ({}, "n", "Nothing was removed.")],
)
def test_nothing_is_removed_that_is_not_there_or_not_agreed_to(facts, answer, sentence):
    aws = account(**STANDING, **facts)

    assert sentence in run(aws, answer=answer, command="destroy")
    assert [] == aws.called("DeleteStack")


if __name__ == "__main__":
    for each, (described, said_of_it) in TRANSCRIPTS.items():
        (FOLDER / f"{each}.txt").write_text(run(copy(described), said_of_it))
