"""How a command finds the deployment that it talks to."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.deployment import DeploymentError, find_stack
from chalicelib.parts import Stack
from chalicelib.settings import Settings

LOCAL = {
    "endpoint": "http://127.0.0.1:4999",
    "region": "us-east-1",
    "stack_name": "hourtab-local",
}
NOTHING_SET = Settings()


@pytest.fixture
def places(tmp_path: Path) -> list[Path]:
    """The places for the description of a local stack; it is in the second one."""
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(LOCAL))
    return [tmp_path / "none" / "outputs.json", file]


def test_without_options_it_is_the_local_stack_with_the_account_of_the_local_cloud(places: list[Path]) -> None:
    assert find_stack("", "", "", NOTHING_SET, places) == Stack(
        "hourtab-local",
        "us-east-1",
        "http://127.0.0.1:4999",
        keys=("test", "test"),
    )


def test_a_named_stack_is_on_aws_even_if_there_is_a_local_one(places: list[Path]) -> None:
    assert find_stack("hourtab-prod", "customer", "", NOTHING_SET, places) == Stack("hourtab-prod", profile="customer")


def test_options_take_precedence_over_the_environment() -> None:
    settings = Settings(stack="hourtab-prod", region="eu-north-1", endpoint_url="http://127.0.0.1:1")

    assert find_stack("", "", "eu-west-1", settings, ()) == Stack("hourtab-prod", "eu-west-1", "http://127.0.0.1:1")
    assert find_stack("hourtab-test", "", "", settings, ()) == Stack("hourtab-test", "eu-north-1", "http://127.0.0.1:1")


def test_without_any_deployment_the_next_step_is_shown() -> None:
    with pytest.raises(DeploymentError, match="start the local one with `make up`, or add --stack NAME"):
        find_stack("", "", "", NOTHING_SET, ())


@pytest.mark.parametrize("change", [{"endpoint": None}, {"stack_name": 1}])
def test_a_damaged_file_is_named(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(LOCAL | change))

    with pytest.raises(DeploymentError, match=r"outputs\.json is damaged"):
        find_stack("", "", "", NOTHING_SET, [file])
