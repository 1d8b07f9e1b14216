"""The packaged stack on a MiniStack of its own: one for a session of tests, one for a benchmark."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from infra.deploy import Stack
from infra.local_cloud import LocalCloud, Outputs
from infra.ministack import HOST
from infra.package import Package, make_package
from infra.processes import command_lines


@dataclass(frozen=True)
class LocalStack:
    """The deployed stack of a test session; tests use clients and retainers of their own names."""

    home: Path
    """A folder with `.local/outputs.json`: commands that start here speak to this stack."""
    cloud: LocalCloud
    stack: Stack
    outputs: Outputs

    def client(self, service: str) -> Any:
        """A client of MiniStack's root user."""
        return self.cloud.session().client(service)

    def hourtab(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command line against this stack."""
        command = [str(Path(sys.executable).with_name("hourtab")), *arguments]
        return subprocess.run(command, cwd=self.home, capture_output=True, text=True, check=check)

    def function_processes(self, function: str) -> list[int]:
        """Ids of the processes that run a function, by its name in the template; none before its first call."""
        mark = f"ministack-lambda-{self.stack.name}-{function}-"
        place = str(self.cloud.folder.resolve())
        return [pid for pid, line in command_lines().items() if mark in line and place in line]


@cache
def _package() -> Package:
    return make_package()


@contextmanager
def packaged_stack() -> Iterator[LocalStack]:
    """The packaged stack on a free port, empty at first; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="hourtab-stack-") as home, socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
        probe.close()
        cloud = LocalCloud(Path(home) / ".local")
        cloud.folder.mkdir()
        cloud.ministack.start(port)
        try:
            stack = cloud.deploy(_package())
            yield LocalStack(Path(home), cloud, stack, cloud.write_outputs(stack, []))
        finally:
            cloud.ministack.stop()


@pytest.fixture(scope="session")
def local_stack() -> Iterator[LocalStack]:
    """The stack that all tests of a session share."""
    with packaged_stack() as stack:
        yield stack
