"""The main job on the packaged stack: a file in the bucket becomes a balance on the client's link, exactly once.

Every test has its own client on the stack that the session shares.
"""

import json
import os
import re
import signal
import time
import urllib.request
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from tests.exports.generate import write
from tests.import_rig import csv_of, row
from tests.local_stack import LocalStack

_NAMES = count(1)
_MONTH = date(2026, 3, 1)


class Client:
    """A client of the stack with one retainer of 20 h at 50 €, in backfill since January 2026."""

    def __init__(self, stack: LocalStack, folder: Path) -> None:
        self.stack = stack
        self.slug = f"acme-{next(_NAMES)}"
        self.folder = folder

    def apply(self) -> None:
        setup = self.folder / f"{self.slug}.yaml"
        setup.write_text(_SETUP.format(slug=self.slug))
        self.stack.hourtab("apply", str(setup))

    def file(self, *rows, name="export.csv", data=None) -> Path:
        path = self.folder / name
        path.write_bytes(data if data is not None else csv_of(*rows).encode())
        return path

    def drop(self, path: Path, *options: str, check: bool = True) -> dict:
        """Drop a file in the retainer's folder and return its report."""
        place = ("--client", self.slug, "--retainer", "support")
        done = self.stack.hourtab("import", "drop", str(path), *place, "--wait", "--json", *options, check=check)
        answer = json.loads(done.stdout)
        return answer[0] if isinstance(answer, list) else answer

    def get(self, suffix: str = "") -> str:
        """What the client's link shows."""
        shown = json.loads(self.stack.hourtab("link", "show", self.slug, "--json").stdout)
        with urllib.request.urlopen(shown["url"] + suffix, timeout=30) as answer:  # noqa: S310 - our own stack
            return answer.read().decode()

    def cycle(self, start: date = _MONTH) -> dict:
        """The figures of a cycle."""
        [shown] = json.loads(self.get(f"/balance.json?cycle={start}"))["retainers"]
        cycles = {shown["cycle"]["start"]: shown, **{one["cycle"]["start"]: one for one in shown["past_cycles"]}}
        return cycles[start.isoformat()]


_SETUP = """\
clients:
  - id: {slug}
    name: Acme {slug}
    locale: en
    currency: EUR
    retainers:
      - id: support
        title: Support
        zone: Europe/Berlin
        starts_on: 2026-01-01
        terms:
          - allotment: 20 h
            fee: "1000.00"
            regular_rate: "100.00"
            carry_over: {{unused: forfeit, overrun: bill}}
"""


@pytest.fixture
def client(local_stack: LocalStack, tmp_path: Path) -> Client:
    client = Client(local_stack, tmp_path)
    client.apply()
    return client


def month_of_26_75_hours() -> list[tuple[str, ...]]:
    """A real-looking March: 26 days of an hour and one of 45 minutes."""
    days = [_MONTH + timedelta(days=number) for number in range(27)]
    work = ("Printer offline", "Phishing mail reported", "New notebook set up", "VPN, vendor called")
    return [
        row(day.isoformat(), "0:45" if day == days[-1] else "1:00", work[day.day % 4], start="09:30") for day in days
    ]


def test_a_month_that_runs_over_is_shown_and_invoiced_to_the_cent(client: Client):
    export = client.file(*month_of_26_75_hours())

    report = client.drop(export)
    again = client.drop(export)

    assert ("done", 27, 96_300) == (report["status"], report["counts"]["new"], report["seconds"])
    assert ("done", 27, 0) == (again["status"], again["counts"]["unchanged"], again["counts"]["new"])
    assert (96_300, -24_300, 24_300) == tuple(
        client.cycle()[name] for name in ("used_seconds", "remaining_seconds", "overage_seconds")
    )
    year = " ".join(re.sub("<[^>]+>", " ", client.get("?year=2026")).split())
    assert "March 2026 20.00 26.75 6.75" in year
    invoice = client.stack.hourtab("invoice", "preview", client.slug, "support", "--cycle", "2026-03-10").stdout
    assert "1,675.00" in invoice


