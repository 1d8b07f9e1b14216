"""Settings from the environment: the names of the stack's resources. The only module that reads the environment.

A function has only the variables of the resources that it may use, so a missing variable is an error only when it is
needed: `Settings.need` names it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from chalicelib.domain.errors import HourTabError


class SettingMissingError(HourTabError):
    """A required variable is not set in the environment."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is not set: start the local stack with `make up`, or name the deployed stack.")
        self.variable = variable


_OF_AWS = {"region", "endpoint_url", "lambda_function_name"}


def variable_of(name: str) -> str:
    """The environment variable of the setting called `name`."""
    return f"{'AWS' if name in _OF_AWS else 'HOURTAB'}_{name.upper()}"


def _output(name: str) -> str:
    """A setting that a stack has among its outputs (infra/template.yaml), under this name."""
    return field(default="", metadata={"output": name})


@dataclass(frozen=True, slots=True)
class Settings:
    """The names of the stack's resources; empty if not set."""

    directory_table: str = _output("DirectoryTableName")
    cycles_table: str = _output("CyclesTableName")
    activity_table: str = _output("ActivityTableName")
    inbox_bucket: str = _output("InboxBucket")
    store_bucket: str = _output("StoreBucket")
    """Large work logs, plans of large commits, large reports, sent mails."""
    import_queue_url: str = _output("ImportQueueUrl")
    mail_queue_url: str = _output("MailQueueUrl")
    mail_from: str = _output("MailFrom")
    """The address that mails come from; empty: none is sent."""
    mail_set: str = _output("MailSetName")
    """SES's configuration set, through which it reports bounces and complaints."""
    large_import_queue_url: str = ""
    rollover_queue_url: str = _output("RolloverQueueUrl")
    transaction_items: str = ""
    """The most items of a transaction, on an engine that takes fewer than AWS; empty: as many as AWS."""
    clock_file: str = _output("ClockFile")
    """A file with the number of seconds by which the clock is ahead; empty: it is not. Only the local stack has one."""
    link_requests: str = ""
    """How many requests a minute one running function answers for one link; empty: 60."""
    link_secret: str = _output("LinkSecretName")
    """Name or ARN of the secret that signs links."""
    session_secret: str = ""
    """Name of the secret that signs the console's sessions."""
    user_pool: str = _output("UserPoolId")
    """The Cognito user pool of those who sign in to the console."""
    user_pool_client: str = ""
    """The id under which the console is known to the user pool."""
    sign_in_url: str = ""
    """Address of the user pool's sign-in pages, without a slash at its end."""
    base_url: str = _output("PagesUrl")
    """Public address of the pages, without a slash at its end."""
    region: str = ""
    endpoint_url: str = ""
    """Endpoint URL; empty: AWS itself. The local cloud sets it."""
    lambda_function_name: str = ""
    """The function that runs; empty: the command line."""
    stack: str = ""
    """The stack that the command line uses; empty: the local one."""
    stack_name: str = _output("StackName")
    """The stack that it speaks to; the namespace of the functions' metrics."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """The settings from the environment."""
        return cls(**{one.name: environ.get(variable_of(one.name), "") for one in fields(cls)})

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, str]) -> "Settings":
        """The settings from a stack's outputs."""
        names = {one.name: one.metadata["output"] for one in fields(cls) if "output" in one.metadata}
        # A stack that an older release deployed has no other address than its API's own.
        known = {"PagesUrl": outputs.get("ApiUrl", ""), **outputs}
        return cls(**{setting: known[output] for setting, output in names.items() if output in known})

    def need(self, name: str) -> str:
        """The setting called `name`.

        Raises:
            SettingMissingError: it is empty.
        """
        value: str = getattr(self, name)
        if not value:
            raise SettingMissingError(variable_of(name))
        return value
