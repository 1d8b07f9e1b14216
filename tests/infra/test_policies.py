"""Each role allows what is done with it, and nothing else: evaluated as AWS does, which the local cloud does not.

What the functions do is recorded while they run (uses.py); what Lambda and the scheduler do with the roles follows from
the expanded template. A new function, kind of item, folder or queue fails here until its policy says so.
"""

import json
import re
import subprocess
import sys

import pytest

from chalicelib.adapters import tables
from infra.package import ROOT
from tests.iam import LEADING, Grant, Request, Roles
from tests.upgrade.deployment import ACCOUNT, INBOX, REGION, STACK, STORE

GIVEN = {"Stage": "prod", "MailFrom": "hours@fjordblick.example", "AlarmEmail": "ida@fjordblick.example"}
OF_THE_LOCAL_CLOUD = {"sqs:SendMessageBatch": "AWS knows no such action: a batch asks for sqs:SendMessage"}
"""Actions that MiniStack alone asks for."""


@pytest.fixture(scope="module")
def roles(expanded):
    return Roles(expanded, GIVEN, account=ACCOUNT, region=REGION, stack=STACK)


@pytest.fixture(scope="module")
def recorded():
    """What each handler asks: its name → requests."""
    command = [sys.executable, "-m", "tests.infra.uses"]
    runs = [
        subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for options in ([], ["--swapped"])
    ]
    found = {}
    for run in runs:
        out, _ = run.communicate()
        assert 0 == run.returncode
        for handler, *request in json.loads(out):
            found.setdefault(handler, []).append(Request(*request))
    return found


@pytest.fixture(scope="module")
def role_of(expanded):
    """The role of each handler."""
    return {
        one["Properties"]["Handler"]: one["Properties"]["Role"]["Fn::GetAtt"][0]
        for one in expanded["Resources"].values()
        if one["Type"] == "AWS::Lambda::Function"
    }


@pytest.fixture(scope="module")
def asked(expanded, roles, recorded, role_of):
    """What each role is asked for: by its function, by Lambda, by the scheduler."""
    found = {}
    for handler, requests in recorded.items():
        found.setdefault(role_of[handler], []).extend(requests)
    for role, *request in of_services(expanded["Resources"], roles):
        found.setdefault(role, []).append(Request(*request, {}))
    return found


def of_services(resources, roles):
    """What Lambda and the scheduler do with a role: its name, an action and a resource."""
    functions = {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::Lambda::Function"}
    role = {name: one["Role"]["Fn::GetAtt"][0] for name, one in functions.items()}
    for name, function in functions.items():
        log = roles.resolve({"Fn::GetAtt": [function["LoggingConfig"]["LogGroup"]["Ref"], "Arn"]})
        yield role[name], "logs:CreateLogStream", log
        yield role[name], "logs:PutLogEvents", log
        if "DeadLetterConfig" in function:
            yield role[name], "sqs:SendMessage", roles.resolve(function["DeadLetterConfig"]["TargetArn"])
    for one in resources.values():
        match one["Type"]:
            case "AWS::Lambda::EventSourceMapping":
                for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
                    queue = roles.resolve(one["Properties"]["EventSourceArn"])
                    yield role[one["Properties"]["FunctionName"]["Ref"]], f"sqs:{action}", queue
            case "AWS::Lambda::EventInvokeConfig":
                told = roles.resolve(one["Properties"]["DestinationConfig"]["OnFailure"]["Destination"])
                action = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}[told.split(":")[2]]
                yield role[one["Properties"]["FunctionName"]["Ref"]], action, told
            case "AWS::Scheduler::Schedule":
                target = one["Properties"]["Target"]
                taken = target["RoleArn"]["Fn::GetAtt"][0]
                yield taken, "lambda:InvokeFunction", roles.resolve(target["Arn"])
                yield taken, "sqs:SendMessage", roles.resolve(target["DeadLetterConfig"]["Arn"])


