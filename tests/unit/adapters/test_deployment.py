from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.session import get_session
from botocore.stub import Stubber

from chalicelib.adapters.aws import Aws, CloudError, RegionMissingError
from chalicelib.adapters.deployment import StackNotFoundError, read_outputs


@pytest.fixture
def cloud() -> Iterator[Stubber]:
    """A CloudFormation that gives the answers of a test."""
    client = get_session().create_client("cloudformation", region_name="eu-north-1")
    with Stubber(client) as stubber:
        yield stubber


def read_of(cloud: Stubber, stack: str) -> Mapping[str, str]:
    return read_outputs(SimpleNamespace(client=lambda _: cloud.client, region="eu-north-1"), stack)


def test_the_outputs_of_a_stack_are_names_of_its_parts(cloud: Stubber) -> None:
    outputs = [{"OutputKey": "InboxBucket", "OutputValue": "inbox"}]
    described = {"StackName": "hourtab-prod", "StackStatus": "CREATE_COMPLETE", "CreationTime": "2026-01-01"}
    cloud.add_response("describe_stacks", {"Stacks": [{**described, "Outputs": outputs}]})

    assert read_of(cloud, "hourtab-prod") == {"InboxBucket": "inbox"}


def test_a_stack_that_is_not_there_is_named(cloud: Stubber) -> None:
    cloud.add_client_error("describe_stacks", "ValidationError", "Stack with id hourtab-prdo does not exist")

    with pytest.raises(StackNotFoundError, match="no stack “hourtab-prdo” in eu-north-1"):
        read_of(cloud, "hourtab-prdo")


def test_refused_credentials_keep_their_code(cloud: Stubber) -> None:
    cloud.add_client_error("describe_stacks", "ExpiredToken", "The security token is expired")

    with pytest.raises(CloudError) as refused:
        read_of(cloud, "hourtab-prod")

    assert refused.value.code == "ExpiredToken"


def test_an_unreachable_endpoint_has_an_error_of_its_own() -> None:
    def client(_service: str) -> Any:
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    with pytest.raises(CloudError) as refused:
        read_outputs(SimpleNamespace(client=client), "hourtab-local")

    assert refused.value.code == "EndpointConnectionError"


def test_the_error_about_a_missing_region_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(RegionMissingError, match="add --region"):
        read_outputs(Aws(""), "hourtab-prod")
