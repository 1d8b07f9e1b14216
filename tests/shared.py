"""Resources that all processes of a test run share: the first user creates them, the end of the run removes them.

Tests run in as many processes as there are processors. A server is started once for all of them, behind a lock; its
process id is noted, and the process that began the run ends it when the last test is done.
"""

import fcntl
import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

from infra.ministack import command_lines

_RUN = "HOURTAB_TEST_RUN"
"""The environment's name for the folder that the processes of a run share."""
_PROCESSES = "processes"
_PATIENCE = 60
_STARTED: list[Popen[bytes]] = []
"""The servers that this process began, until it ends: Python would warn about a forgotten one."""


def begin_run() -> None:
    """Make the folder of this run; the processes that run the tests inherit its name."""
    os.environ[_RUN] = tempfile.mkdtemp(prefix="hourtab-tests-")


def end_run() -> None:
    """End every server of the run, and remove its folder."""
    folder = run_folder()
    for noted in (folder / _PROCESSES).glob("*"):
        _end(int(noted.name), noted.read_text())
    for server in _STARTED:
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)
    del os.environ[_RUN]


def run_folder() -> Path:
    """The folder that the processes of a run share."""
    return Path(os.environ[_RUN])


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """A lock: one process of the run at a time."""
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_once(name: str, make: Callable[[Path], Any]) -> Any:
    """The JSON result of `make`, which the first user of `name` calls; `make` gets a folder of its own."""
    answer, own = run_folder() / f"{name}.json", run_folder() / name
    with one_at_a_time(name):
        if not answer.exists():
            own.mkdir(exist_ok=True)
            answer.write_text(json.dumps(make(own)))
        return json.loads(answer.read_text())


def end_with_the_run(server: Popen[bytes], mark: str) -> None:
    """Keep a server until the run is over; `mark` is a part of its command line that identifies it."""
    _STARTED.append(server)
    processes = run_folder() / _PROCESSES
    processes.mkdir(exist_ok=True)
    (processes / str(server.pid)).write_text(mark)


def _end(pid: int, mark: str) -> None:
    """Ask a process to stop, if it is still ours, and wait until it has."""
    deadline = time.monotonic() + _PATIENCE
    is_there = lambda: mark in command_lines().get(pid, "")  # noqa: E731
    if is_there():
        os.kill(pid, signal.SIGTERM)
    while is_there() and time.monotonic() < deadline:
        time.sleep(0.05)
    if is_there():
        os.kill(pid, signal.SIGKILL)
