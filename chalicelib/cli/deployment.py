"""Which deployment a command talks to.

`--stack NAME` (or HOURTAB_STACK) is a stack on AWS; its region and credentials come from `--region` and `--profile`,
or from the AWS configuration. Without it, commands use the local stack that `.local/outputs.json` describes.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chalicelib.domain.errors import HourTabError
from chalicelib.parts import Parts, Stack, StackParts
from chalicelib.settings import Settings

_OUTPUTS = Path(".local/outputs.json")
_LOCAL_KEYS = ("test", "test")
"""The local cloud's own credentials, so that no profile of the user's real account is ever used."""


class DeploymentError(HourTabError):
    """No deployment is selected, or its description cannot be read."""


def open_deployment(stack: str = "", profile: str = "", region: str = "") -> Parts:
    """The parts of the selected deployment, which is looked up when the first part is needed."""
    return StackParts(lambda: find_stack(stack, profile, region, Settings.from_env(), _places()))


def find_stack(stack: str, profile: str, region: str, settings: Settings, places: Iterable[Path]) -> Stack:
    """The stack that the options select; an option that was not given is "".

    `places` are where the description of a local stack may be, most likely first.

    Raises:
        DeploymentError: no stack is selected and there is no local one.
    """
    if name := stack or settings.stack:
        return Stack(name, region or settings.region, settings.endpoint_url, profile)
    local = _local_outputs(places)
    return Stack(local["stack_name"], local["region"], local["endpoint"], keys=_LOCAL_KEYS)


def _local_outputs(places: Iterable[Path]) -> dict[str, Any]:
    path = next((each for each in places if each.is_file()), None)
    if path is None:
        raise DeploymentError("No deployment is selected: start the local one with `make up`, or add --stack NAME.")
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        read = None
    wanted = ("endpoint", "region", "stack_name")
    if not isinstance(read, dict) or not all(isinstance(read.get(key), str) for key in wanted):
        raise DeploymentError(f"{path} is damaged: run `make up` to rewrite it.")
    return read


def _places() -> list[Path]:
    """The working directory, its parents, and the checkout that the command was installed from."""
    here = Path.cwd()
    return [folder / _OUTPUTS for folder in (here, *here.parents, Path(__file__).resolve().parents[2])]
