"""AWS as a deployment meets it: real clients of botocore, whose calls are answered here instead of over the network.

Requests and answers are both checked against botocore's models of the services. Texts of errors and events are those
that AWS gives.
"""

# ruff: noqa: N802, N803 - methods and their parameters are named as AWS names its operations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from botocore.loaders import create_loader
from botocore.validate import validate_parameters

ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/ines"
_LOADER = create_loader()
"""Reads the models of the services once for all tests."""
PAGE = 3
"""How many changes and events an answer has, so that everything comes in several pages."""


def refused(code: str, message: str = "") -> ClientError:
    """An error of AWS; its operation is filled in by whoever answers."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "")


@dataclass
class Account:
    """What there is in the account, and how an operation on its stack will end.

    A test changes the fields; `session` then answers accordingly.
    """

    region: str = "eu-central-1"
    has_credentials: bool = True
    rejection: str = ""
    """The code with which AWS rejects the credentials, if it does."""
    region_exists: bool = True
    stack: dict[str, Any] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    """All events of the stack, oldest first."""
    changes: list[dict[str, Any]] = field(default_factory=list)
    """What the next change set will contain."""
    failure: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Events of the next operation, which then fails: status, name, type, reason."""
    rolled_back: str = ""
    """The state after that, if it is not that of a rollback that worked."""
    refused_early: list[tuple[str, str, str]] = field(default_factory=list)
    """What a check of CloudFormation's own finds in the next change set: name, type, reason."""
    is_overtaken: bool = False
    """Whether somebody else's change set is executed before ours."""
    buckets: dict[str, str] = field(default_factory=dict)
    """Name → owner."""
    bucket_region: str = ""
    """Where buckets are, if not in the region of the session."""
    secrets: set[str] = field(default_factory=set)
    tables: list[str] = field(default_factory=list)
    verified: set[str] = field(default_factory=set)
    is_sandboxed: bool = False
    concurrency: int = 1000
    reserved: int = 0
    """Of these, reserved for single functions."""
    certificates: dict[str, dict[str, Any]] = field(default_factory=dict)
    """ARN → ACM's description."""
    zones: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Id → Route 53's description."""
    records: list[tuple[str, str]] = field(default_factory=list)
    """Name and type of the records in every zone."""
    domains: set[str] = field(default_factory=set)
    """Those that API Gateway serves."""
    denied: set[str] = field(default_factory=set)
    """Actions that the user may not do, by IAM's simulation."""
    has_conditions: bool = False
    """Whether the user's policies have conditions that the simulation cannot judge."""
    api_logs_role: str = ""
    runtime: str = "python3.11"
    architecture: str = "x86_64"
    resources: list[dict[str, Any]] = field(default_factory=list)
    template: str = "Resources: {}"
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _change_sets: dict[str, dict[str, Any]] = field(default_factory=dict)
    _begun: Callable[[], None] | None = None
    """Begins an operation that was accepted: the first look at the stack after it still sees the state before."""
    _polls: int = 0
    _end: str = ""
    _deleted: dict[str, Any] | None = None

    def session(self) -> Any:
        """A boto3 session of this account."""
        session = boto3.Session("AKIAEXAMPLE", "secret", region_name=self.region)
        session._session.register_component("data_loader", _LOADER)
        session.events.register("before-parameter-build", self._remember)
        session.events.register("before-call", self._answer)
        return session

    def called(self, operation: str) -> list[dict[str, Any]]:
        """The parameters of each call of an operation."""
        return [parameters for name, parameters in self.calls if name == operation]

    def _remember(self, params, model, context, **_):
        context["said"] = dict(params)
        self.calls.append((model.name, dict(params)))

    def _answer(self, model, context, **_):
        if not self.region_exists:
            raise EndpointConnectionError(endpoint_url=f"https://sts.{self.region}.amazonaws.com/")
        if not self.has_credentials:
            raise NoCredentialsError
        said = {key: value for key, value in context["said"].items() if key != "Body"}
        try:
            service = model.service_model.service_name
            answer = getattr(self, f"_{service}_{model.name}", None) or getattr(self, f"_{model.name}")
            answer = answer(**said) or {}
        except ClientError as error:
            return _Http(400), error.response
        if model.output_shape:
            validate_parameters(answer, model.output_shape)
        return _Http(200), answer

    # ---------------------------------------------------------------- who, and what they may do

    def _GetCallerIdentity(self):
        if self.rejection:
            raise refused(self.rejection)
        return {"Account": ACCOUNT, "Arn": USER, "UserId": "AIDAEXAMPLE"}

    def _SimulatePrincipalPolicy(self, ActionNames, **_):
        answers = {True: "implicitDeny", False: "allowed"}
        unknown = {"MissingContextValues": ["iam:PassedToService"]} if self.has_conditions else {}
        results = [
            {"EvalActionName": one, "EvalDecision": answers[one in self.denied], **unknown} for one in ActionNames
        ]
        return {"EvaluationResults": results, "IsTruncated": False}

    def _GetRole(self, RoleName):
        if RoleName != self.api_logs_role.rpartition("/")[2]:
            raise refused("NoSuchEntity", f"The role with name {RoleName} cannot be found.")
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return {
            "Role": {"Path": "/", "RoleName": RoleName, "RoleId": "A" * 16, "Arn": self.api_logs_role, "CreateDate": at}
        }

    def _GetAccountSettings(self):
        return {
            "AccountLimit": {
                "ConcurrentExecutions": self.concurrency,
                "UnreservedConcurrentExecutions": self.concurrency - self.reserved,
            }
        }

    def _DescribeCertificate(self, CertificateArn):
        if CertificateArn not in self.certificates:
            raise refused("ResourceNotFoundException", f"Could not find certificate {CertificateArn}.")
        return {"Certificate": {"CertificateArn": CertificateArn, **self.certificates[CertificateArn]}}

    def _GetHostedZone(self, Id):
        if Id not in self.zones:
            raise refused("NoSuchHostedZone", f"No hosted zone found with ID: {Id}")
        return {"HostedZone": {"Id": f"/hostedzone/{Id}", "CallerReference": "1", **self.zones[Id]}}

    def _ListResourceRecordSets(self, StartRecordName, **_):
        found = [{"Name": f"{name}.", "Type": kind} for name, kind in self.records if name >= StartRecordName]
        return {"ResourceRecordSets": found, "IsTruncated": False, "MaxItems": "300"}

    def _GetDomainName(self, domainName):
        if domainName not in self.domains:
            raise refused("NotFoundException", "Invalid domain name identifier specified")
        return {"domainName": domainName}

    def _GetFunctionConfiguration(self, FunctionName):
        return {"FunctionName": FunctionName, "Runtime": self.runtime, "Architectures": [self.architecture]}

    def _apigateway_GetAccount(self):
        return {"cloudwatchRoleArn": self.api_logs_role} if self.api_logs_role else {}

    def _sesv2_GetAccount(self):
        return {"ProductionAccessEnabled": not self.is_sandboxed, "SendingEnabled": True}

    def _GetEmailIdentity(self, EmailIdentity):
        if EmailIdentity not in self.verified:
            raise refused("NotFoundException", f"Email identity {EmailIdentity} does not exist.")
        return {"VerifiedForSendingStatus": True}

    def _DescribeSecret(self, SecretId):
        if SecretId not in self.secrets:
            raise refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        return {"Name": SecretId}

    def _ListTables(self, ExclusiveStartTableName=None):
        start = self.tables.index(ExclusiveStartTableName) + 1 if ExclusiveStartTableName else 0
        page = {"TableNames": self.tables[start : start + PAGE]}
        return page | ({"LastEvaluatedTableName": page["TableNames"][-1]} if start + PAGE < len(self.tables) else {})

    # ---------------------------------------------------------------- S3

    def _HeadBucket(self, Bucket, ExpectedBucketOwner):
        if Bucket not in self.buckets:
            raise refused("404", "Not Found")
        if self.buckets[Bucket] != ExpectedBucketOwner:
            raise refused("403", "Forbidden")
        return {"BucketRegion": self.bucket_region or self.region}

    def _ListBuckets(self):
        return {"Buckets": [{"Name": name} for name, owner in self.buckets.items() if owner == ACCOUNT]}

    def _CreateBucket(self, Bucket, **_):
        self.buckets[Bucket] = ACCOUNT

    def _PutPublicAccessBlock(self, **_): ...

    def _PutBucketVersioning(self, **_): ...

    def _PutBucketPolicy(self, **_): ...

    def _PutObject(self, **_): ...

    # ---------------------------------------------------------------- CloudFormation

    def _DescribeStacks(self, StackName):
        if self.stack is None:
            if self._deleted and StackName == self._deleted["StackId"]:
                return {"Stacks": [self._deleted]}
            raise refused("ValidationError", f"Stack with id {StackName} does not exist")
        if self._begun:
            before, begin = dict(self.stack), self._begun
            self._begun = None
            begin()
            return {"Stacks": [before]}
        if self.stack["StackStatus"].endswith("_IN_PROGRESS") and self._end:
            self._polls += 1
            if self._polls > 1:
                self._finish()
        return {"Stacks": [self.stack or self._deleted]}

    def _DescribeStackResource(self, StackName, LogicalResourceId):
        if self.stack["StackStatus"] == "CREATE_IN_PROGRESS":
            raise refused("ValidationError", f"Resource {LogicalResourceId} does not exist for stack {StackName}")
        return {
            "StackResourceDetail": {
                "LogicalResourceId": LogicalResourceId,
                "PhysicalResourceId": f"{StackName}-{LogicalResourceId}-X",
                "ResourceType": "AWS::Lambda::Function",
                "LastUpdatedTimestamp": datetime(2026, 1, 1, tzinfo=UTC),
                "ResourceStatus": "CREATE_COMPLETE",
            }
        }

    def _CreateChangeSet(self, StackName, ChangeSetName, ChangeSetType, Parameters, **_):
        if ChangeSetType == "CREATE":
            if self.stack:
                raise refused("ValidationError", f"Stack [{StackName}] already exists and cannot be created again")
            self.stack = stack(StackName, "REVIEW_IN_PROGRESS")
        old = {one["ParameterKey"]: one["ParameterValue"] for one in self.stack.get("Parameters", ())}
        values = {
            one["ParameterKey"]: one.get("ParameterValue", old.get(one["ParameterKey"], "")) for one in Parameters
        }
        identity = f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:changeSet/{ChangeSetName}/1"
        protects = old.get("Protected") == "false" and values["Protected"] == "true"
        made = [modified(f"{name}Table", "AWS::DynamoDB::Table", "DeletionProtectionEnabled") for name in TABLES]
        changes, self.changes = (made, self.changes) if protects else (self.changes, [])
        self._change_sets[identity] = {"values": values, "changes": changes, "prefix": ChangeSetType}
        return {"Id": identity, "StackId": self.stack["StackId"]}

    def _DescribeChangeSet(self, ChangeSetName, NextToken="0", **_):
        start, changes = int(NextToken), self._change_sets[ChangeSetName]["changes"]
        if self.refused_early:
            return {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": REFUSED_EARLY}
        if not changes:
            return {"Status": "FAILED", "ExecutionStatus": "UNAVAILABLE", "StatusReason": NO_CHANGES}
        page = {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "Changes": changes[start : start + PAGE]}
        return page | ({"NextToken": str(start + PAGE)} if start + PAGE < len(changes) else {})

    def _DescribeEvents(self, ChangeSetName, NextToken="0", **_):
        assert ChangeSetName in self._change_sets, "the events of a change set are gone with it"
        start, about = int(NextToken), ("LogicalResourceId", "ResourceType", "ValidationStatusReason")
        events = [
            {"EventId": str(number), "EventType": "VALIDATION_ERROR", **dict(zip(about, one, strict=True))}
            for number, one in enumerate(self.refused_early)
        ]
        page = {"OperationEvents": [{"EventId": "0", "EventType": "STACK_EVENT"}, *events[start : start + PAGE]]}
        return page | ({"NextToken": str(start + PAGE)} if start + PAGE < len(events) else {})

    def _DeleteChangeSet(self, ChangeSetName, **_):
        del self._change_sets[ChangeSetName]

    def _ExecuteChangeSet(self, ChangeSetName, ClientRequestToken, **_):
        if self.is_overtaken:
            raise refused("ChangeSetNotFound", f"ChangeSet [{ChangeSetName}] does not exist")
        change = self._change_sets.pop(ChangeSetName)
        prefix = change["prefix"]
        done = [
            (
                f"{prefix}_COMPLETE",
                one["ResourceChange"]["LogicalResourceId"],
                one["ResourceChange"]["ResourceType"],
                "",
            )
            for one in change["changes"]
        ]
        self._start(f"{prefix}_IN_PROGRESS", ClientRequestToken, self.failure or done)
        self._end = f"{prefix}_COMPLETE"
        if self.failure:
            self._end = self.rolled_back or {"CREATE": "ROLLBACK", "UPDATE": "UPDATE_ROLLBACK"}[prefix] + "_COMPLETE"
        else:
            self.stack["Parameters"] = [
                {"ParameterKey": key, "ParameterValue": value} for key, value in change["values"].items()
            ]
        self.failure = []

    def _DescribeStackEvents(self, NextToken="0", **_):
        newest, start = self.events[::-1], int(NextToken)
        page = {"StackEvents": newest[start : start + PAGE]}
        return page | ({"NextToken": str(start + PAGE)} if start + PAGE < len(newest) else {})

    def _DeleteStack(self, ClientRequestToken="", **_):
        if not ClientRequestToken:
            self.stack = None  # an empty one, whose change set was declined
            return
        gone = [("DELETE_COMPLETE", one["LogicalResourceId"], one["ResourceType"], "") for one in self.resources]
        self._end = "DELETE_COMPLETE"
        self._start("DELETE_IN_PROGRESS", ClientRequestToken, gone)

    def _UpdateTerminationProtection(self, EnableTerminationProtection, **_):
        self.stack["EnableTerminationProtection"] = EnableTerminationProtection

    def _GetTemplate(self, **_):
        if self.stack["StackStatus"] == "REVIEW_IN_PROGRESS":
            raise refused("ValidationError")
        return {"TemplateBody": self.template}

    def _ListStackResources(self, **_):
        return {"StackResourceSummaries": self.resources}

    def _start(self, status, token, events):
        def begin():
            self.stack["StackStatus"], self._polls = status, 0
            self._tell(token, [(status, self.stack["StackName"], "AWS::CloudFormation::Stack", ""), *events])

        self._begun = begin

    def _finish(self):
        self.stack["StackStatus"], end = self._end, self._end
        self._end = ""
        if end == "DELETE_COMPLETE":
            self._deleted, self.stack = self.stack, None

    def _tell(self, token, events):
        start = datetime(2026, 1, 1, tzinfo=UTC)
        for status, name, kind, reason in events:
            number = len(self.events)
            event = {
                "StackId": self.stack["StackId"],
                "StackName": self.stack["StackName"],
                "EventId": f"event-{number}",
                "Timestamp": start + timedelta(seconds=number),
                "ClientRequestToken": token,
                "LogicalResourceId": name,
                "ResourceType": kind,
                "ResourceStatus": status,
            }
            self.events.append(event | ({"ResourceStatusReason": reason} if reason else {}))


@dataclass
class _Http:
    """What botocore looks at of an answer over HTTP."""

    status_code: int


TABLES = ("Activity", "Cycles", "Directory")
NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."

REFUSED_EARLY = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early "
    "Validation errors, use the DescribeEvents API for detailed failure information."
)


