"""One suite, three engines: moto in this process, MiniStack over HTTP, AWS's own DynamoDB Local.

DynamoDB Local has tables only; buckets and queues of its runs are on MiniStack. Every test has tables,
buckets and a queue of its own.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import count
from threading import Lock
from typing import Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient
from moto import mock_aws

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.directory import DynamoDirectory
from chalicelib.adapters.dynamo import LIMITS_OF_AWS, TransactionLimits
from chalicelib.adapters.files import InboxFiles
from chalicelib.adapters.imports import DynamoImportLog, DynamoProgressLog
from chalicelib.adapters.invoices import DynamoInvoices
from chalicelib.adapters.ledger import DynamoLedger
from chalicelib.adapters.objects import ObjectStore
from chalicelib.adapters.queues import IMPORTS, TASKS, SqsQueue
from chalicelib.adapters.suppression import DynamoSuppressionList
from chalicelib.adapters.tasks import DynamoTasks
from chalicelib.services.store.import_record import Delivery
from chalicelib.services.store.tasks import TaskId
from tests.engines import shared_dynamodb_local
from tests.local_stack import shared_cloud
from tests.template import tables_of_the_template

_REGION = "us-east-1"
_RUNS = count()
_TABLES = tables_of_the_template()


@dataclass(frozen=True)
class Store:
    """All adapters over one set of tables, buckets and a queue."""

    directory: DynamoDirectory
    ledger: DynamoLedger
    import_log: DynamoImportLog
    invoices: DynamoInvoices
    files: InboxFiles
    import_queue: SqsQueue[Delivery]
    progress: DynamoProgressLog
    tasks: DynamoTasks
    suppression_list: DynamoSuppressionList
    task_queue: SqsQueue[TaskId]
    objects: ObjectStore
    tables: Aws
    cloud: Aws
    names: dict[str, str]
    queue_url: str

    def with_transactions_of(self, items: int) -> "Store":
        """The same store under an adapter that takes only so many items a transaction: the rest is a commit plan."""
        ledger = DynamoLedger(
            self.tables,
            **{f"{table}_table": name for table, name in self.names.items()},
            objects=self.objects,
            limits=TransactionLimits(items),
        )
        return replace(self, ledger=ledger)

    def item_count(self, table: str) -> int:
        return self.tables.client("dynamodb").scan(TableName=self.names[table], Select="COUNT")["Count"]


@pytest.fixture(scope="session")
def clients() -> Callable[[str | None], Aws]:
    """One set of clients per address: creating a client takes longer than most of these tests."""
    return cache(lambda endpoint_url: Aws(_REGION, endpoint_url))


@pytest.fixture(params=["moto", "ministack", "dynamodb_local"])
def engine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, clients: Callable[[str | None], Aws]
) -> Iterator[tuple[Aws, Aws]]:
    """The endpoint of the tables, and that of everything else."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with ExitStack() as stack:
        if request.param == "moto":
            stack.enter_context(mock_aws())
            stack.enter_context(_one_call_at_a_time())
            cloud = tables = clients(None)
        else:
            cloud = tables = clients(shared_cloud().endpoint)
        if request.param == "dynamodb_local":
            tables = clients(shared_dynamodb_local())
        yield tables, cloud


@contextmanager
def _one_call_at_a_time() -> Iterator[None]:
    """moto runs in the tests' own threads and has no isolation; every real engine has."""
    lock = Lock()
    make_call = BaseClient._make_api_call

    def locked(*call: Any) -> Any:
        with lock:
            return make_call(*call)

    with patch.object(BaseClient, "_make_api_call", locked):
        yield


@pytest.fixture
def new_store(engine: tuple[Aws, Aws]) -> Callable[[], Store]:
    """Creates an empty store at each call."""
    return partial(_new_store, *engine)


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    return new_store()


def _new_store(tables: Aws, cloud: Aws) -> Store:
    is_dynamodb_local = tables is not cloud  # the old release of the npm package takes ten items
    limits = TransactionLimits(items=10) if is_dynamodb_local else LIMITS_OF_AWS
    run = f"run{next(_RUNS)}-{os.getpid()}"
    names = {name: f"{run}-{name}" for name in _TABLES}
    for name, definition in _TABLES.items():
        tables.client("dynamodb").create_table(TableName=names[name], **definition)
    for bucket in ("inbox", "store"):
        cloud.client("s3").create_bucket(Bucket=f"{run}-{bucket}")
    versioned = {"Status": "Enabled"}
    cloud.client("s3").put_bucket_versioning(Bucket=f"{run}-inbox", VersioningConfiguration=versioned)
    queue_url = cloud.client("sqs").create_queue(QueueName=f"{run}-imports")["QueueUrl"]
    objects = ObjectStore(cloud, f"{run}-store")
    return Store(
        directory=DynamoDirectory(tables, names["directory"], limits, activity_table=names["activity"]),
        ledger=DynamoLedger(
            tables,
            directory_table=names["directory"],
            cycles_table=names["cycles"],
            activity_table=names["activity"],
            objects=objects,
            limits=limits,
        ),
        import_log=DynamoImportLog(tables, names["activity"], objects),
        invoices=DynamoInvoices(tables, activity_table=names["activity"], directory_table=names["directory"]),
        files=InboxFiles(cloud, f"{run}-inbox"),
        import_queue=SqsQueue(cloud, queue_url, IMPORTS),
        progress=DynamoProgressLog(tables, names["activity"]),
        tasks=DynamoTasks(tables, names["activity"]),
        suppression_list=DynamoSuppressionList(tables, names["activity"]),
        task_queue=SqsQueue(cloud, queue_url, TASKS),
        objects=objects,
        tables=tables,
        cloud=cloud,
        names=names,
        queue_url=queue_url,
    )
