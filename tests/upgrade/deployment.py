"""A deployment on moto that is touched from outside only: functions of app.py as Lambda calls them, and `hourtab`.

Nothing here knows what lies behind app.py and the command, so a release may move all of it. The moment is fixed by
the clock file, which the functions read (infra/local_clock.py): each call begins at `NOW`.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import entry_points
from itertools import count
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

import boto3
from botocore.client import BaseClient
from botocore.session import Session
from click.testing import CliRunner
from moto import mock_aws
from moto.backends import get_backend

from tests.template import TABLE_NAMES, tables_of_the_template

NOW = datetime(2027, 2, 2, 9, 0, tzinfo=UTC)
"""When the next release is deployed."""
REGION = "eu-central-1"
ACCOUNT = "123456789012"
STACK = "hourtab-prod"
INBOX = f"{STACK}-inbox-{ACCOUNT}-{REGION}"
STORE = f"{STACK}-store-{ACCOUNT}-{REGION}"
BASE_URL = "https://abc123.execute-api.eu-central-1.amazonaws.com/api"
ORIGIN = "https://abc123.execute-api.eu-central-1.amazonaws.com"
SECRET = f"{STACK}/link-key"
SESSION_KEY = "an invented key of more than 32 characters"
TABLES = tuple(TABLE_NAMES.values())
QUEUES = {
    "import": "ImportQueue",
    "large-import": "LargeImportQueue",
    "mail": "MailQueue",
    "rollover": "RolloverQueue",
}
FUNCTIONS = {
    "import": "import_exports",
    "large-import": "import_large_exports",
    "mail": "send_mails",
    "rollover": "roll_clients",
}
"""The function of app.py that takes a queue's messages."""
ROOT = Path(__file__).resolve().parents[2]
AN_HOUR = 3_600_000


