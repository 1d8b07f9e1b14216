"""Behaviour of DynamoDB under load that no local engine shows: unprocessed keys and transaction conflicts."""

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ConnectTimeoutError
from moto import mock_aws

from chalicelib.adapters import ledger
from chalicelib.adapters.aws import Aws, CloudError
from chalicelib.adapters.directory import DynamoDirectory
from chalicelib.adapters.dynamo import TransactionLimits, bind, read_together
from chalicelib.adapters.ledger import DynamoLedger
from chalicelib.adapters.objects import ObjectStore
from chalicelib.adapters.tables import CycleItem
from chalicelib.services.store.conflicts import StaleWriteError
from tests.contract.builders import ACME, commit, cycle

Answer = Callable[[str, dict[str, Any]], dict[str, Any]]


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield Aws("us-east-1")


@pytest.fixture
def answer_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    def install(answer: Answer) -> None:
        monkeypatch.setattr(BaseClient, "_make_api_call", lambda _, operation, kwargs: answer(operation, kwargs))

    return install


def refusing(code: str, *reasons: str) -> Answer:
    def answer(operation: str, _: dict[str, Any]) -> dict[str, Any]:
        raise ClientError(
            {"Error": {"Code": code, "Message": "?"}, "CancellationReasons": [{"Code": reason} for reason in reasons]},
            operation,
        )

    return answer


def a_ledger(aws: Aws, sleep: Callable[[float], None] = time.sleep) -> DynamoLedger:
    names = {"directory_table": "d", "cycles_table": "c", "activity_table": "a"}
    return DynamoLedger(aws, **names, objects=ObjectStore(aws, "store"), limits=TransactionLimits(10), sleep=sleep)


def test_every_read_that_a_decision_rests_on_is_strongly_consistent(aws: Aws, answer_by):
    asked: dict[str, bool] = {}

    def answer(operation: str, kwargs: dict[str, Any]) -> dict[str, Any]:
        asked[operation] = kwargs.get("RequestItems", {}).get("c", kwargs)["ConsistentRead"]
        return {"Items": [], "Count": 0, "ScannedCount": 0, "Responses": {"c": []}, "UnprocessedKeys": {}}

    answer_by(answer)

    DynamoDirectory(aws, "d").read_client(ACME)
    a_ledger(aws).read_cycles([cycle().id])

    assert {"Query": True, "BatchGetItem": True} == asked


def test_unprocessed_keys_are_requested_again_after_growing_pauses(aws: Aws, answer_by):
    """Each request gets one key, every second request none."""
    asked: list[int] = []

    def answer(_: str, kwargs: dict[str, Any]) -> dict[str, Any]:
        keys = kwargs["RequestItems"]["cycles"]["Keys"]
        asked.append(len(keys))
        done = len(asked) % 2
        left = {"cycles": {"Keys": keys[done:]}} if keys[done:] else {}
        return {
            "Responses": {"cycles": [{**key, "version": {"N": "1"}} for key in keys[:done]]},
            "UnprocessedKeys": left,
        }

    answer_by(answer)
    pauses: list[float] = []

    found = read_together(bind(CycleItem, aws, "cycles"), [("a/b", str(day)) for day in range(3)], pauses.append)

    assert {"0", "1", "2"} == {item.sk for item in found}
    assert [3, 2, 2, 1, 1] == asked
    assert pauses[0] < pauses[1]


def test_a_read_that_returns_nothing_is_given_up(aws: Aws, answer_by):
    answer_by(lambda _, kwargs: {"Responses": {"cycles": []}, "UnprocessedKeys": kwargs["RequestItems"]})

    with pytest.raises(CloudError, match="BatchGetItem"):
        read_together(bind(CycleItem, aws, "cycles"), [("a/b", "1")], lambda _: None)


@pytest.mark.parametrize(
    ("code", "reasons"),
    [
        ("TransactionCanceledException", ("None", "ConditionalCheckFailed")),
        ("TransactionCanceledException", ("TransactionConflict", "None")),
        ("TransactionInProgressException", ()),
    ],
)
def test_a_lost_race_is_a_stale_write(aws: Aws, answer_by, code: str, reasons: tuple[str, ...]):
    answer_by(refusing(code, *reasons))

    with pytest.raises(StaleWriteError):
        a_ledger(aws).commit(commit(cycle()))


def test_a_refusal_other_than_a_lost_race_is_a_cloud_error(aws: Aws, answer_by):
    answer_by(refusing("TransactionCanceledException", "ThrottlingError"))

    with pytest.raises(CloudError) as caught:
        a_ledger(aws).commit(commit(cycle()))

    assert ("dynamodb:TransactWriteItems", "TransactionCanceledException") == (
        caught.value.operation,
        caught.value.code,
    )


def test_a_missing_answer_is_a_cloud_error(aws: Aws, answer_by):
    def answer(*_: Any) -> dict[str, Any]:
        raise ConnectTimeoutError(endpoint_url="http://127.0.0.1")

    answer_by(answer)

    with pytest.raises(CloudError, match="ConnectTimeoutError"):
        DynamoDirectory(aws, "directory").read_client(ACME)


def test_a_planned_cycle_that_conflicts_with_a_transaction_is_put_again_after_growing_pauses(aws: Aws, answer_by):
    """A conflict does not mean that the cycle is written: treating it as done would lose it."""
    pauses: list[float] = []
    puts: list[str] = []
    objects: dict[str, bytes] = {}

    def answer(operation: str, kwargs: dict[str, Any]) -> dict[str, Any]:
        if operation == "PutObject":
            objects[kwargs["Key"]] = kwargs["Body"]
        if operation == "GetObject":
            return {"Body": BytesIO(objects[kwargs["Key"]])}
        if operation == "PutItem":
            puts.append(kwargs["Item"]["sk"]["S"])
            if len(puts) in {1, 2}:
                return refusing("TransactionConflictException")(operation, kwargs)
        return {}

    answer_by(answer)
    many = [cycle(number) for number in range(9)]

    a_ledger(aws, pauses.append).commit(commit(*many))

    first = many[0].id.start.isoformat()
    assert [first, first, *(each.id.start.isoformat() for each in many)] == puts
    assert 0 < pauses[0] < pauses[1]


def test_no_function_of_ours_imports_boto3():
    """It would slow down cold starts. moto imports it in the tests, so the sources are searched."""
    sources = Path(ledger.__file__).parent.parent.rglob("*.py")

    assert [] == [
        path.name for path in sources if "import boto3" in path.read_text() or "from boto3" in path.read_text()
    ]
