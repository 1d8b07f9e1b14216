"""Which account and region of AWS, and as whom; each way in which that can fail is a sentence."""

import difflib
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.stack import DeployError

_SIGN_IN = "sign in (`aws sso login` or `aws configure`), or choose a profile with AWS_PROFILE=…."
_REJECTED = f"AWS rejects these credentials, or the account has not enabled this region: {_SIGN_IN}"
_OF_CREDENTIALS = {
    **dict.fromkeys(("NoCredentialsError", "PartialCredentialsError"), f"No AWS credentials were found: {_SIGN_IN}"),
    **dict.fromkeys(("InvalidClientTokenId", "SignatureDoesNotMatch"), _REJECTED),
    **dict.fromkeys(
        (
            "ExpiredToken",
            "ExpiredTokenException",
            "UnauthorizedSSOTokenError",
            "SSOTokenLoadError",
            "TokenRetrievalError",
        ),
        f"Your sign-in has expired: {_SIGN_IN}",
    ),
}


class Caller(NamedTuple):
    """As whom AWS knows us."""

    account: str
    arn: str


def open_session(region: str) -> Any:
    """A boto3 session of the AWS configuration; `region` comes before that of the profile.

    Raises:
        DeployError: there is no such profile, or no region is named.
    """
    try:
        session = boto3.Session(region_name=region or None)
    except BotoCoreError as error:
        raise DeployError(f"{error}: choose one of `aws configure list-profiles` with AWS_PROFILE=….") from error
    if not session.region_name:
        raise DeployError("No region is set: run it with AWS_REGION=eu-central-1, for example.")
    return session


def identify(session: Any) -> Caller:
    """Who calls.

    Raises:
        DeployError: there are no credentials, AWS does not take them, or there is no such region.
    """
    try:
        answer = session.client("sts").get_caller_identity()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise DeployError(_OF_CREDENTIALS.get(code) or describe(error)) from error
    except BotoCoreError as error:
        name = type(error).__name__
        if name in {"EndpointConnectionError", "InvalidRegionError", "ConnectTimeoutError"}:
            raise DeployError(_no_such_region(session)) from error
        raise DeployError(_OF_CREDENTIALS.get(name) or describe(error)) from error
    return Caller(answer["Account"], answer["Arn"])


def _no_such_region(session: Any) -> str:
    known = session.get_available_regions("lambda")
    near = [] if session.region_name in known else difflib.get_close_matches(session.region_name, known, n=1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    return f"AWS does not answer in the region {session.region_name}{meant}: check AWS_REGION and your connection."


def describe(error: Exception) -> str:
    """An error of AWS as one sentence."""
    if isinstance(error, ClientError):
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        return f"AWS refuses {error.operation_name} ({code}): {message or 'it gives no reason'}"
    return f"AWS cannot be asked ({type(error).__name__}): {error}"
