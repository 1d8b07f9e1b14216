"""How a command finds the deployment that it speaks to."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.cli.deployment import DeploymentError, enter
from chalicelib.settings import Settings

OUTPUTS = {"DirectoryTableName": "directory", "InboxBucket": "inbox", "ApiUrl": "https://api.example/api"}
LOCAL = {
    "endpoint": "http://127.0.0.1:4999",
    "region": "us-east-1",
    "stack_name": "hourtab-local",
    "api_url": "http://abc.execute-api.localhost:4999/api/",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[tuple[str, str, str]]]:
    """The stacks that were asked for their outputs, in an empty folder and without any setting of AWS."""
    questions: list[tuple[str, str, str]] = []

    def stack_outputs(stack: str, region: str, endpoint_url: str) -> tuple[str, Mapping[str, str]]:
        questions.append((stack, region, endpoint_url))
        return region or "eu-north-1", OUTPUTS

    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("AWS_", "HOURTAB_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(wiring, "stack_outputs", stack_outputs)
    monkeypatch.setattr("chalicelib.cli.deployment._places", lambda: [tmp_path / "outputs.json"])
    yield questions
    os.environ.clear()
    os.environ.update(before)


def local(folder: Path, **changes: Any) -> None:
    (folder / "outputs.json").write_text(json.dumps(LOCAL | changes))


def test_without_a_word_it_is_the_local_stack(asked: list[tuple[str, str, str]], tmp_path: Path) -> None:
    os.environ["AWS_PROFILE"] = "customer"
    local(tmp_path)

    enter("", "", "")

    settings = Settings.from_env()
    assert asked == [("hourtab-local", "us-east-1", "http://127.0.0.1:4999")]
    assert (settings.directory_table, settings.inbox_bucket) == ("directory", "inbox")
    assert settings.base_url == "http://abc.execute-api.localhost:4999/api"
    assert "AWS_PROFILE" not in os.environ


def test_a_stack_by_name_is_on_aws_even_where_there_is_a_local_one(
    asked: list[tuple[str, str, str]], tmp_path: Path
) -> None:
    local(tmp_path)

    enter("hourtab-prod", "", "")

    assert asked == [("hourtab-prod", "", "")]
    assert Settings.from_env().region == "eu-north-1"
    assert Settings.from_env().base_url == "https://api.example/api"


def test_the_variable_names_a_stack_and_the_option_outdoes_it(asked: list[tuple[str, str, str]]) -> None:
    os.environ["HOURTAB_STACK"] = "hourtab-prod"

    enter("", "", "eu-west-1")
    enter("hourtab-test", "", "")

    assert [stack for stack, _, _ in asked] == ["hourtab-prod", "hourtab-test"]
    assert asked[0][1] == "eu-west-1"


@pytest.mark.usefixtures("asked")
def test_a_profile_that_is_named_outdoes_keys_that_happen_to_be_set() -> None:
    os.environ["AWS_ACCESS_KEY_ID"] = "other"

    enter("hourtab-prod", "customer", "")

    assert os.environ["AWS_PROFILE"] == "customer"
    assert "AWS_ACCESS_KEY_ID" not in os.environ


@pytest.mark.usefixtures("asked")
def test_without_any_deployment_the_next_step_is_told() -> None:
    with pytest.raises(DeploymentError, match="start the local one with `make up`, or add --stack NAME"):
        enter("", "", "")


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("change", [{"endpoint": None}, {"api_url": 1}])
def test_a_damaged_file_is_named(tmp_path: Path, change: dict[str, Any]) -> None:
    local(tmp_path, **change)

    with pytest.raises(DeploymentError, match=r"outputs\.json is damaged"):
        enter("", "", "")
