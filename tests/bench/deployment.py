"""A deployment for the benchmarks: the real functions' code over a DynamoDB engine on this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from chalice import Chalice

from chalicelib.adapters.links import SignedLinks
from chalicelib.adapters.tables import TABLES
from chalicelib.parts import Parts
from chalicelib.settings import Settings
from tests.engines import dynamodb_local, ministack
from tests.fakes import FakeFiles
from tests.import_rig import book, row

REGION = "us-east-1"
_NAMES = {name: f"bench-{name}" for name in TABLES}
_ENVIRONMENT = {
    **{f"HOURTAB_{name.upper()}_TABLE": table for name, table in _NAMES.items()},
    "HOURTAB_STORE_BUCKET": "bench-store",
    "HOURTAB_LINK_SECRET": "bench-secret",
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
}
KEY = "an invented key for the bench, long enough"


@contextmanager
def deployment(engine: AbstractContextManager[str] | None = None) -> Iterator[Parts]:
    """The parts over tables with one client, `acme/support`; the inbox is in memory.

    `engine`: one that has buckets, too, for an import that writes objects; otherwise the best there is for tables.
    """
    with engine or _engine() as url:
        os.environ.update(_ENVIRONMENT, AWS_ENDPOINT_URL=url)
        parts = Parts(Settings.from_env())
        parts.files = FakeFiles()
        parts.links = SignedLinks(lambda: KEY)
        for name, definition in TABLES.items():
            parts.aws.client("dynamodb").create_table(
                TableName=_NAMES[name], BillingMode="PAY_PER_REQUEST", **definition
            )
        if engine is not None:
            parts.aws.client("s3").create_bucket(Bucket=_ENVIRONMENT["HOURTAB_STORE_BUCKET"])
        parts.directory.write_client(book())
        yield parts


def _engine() -> AbstractContextManager[str]:
    """AWS's own engine where Java runs it, else the emulator that every environment has."""
    return dynamodb_local() if shutil.which("java") and shutil.which("npm") else ministack()


def month_of(entries: int) -> list[tuple[str, ...]]:
    """Rows of one month up to today, with words of the length that people write."""
    today = datetime.now(UTC).date()
    first = today.replace(day=1)
    days = [first + timedelta(days=day) for day in range(today.day)]
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


def get(site: Chalice, token: str) -> dict[str, Any]:
    """The answer of the page's function to a visitor."""
    return site(page_event(token), None)  # type: ignore[no-any-return]


def page_event(token: str) -> dict[str, Any]:
    """What API Gateway hands over for a visit of the page."""
    return {
        "resource": "/b/{token}",
        "path": f"/b/{token}",
        "httpMethod": "GET",
        "headers": {"accept": "text/html"},
        "multiValueHeaders": {},
        "pathParameters": {"token": token},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "requestContext": {"httpMethod": "GET", "resourcePath": "/b/{token}", "identity": {"sourceIp": "127.0.0.1"}},
        "body": None,
        "isBase64Encoded": False,
    }