def test_every_function_is_recorded_and_has_a_role_of_its_own(recorded, role_of):
    assert role_of.keys() == recorded.keys()
    assert len(role_of) == len(set(role_of.values()))


def test_whatever_is_asked_of_a_role_is_allowed(roles, asked):
    refused = {
        f"{role}: {one.action} {one.resource} {dict(one.context)}"
        for role, requests in asked.items()
        for one in requests
        if not roles.allows(role, one)
    }

    assert set() == refused


def test_whatever_a_role_allows_is_asked_of_it(roles, asked):
    unused = [
        f"{role} {grant.sid}: {grant.action} {grant.resource} {', '.join(values)}".rstrip()
        for role, grants in roles.grants.items()
        for grant in grants
        if grant.action not in OF_THE_LOCAL_CLOUD
        for used in [[one for one in asked.get(role, ()) if grant.allows(one)]]
        for values in [list(grant.unused_values(used))]
        if values or not used
    ]

    assert [] == unused


def test_every_action_on_items_is_limited_to_kinds_of_them_and_every_query_of_an_index_to_lists_of_it(roles):
    unlimited = {
        grant.resource
        for grants in roles.grants.values()
        for grant in grants
        if ":table/" in grant.resource and LEADING not in grant.conditions.get("ForAllValues:StringLike", {})
    }

    assert {f"{TABLE}ActivityTable/index/by_client"} == unlimited, "its lists are called as clients are"


def test_the_kinds_of_items_that_are_documented_are_those_that_functions_touch(recorded):
    documented = {re.sub(r"<\w+>", "*", kind) for kind in re.findall(r"pk `([^`]+)`", tables.__doc__)}
    keys = {
        key
        for requests in recorded.values()
        for one in requests
        if ":table/" in one.resource and "/index/" not in one.resource
        for key in one.context[LEADING]
    }
    kinds = {kind: [key for key in keys if Grant("", "", kind).allows(Request("", key, {}))] for kind in documented}

    assert [] == [kind for kind, found in kinds.items() if not found]
    assert set() == keys - {key for found in kinds.values() for key in found}


