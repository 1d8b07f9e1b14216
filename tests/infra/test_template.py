"""What the packaged template guarantees and no emulator checks."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from samtranslator.translator.transform import transform

from infra.artifacts import plain_template
from tests.template import TABLE_NAMES

FUNCTIONS = (
    "APIHandler",
    "AnswerQuestions",
    "Console",
    "ImportExports",
    "ImportLargeExports",
    "NoteBounces",
    "RollClients",
    "SendMails",
    "StartRollovers",
    "SweepOutbox",
    "WriteDigest",
)
LARGE = "ImportLargeExports"
BUCKETS = ("Inbox", "Store")


def of_type(resources, kind):
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def test_cloudformation_s_linter_finds_nothing(package):
    linter = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([linter, package.template], capture_output=True, text=True, check=False)

    assert ("", 0) == (done.stdout, done.returncode)


def test_only_the_routes_of_answers_and_of_the_console_take_forms_each_with_a_function_of_its_own(resources):
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    functions = {
        (path, method): re.search(
            r"functions/.*?(\w+)(\.Arn\})?/inv", str(one["x-amazon-apigateway-integration"]["uri"])
        )[1]
        for path, methods in paths.items()
        for method, one in methods.items()
    }

    begin = {"AnswerQuestions": "/a/", "console": "/console"}
    own = {name: {one for one, function in functions.items() if function == name} for name in begin}
    for name, start in begin.items():
        assert {one for one in functions if one[0].startswith(start)} == own[name]
        assert {"get", "head", "post"} == {method for _, method in own[name]}
    others = functions.keys() - own["AnswerQuestions"] - own["console"]
    assert {"APIHandler"} == {functions[one] for one in others}
    assert {"get", "head"} == {method for _, method in others}


def test_a_message_stays_invisible_for_six_times_the_function_s_time_out(template, resources):
    queue = resources["ImportQueue"]["Properties"]

    assert {"Ref": "RedeliverAfter"} == queue["VisibilityTimeout"]
    timeout = resources["ImportExports"]["Properties"]["Timeout"]
    assert template["Parameters"]["RedeliverAfter"]["Default"] >= 6 * timeout


def test_a_message_that_failed_five_times_waits_for_the_operator(resources):
    redrive = resources["ImportQueue"]["Properties"]["RedrivePolicy"]

    assert {"Fn::GetAtt": ["ImportDeadLetters", "Arn"]} == redrive["deadLetterTargetArn"]
    assert 5 == redrive["maxReceiveCount"]
    assert 1209600 == resources["ImportDeadLetters"]["Properties"]["MessageRetentionPeriod"]


def test_imports_come_one_by_one_from_the_stack_s_own_queue(resources):
    (event,) = resources["ImportExports"]["Properties"]["Events"].values()

    assert {"Fn::GetAtt": ["ImportQueue", "Arn"]} == event["Properties"]["Queue"]
    assert 1 == event["Properties"]["BatchSize"]
    assert ["ReportBatchItemFailures"] == event["Properties"]["FunctionResponseTypes"]


def test_only_this_account_s_inbox_may_announce_files(resources):
    (statement,) = resources["ImportQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert {"Ref": "AWS::AccountId"} == statement["Condition"]["StringEquals"]["aws:SourceAccount"]
    assert statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(
        resources["Inbox"]["Properties"]["BucketName"]["Fn::Sub"]
    )
    assert "ImportQueuePolicy" == resources["Inbox"]["DependsOn"]


def test_every_dropped_object_is_announced_whatever_its_name(resources):
    (announced,) = resources["Inbox"]["Properties"]["NotificationConfiguration"]["QueueConfigurations"]

    assert {"Event", "Queue"} == announced.keys()
    assert "s3:ObjectCreated:*" == announced["Event"]


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private_versioned_encrypted_and_refuses_plain_http(resources, name):
    bucket = resources[name]["Properties"]
    (refusal,) = resources[f"{name}Policy"]["Properties"]["PolicyDocument"]["Statement"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert 4 == len(bucket["PublicAccessBlockConfiguration"])
    assert "Enabled" == bucket["VersioningConfiguration"]["Status"]
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert ("Deny", "*", "s3:*") == (refusal["Effect"], refusal["Principal"], refusal["Action"])
    assert {"Bool": {"aws:SecureTransport": "false"}} == refusal["Condition"]
    assert 2 == len(refusal["Resource"])
    assert "OnAws" == resources[f"{name}Policy"]["Condition"]


def test_no_original_ever_expires(resources):
    rules = resources["Inbox"]["Properties"]["LifecycleConfiguration"]["Rules"]

    assert {"Id", "Status", "AbortIncompleteMultipartUpload"} == {key for rule in rules for key in rule}


def test_resources_that_hold_data_outlive_the_stack(resources):
    kinds = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"}
    holders = {name: one for name, one in resources.items() if one["Type"] in kinds}
    del holders["SessionKey"]  # sessions of the console end with the stack

    assert {*BUCKETS, *TABLE_NAMES.values(), "LinkKey"} == holders.keys()
    assert {("RetainExceptOnCreate", "Retain")} == {
        (one["DeletionPolicy"], one["UpdateReplacePolicy"]) for one in holders.values()
    }


@pytest.mark.parametrize("name", TABLE_NAMES.values())
def test_a_table_can_be_brought_back(resources, name):
    properties = resources[name]["Properties"]

    assert {"PointInTimeRecoveryEnabled": True} == properties["PointInTimeRecoverySpecification"]
    assert {"Fn::If": ["IsProtected", True, False]} == properties["DeletionProtectionEnabled"]
    assert "PAY_PER_REQUEST" == properties["BillingMode"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_a_role_a_log_a_time_out_and_memory_of_its_own(resources, name):
    function = resources[name]["Properties"]
    log = resources[function["LoggingConfig"]["LogGroup"]["Ref"]]["Properties"]

    assert log["RetentionInDays"] > 0
    assert function["Timeout"] == 900 if name == LARGE else function["Timeout"] <= 60
    assert function["MemorySize"] == 512 if name == LARGE else function["MemorySize"] >= 1024
    assert f"python3.{sys.version_info.minor}" == function["Runtime"]


def test_no_two_functions_share_a_role_or_a_log(resources):
    functions = of_type(resources, "AWS::Serverless::Function")

    assert set(FUNCTIONS) == functions.keys()
    assert len(FUNCTIONS) == len({str(one["Role"]) for one in functions.values()})
    assert len(FUNCTIONS) == len({str(one["LoggingConfig"]) for one in functions.values()})


def test_only_this_account_s_schedules_start_functions(resources):
    (trust,) = resources["ScheduleRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    scheduled = [
        event["Properties"].get("RoleArn")
        for one in of_type(resources, "AWS::Serverless::Function").values()
        for event in one.get("Events", {}).values()
        if event["Type"] == "ScheduleV2"
    ]

    assert scheduled
    assert [] == [role for role in scheduled if role != {"Fn::GetAtt": ["ScheduleRole", "Arn"]}]
    assert {"Service": "scheduler.amazonaws.com"} == trust["Principal"]
    assert {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}} == trust["Condition"]


def test_pages_are_compressed_throttled_and_their_addresses_never_logged(resources):
    api = resources["RestAPI"]["Properties"]
    (settings,) = api["MethodSettings"]

    assert 0 <= api["MinimumCompressionSize"] <= 1024
    assert "REGIONAL" == api["EndpointConfiguration"]
    assert settings["ThrottlingRateLimit"] > 0
    assert (False, "OFF") == (settings["DataTraceEnabled"], settings["LoggingLevel"])
    assert "$context.resourcePath" in api["AccessLogSetting"]["Format"]
    assert "$context.path" not in api["AccessLogSetting"]["Format"]
    assert resources["AccessLog"]["Properties"]["RetentionInDays"] > 0


def test_a_stage_with_an_access_log_comes_after_the_account_s_role_for_it(resources):
    account, role = resources["ApiLogsAccount"], resources["ApiLogsRole"]

    assert "ApiLogsAccount" == resources["RestAPI"]["DependsOn"]
    assert "Condition" not in account
    assert {
        "Fn::If": ["MakesApiLogsRole", {"Fn::GetAtt": ["ApiLogsRole", "Arn"]}, {"Ref": "ApiLogsRoleArn"}]
    } == account["Properties"]["CloudWatchRoleArn"]
    assert ("MakesApiLogsRole", "Retain") == (role["Condition"], role["DeletionPolicy"])


def test_the_stage_itself_waits_for_that_role_once_the_template_is_expanded(package, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    packaged = yaml.safe_load(plain_template(package, "s3://bucket/key"))
    resources = transform(packaged, {}, SimpleNamespace(load=dict))["Resources"]
    (stage,) = (one for one in resources.values() if one["Type"] == "AWS::ApiGateway::Stage")

    assert {"Ref": "RestAPI"} == stage["Properties"]["RestApiId"]
    assert "ApiLogsAccount" in resources["RestAPI"]["DependsOn"]


def test_an_address_that_leads_nowhere_is_a_page_for_people(resources):
    responses = resources["RestAPI"]["Properties"]["GatewayResponses"]

    assert "404" == responses["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"]
    for response in responses.values():
        pages = set(response["ResponseTemplates"].values())
        assert 1 == len(pages)
        assert pages.pop().startswith("<!doctype html>")
        assert "'text/html; charset=utf-8'" == response["ResponseParameters"]["Headers"]["Content-Type"]


def test_the_links_key_is_generated_by_aws_and_written_nowhere(resources):
    secret = resources["LinkKey"]["Properties"]

    assert secret["GenerateSecretString"]["PasswordLength"] >= 32
    assert "SecretString" not in secret
