"""What would stop a deployment, found out in seconds, before anything is packaged or made.

Each check asks AWS one thing and answers with sentences that say what to do. One that may not be asked stops nothing:
CloudFormation says later what is missing.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.adapters.deployment import identities_of
from infra.account import Caller
from infra.artifacts import bucket_exists, read_template
from infra.destroy import how_to_delete
from infra.package import ARCHITECTURES, NEWEST, OLDEST, ROOT
from infra.stack import NEVER_RAN, DeployError

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"})
_MISSING = frozenset(
    {"404", "NoSuchBucket", "NoSuchEntity", "NoSuchHostedZone", "NotFoundException", "ResourceNotFoundException"}
)
_ROOM_FOR_PAGES = 2
"""How many functions must be able to run besides those that queues start."""
_KEPT_UNRESERVED = 100
"""How many runs Lambda lets nobody reserve; in an account with a smaller quota, all of it."""
_RIGHTS: Mapping[str, tuple[str, ...]] = {
    "cloudformation:{region}:{account}:stack/{name}/*": (
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:DeleteStack",
        "cloudformation:UpdateTerminationProtection",
    ),
    "cloudformation:{region}:aws:transform/Serverless-2016-10-31": ("cloudformation:CreateChangeSet",),
    "s3:::{bucket}": ("s3:CreateBucket", "s3:PutBucketPolicy", "s3:PutBucketVersioning"),
    "s3:::{name}-inbox-{account}-{region}": ("s3:CreateBucket", "s3:PutBucketNotification", "s3:PutBucketPolicy"),
    "iam::{account}:role/{name}-X": ("iam:CreateRole", "iam:PutRolePolicy", "iam:PassRole", "iam:AttachRolePolicy"),
    "lambda:{region}:{account}:function:{name}-X": ("lambda:CreateFunction", "lambda:UpdateFunctionCode"),
    "lambda:{region}:{account}:event-source-mapping:X": ("lambda:CreateEventSourceMapping",),
    "dynamodb:{region}:{account}:table/{name}-X": ("dynamodb:CreateTable", "dynamodb:UpdateContinuousBackups"),
    "sqs:{region}:{account}:{name}-X": ("sqs:CreateQueue", "sqs:SetQueueAttributes"),
    "sns:{region}:{account}:{name}-X": ("sns:CreateTopic", "sns:SetTopicAttributes"),
    "secretsmanager:{region}:{account}:secret:{name}/link-key-XXXXXX": ("secretsmanager:CreateSecret",),
    "cognito-idp:{region}:{account}:userpool/X": ("cognito-idp:CreateUserPoolClient", "cognito-idp:CreateGroup"),
    "logs:{region}:{account}:log-group:/{name}/web": ("logs:CreateLogGroup", "logs:PutRetentionPolicy"),
    "cloudwatch:{region}:{account}:alarm:{name}-X": ("cloudwatch:PutMetricAlarm",),
    "scheduler:{region}:{account}:schedule/default/{name}-X": ("scheduler:CreateSchedule",),
    "ses:{region}:{account}:configuration-set/{name}": ("ses:CreateConfigurationSet",),
    "apigateway:{region}::/restapis": ("apigateway:POST",),
    "apigateway:{region}::/account": ("apigateway:PATCH",),
}
"""Without which no deployment succeeds: the resource (an ARN after its partition) and the actions on it."""


class Finding(NamedTuple):
    """What a check found."""

    stops: bool
    """Whether nothing can be deployed before it is dealt with."""
    sentence: str


@cache
def source_template() -> Mapping[str, Any]:
    """The template of the sources, which is there before anything is packaged."""
    return read_template((ROOT / "infra" / "template.yaml").read_text())


def refused_values(given: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with values of parameters by the template's own rules, which AWS would apply minutes later."""
    for name, value in given.items():
        rule = source_template()["Parameters"][name]
        pattern, least = rule.get("AllowedPattern"), rule.get("MinValue")
        if pattern and not re.fullmatch(pattern, value):
            yield f"{said_as(name)} cannot be “{value}”: it is {rule['ConstraintDescription']}."
        if least is not None and not (value.isascii() and value.isdecimal() and int(least) <= int(value)):
            yield f"{said_as(name)} cannot be “{value}”: it is a whole number, at least {least}."


