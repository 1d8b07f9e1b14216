"""A deployment for the benchmarks: the functions' own code over a database engine, at an instant of its own.

Everything that the parts need of the house goes through here, so that a change of its rooms changes one file.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from chalicelib.adapters.links import SignedLinks
from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.parts import Parts
from chalicelib.services.cycles.close_due import CycleStep, close_due, with_due
from chalicelib.services.imports.decide_import import decide_import
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.import_record import DroppedFile, Verb
from chalicelib.services.store.tasks import Task
from chalicelib.settings import Settings
from chalicelib.site import make_site
from tests.engines import dynamodb_local, ministack
from tests.fakes import FakeFiles
from tests.import_rig import SUPPORT, book, csv_of, row
from tests.template import TABLE_NAMES, tables_of_the_template

Engine = Callable[[], AbstractContextManager[str]]
"""Starts a database; yields its address."""

REGION = "us-east-1"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
_NAMES = {name: f"bench-{name}" for name in TABLE_NAMES}
_BUCKET = "bench-store"
_TASKS = 10
"""How many tasks are added in one transaction."""
_ENVIRONMENT = {
    **{f"HOURTAB_{name.upper()}_TABLE": table for name, table in _NAMES.items()},
    "HOURTAB_STORE_BUCKET": _BUCKET,
    "HOURTAB_LINK_SECRET": "bench-secret",
    "HOURTAB_LINK_REQUESTS": "1000000",
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
}
KEY = "an invented key for the bench, long enough"


def best_tables() -> AbstractContextManager[str]:
    """AWS's own engine where Java runs it, else the emulator that every environment has. Has tables only."""
    return dynamodb_local() if has_dynamodb_local() else ministack()


def has_dynamodb_local() -> bool:
    return all(map(shutil.which, ("java", "npm")))


@contextmanager
def in_process() -> Iterator[str]:
    """moto: starts at once and knows buckets, too; for small runs, as it is slow and consumes no capacity."""
    from moto import mock_aws  # noqa: PLC0415 - once imported, it intercepts every call of the SDK

    with mock_aws():
        yield ""


