"""Parts with logic of their own: addresses, and a stack that is looked up on first use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.links import SignedReportLinks
from chalicelib.domain.ids import ImportId
from chalicelib.parts import Stack, StackParts
from chalicelib.settings import SettingMissingError, Settings
from tests.fakes import FakeImportLog
from tests.parts import parts_with

BASE, IMPORT = "https://hours.example/api", ImportId("58cc870d675b1595")


def address(settings: Settings, code: str = "") -> str | None:
    def keys() -> tuple[str, ...]:
        if code:
            raise CloudError("GetSecretValue", code)
        return ("an invented key of more than 32 characters",)

    given = {"report_links": SignedReportLinks(keys), "import_log": FakeImportLog()}
    return parts_with(settings, **given).report_address(IMPORT)


def test_the_address_of_a_report_is_below_that_of_the_pages():
    made = address(Settings(base_url=BASE, link_secret="stack/link-key"))  # noqa: S106 - its name

    assert made is not None
    assert made.startswith(f"{BASE}/i/{IMPORT}.")


@pytest.mark.parametrize("settings", [Settings(base_url=BASE), Settings(link_secret="stack/link-key")])  # noqa: S106
def test_without_the_key_or_the_pages_there_is_no_address(settings):
    assert address(settings) is None


def test_without_permission_to_read_the_key_there_is_no_address_and_other_failures_are_raised():
    settings = Settings(base_url=BASE, link_secret="stack/link-key")  # noqa: S106

    assert address(settings, "AccessDeniedException") is None
    with pytest.raises(CloudError, match="Throttling"):
        address(settings, "ThrottlingException")


def test_a_part_is_created_once_and_a_missing_setting_is_named():
    parts = parts_with(Settings(region="eu-central-1", import_queue_url="https://sqs.example/imports"))

    assert parts.import_queue is parts.import_queue
    with pytest.raises(SettingMissingError, match="HOURTAB_MAIL_QUEUE_URL"):
        _ = parts.task_queue


OUTPUTS = {"DirectoryTableName": "directory", "ApiUrl": "https://api.example/api", "StackName": "hourtab-prod"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Stack], tuple[Settings, dict[str, Any]]]:
    """Opens a stack; returns its settings, and how its outputs were requested."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "?")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    (tmp_path / "config").write_text("[profile customer]\nregion = eu-north-1\n")
    (tmp_path / "credentials").write_text("[customer]\naws_access_key_id = of the profile\naws_secret_access_key = ?\n")
    means: dict[str, Any] = {}

    def answer(client: Any, operation: str, parameters: dict[str, str]) -> dict[str, Any]:
        key = client._get_credentials().access_key
        means.update(operation=operation, **parameters, region=client.meta.region_name, key=key)
        outputs = [{"OutputKey": name, "OutputValue": value} for name, value in OUTPUTS.items()]
        return {"Stacks": [{"Outputs": outputs}]}

    monkeypatch.setattr(BaseClient, "_make_api_call", answer)
    return lambda stack: (StackParts(lambda: stack).settings, means)


def test_a_stack_s_outputs_name_its_parts_and_its_profile_chooses_the_account(asked):
    settings, means = asked(Stack("hourtab-prod", profile="customer"))

    assert settings == Settings(
        directory_table="directory", base_url="https://api.example/api", stack_name="hourtab-prod", region="eu-north-1"
    )
    assert ("DescribeStacks", "hourtab-prod", "eu-north-1") == (means["operation"], means["StackName"], means["region"])


@pytest.mark.parametrize(
    ("stack", "key"),
    [
        (Stack("hourtab-prod", "eu-west-1"), "of the environment"),
        (Stack("hourtab-prod", "eu-west-1", profile="customer"), "of the profile"),
        (Stack("hourtab-local", "us-east-1", "http://127.0.0.1:4999", keys=("test", "test")), "test"),
    ],
)
def test_a_profile_that_is_named_and_the_local_account_take_precedence_over_keys_of_the_environment(asked, stack, key):
    _, means = asked(stack)

    assert key == means["key"]


def test_the_local_stack_uses_no_profile_of_the_user(asked, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    local = Stack("hourtab-local", "us-east-1", "http://127.0.0.1:4999", keys=("test", "test"))

    settings, _ = asked(local)

    assert "http://127.0.0.1:4999" == settings.endpoint_url


def test_a_stack_is_looked_up_when_its_first_part_is_used():
    found: list[int] = []

    def find() -> Stack:
        found.append(1)
        return Stack("hourtab-prod", "eu-west-1")

    parts = StackParts(find)
    assert [] == found
    assert ("eu-west-1", [1]) == (parts.aws.region, found)