def stack(name: str, status: str, **values: str) -> dict[str, Any]:
    """CloudFormation's description of a stack with these parameters."""
    return {
        "StackName": name,
        "StackId": f"arn:aws:cloudformation:eu-central-1:{ACCOUNT}:stack/{name}/1",
        "CreationTime": datetime(2026, 1, 1, tzinfo=UTC),
        "StackStatus": status,
        "EnableTerminationProtection": False,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        "Outputs": [
            {"OutputKey": "ApiUrl", "OutputValue": "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/api"},
            {"OutputKey": "InboxBucket", "OutputValue": f"{name}-inbox-{ACCOUNT}-eu-central-1"},
        ],
    }


def added(*resources: tuple[str, str]) -> list[dict[str, Any]]:
    """Changes of a change set that add resources, each by name and type."""
    return [_change("Add", name, kind) for name, kind in resources]


def modified(name: str, kind: str, *properties: str, replacement: str = "False") -> dict[str, Any]:
    """A change of a change set to properties of a resource."""
    details = [{"Target": {"Attribute": "Properties", "Name": each}} for each in properties]
    return _change("Modify", name, kind, Details=details, Replacement=replacement)


def removed(name: str, kind: str) -> dict[str, Any]:
    """A change of a change set that removes a resource."""
    return _change("Remove", name, kind)


def _change(action, name, kind, **more):
    about = {"Action": action, "LogicalResourceId": name, "ResourceType": kind, **more}
    return {"Type": "Resource", "ResourceChange": about}
