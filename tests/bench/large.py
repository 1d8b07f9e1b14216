"""Large files on the packaged local stack: seconds from drop to report, and the peak memory of the functions.

Twice each: all rows new, then every hundredth of them edited; once for a file of many clients, once for a file of a
single one. The largest file that is taken, which takes a quarter of an hour: `make bench PART="large rows=1000000"`.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import yaml

from tests.bench.clock import peak_mb
from tests.exports.large import MANY_CLIENTS, ONE_CLIENT, PROJECTS, LargeExport
from tests.local_stack import LocalStack, packaged_stack

Start = Callable[[], AbstractContextManager[LocalStack]]

EXPORTS = {"many_clients": MANY_CLIENTS, "one_client": ONE_CLIENT}
_FUNCTIONS = ("ImportExports", "ImportLargeExports")
_EDITED_EVERY = 100
_PATIENCE = 3600


def measure(rows: int = 100_000, exports: Mapping[str, LargeExport] = EXPORTS, stack: Start = packaged_stack) -> Any:
    return {"rows": rows, **{name: _measure(export, rows, stack) for name, export in exports.items()}}


def _measure(export: LargeExport, rows: int, start: Start) -> dict[str, Any]:
    """On a separate stack, so that the memory of its functions is due to this file."""
    with TemporaryDirectory() as folder, start() as stack:
        setup = Path(folder) / "setup.yaml"
        setup.write_text(yaml.safe_dump(_setup(export)))
        stack.hourtab("apply", str(setup))
        path = export.write(Path(folder) / "large.csv", rows)
        size = path.stat().st_size
        new = _drop(stack, path, {"new": rows})
        edited = -(-rows // _EDITED_EVERY)
        export.write(path, rows, _EDITED_EVERY)
        again = _drop(stack, path, {"changed": edited, "unchanged": rows - edited})
    return {"mb": round(size / 1e6), "new": new, "edited": again}


def _drop(stack: LocalStack, path: Path, counts: dict[str, int]) -> dict[str, Any]:
    """Drop the file at the top of the inbox and wait for its report, whose counts must be as expected."""
    before = _invocations(stack)
    with _peak_memory(stack) as peak:
        begin = time.monotonic()
        done = stack.hourtab("import", "drop", str(path), "--wait", "--timeout", str(_PATIENCE), "--json")
        seconds = time.monotonic() - begin
    report = json.loads(done.stdout)
    report = report[0] if isinstance(report, list) else report
    counted = {fate: count for fate, count in report["counts"].items() if count and fate != "rows"}
    if counted != counts:
        raise ValueError(f"counted are {counted}, not {counts}")
    return {"seconds": round(seconds, 1), "peak_mb": peak, "invocations": _invocations(stack) - before}


@contextmanager
def _peak_memory(stack: LocalStack) -> Iterator[dict[str, float]]:
    """The largest memory that a process of each import function has had in this block, in MB; Linux only."""
    peak: dict[str, float] = {}
    is_over = Event()

    def watch() -> None:
        while not is_over.wait(0.5):
            for function in _FUNCTIONS:
                for pid in stack.function_processes(function):
                    peak[function] = max(peak.get(function, 0.0), peak_mb(pid))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()


def _invocations(stack: LocalStack) -> int:
    """How often the import functions were invoked, according to MiniStack's log of delivered messages."""
    lines = stack.cloud.ministack.log.read_text(errors="replace").splitlines()
    calls = (line for line in lines if "ESM: Lambda " in line and " processed " in line)
    return sum(any(f"-{function}-" in line for function in _FUNCTIONS) for line in calls)


def _setup(export: LargeExport) -> dict[str, Any]:
    return {"clients": [_client(number, name) for number, name in enumerate(export.names(), start=1)]}


def _client(number: int, name: str) -> dict[str, Any]:
    terms = {"allotment": "20 h", "fee": "1000.00", "regular_rate": "100.00"}
    shared = {"zone": "Europe/Berlin", "starts_on": "2018-01-01", "terms": [terms]}
    return {
        "id": f"client-{number:03}",
        "name": name,
        "currency": "EUR",
        "retainers": [{"id": project.lower(), "title": project, **shared} for project in PROJECTS],
        "rules": [
            {"when": {"project": project}, "pool": "retainer", "retainer": project.lower()} for project in PROJECTS
        ],
    }