def test_a_file_for_a_client_that_does_not_exist_yet_is_counted_once_the_client_is_there(local_stack, tmp_path):
    client = Client(local_stack, tmp_path)
    refused = client.drop(client.file(row("2026-03-05", "1:30")), check=False)
    client.apply()

    client.stack.hourtab("import", "retry", refused["id"], "--wait")

    assert "refused" == refused["status"]
    assert client.slug in refused["refused_reason"]
    assert 5_400 == client.cycle()["used_seconds"]


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("Bericht März (final) 🧾.csv", b"%PDF-1.7 ...", "PDF"),
        ("book.csv", b"PK\x03\x04" + bytes(200), "Excel"),
        ("login.csv", b"<!doctype html><html><body>Sign in</body></html>", "web page"),
        ("empty.csv", b"", "empty"),
        ("summary.csv", b"Client,Project,Registered time,Billable time,Amount ()\nA,B,1:00:00,0:00:00,\n", "etailed"),
    ],
)
def test_a_file_that_is_not_an_export_is_a_finished_import_with_advice(client: Client, name, data, word):
    report = client.drop(client.file(name=name, data=data), check=False)

    assert "refused" == report["status"]
    assert word in report["refused_reason"]
    assert {"rows": 0} == {key: value for key, value in report["counts"].items() if key == "rows"}


def test_a_report_is_read_at_the_address_that_the_command_line_shows(client: Client):
    done = client.drop(client.file(row("2026-03-02", "26:45", "Phishing mail"), row("2026-03-03", "soon")))
    shown = json.loads(client.stack.hourtab("import", "show", done["id"], "--json").stdout)
    with urllib.request.urlopen(shown["page"], timeout=30) as answer:  # noqa: S310 - our own stack
        page = answer.read().decode()

    assert "Done, with problems" in page
    assert "2 rows, 26.75 h of work" in page


def test_two_versions_of_one_key_at_once_end_with_the_newer_one(client: Client):
    key = f"inbox/{client.slug}/support/export.csv"
    bucket = client.stack.outputs["inbox_bucket"]
    s3 = client.stack.client("s3")
    versions = [csv_of(row("2026-03-05", hours, "Mail", start="09:00")).encode() for hours in ("1:00", "2:00")]

    for body in versions:
        s3.put_object(Bucket=bucket, Key=key, Body=body)

    wait_until(lambda: _imports_of(client) == 2)
    assert 7_200 == client.cycle()["used_seconds"]


def test_a_function_killed_during_an_import_leaves_nothing_half_done(client: Client):
    export = write(client.folder / "big.csv", 20_000)
    client.drop(client.file(row("2026-03-05", "0:00", "The function is warm")))
    deliver_again_after(client, seconds=5)
    place = ("--client", client.slug, "--retainer", "support")
    dropped = json.loads(client.stack.hourtab("import", "drop", str(export), *place, "--json").stdout)
    dropped = dropped[0] if isinstance(dropped, list) else dropped

    killed = kill_while_it_works(client)
    wait_until(lambda: client.stack.hourtab("import", "show", dropped["id"], check=False).returncode == 0, 400)
    report = json.loads(client.stack.hourtab("import", "show", dropped["id"], "--json").stdout)

    assert killed
    assert ("done", 20_000) == (report["status"], report["counts"]["new"])
    used = sum(client.cycle(date(2026, month, 1))["used_seconds"] for month in (1, 2))
    assert report["seconds"] == used


def deliver_again_after(client: Client, seconds: int) -> None:
    """The message of a killed function returns after its visibility timeout; six minutes are too long for a test."""
    sqs = client.stack.client("sqs")
    queue = client.stack.stack.outputs["ImportQueueUrl"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": str(seconds)})


def kill_while_it_works(client: Client) -> bool:
    """Kill the import function's processes as soon as they use CPU."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for pid in client.stack.function_processes("ImportExports"):
            if _is_running(pid):
                os.kill(pid, signal.SIGKILL)
                return True
        time.sleep(0.01)
    return False


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "R"
    except FileNotFoundError:
        return False


def _imports_of(client: Client) -> int:
    records = json.loads(client.stack.hourtab("import", "list", "--json").stdout)
    return sum(client.slug in record["file"]["key"] for record in records)


def wait_until(condition, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.2)
