"""Access to AWS: one botocore session, one client per service, and AWS errors translated to HourTab's.

boto3 is never imported: its cost at a cold start is not worth it. PynamoDB uses the same DynamoDB client (tables.py),
so a page's function creates only one client.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import Any

from botocore import __version__ as botocore_version
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import Loader
from botocore.session import Session

from chalicelib.cold_start import kept_for_good
from chalicelib.domain.errors import HourTabError

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,  # behind API Gateway a page has to fail before the visitor gives up
    retries={"mode": "standard", "total_max_attempts": 3},
    parameter_validation=False,  # our own calls are tested; validating each again costs time
    user_agent=f"HourTab Botocore/{botocore_version}",  # composing botocore's own is a quarter of its work on a call
)
_FOR_S3 = Config(read_timeout=20)  # S3 answers only after it has received a large file
# SendEmail is never retried here: if its answer is late or lost, the mail may have been sent.
_FOR_MAIL = Config(read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1})
_OF_SERVICE = {"s3": _FOR_S3, "sesv2": _FOR_MAIL}
_ELSEWHERE = Config(s3={"addressing_style": "path"})  # the local cloud has no host names for buckets
_NOT_LOOKED_FOR = (None, None, None, None)
"""botocore's description of a variable that neither the environment nor a file sets."""
_SERVICES = [
    *("cloudformation", "cloudwatch", "cognito-idp", "dynamodb", "s3", "scheduler", "secretsmanager"),
    *("sesv2", "sns", "sqs"),
]
_SIGN_IN = ["signin", "sso", "sso-oidc", "sts"]
"""The services that botocore calls for credentials: a profile with a role, single sign-on, `aws login`."""


class CloudError(HourTabError):
    """AWS refused a call or did not answer; retrying later may help."""

    def __init__(self, operation: str, code: str) -> None:
        super().__init__(f"The AWS call {operation} failed ({code}): check credentials and region, then try again.")
        self.operation = operation
        self.code = code


class RegionMissingError(HourTabError):
    """Neither the command nor the AWS configuration names a region."""

    def __init__(self) -> None:
        super().__init__("No region is set: add --region eu-central-1, for example, or set AWS_REGION.")


class Aws:
    """The clients of one account and region, created when they are first used.

    Args:
        region: "" means that of the AWS configuration.
        endpoint_url: the endpoint, if it is not AWS itself.
        profile: the profile of the AWS configuration; as in the AWS command line, one that is named takes
            precedence over keys that happen to be in the environment.
        keys: access key and secret key to use instead of the AWS configuration.
    """

    def __init__(
        self, region: str, endpoint_url: str | None = None, *, profile: str = "", keys: tuple[str, str] | None = None
    ) -> None:
        self._region = region
        self._endpoint_url = endpoint_url
        self._profile = profile
        self._keys = keys
        self.done_by: Callable[[], tuple[str, str]] = lambda: ("", "")
        """Who acts with it, and how (`DoneBy`): asked when an act is recorded, and the same as long as this lives."""
        self._clients: dict[str, Any] = {}
        self._lock = Lock()  # botocore cannot create clients in several threads at once

    @cached_property
    def region(self) -> str:
        """The region. Raises RegionMissingError."""
        region: str = self._region or self._session.get_config_variable("region")
        if not region:
            raise RegionMissingError
        return region

    @cached_property
    def _session(self) -> Session:
        session = self._new_session()
        session.register_component("data_loader", _OurServices())
        return session

    def _new_session(self) -> Session:
        if self._keys is None:
            return Session(profile=self._profile or None)
        session = Session(session_vars={"profile": _NOT_LOOKED_FOR})
        session.set_credentials(*self._keys)
        return session

    def _config(self, service: str) -> Config:
        config = _CONFIG.merge(_OF_SERVICE[service]) if service in _OF_SERVICE else _CONFIG
        return config.merge(_ELSEWHERE) if self._endpoint_url else config

    def client(self, service: str) -> Any:
        """The client of `service`, such as `dynamodb` or `s3`; the same at each call."""
        with self._lock:
            if service not in self._clients:
                with kept_for_good():
                    self._clients[service] = self._session.create_client(
                        service,
                        region_name=self.region,
                        endpoint_url=self._endpoint_url,
                        config=self._config(service),
                    )
            return self._clients[service]


class _OurServices(Loader):
    """botocore's descriptions of services, without listing all that exist: 800 folders at each cold start."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's own signature
        """The services that HourTab calls, and those that botocore gets credentials from."""
        return [*_SERVICES, *_SIGN_IN]


@contextmanager
def cloud_errors(operation: str) -> Iterator[None]:
    """Turns botocore's errors in this block into a CloudError that names `operation`."""
    try:
        yield
    except ClientError as error:
        raise CloudError(operation, error.response["Error"]["Code"]) from error
    except BotoCoreError as error:
        raise CloudError(operation, type(error).__name__) from error