class Deployment:
    """Tables with one client, `acme/support`, and what the functions do with them."""

    def __init__(self, clock_file: Path) -> None:
        self.clock_file = clock_file
        self._files = FakeFiles()
        self._parts = Parts(Settings.from_env())
        self._parts.files = self._files
        self._parts.links = SignedLinks(lambda: (KEY,))
        self._site = make_site(self._parts)

    def make_tables(self) -> None:
        """Make the tables, empty."""
        for name, definition in tables_of_the_template().items():
            self.database().create_table(TableName=_NAMES[name], **definition)

    def make_bucket(self) -> None:
        """Make the bucket of large items, and the queue of tasks."""
        self._parts.aws.client("s3").create_bucket(Bucket=_BUCKET)
        queue = self._parts.aws.client("sqs").create_queue(QueueName="bench-tasks")
        self._parts.settings = replace(self._parts.settings, mail_queue_url=queue["QueueUrl"])

    def set_clock(self, now: datetime) -> None:
        """Set the clock to `now`, as `make clock` does."""
        self.clock_file.write_text(str(round((now - datetime.now(UTC)).total_seconds())))

    def add(self, client: ClientBook) -> None:
        """Store a client, as `hourtab apply` does."""
        self._parts.directory.write_client(replace(client, head=with_due(ClientHead(), client)))

    def drop(self, rows: Sequence[tuple[str, ...]], key: str = SUPPORT) -> ImportId:
        """Import a file of these rows, and return the id of the import.

        Raises:
            ValueError: a row of it does not count.
        """
        version = self._files.drop(key, BytesIO(csv_of(*rows).encode()))
        order = f"{len(self._files.objects):06}"
        record = self._parts.run_import.run(DroppedFile("bench", key, version, order))
        counts = record.report.counts
        if counts.new + counts.unchanged != len(rows):
            raise ValueError(f"of {len(rows)} rows these count: {counts}")
        return record.id

    def undo(self, import_id: ImportId) -> int:
        """Undo an import, and return how many originals that reads."""
        record = self._parts.import_log.read(import_id)
        if record is None:
            raise ValueError(f"there is no import {import_id}")
        with patch.object(self._files, "open", wraps=self._files.open) as opened:
            decide_import(self._parts.run_import.ports, record, Verb.UNDO)
        return opened.call_count

    def visit(self, client: str = "acme") -> dict[str, Any]:
        """Request the client's page from the page's function, and return the response."""
        token = self._parts.links.token(ClientId(client), 1)
        event = {
            "resource": "/b/{token}",
            "path": f"/b/{token}",
            "httpMethod": "GET",
            "headers": {"accept": "text/html"},
            "multiValueHeaders": {},
            "pathParameters": {"token": token},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "stageVariables": None,
            "requestContext": {
                "httpMethod": "GET",
                "resourcePath": "/b/{token}",
                "identity": {"sourceIp": "127.0.0.1"},
            },
            "body": None,
            "isBase64Encoded": False,
        }
        return {"event": event, "answer": self._site(event, None)}

    def due(self) -> list[str]:
        """The clients with a cycle that is due to open or to close."""
        return [one.client for one in self._parts.directory.due(self._parts.clock())]

    def close_due(self, client: str) -> Sequence[CycleStep]:
        """Open and close what is due of a client."""
        return close_due(self._parts.directory, self._parts.ledger, ClientId(client), self._parts.clock())

    def index_names(self) -> None:
        """Index the names of all clients, as `hourtab apply` does."""
        directory = self._parts.directory
        directory.index_names()
        operator = directory.read_operator()
        if not operator.names_indexed:
            directory.write_operator(replace(operator, names_indexed=True))

    def add_tasks(self, tasks: Sequence[Task]) -> None:
        """Store waiting tasks."""
        for start in range(0, len(tasks), _TASKS):
            self._parts.tasks.add(tasks[start : start + _TASKS])

    def sweep(self) -> int:
        """Queue every waiting task, and return how many there are."""
        return self._parts.run_task.sweep()

    def database(self) -> Any:
        """A client of the database."""
        return self._parts.aws.client("dynamodb")

    @property
    def parts(self) -> Parts:
        """The parts, for what none of these methods does."""
        return self._parts

    def table(self, name: str) -> str:
        return _NAMES[name]


@contextmanager
def deployment(engine: Engine = best_tables) -> Iterator[Deployment]:
    """A deployment over an engine; nothing of it stays."""
    with TemporaryDirectory() as folder, engine() as url, patch.dict(os.environ, _ENVIRONMENT):
        clock_file = Path(folder) / "clock"
        os.environ.update(AWS_ENDPOINT_URL=url, HOURTAB_CLOCK_FILE=str(clock_file))
        if not url:
            del os.environ["AWS_ENDPOINT_URL"]
        if engine is best_tables and has_dynamodb_local():
            os.environ["HOURTAB_TRANSACTION_ITEMS"] = "10"  # the old release of the npm package takes no more
        made = Deployment(clock_file)
        made.make_tables()
        if engine is not best_tables:
            made.make_bucket()
        made.set_clock(NOW)
        made.add(book())
        yield made


def month_of(entries: int) -> list[tuple[str, ...]]:
    """Rows of the month up to today, with descriptions of realistic length."""
    first = NOW.date().replace(day=1)
    days = [first + timedelta(days=day) for day in range(NOW.day)]
    return [
        row(
            days[number % len(days)].isoformat(),
            "0:15",
            f"Ticket {4000 + number}: {_WORK[number % len(_WORK)]} for {_WHO[number % len(_WHO)]}",
            user=_WHO[number % 3],
            start=f"{8 + number % 9:02}:{number % 60:02}",
            project="Helpdesk",
        )
        for number in range(entries)
    ]


_WORK = ("printer on the second floor", "password reset after a phishing mail", "VPN set up anew", "backup checked")
_WHO = ("Ada Byron", "Max Planck", "Lise Meitner", "Emmy Noether", "Carl Gauss")
