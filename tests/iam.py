"""What AWS's IAM answers: the roles of an expanded template, and what each call of an SDK asks of them.

Policies are evaluated as the IAM guide says ("Policy evaluation logic", "Multivalued context keys"): nothing is allowed
but what a statement allows; the values of one condition are alternatives, its operators and keys all have to hold. A
key that the request does not have fails a condition, but passes `ForAllValues`. What this module does not know of
policies raises, so that it never passes unread.

roles = Roles(expanded, {"Stage": "prod"}, account="123456789012", region="eu-central-1", stack="hourtab-prod")
roles.allows("SendMailsRole", Request("dynamodb:UpdateItem", "arn:aws:dynamodb:…", {LEADING: ["outbox#a"]}))
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.utils import parseaddr
from typing import Any, NamedTuple

LEADING = "dynamodb:LeadingKeys"
_ARNS = {
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{place}:table/{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{place}:{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{place}:function:{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{place}:log-group:{name}:*",
    "AWS::Cognito::UserPool": "arn:aws:cognito-idp:{place}:userpool/{name}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{place}:secret:{name}-aB3xYz",
}
"""The ARN of a resource whose physical name is its logical one."""
_NOTHING = {"Ref": "AWS::NoValue"}


class Request(NamedTuple):
    """What a call asks: an action on a resource."""

    action: str
    resource: str
    context: Mapping[str, list[str]]
    """The condition keys that it has, with all their values."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on one resource that a statement allows under its conditions."""

    sid: str
    action: str
    resource: str
    conditions: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    """Operator → key → the values, any of which will do."""

    def allows(self, request: Request) -> bool:
        """Whether the request is allowed by this grant alone."""
        return (
            _like(request.action.lower(), self.action.lower())
            and _like(request.resource, self.resource)
            and all(
                _holds(operator, request.context.get(key), values)
                for operator, keys in self.conditions.items()
                for key, values in keys.items()
            )
        )

    def unused_values(self, requests: list[Request]) -> Iterator[str]:
        """The values of conditions that no request needs."""
        for keys in self.conditions.values():
            for key, values in keys.items():
                asked = [one for request in requests for one in request.context.get(key, ())]
                yield from (f"{key} {value}" for value in values if not any(_like(one, value) for one in asked))


def _like(text: str, pattern: str) -> bool:
    """IAM's wildcards: `*` is any text, `?` any character."""
    parts = (".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringLike": _like,
    "ArnEquals": _like,
    "Bool": lambda found, wanted: found.lower() == wanted.lower(),
}


def _holds(operator: str, found: list[str] | None, wanted: list[str]) -> bool:
    *of_all, name = operator.split(":")
    matches = _OPERATORS[name]
    if of_all == ["ForAllValues"]:
        return all(any(matches(one, value) for value in wanted) for one in found or ())
    if of_all or (found is not None and len(found) > 1):
        raise NotImplementedError(f"{operator} with {found}")
    return found is not None and any(matches(found[0], value) for value in wanted)


class Roles:
    """The roles of a template that SAM has expanded, as a stack has them whose resources are called by logical ids."""

    def __init__(self, expanded: Any, given: Mapping[str, str], *, account: str, region: str, stack: str) -> None:
        self._template = expanded
        self._place = f"{region}:{account}"
        self._values = {
            **{name: str(one.get("Default", "")) for name, one in expanded["Parameters"].items()},
            **given,
            "AWS::AccountId": account,
            "AWS::Partition": "aws",
            "AWS::Region": region,
            "AWS::StackName": stack,
            "AWS::URLSuffix": "amazonaws.com",
        }
        self.grants = {
            name: [grant for policy in one["Properties"].get("Policies", ()) for grant in self._grants(policy)]
            for name, one in expanded["Resources"].items()
            if one["Type"] == "AWS::IAM::Role"
        }

    def allows(self, role: str, request: Request) -> bool:
        """Whether a function with this role may do it."""
        return any(grant.allows(request) for grant in self.grants[role])

    def _grants(self, policy: Any) -> Iterator[Grant]:
        for statement in self.resolve(policy["PolicyDocument"]["Statement"]):
            known = {"Sid", "Effect", "Action", "Resource", "Condition"}
            if statement["Effect"] != "Allow" or not statement.keys() <= known:
                raise NotImplementedError(str(statement))
            conditions = {
                operator: {key: _list(values) for key, values in keys.items()}
                for operator, keys in statement.get("Condition", {}).items()
            }
            for action in _list(statement["Action"]):
                for resource in _list(statement["Resource"]):
                    yield Grant(statement["Sid"], action, resource, conditions)

    def resolve(self, value: Any) -> Any:
        """A value of the template as CloudFormation passes it on."""
        match self._chosen(value):
            case {"Ref": name}:
                return self._values.get(name, name)
            case {"Fn::GetAtt": [name, "Arn" | "Id"]}:
                return self._arn(name)
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: self._named(found[1]), text)
            case dict(value):
                chosen = {key: self._chosen(one) for key, one in value.items()}
                return {key: self.resolve(one) for key, one in chosen.items() if one != _NOTHING}
            case list(value):
                return [self.resolve(one) for one in map(self._chosen, value) if one != _NOTHING]
        return value

    def _chosen(self, value: Any) -> Any:
        """The branch that an `Fn::If` takes; any other value itself."""
        while isinstance(value, dict) and "Fn::If" in value:
            condition, then, otherwise = value["Fn::If"]
            value = then if self._is(self._template["Conditions"][condition]) else otherwise
        return value

    def _is(self, condition: Any) -> bool:
        match condition:
            case {"Fn::Equals": [one, other]}:
                return bool(self.resolve(one) == self.resolve(other))
            case {"Fn::Not": [one]}:
                return not self._is(one)
            case {"Condition": name}:
                return self._is(self._template["Conditions"][name])
        raise NotImplementedError(str(condition))

    def _named(self, name: str) -> str:
        return self._arn(name.removesuffix(".Arn")) if name.endswith(".Arn") else self._values[name]

    def _arn(self, name: str) -> str:
        return _ARNS[self._template["Resources"][name]["Type"]].format(place=self._place, name=name)


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


