"""The bucket that packages are uploaded to: ours, private, versioned, and closed to plain HTTP.

Its name can be guessed, and a bucket of that name may be somebody else's, who would then choose what we deploy: S3 is
told on each call whose bucket we expect (`ExpectedBucketOwner`).
"""

import json
from typing import Any, cast

import yaml
from botocore.exceptions import ClientError

from infra.package import Package
from infra.stack import DeployError


def bucket_name(account: str, region: str) -> str:
    """The name of the artifact bucket, one for each account and region."""
    return f"hourtab-artifacts-{account}-{region}"


def bucket_exists(s3: Any, bucket: str, account: str) -> bool:
    """Whether the bucket is there and the account's own.

    Raises:
        DeployError: it is somebody else's, or in another region, from which neither Lambda nor CloudFormation reads.
    """
    try:
        found = s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchBucket"}:
            return False
        raise DeployError(
            f"The bucket {bucket} is not account {account}'s, or you may not use it: nothing is uploaded to it. "
            "Name another one with ARTIFACT_BUCKET=…, or ask for s3:ListBucket on it."
        ) from error
    region = found.get("BucketRegion") or s3.meta.region_name
    if region != s3.meta.region_name:
        raise DeployError(
            f"The bucket {bucket} is in {region}: name one in {s3.meta.region_name} with ARTIFACT_BUCKET=…."
        )
    return True


def upload(session: Any, package: Package, bucket: str, account: str, prefix: str, *, tls_only: bool = True) -> str:
    """Put code and template into the bucket, which is made if it is missing, and return the template's URL.

    A bucket of another name that is there is used as it is: its policy may be somebody's.

    Args:
        session: a boto3 session with region and credentials.
        package: what make_package returned.
        bucket: its name.
        account: whose bucket it has to be.
        prefix: the beginning of the keys.
        tls_only: whether the bucket refuses plain HTTP, which the local cloud uses.

    Raises:
        DeployError: the bucket is somebody else's.
    """
    s3 = session.client("s3")
    is_there = bucket_exists(s3, bucket, account)
    if not is_there:
        _make_bucket(s3, bucket, session.region_name)
    if not is_there or bucket == bucket_name(account, session.region_name):
        _close_bucket(s3, bucket, account, tls_only=tls_only)
    key = f"{prefix}/{package.fingerprint}"
    owner = {"ExpectedBucketOwner": account}
    with package.code.open("rb") as code:
        s3.put_object(Bucket=bucket, Key=f"{key}/deployment.zip", Body=code, **owner)
    template = plain_template(package, f"s3://{bucket}/{key}/deployment.zip")
    s3.put_object(Bucket=bucket, Key=f"{key}/template.yaml", Body=template.encode(), **owner)
    return f"{s3.meta.endpoint_url}/{bucket}/{key}/template.yaml"


def _make_bucket(s3: Any, bucket: str, region: str) -> None:
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.create_bucket(Bucket=bucket, **place)
    except ClientError as error:
        if error.response["Error"]["Code"] == "BucketAlreadyExists":
            raise DeployError(f"The bucket {bucket} is taken: name another one with ARTIFACT_BUCKET=….") from error
        raise


def _close_bucket(s3: Any, bucket: str, account: str, *, tls_only: bool) -> None:
    """Make it private, versioned and closed to plain HTTP; repeating it has no further effect."""
    which = {"Bucket": bucket, "ExpectedBucketOwner": account}
    names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(**which, PublicAccessBlockConfiguration=dict.fromkeys(names, True))
    s3.put_bucket_versioning(**which, VersioningConfiguration={"Status": "Enabled"})
    if tls_only:
        partition = s3.meta.partition
        arns = [f"arn:{partition}:s3:::{bucket}", f"arn:{partition}:s3:::{bucket}/*"]
        refusal = {
            "Sid": "RefusePlainHttp",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": arns,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        s3.put_bucket_policy(**which, Policy=json.dumps({"Version": "2012-10-17", "Statement": [refusal]}))


def plain_template(package: Package, code_uri: str) -> str:
    """The template with the location of the code, and without YAML aliases, which CloudFormation rejects."""
    template = yaml.safe_load(package.template.read_text())
    for resource in template["Resources"].values():
        if "CodeUri" in resource.get("Properties", {}):
            resource["Properties"]["CodeUri"] = code_uri
    return yaml.dump(template, Dumper=_NoAliases, sort_keys=False)


class _Tags(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`, `!Sub` …) as what stands behind them."""


_Tags.add_multi_constructor("!", lambda loader, _, node: _untagged(loader, node))


def _untagged(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(cast("yaml.MappingNode", node), deep=True)


def read_template(text: str) -> dict[str, Any]:
    """A template, in which `!Ref Name` and the like are read as `Name`."""
    found: dict[str, Any] = yaml.load(text, _Tags)  # noqa: S506 - a SafeLoader
    return found


class _NoAliases(yaml.SafeDumper):
    """Writes repeated values in full."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True
