from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.session import get_session
from botocore.stub import Stubber

from chalicelib.adapters import deployment as stacks
from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.deployment import RegionMissingError, StackNotFoundError, read_outputs


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A CloudFormation that answers what a test says."""
    client = get_session().create_client("cloudformation", region_name="eu-north-1")

    class Aws:
        def __init__(self, region: str, endpoint_url: str | None) -> None:
            assert (region, endpoint_url) == ("eu-north-1", None)

        def client(self, _service: str) -> Any:
            return client

    monkeypatch.setattr(stacks, "Aws", Aws)
    with Stubber(client) as stubber:
        yield stubber


def test_the_outputs_of_a_stack_are_names_of_its_parts(cloud: Stubber) -> None:
    outputs = [{"OutputKey": "InboxBucket", "OutputValue": "inbox"}]
    described = {"StackName": "hourtab-prod", "StackStatus": "CREATE_COMPLETE", "CreationTime": "2026-01-01"}
    cloud.add_response("describe_stacks", {"Stacks": [{**described, "Outputs": outputs}]})

    assert read_outputs("hourtab-prod", "eu-north-1") == ("eu-north-1", {"InboxBucket": "inbox"})


def test_a_stack_that_is_not_there_is_named(cloud: Stubber) -> None:
    cloud.add_client_error("describe_stacks", "ValidationError", "Stack with id hourtab-prdo does not exist")

    with pytest.raises(StackNotFoundError, match="no stack “hourtab-prdo” in eu-north-1"):
        read_outputs("hourtab-prdo", "eu-north-1")


def test_refused_credentials_keep_their_code(cloud: Stubber) -> None:
    cloud.add_client_error("describe_stacks", "ExpiredToken", "The security token is expired")

    with pytest.raises(CloudError) as refused:
        read_outputs("hourtab-prod", "eu-north-1")

    assert refused.value.code == "ExpiredToken"


def test_nobody_at_the_address_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def client(_self: object, _service: str) -> Any:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    monkeypatch.setattr(stacks.Aws, "client", client)

    with pytest.raises(CloudError) as refused:
        read_outputs("hourtab-local", "us-east-1", "http://127.0.0.1:9")

    assert refused.value.code == "EndpointConnectionError"


def test_without_any_region_the_next_step_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(RegionMissingError, match="add --region"):
        read_outputs("hourtab-prod")