# ---------------------------------------------------------------- what a call asks
class Asked:
    """What calls of an SDK ask of IAM, for tables with these definitions in one account and region.

    The actions of each operation are those of the Service Authorization Reference: a transaction asks for each of its
    writes, a batch of messages for `sqs:SendMessage`, a mail in MIME for `ses:SendRawEmail`, too. The leading key of a
    query is the partition key of what is queried: of an index its own (DynamoDB guide, "Using IAM policy conditions for
    fine-grained access control", example 5).
    """

    def __init__(self, tables: Mapping[str, Any], *, account: str, region: str) -> None:
        self._place = f"{region}:{account}"
        self._hash_keys = {
            (table, index.get("IndexName")): next(
                one["AttributeName"] for one in index["KeySchema"] if one["KeyType"] == "HASH"
            )
            for table, definition in tables.items()
            for index in (definition, *definition.get("GlobalSecondaryIndexes", ()))
        }

    def requests(self, service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
        """The requests of one call."""
        yield from getattr(self, f"_{service.replace('-', '_')}")(operation, parameters)

    def gone(self, parameters: Mapping[str, Any]) -> Request:
        """What S3 asks, when an object is not there, before it says so: whether the caller may list it."""
        bucket = f"arn:aws:s3:::{parameters['Bucket']}"
        return Request("s3:ListBucket", bucket, {"s3:prefix": [parameters["Key"]]})

    def _dynamodb(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
        if operation == "BatchGetItem":
            for table, asked in parameters["RequestItems"].items():
                yield self._of_items("GetItem", table, asked["Keys"], "Batch")
        elif operation == "TransactWriteItems":
            # Conservative: the same action on several items of a table is asked at once.
            together: dict[tuple[str, str], list[Any]] = {}
            for one in parameters["TransactItems"]:
                ((kind, write),) = one.items()
                action = kind if kind == "ConditionCheck" else f"{kind}Item"
                together.setdefault((action, write["TableName"]), []).append(write.get("Key") or write["Item"])
            for (action, table), items in together.items():
                yield self._of_items(action.replace("Check", "CheckItem"), table, items)
        elif operation == "Query":
            yield self._of_query(parameters)
        else:
            yield self._of_items(operation, parameters["TableName"], [parameters.get("Key") or parameters["Item"]])

    def _of_items(self, action: str, table: str, items: list[Any], many: str = "") -> Request:
        key = self._hash_keys[table, None]
        leading = sorted({item[key]["S"] for item in items})
        return Request(f"dynamodb:{many}{action}", self._table(table), {LEADING: leading})

    def _of_query(self, parameters: Mapping[str, Any]) -> Request:
        table, index = parameters["TableName"], parameters.get("IndexName")
        names, values = parameters["ExpressionAttributeNames"], parameters["ExpressionAttributeValues"]
        (leading,) = (
            values[value]["S"]
            for name, value in re.findall(r"(#\w+) = (:\w+)", parameters["KeyConditionExpression"])
            if names[name] == self._hash_keys[table, index]
        )
        return Request(
            "dynamodb:Query", self._table(table) + (f"/index/{index}" if index else ""), {LEADING: [leading]}
        )

    def _table(self, name: str) -> str:
        return _ARNS["AWS::DynamoDB::Table"].format(place=self._place, name=name)

    def _sqs(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
        queue = parameters["QueueUrl"].rpartition("/")[2]
        arn = _ARNS["AWS::SQS::Queue"].format(place=self._place, name=queue)
        yield Request(f"sqs:{operation.removesuffix('Batch')}", arn, {})

    def _s3(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
        version = "Version" if "VersionId" in parameters else ""
        yield Request(f"s3:{operation}{version}", f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}", {})

    def _cognito_idp(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
        pool = _ARNS["AWS::Cognito::UserPool"].format(place=self._place, name=parameters["UserPoolId"])
        yield Request(f"cognito-idp:{operation}", pool, {})

    def _secretsmanager(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
        secret = f"arn:aws:secretsmanager:{self._place}:secret:{parameters['SecretId']}-aB3xYz"
        yield Request(f"secretsmanager:{operation}", secret, {})

    def _sesv2(self, operation: str, parameters: Mapping[str, Any]) -> Iterator[Request]:
        senders = {
            parseaddr(parameters["FromEmailAddress"])[1],
            parseaddr(message_from_bytes(parameters["Content"]["Raw"]["Data"])["From"])[1],
        }
        used = [f"identity/{sender}" for sender in senders]
        used += [f"configuration-set/{parameters['ConfigurationSetName']}"]
        for sender in senders:
            for action in (operation, "SendRawEmail"):
                for name in used:
                    yield Request(f"ses:{action}", f"arn:aws:ses:{self._place}:{name}", {"ses:FromAddress": [sender]})
