"""Files put straight into the bucket: under any name and many at once, each counts exactly once."""

import json
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.local_stack import LocalStack

_SETUP = """\
clients:
  - id: {slug}
    name: Client {slug}
    retainers:
      - id: support
        zone: Europe/Berlin
        starts_on: 2026-01-01
        terms: [{{allotment: 20 h, fee: "1000.00", regular_rate: "100.00"}}]
"""
_ODD_NAMES = (
    "mit leer zeichen.csv",
    "Über größe.csv",
    "😀.csv",
    "a+b.csv",
    "100% %20.csv",
    "2026/03/x.csv",
    "noending",
)
_PATIENCE = 60
"""Seconds after which a file is considered lost; only a failing test waits this long."""


def applied(stack: LocalStack, folder: Path, slug: str) -> str:
    """Set up a client and return the address of its link."""
    setup = folder / "setup.yaml"
    setup.write_text(_SETUP.format(slug=slug))
    stack.hourtab("apply", str(setup))
    return str(json.loads(stack.hourtab("link", "show", slug, "--json").stdout)["url"])


def used_hours(link: str) -> float:
    """All hours of 2026 that the link shows as used."""
    with urllib.request.urlopen(f"{link}/balance.json?year=2026", timeout=30) as answer:  # noqa: S310 - our own stack
        [shown] = json.load(answer)["retainers"]
    return float(sum(cycle["used_seconds"] for cycle in (shown, *shown["past_cycles"])) / 3600)


def settled(used: Callable[[], float], expected: float) -> float:
    """The used hours, as soon as they are as expected or when _PATIENCE runs out."""
    end = time.monotonic() + _PATIENCE
    while (now := used()) != expected and time.monotonic() < end:
        time.sleep(0.2)
    return now


def put(stack: LocalStack, key: str, *rows: str) -> None:
    body = "\n".join(("Date,Worker,Description,Hours", *rows, ""))
    stack.client("s3").put_object(Bucket=stack.outputs["inbox_bucket"], Key=key, Body=body.encode())


def test_a_file_counts_whatever_its_name_is(local_stack: LocalStack, tmp_path: Path) -> None:
    link = applied(local_stack, tmp_path, "odd-names")
    for day, name in enumerate(_ODD_NAMES, start=1):
        put(local_stack, f"inbox/odd-names/support/{name}", f"2026-03-{day:02d},Ann,{day},1")
    assert float(len(_ODD_NAMES)) == settled(lambda: used_hours(link), len(_ODD_NAMES))


@pytest.mark.parametrize("spread", [True, False], ids=["different work", "the same work"])
def test_many_files_of_one_client_at_once_count_once_each(local_stack: LocalStack, tmp_path: Path, spread) -> None:
    slug = f"burst-{'many' if spread else 'one'}"
    link = applied(local_stack, tmp_path, slug)

    def drop(number: int) -> None:
        who = f"Worker {number}" if spread else "Ann"
        put(local_stack, f"inbox/{slug}/support/{number}.csv", *(f"2026-0{m}-02,{who},x,1" for m in range(1, 6)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(drop, range(12)))
    expected = 60.0 if spread else 5.0
    assert expected == settled(lambda: used_hours(link), expected)
    assert 12 == len(reports_of(local_stack, slug, 12))
    assert expected == used_hours(link)


def reports_of(stack: LocalStack, slug: str, expected: int) -> list[dict]:
    """The finished imports of a client's folder, as soon as there are as many as expected or _PATIENCE runs out."""
    end = time.monotonic() + _PATIENCE
    while True:
        listed = json.loads(stack.hourtab("import", "list", "--limit", "200", "--json").stdout)
        mine = [report for report in listed if report["file"]["key"].startswith(f"inbox/{slug}/")]
        if len(mine) >= expected or time.monotonic() > end:
            return mine
