"""Which deployment a command speaks to.

`--stack NAME` (or HOURTAB_STACK) is a stack on AWS, in the region and with the credentials of `--region` and
`--profile` or of the AWS configuration. Without it, it is the local stack that `.local/outputs.json` describes.
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
"""The local cloud's own account; a profile of the user's real one must not be looked for."""


class DeploymentError(HourTabError):
    """No deployment, or one that cannot be understood."""


def open_deployment(stack: str = "", profile: str = "", region: str = "") -> Parts:
    """The parts of the deployment that the line chose; it is found when the first of them is asked for."""
    return StackParts(lambda: find_stack(stack, profile, region, Settings.from_env(), _places()))


def find_stack(stack: str, profile: str, region: str, settings: Settings, places: Iterable[Path]) -> Stack:
    """The stack that the line chose; "" where it said nothing.

    Args:
        stack: its name.
        profile: of the AWS configuration.
        region: where the stack is.
        settings: what the environment says about all this.
        places: where the description of a local stack may be, the likeliest first.

    Raises:
        DeploymentError: none is chosen and the local one is not there.
    """
    if name := stack or settings.stack:
        return Stack(name, region or settings.region, settings.endpoint_url, profile)
    local = _local_outputs(places)
    api_url = local["api_url"].rstrip("/")
    return Stack(local["stack_name"], local["region"], local["endpoint"], keys=_LOCAL_KEYS, base_url=api_url)


def _local_outputs(places: Iterable[Path]) -> dict[str, Any]:
    path = next((each for each in places if each.is_file()), None)
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