class Deployment:
    """The deployment's parts, its clock, and what it hands to SES."""

    def __init__(self, folder: Path) -> None:
        self._clock = folder / "clock"
        self._ids = count(1)
        self.now = NOW
        self.step = timedelta()
        """How far each call of a function is behind the one before, so that what they write has an order."""
        self.sent: list[dict[str, Any]] = []
        """What SES was given: from, to, blind copy, configuration set."""
        self.urls = {name: f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{part}" for name, part in QUEUES.items()}
        self.outputs = {
            "DirectoryTableName": "DirectoryTable",
            "CyclesTableName": "CyclesTable",
            "ActivityTableName": "ActivityTable",
            "InboxBucket": INBOX,
            "StoreBucket": STORE,
            "ImportQueueUrl": self.urls["import"],
            "MailQueueUrl": self.urls["mail"],
            "RolloverQueueUrl": self.urls["rollover"],
            "ClockFile": str(self._clock),
            "MailFrom": "hours@fjordblick.example",
            "MailSetName": STACK,
            "StackName": STACK,
            "LinkSecretName": SECRET,
            "ApiUrl": BASE_URL,
        }

    @property
    def environment(self) -> dict[str, str]:
        """What the stack gives to its functions."""
        return {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "HOURTAB_DIRECTORY_TABLE": "DirectoryTable",
            "HOURTAB_CYCLES_TABLE": "CyclesTable",
            "HOURTAB_ACTIVITY_TABLE": "ActivityTable",
            "HOURTAB_INBOX_BUCKET": INBOX,
            "HOURTAB_STORE_BUCKET": STORE,
            "HOURTAB_IMPORT_QUEUE_URL": self.urls["import"],
            "HOURTAB_LARGE_IMPORT_QUEUE_URL": self.urls["large-import"],
            "HOURTAB_MAIL_QUEUE_URL": self.urls["mail"],
            "HOURTAB_ROLLOVER_QUEUE_URL": self.urls["rollover"],
            "HOURTAB_MAIL_FROM": self.outputs["MailFrom"],
            "HOURTAB_MAIL_SET": STACK,
            "HOURTAB_CLOCK_FILE": str(self._clock),
            "HOURTAB_LINK_SECRET": SECRET,
            "HOURTAB_BASE_URL": BASE_URL,
            "HOURTAB_SESSION_SECRET": "SessionKey",
            "HOURTAB_USER_POOL": "UserPool",
            "HOURTAB_USER_POOL_CLIENT": "invented-client",
            "HOURTAB_SIGN_IN_URL": "https://hourtab.auth.eu-central-1.amazoncognito.com",
            "POWERTOOLS_SERVICE_NAME": "hourtab",
            "HOURTAB_STACK_NAME": STACK,
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
            "POWERTOOLS_METRICS_DISABLED": "true",
        }

    # ------------------------------------------------------------ making and filling
    def make(self, secret: str) -> None:
        """Make tables, buckets, queues and the secret as the template says."""
        dynamodb = boto3.client("dynamodb")
        for table, definition in tables_of_the_template().items():
            dynamodb.create_table(TableName=TABLE_NAMES[table], **definition)
        for bucket in (INBOX, STORE):
            s3 = boto3.client("s3")
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        for part in QUEUES.values():
            boto3.client("sqs").create_queue(QueueName=part)
        boto3.client("secretsmanager").create_secret(Name=SECRET, SecretString=secret)
        boto3.client("secretsmanager").create_secret(Name="SessionKey", SecretString=SESSION_KEY)

    def put_object(self, bucket: str, key: str, body: bytes, version: str | None = None) -> None:
        """Put an object; with `version` under this very version id, which an import's id is made from."""
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        if version:
            kept = get_backend("s3")[ACCOUNT]["aws"].buckets[bucket].keys
            kept.getlist(key)[-1]._version_id = version

    def items(self) -> dict[str, str]:
        """Every item of the tables by table and key, as moto keeps it: a scan would take longer than all else."""
        tables = get_backend("dynamodb")[ACCOUNT][REGION].tables
        return {
            f"{name} {item.hash_key.value} {item.range_key.value}": json.dumps(item.to_json(), default=str)
            for name in TABLES
            for item in tables[name].all_items()
        }

    # ------------------------------------------------------------ calling
    def tick(self) -> None:
        """Let the deployment's clock say `now`, or a moment later."""
        self._clock.write_text(str(ceil((self.now - datetime.now(UTC)).total_seconds())))

    def call(self, function: str, event: Any, remaining: Any = lambda: AN_HOUR) -> Any:
        """Call a function of app.py as Lambda does; returns its answer."""
        import app  # noqa: PLC0415 - after the environment is set, as in Lambda

        self.now += self.step
        self.tick()
        context = SimpleNamespace(
            function_name=function,
            memory_limit_in_mb=512,
            invoked_function_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}",
            aws_request_id="1",
            get_remaining_time_in_millis=remaining,
        )
        return getattr(app, function)(event, context)

    def deliver(self, queue: str, body: str, **options: Any) -> Any:
        """Hand a queue's message to its function; returns the ids of messages to be delivered again."""
        record = {
            "messageId": "m1",
            "receiptHandle": "x",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{QUEUES[queue]}",
            "awsRegion": REGION,
        }
        return self.call(FUNCTIONS[queue], {"Records": [record]}, **options)

    def queued(self) -> list[tuple[str, str]]:
        """Take all messages out of all queues: (queue, body)."""
        sqs, found = boto3.client("sqs"), []
        for name, url in self.urls.items():
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for message in messages:
                    found.append((name, message["Body"]))
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def get(self, path: str) -> tuple[int, str]:
        """What the gateway answers for a path below the stage: status and body."""
        return self.visit(path)

    def visit(self, path: str, form: str | None = None) -> tuple[int, str]:
        """As `get`; with a form it is sent there."""
        import app  # noqa: PLC0415 - after the environment is set, as in Lambda

        self.tick()
        bare, _, query = path.partition("?")
        route, parameters = _route(app.app.routes, bare)
        asked = {name: [value] for name, value in parse_qsl(query)}
        method = "GET" if form is None else "POST"
        function = app.answer_questions if path.startswith("/a/") else app.app
        answer = function(
            {
                "resource": route,
                "path": bare,
                "httpMethod": method,
                "requestContext": {"httpMethod": method, "resourcePath": route, "identity": {"sourceIp": "192.0.2.1"}},
                "pathParameters": parameters,
                "multiValueQueryStringParameters": asked or None,
                "headers": {
                    "accept-language": "en",
                    "host": "abc123.execute-api.eu-central-1.amazonaws.com",
                    **({} if form is None else {"content-type": "application/x-www-form-urlencoded"}),
                },
                "body": form,
                "stageVariables": None,
                "isBase64Encoded": False,
            },
            SimpleNamespace(aws_request_id="1"),
        )
        return answer["statusCode"], answer["body"]

    def hourtab(self, *arguments: str) -> Any:
        """Run the command; returns its JSON, or its exit code with what it says."""
        self.tick()
        done = CliRunner().invoke(_command(), [*arguments, "--json", "--stack", STACK])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return {"exit": done.exit_code, "says": done.output} if done.exit_code else json.loads(done.stdout)

    # ------------------------------------------------------------ what moto does not do
    def answer(self, make_call: Any, client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        """Answer CloudFormation's, Cognito's and SES's calls; moto answers all others."""
        if operation == "DescribeStacks":
            pairs = [{"OutputKey": key, "OutputValue": value} for key, value in self.outputs.items()]
            return {"Stacks": [{"StackName": STACK, "Outputs": pairs}]}
        if operation == "AdminGetUser":
            return {"Enabled": True, "UserStatus": "CONFIRMED", "UserLastModifiedDate": NOW}
        if operation == "AdminListGroupsForUser":
            return {"Groups": [{"GroupName": "owner"}]}
        if operation == "SendEmail":
            destination = parameters["Destination"]
            to, copy = destination["ToAddresses"], destination.get("BccAddresses", [])
            mail_set = parameters.get("ConfigurationSetName")
            self.sent.append({"from": parameters["FromEmailAddress"], "to": to, "copy": copy, "set": mail_set})
            return {"MessageId": f"ses-{next(self._ids)}"}
        return make_call(client, operation, parameters)


@cache
def _command() -> Any:
    """What the script `hourtab` runs."""
    [script] = entry_points(group="console_scripts", name="hourtab")
    return script.load()


def _route(routes: Any, path: str) -> tuple[str, dict[str, str] | None]:
    """The route that takes the path, and its parameters."""
    for route in routes:
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route), path)
        if found:
            return route, found.groupdict() or None
    raise LookupError(path)


@contextmanager
def deployment(kind: type[Deployment] = Deployment) -> Iterator[Deployment]:
    """A deployment without tables; what it is made of is gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        made = kind(Path(folder))
        os.environ.update(made.environment)
        make_call, create_client, clients = BaseClient._make_api_call, Session.create_client, {}

        def kept(session: Session, service: str, *given: Any, **options: Any) -> BaseClient:
            """One client of a service: a command makes its own, which takes longer than what it is for."""
            if service not in clients:
                clients[service] = create_client(session, service, *given, **options)
            return clients[service]

        def answered(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
            return made.answer(make_call, client, operation, parameters)

        answers = patch.object(BaseClient, "_make_api_call", answered)
        with mock_aws(), answers, patch.object(Session, "create_client", kept):
            yield made
