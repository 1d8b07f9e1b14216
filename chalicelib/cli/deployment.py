"""Which deployment a command speaks to.

`--stack NAME` (or HOURTAB_STACK) is a stack on AWS, in the region and with the credentials of `--region` and
`--profile` or of the AWS configuration. Without it, it is the local stack that `.local/outputs.json` describes.
The process then gets the environment that a function of the stack has, and wiring does the rest.
"""

import json
from pathlib import Path
from typing import Any

from chalicelib import wiring
from chalicelib.domain.errors import HourTabError
from chalicelib.settings import Settings, set_environment

_OUTPUTS = Path(".local/outputs.json")
_VARIABLES = {
    "DirectoryTableName": "HOURTAB_DIRECTORY_TABLE",
    "CyclesTableName": "HOURTAB_CYCLES_TABLE",
    "ActivityTableName": "HOURTAB_ACTIVITY_TABLE",
    "InboxBucket": "HOURTAB_INBOX_BUCKET",
    "StoreBucket": "HOURTAB_STORE_BUCKET",
    "ImportQueueUrl": "HOURTAB_IMPORT_QUEUE_URL",
    "ClockFile": "HOURTAB_CLOCK_FILE",
    "RolloverQueueUrl": "HOURTAB_ROLLOVER_QUEUE_URL",
    "MailQueueUrl": "HOURTAB_MAIL_QUEUE_URL",
    "StackName": "HOURTAB_STACK_NAME",
    "MailFrom": "HOURTAB_MAIL_FROM",
    "MailSetName": "HOURTAB_MAIL_SET",
    "LinkSecretName": "HOURTAB_LINK_SECRET",
    "ApiUrl": "HOURTAB_BASE_URL",
}
"""The stack's outputs (infra/template.yaml) and the settings that they are."""


class DeploymentError(HourTabError):
    """No deployment, or one that cannot be understood."""


def enter(stack: str, profile: str, region: str) -> None:
    """Give this process the environment of the deployment that the line chose; "" where it said nothing.

    Raises:
        DeploymentError: none is chosen and the local one is not there.
    """
    settings = Settings.from_env()
    if stack or settings.stack:
        _enter_aws(stack or settings.stack, profile, region or settings.region, settings.endpoint_url)
    else:
        _enter_local(_local_outputs())


def _enter_aws(stack: str, profile: str, region: str, endpoint_url: str) -> None:
    if profile:  # as in the AWS command line, a profile that is named outdoes keys that happen to be set
        keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        set_environment({"AWS_PROFILE": profile, **dict.fromkeys(keys)})
    found, outputs = wiring.stack_outputs(stack, region, endpoint_url)
    set_environment({"AWS_REGION": found, **_variables(outputs)})


def _enter_local(local: dict[str, Any]) -> None:
    endpoint, region = local["endpoint"], local["region"]
    # The local cloud's own account; a profile of the user's real one must not be looked for.
    account = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    nothing = dict.fromkeys(("AWS_PROFILE", "AWS_SESSION_TOKEN"))
    set_environment({**account, **nothing, "AWS_REGION": region, "AWS_ENDPOINT_URL": endpoint})
    _, outputs = wiring.stack_outputs(local["stack_name"], region, endpoint)
    set_environment({**_variables(outputs), "HOURTAB_BASE_URL": local["api_url"].rstrip("/")})


def _variables(outputs: Any) -> dict[str, str]:
    return {variable: outputs[name] for name, variable in _VARIABLES.items() if name in outputs}


def _local_outputs() -> dict[str, Any]:
    path = next((each for each in _places() if each.is_file()), None)
    if path is None:
        raise DeploymentError("No deployment is chosen: start the local one with `make up`, or add --stack NAME.")
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        read = None
    wanted = ("endpoint", "region", "stack_name", "api_url")
    if not isinstance(read, dict) or not all(isinstance(read.get(key), str) for key in wanted):
        raise DeploymentError(f"{path} is damaged: run `make up`, which writes it anew.")
    return read


def _places() -> list[Path]:
    """The folder of the command, those above it, and the checkout that the command was installed from."""
    here = Path.cwd()
    return [folder / _OUTPUTS for folder in (here, *here.parents, Path(__file__).resolve().parents[2])]
