"""The packaged stack on MiniStack: one for all processes of a run of the tests, or one of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infra.deploy import Stack
from infra.local_cloud import LocalCloud, Outputs, start_on_free_port, temporary_cloud
from infra.ministack import command_lines
from infra.package import Package, make_package
from tests.shared import end_with_the_run, made_once, one_at_a_time, run_folder
from tests.warm_cli import run_hourtab


@dataclass(frozen=True)
class LocalStack:
    """The deployed stack of a run; tests use clients and retainers of their own names."""

    home: Path
    """A folder with `.local/outputs.json`: commands that start here use this stack."""
    cloud: LocalCloud
    stack: Stack
    outputs: Outputs

    def client(self, service: str) -> Any:
        """A client of MiniStack's root user."""
        return self.cloud.session().client(service)

    def hourtab(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command line against this stack, in a process that has it loaded."""
        done = run_hourtab(self.home, *arguments)
        if check:
            done.check_returncode()
        return done

    def typed(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the program itself, as a terminal does."""
        command = [str(Path(sys.executable).with_name("hourtab")), *arguments]
        return subprocess.run(command, cwd=self.home, capture_output=True, text=True, check=False)

    def function_processes(self, function: str) -> list[int]:
        """Ids of the processes that run a function, by its name in the template; none before its first call."""
        mark = f"ministack-lambda-{self.stack.name}-{function}-"
        place = str(self.cloud.folder.resolve())
        return [pid for pid, line in command_lines().items() if mark in line and place in line]


def shared_package() -> Package:
    """The package, built by one process at a time."""
    with one_at_a_time("package"):
        return make_package()


def shared_cloud() -> LocalCloud:
    """The MiniStack that all processes of a run share."""

    def start(folder: Path) -> None:
        cloud = start_on_free_port(folder / ".local")
        end_with_the_run(cloud.ministack._started, cloud.ministack._mark)

    made_once("ministack", start)
    return LocalCloud(run_folder() / "ministack" / ".local")


def shared_stack() -> LocalStack:
    """The stack that all processes of a run share."""
    cloud = shared_cloud()

    def deploy(_: Path) -> list[Any]:
        stack = cloud.deploy(shared_package())
        return [asdict(stack), cloud.write_outputs(stack, [])]

    stack, outputs = made_once("stack", deploy)
    return LocalStack(cloud.folder.parent, cloud, Stack(**stack), outputs)


@contextmanager
def packaged_stack(package: Package | None = None) -> Iterator[LocalStack]:
    """A separate stack on a free port, empty at first and removed afterwards."""
    with temporary_cloud(package) as (cloud, stack):
        yield LocalStack(cloud.folder.parent, cloud, stack, cloud.write_outputs(stack, []))