def test_no_role_has_rights_but_those_that_are_evaluated_here(expanded):
    resources = expanded["Resources"]
    elsewhere = {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"}

    assert set() == elsewhere & {one["Type"] for one in resources.values()}
    assert ["ApiLogsRole"] == [
        name
        for name, one in resources.items()
        if one["Type"] == "AWS::IAM::Role" and one["Properties"].get("ManagedPolicyArns")
    ], "API Gateway's own, which no function takes"


def test_no_role_s_policies_are_longer_than_iam_allows(expanded):
    """10,240 characters without white space, of all that is written into a role (IAM and STS quotas)."""
    lengths = {
        name: sum(
            len(json.dumps(one["PolicyDocument"], separators=(",", ":"))) for one in role["Properties"]["Policies"]
        )
        for name, role in expanded["Resources"].items()
        if role["Type"] == "AWS::IAM::Role" and "Policies" in role["Properties"]
    }

    assert {} == {name: length for name, length in lengths.items() if length > 10_240}


TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/"
POOL = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/UserPool"
SESSION_KEY = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:SessionKey-aB3xYz"
MAIL = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/hours@fjordblick.example"


@pytest.mark.parametrize(
    ("role", "action", "resource", "context"),
    [
        ("ApiHandlerRole", "dynamodb:PutItem", f"{TABLE}CyclesTable", {LEADING: ["acme/support"]}),
        ("ApiHandlerRole", "dynamodb:BatchGetItem", f"{TABLE}ActivityTable", {LEADING: ["import#a", "outbox#b"]}),
        ("ApiHandlerRole", "dynamodb:Query", f"{TABLE}ActivityTable", {LEADING: ["imports#acme"]}),
        ("ApiHandlerRole", "dynamodb:Query", f"{TABLE}ActivityTable/index/by_client", {LEADING: ["acme"]}),
        ("ApiHandlerRole", "dynamodb:PutItem", f"{TABLE}ActivityTable", {LEADING: ["invoice#acme"]}),
        ("ApiHandlerRole", "s3:GetObjectVersion", f"arn:aws:s3:::{INBOX}/inbox/acme/a.csv", {}),
        ("ApiHandlerRole", "dynamodb:PutItem", f"{TABLE}CyclesTable", {LEADING: ["acme/#approvals"]}),
        ("AnswerQuestionsRole", "dynamodb:PutItem", f"{TABLE}CyclesTable", {LEADING: ["acme/support"]}),
        ("AnswerQuestionsRole", "dynamodb:BatchGetItem", f"{TABLE}CyclesTable", {LEADING: ["acme/support"]}),
        ("AnswerQuestionsRole", "dynamodb:PutItem", f"{TABLE}DirectoryTable", {LEADING: ["client#acme"]}),
        ("AnswerQuestionsRole", "dynamodb:UpdateItem", f"{TABLE}ActivityTable", {LEADING: ["invoice#a"]}),
        ("AnswerQuestionsRole", "ses:SendEmail", MAIL, {"ses:FromAddress": ["hours@fjordblick.example"]}),
        ("ApiHandlerRole", "dynamodb:UpdateItem", f"{TABLE}ActivityTable", {LEADING: ["session#a"]}),
        ("ApiHandlerRole", "secretsmanager:GetSecretValue", SESSION_KEY, {}),
        ("ConsoleRole", "ses:SendEmail", MAIL, {"ses:FromAddress": ["hours@fjordblick.example"]}),
        ("ConsoleRole", "dynamodb:PutItem", f"{TABLE}CyclesTable", {LEADING: ["acme/support"]}),
        ("ConsoleRole", "dynamodb:UpdateItem", f"{TABLE}ActivityTable", {LEADING: ["outbox#a"]}),
        ("ConsoleRole", "cognito-idp:AdminCreateUser", POOL, {}),
        ("ConsoleRole", "cognito-idp:AdminAddUserToGroup", POOL, {}),
        ("ConsoleRole", "cognito-idp:AdminSetUserPassword", POOL, {}),
        ("ConsoleRole", "s3:PutObject", f"arn:aws:s3:::{INBOX}/inbox/acme/a.csv", {}),
        ("ImportExportsRole", "dynamodb:DeleteItem", f"{TABLE}CyclesTable", {LEADING: ["acme/support"]}),
        ("ImportExportsRole", "dynamodb:PutItem", f"{TABLE}DirectoryTable", {LEADING: ["operator"]}),
        ("ImportExportsRole", "dynamodb:UpdateItem", f"{TABLE}ActivityTable", {LEADING: ["address#a"]}),
        ("ImportExportsRole", "s3:PutObject", f"arn:aws:s3:::{INBOX}/inbox/acme/a.csv", {}),
        ("ImportExportsRole", "s3:ListBucket", f"arn:aws:s3:::{INBOX}", {"s3:prefix": ["elsewhere/"]}),
        ("RollClientsRole", "dynamodb:DeleteItem", f"{TABLE}CyclesTable", {LEADING: ["acme/support"]}),
        ("SendMailsRole", "dynamodb:PutItem", f"{TABLE}CyclesTable", {LEADING: ["acme/support"]}),
        ("SendMailsRole", "ses:SendEmail", MAIL, {"ses:FromAddress": ["ida@fjordblick.example"]}),
        ("NoteBouncesRole", "dynamodb:PutItem", f"{TABLE}ActivityTable", {LEADING: ["invoice#a"]}),
        (
            "SendMailsRole",
            "dynamodb:Query",
            f"{TABLE}ActivityTable/index/newest",
            {LEADING: ["invoices#issued#by-date"]},
        ),
        ("SweepOutboxRole", "dynamodb:Query", f"{TABLE}ActivityTable/index/newest", {LEADING: ["mails"]}),
        ("WriteDigestRole", "dynamodb:UpdateItem", f"{TABLE}ActivityTable", {LEADING: ["invoice#a"]}),
        ("ScheduleRole", "lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:SendMails", {}),
    ],
)
def test_what_no_function_of_a_role_should_ever_do_is_refused(roles, role, action, resource, context):
    assert not roles.allows(role, Request(action, resource, context))


def test_only_one_role_sends_mail_and_none_does_without_a_sender(expanded, roles):
    without = Roles(expanded, {**GIVEN, "MailFrom": ""}, account=ACCOUNT, region=REGION, stack=STACK)

    assert [["SendMailsRole"], []] == [
        [role for role, grants in some.grants.items() if any(grant.action.startswith("ses:") for grant in grants)]
        for some in (roles, without)
    ]


def test_no_role_reaches_beyond_the_stack(roles):
    wild = {
        grant.resource.removeprefix("arn:aws:")
        for grants in roles.grants.values()
        for grant in grants
        if set("*?") & set(grant.resource) and ":logs:" not in grant.resource
    }
    objects = {f"s3:::{STORE}/{folder}/*" for folder in ("logs", "mails", "plans", "reports")}  # named by their content

    assert wild == {
        *objects,
        f"s3:::{INBOX}/*",  # named by whoever drops them
        f"secretsmanager:{REGION}:{ACCOUNT}:secret:{STACK}/link-key-??????",  # AWS ends each ARN with six characters
        f"ses:{REGION}:{ACCOUNT}:identity/*",  # SES asks for the recipients, too, while an account is in the sandbox
    }
    assert [] == [grant for grants in roles.grants.values() for grant in grants if "*" in grant.action]


# ---------------------------------------------------------------- the evaluation itself
KEYS = {"ForAllValues:StringLike": {LEADING: ["outbox#*", "audit#*"]}}
SENDER = {"StringEquals": {"ses:FromAddress": ["hours@example.com"]}}


@pytest.mark.parametrize(
    ("conditions", "context", "expected"),
    [
        (KEYS, {LEADING: ["outbox#a"]}, True),
        (KEYS, {LEADING: ["outbox#a", "audit#b"]}, True),
        (KEYS, {LEADING: ["outbox#a", "invoice#b"]}, False),
        (KEYS, {LEADING: ["Outbox#a"]}, False),
        (KEYS, {}, True),  # AWS's own trap: no key, nothing that fails. DynamoDB sets it on every action on items
        (SENDER, {"ses:FromAddress": ["hours@example.com"]}, True),
        (SENDER, {"ses:FromAddress": ["hours@example.com.invalid"]}, False),
        (SENDER, {}, False),
        ({**KEYS, **SENDER}, {LEADING: ["outbox#a"]}, False),
        ({"StringLike": {"s3:prefix": ["inbox/*"]}}, {"s3:prefix": ["inbox/a/b.csv"]}, True),
        ({"StringLike": {"s3:prefix": ["inbox/*"]}}, {"s3:prefix": ["inbo"]}, False),
    ],
)
def test_conditions_hold_as_on_aws(conditions, context, expected):
    assert expected == Grant("Any", "a:b", "*", conditions).allows(Request("a:b", "arn:aws:a:::b", context))


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:GetObject", "arn:aws:s3:::store/logs/a", True),
        ("S3:getobject", "arn:aws:s3:::store/logs/a/b", True),
        ("s3:GetObjectVersion", "arn:aws:s3:::store/logs/a", False),
        ("s3:GetObject", "arn:aws:s3:::store/mails/a", False),
        ("s3:GetObject", "arn:aws:s3:::STORE/logs/a", False),
    ],
)
def test_actions_and_resources_match_as_on_aws(action, resource, expected):
    grant = Grant("Any", "s3:GetObject", "arn:aws:s3:::store/logs/*")

    assert expected == grant.allows(Request(action, resource, {}))
