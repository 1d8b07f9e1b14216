"""Which account and region of AWS, and as whom; each way in which that can fail is a sentence."""

import difflib
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    InvalidRegionError,
)

from infra.stack import DeployError

_SIGN_IN = "sign in (`aws sso login` or `aws configure`), or choose a profile with AWS_PROFILE=…."
_NONE = f"No AWS credentials were found: {_SIGN_IN}"
_REJECTED = f"AWS rejects these credentials, or the account has not enabled this region: {_SIGN_IN}"
_EXPIRED = f"Your sign-in has expired: {_SIGN_IN}"
_OF_CREDENTIALS = {
    "NoCredentialsError": _NONE,
    "PartialCredentialsError": _NONE,
    "InvalidClientTokenId": _REJECTED,
    "UnrecognizedClientException": _REJECTED,
    "SignatureDoesNotMatch": _REJECTED,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "UnauthorizedSSOTokenError": _EXPIRED,
    "SSOTokenLoadError": _EXPIRED,
    "TokenRetrievalError": _EXPIRED,
}
"""What to do, by AWS's code or botocore's name of the error."""


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
        has_region = bool(session.region_name)
    except BotoCoreError as error:
        raise DeployError(f"{error}: choose one of `aws configure list-profiles` with AWS_PROFILE=….") from error
    if not has_region:
        raise DeployError("No region is set: run it with AWS_REGION=eu-central-1, for example.")
    return session


def identify(session: Any) -> Caller:
    """Who calls.

    Raises:
        DeployError: there are no credentials, AWS does not take them, or there is no such region.
    """
    try:
        answer = session.client("sts").get_caller_identity()
    except (EndpointConnectionError, ConnectTimeoutError, InvalidRegionError) as error:
        raise DeployError(_no_such_region(session)) from error
    except (BotoCoreError, ClientError) as error:
        raise DeployError(describe(error)) from error
    return Caller(answer["Account"], answer["Arn"])


def _no_such_region(session: Any) -> str:
    known = session.get_available_regions("lambda")
    near = [] if session.region_name in known else difflib.get_close_matches(session.region_name, known, n=1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    return f"AWS does not answer in the region {session.region_name}{meant}: check AWS_REGION and your connection."


def describe(error: BotoCoreError | ClientError) -> str:
    """An error of AWS as one sentence, which says what to do where it is the sign-in."""
    if isinstance(error, ClientError):
        code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
        said = f"AWS refuses {error.operation_name} ({code}): {message or 'it gives no reason'}"
    else:
        code = type(error).__name__
        said = f"AWS cannot be asked ({code}): {error}"
    return _OF_CREDENTIALS.get(code, said)
