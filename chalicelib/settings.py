"""What the environment says: the names of the stack's parts. The only module that reads the environment.

A function has only the variables of the parts that it may use, so a variable that is missing is an error
only when somebody needs it: `Settings.need` says which one.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from chalicelib.domain.errors import HourTabError


class SettingMissingError(HourTabError):
    """A variable that is needed is not in the environment."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is not set: start the local stack with `make up`, or name the deployed stack.")
        self.variable = variable


_VARIABLES = {
    "directory_table": "HOURTAB_DIRECTORY_TABLE",
    "cycles_table": "HOURTAB_CYCLES_TABLE",
    "activity_table": "HOURTAB_ACTIVITY_TABLE",
    "inbox_bucket": "HOURTAB_INBOX_BUCKET",
    "store_bucket": "HOURTAB_STORE_BUCKET",
    "import_queue_url": "HOURTAB_IMPORT_QUEUE_URL",
    "mail_queue_url": "HOURTAB_MAIL_QUEUE_URL",
    "mail_from": "HOURTAB_MAIL_FROM",
    "mail_set": "HOURTAB_MAIL_SET",
    "large_import_queue_url": "HOURTAB_LARGE_IMPORT_QUEUE_URL",
    "rollover_queue_url": "HOURTAB_ROLLOVER_QUEUE_URL",
    "clock_file": "HOURTAB_CLOCK_FILE",
    "link_secret": "HOURTAB_LINK_SECRET",
    "base_url": "HOURTAB_BASE_URL",
    "region": "AWS_REGION",
    "endpoint_url": "AWS_ENDPOINT_URL",
    "stack": "HOURTAB_STACK",
    "stack_name": "HOURTAB_STACK_NAME",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The names of the stack's parts; empty where the environment has none."""

    directory_table: str = ""
    cycles_table: str = ""
    activity_table: str = ""
    inbox_bucket: str = ""
    store_bucket: str = ""
    """Large work logs, plans of large commits, large reports, sent mails."""
    import_queue_url: str = ""
    mail_queue_url: str = ""
    mail_from: str = ""
    """The address that mails come from; empty: none is sent."""
    mail_set: str = ""
    """SES's configuration set, through which it tells of bounces and complaints."""
    large_import_queue_url: str = ""
    rollover_queue_url: str = ""
    clock_file: str = ""
    """A file that holds how many seconds the clock is ahead; empty: it is not. Only the laptop's stack has one."""
    link_secret: str = ""
    """Name or ARN of the secret that signs links."""
    base_url: str = ""
    """Public address of the pages, without a slash at its end."""
    region: str = ""
    endpoint_url: str = ""
    """Where AWS is; empty: at AWS. The local cloud sets it."""
    stack: str = ""
    """The stack that the command line is told to speak to; empty: the local one."""
    stack_name: str = ""
    """The stack that it speaks to."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """The settings that the environment holds."""
        return cls(**{field.name: environ.get(_VARIABLES[field.name], "") for field in fields(cls)})

    def need(self, name: str) -> str:
        """The setting called `name`.

        Raises:
            SettingMissingError: the environment does not have it.
        """
        value: str = getattr(self, name)
        if not value:
            raise SettingMissingError(_VARIABLES[name])
        return value


def set_environment(variables: Mapping[str, str | None]) -> None:
    """Give this process the environment that a function of the stack has; None takes a variable away.

    For the command line, before anything asks wiring for a part.
    """
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