def said_as(parameter: str) -> str:
    """The name in `make deploy` of a parameter of the template: MAIL_FROM for MailFrom."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", parameter).upper()


def _is_refused(result: Mapping[str, Any]) -> bool:
    """Whether IAM refuses for certain: a condition on what the simulation does not know may hold in the real call."""
    return result["EvalDecision"] != "allowed" and not result.get("MissingContextValues")


@dataclass(frozen=True)
class Preflight:
    """The circumstances of a deployment, and the checks of them.

    Args:
        session: a boto3 session with region and credentials.
        caller: who deploys.
        stack: CloudFormation's description of the stack; None if it does not exist.
        given: values of the template's parameters that were asked for.
        bucket: the artifact bucket.
        runtime: the Python version asked for, such as `python3.13`; empty: the stack's, or the newest.
        architecture: that of the processor asked for; empty: the stack's, or x86_64.
    """

    session: Any
    caller: Caller
    name: str
    stage: str
    stack: Mapping[str, Any] | None
    given: Mapping[str, str]
    bucket: str
    runtime: str = ""
    architecture: str = ""

    @cached_property
    def is_new(self) -> bool:
        """Whether a stack is created: there is none, or one that never ran."""
        return self.stack is None or self.stack["StackStatus"] in NEVER_RAN

    @cached_property
    def before(self) -> Mapping[str, str]:
        """The values of the parameters now; of a stack that does not run, the template's."""
        stack = {} if self.is_new or self.stack is None else self.stack
        defaults = {name: str(one.get("Default", "")) for name, one in source_template()["Parameters"].items()}
        return defaults | {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", ())}

    @cached_property
    def values(self) -> Mapping[str, str]:
        """The values of all parameters after the deployment, as far as they are known."""
        return {**self.before, **self.given}

    @property
    def _where(self) -> dict[str, str]:
        known = {"region": self.session.region_name, "account": self.caller.account}
        return {**known, "name": self.name, "bucket": self.bucket}

    @cached_property
    def function(self) -> tuple[str, str]:
        """Runtime and architecture of the functions: as asked for, else as they are, else the newest on x86_64."""
        runtime, architecture = ("", "") if self.is_new else self._of_functions()
        newest = f"python{NEWEST[0]}.{NEWEST[1]}"
        return self.runtime or runtime or newest, self.architecture or architecture or ARCHITECTURES[0]

    def _of_functions(self) -> tuple[str, str]:
        found = self.session.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId="APIHandler"
        )
        function = found["StackResourceDetail"]["PhysicalResourceId"]
        now = self.session.client("lambda").get_function_configuration(FunctionName=function)
        return now["Runtime"], now["Architectures"][0]

    @cached_property
    def api_logs_role(self) -> str:
        """The role by which API Gateway writes logs, if somebody else has set one; empty if the stack may set its own.

        The role of a stack that exists stays as it is.
        """
        if not self.is_new:
            return self.values["ApiLogsRoleArn"]
        role: str = self.session.client("apigateway").get_account().get("cloudwatchRoleArn", "")
        return role if role and self._look_up("iam", "get_role", RoleName=role.rpartition("/")[2]) else ""

    def findings(self) -> list[Finding]:
        """What all checks found."""
        found: list[Finding] = []
        for about, check in self._checks.items():
            try:
                found += check()
            except ClientError as error:
                if error.response["Error"]["Code"] not in _DENIED:
                    raise
                found.append(Finding(False, f"Not checked: {about}, because you may not call {error.operation_name}."))
        return found

    @property
    def _checks(self) -> Mapping[str, Callable[[], Iterator[Finding]]]:
        return {
            "the runtime": self._check_runtime,
            "your rights": self._check_rights,
            "how many functions may run at once": self._check_concurrency,
            "the pages' own address": self._check_domain,
            "the reader of the budget": self._check_budget,
            "the sender of mails": self._check_sender,
            "the role of API Gateway's logs": self._check_api_logs,
            "the artifact bucket": self._check_bucket,
            "what an earlier stack left": self._check_leftovers,
            "other regions": self._check_other_regions,
        }

    def _check_runtime(self) -> Iterator[Finding]:
        runtime, _ = self.function
        here = f"python{sys.version_info.major}.{sys.version_info.minor}"
        if runtime == here:
            return
        known = [f"python3.{minor}" for minor in range(OLDEST[1], NEWEST[1] + 1)]
        if runtime not in known:
            yield Finding(True, f"RUNTIME is one of {', '.join(known)}, not {runtime}.")
            return
        version = runtime.removeprefix("python")
        whose, then = (
            (f"The stack {self.name} runs", "changes to") if not self.is_new else ("A new stack runs", "keeps")
        )
        yield Finding(
            True,
            f"{whose} on {runtime}, which cannot use the byte code of this {here}: get {version} with "
            f"`.venv/bin/python -m uv python install {version}` and make .venv with it "
            f"(docs/deploy.md#python-and-processor), or deploy with RUNTIME={here}, which the stack then {then}.",
        )

    def _check_rights(self) -> Iterator[Finding]:
        principal = self._principal()
        if not principal:
            return
        partition = self.caller.arn.split(":")[1]
        pages = self.session.client("iam").get_paginator("simulate_principal_policy")
        missing: dict[str, None] = {}
        for resource, actions in _RIGHTS.items():
            arn = f"arn:{partition}:{resource.format(**self._where)}"
            for page in pages.paginate(PolicySourceArn=principal, ActionNames=list(actions), ResourceArns=[arn]):
                refused = [one for one in page["EvaluationResults"] if _is_refused(one)]
                missing |= dict.fromkeys(one["EvalActionName"] for one in refused)
        if missing:
            yield Finding(
                True,
                f"{self.caller.arn} lacks rights ({', '.join(missing)}): have them granted, or sign in as somebody "
                "who may create IAM roles.",
            )

    def _principal(self) -> str:
        """The user or role whose policies decide; empty for the root user, who may do everything."""
        kind, _, rest = self.caller.arn.rpartition(":")[2].partition("/")
        if kind == "assumed-role":
            role = self.session.client("iam").get_role(RoleName=rest.split("/")[0])
            return str(role["Role"]["Arn"])
        return self.caller.arn if kind == "user" else ""

    def _check_concurrency(self) -> Iterator[Finding]:
        limit = self.session.client("lambda").get_account_settings()["AccountLimit"]
        region, reserved, queues = self.session.region_name, int(self.values["PageConcurrency"]), self._queues_at_once()
        free = limit["UnreservedConcurrentExecutions"] + int(self.before["PageConcurrency"])
        kept = min(_KEPT_UNRESERVED, limit["ConcurrentExecutions"])
        ask = (
            "ask for more (`aws service-quotas request-service-quota-increase --service-code lambda "
            "--quota-code L-B99A9384 --desired-value 1000`, free of charge)"
        )
        if reserved and free - reserved < kept:
            yield Finding(
                True,
                f"Of the {free} functions that may run at once in {region}, Lambda lets nobody reserve {kept}: {ask}, "
                f"or deploy with PAGE_CONCURRENCY={max(free - kept, 0)}.",
            )
        elif free - reserved < queues + (0 if reserved else _ROOM_FOR_PAGES):
            yield Finding(
                True,
                f"This account may run {free - reserved} functions at once in {region}, and the queues alone "
                f"would take {queues}, so that pages fail: {ask}, or deploy with QUEUE_CONCURRENCY=2 until then.",
            )

    def _queues_at_once(self) -> int:
        """How many functions the queues start at most, all together."""
        total = 0
        for resource in source_template()["Resources"].values():
            for event in resource.get("Properties", {}).get("Events", {}).values():
                most = event["Properties"].get("ScalingConfig", {}).get("MaximumConcurrency", 0)
                most = most[1] if isinstance(most, list) else most  # !If [OnAws, …]
                total += int(self.values.get(most, most))
        return total

    def _check_domain(self) -> Iterator[Finding]:
        """Whether API Gateway will take the name, its certificate and its zone."""
        names = ("DomainName", "CertificateArn", "HostedZoneId")
        domain, certificate, zone = (self.values[one] for one in names)
        old, _, old_zone = (self.before[one] for one in names)
        if old and old != domain:
            yield Finding(False, f"Mailed links that begin with https://{old} lead nowhere when this is deployed.")
        if not domain:
            if certificate or zone:
                yield Finding(
                    True, "CERTIFICATE_ARN and HOSTED_ZONE_ID are those of a DOMAIN_NAME: name it, or neither."
                )
            return
        problems = [
            self._refused_certificate(certificate, domain) if certificate else "",
            self._refused_zone(zone, domain, has_record=(old, old_zone) == (domain, zone)) if zone else "",
            ""
            if certificate or zone
            else "DOMAIN_NAME needs its CERTIFICATE_ARN, or HOSTED_ZONE_ID to have one issued.",
        ]
        if domain != old and self._exists("apigateway", "get_domain_name", domainName=domain):
            problems.append(
                f"API Gateway serves {domain} already, for another stack: remove it there, or choose another."
            )
        yield from (Finding(True, problem) for problem in problems if problem)

    def _refused_certificate(self, arn: str, domain: str) -> str:
        """Why API Gateway will not take the certificate for the domain, or ""."""
        _, _, _, region, account, _ = arn.split(":", 5)
        if (region, account) != (self.session.region_name, self.caller.account):
            return (
                f"CERTIFICATE_ARN is in {region} of account {account}: API Gateway takes one of the stack's region and "
                f"account, {self.session.region_name} of {self.caller.account}."
            )
        found = self._look_up("acm", "describe_certificate", CertificateArn=arn)
        if found is None:
            return f"There is no certificate {arn}: `aws acm list-certificates` names those that there are."
        one = found["Certificate"]
        if one["Status"] != "ISSUED":
            return (
                f"The certificate of {domain} is not valid yet or no longer ({one['Status']}): see it in ACM's console."
            )
        names = {one["DomainName"], *one.get("SubjectAlternativeNames", ())}
        if not names & {domain, f"*.{domain.partition('.')[2]}"}:
            return f"The certificate is for {', '.join(sorted(names))}, not for {domain}: have one issued for it."
        return ""

    def _refused_zone(self, zone: str, domain: str, *, has_record: bool) -> str:
        """Why Route 53 will not make the domain's record in the zone, or ""; the stack may have made it already."""
        found = self._look_up("route53", "get_hosted_zone", Id=zone)
        if found is None:
            return (
                f"There is no zone {zone} in this account: `aws route53 list-hosted-zones` names those that there are."
            )
        name = found["HostedZone"]["Name"].rstrip(".")
        if found["HostedZone"].get("Config", {}).get("PrivateZone"):
            return f"The zone {zone} is private: clients would not find {domain}. Name the public one of {name}."
        if not f".{domain}".endswith(f".{name}"):
            return f"The zone {zone} is that of {name}, in which {domain} is not: check DOMAIN_NAME and HOSTED_ZONE_ID."
        records = self.session.client("route53").list_resource_record_sets(HostedZoneId=zone, StartRecordName=domain)
        taken = [one["Type"] for one in records["ResourceRecordSets"] if one["Name"] == f"{domain}."]
        if not has_record and (kinds := {"A", "CNAME"}.intersection(taken)):
            return (
                f"The zone {zone} has a record of {domain} already ({kinds.pop()}): delete it, so that the stack can "
                "make its own, or deploy without HOSTED_ZONE_ID and point it at the output DomainTarget."
            )
        return ""

    def _check_budget(self) -> Iterator[Finding]:
        if int(self.values["MonthlyBudget"]) and not self.values["AlarmEmail"]:
            yield Finding(True, "MONTHLY_BUDGET needs ALARM_EMAIL, which gets its mails.")

    def _check_sender(self) -> Iterator[Finding]:
        sender, region = self.values["MailFrom"], self.session.region_name
        if not sender:
            return
        if not any(map(self._is_verified, identities_of(sender))):
            yield Finding(
                True,
                f"SES in {region} does not know that {sender} is yours: verify the address or its domain there "
                f"(`aws sesv2 create-email-identity --email-identity {sender}` mails a link to confirm), or deploy "
                "with MAIL_FROM=none.",
            )
        account = self.session.client("sesv2").get_account()
        if not account.get("ProductionAccessEnabled"):
            yield Finding(
                False,
                f"SES in {region} is in the sandbox: mails reach verified addresses only, until AWS grants production "
                "access (docs/operate.md#mails).",
            )
        if not account.get("SendingEnabled"):
            yield Finding(False, "AWS has paused the account's sending: its notices in the SES console say why.")

    def _is_verified(self, identity: str) -> bool:
        found = self._look_up("sesv2", "get_email_identity", EmailIdentity=identity)
        return bool(found and found.get("VerifiedForSendingStatus"))

    def _check_api_logs(self) -> Iterator[Finding]:
        if self.is_new and self.api_logs_role:
            yield Finding(
                False,
                f"API Gateway writes its logs in this account and region by {self.api_logs_role}, which is not this "
                "stack's: it stays.",
            )

    def _check_bucket(self) -> Iterator[Finding]:
        try:
            bucket_exists(self.session.client("s3"), self.bucket, self.caller.account)
        except DeployError as problem:
            yield Finding(True, str(problem))

    def _check_leftovers(self) -> Iterator[Finding]:
        """What outlived an earlier stack of this name: of these, a new one could not create buckets and secret."""
        if not self.is_new:
            return
        where, region = f"{self.caller.account}-{self.session.region_name}", self.session.region_name
        owner = {"ExpectedBucketOwner": self.caller.account}
        buckets = [f"{self.name}-{room}-{where}" for room in ("inbox", "store")]
        secret = f"{self.name}/link-key"
        left = [("AWS::S3::Bucket", one) for one in buckets if self._exists("s3", "head_bucket", Bucket=one, **owner)]
        if self._exists("secretsmanager", "describe_secret", SecretId=secret):
            left.append(("AWS::SecretsManager::Secret", secret))
        of_tables = re.compile(rf"{self.name}-(Directory|Cycles|Activity)Table-[A-Z0-9]+")
        pages = self.session.client("dynamodb").get_paginator("list_tables").paginate()
        tables = [one for page in pages for one in page["TableNames"] if of_tables.fullmatch(one)]
        if left:
            left += [("AWS::DynamoDB::Table", one) for one in tables]
            commands = "\n".join(how_to_delete(left, region))
            yield Finding(
                True,
                f"An earlier stack {self.name} left {', '.join(name for _, name in left)}, which a new one cannot take "
                "over: choose another STAGE, into which you can bring what was dropped (docs/deploy.md#remove), or "
                f"delete them for good, which nothing brings back:\n{commands}",
            )
        elif tables:
            yield Finding(False, f"An earlier stack left {', '.join(tables)}, which cost on: the new one has its own.")

    def _check_other_regions(self) -> Iterator[Finding]:
        if not self.is_new:
            return
        start = f"{self.name}-inbox-{self.caller.account}-"
        names = [bucket["Name"] for bucket in self.session.client("s3").list_buckets()["Buckets"]]
        regions = [name.removeprefix(start) for name in names if name.startswith(start)]
        if others := sorted(set(regions) - {self.session.region_name}):
            yield Finding(
                False,
                f"The stage {self.stage} of this account exists in {', '.join(others)}: here, in "
                f"{self.session.region_name}, you would make a second one without its data.",
            )

    def _exists(self, service: str, operation: str, **parameters: str) -> bool:
        return self._look_up(service, operation, **parameters) is not None

    def _look_up(self, service: str, operation: str, **parameters: str) -> Any:
        """The answer about a thing; None if there is no such thing."""
        try:
            return getattr(self.session.client(service), operation)(**parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise
