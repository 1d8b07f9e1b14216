"""Starts and stops MiniStack, the AWS emulator of the laptop, with its state in one folder.

MiniStack saves its state when it is asked to stop, so `stop` waits for it. Each process has its folder on its command
line: a process id from an old file that now belongs to another program is never touched.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
_START_SECONDS = 60
_STOP_SECONDS = 120
_PROC = Path("/proc")


class LocalCloudError(Exception):
    """The local cloud cannot do what was asked; the message says what to do next."""


@dataclass(frozen=True, slots=True)
class Running:
    """A MiniStack process of ours."""

    pid: int
    port: int


class MiniStack:
    """The one MiniStack of a folder (`.local` in a checkout).

    Args:
        folder: has the state, files, log and process id.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.log = self.folder / "ministack.log"
        self._pid_file = self.folder / "ministack.pid"
        self._state = self.folder / "state"
        self._started: subprocess.Popen[bytes] | None = None
        """The process, if we started it; it outlives us."""

    def running(self) -> Running | None:
        """The process that serves this folder, or None."""
        try:
            noted = json.loads(self._pid_file.read_text())
            found = Running(int(noted["pid"]), int(noted["port"]))
        except (OSError, ValueError, KeyError):
            return None
        return found if self._is_ours(found.pid) else None

    def was_killed(self) -> bool:
        """Whether the last process died without saving: everything since the last save is lost, except files."""
        if self.running() or not self._pid_file.exists():
            return False
        return self._saved_at() < self._pid_file.stat().st_mtime

    def set_aside_unsaved(self) -> bool:
        """After a kill before the first save: move the files, which nothing refers to, into `lost`."""
        if self._saved_at():
            return False
        shutil.rmtree(self.folder / "lost", ignore_errors=True)
        (self.folder / "s3").rename(self.folder / "lost")
        return True

    def _saved_at(self) -> float:
        return max((file.stat().st_mtime for file in self._state.glob("*.json")), default=0.0)

    def save(self) -> None:
        """Save the state by restarting: a later kill loses only what was done after this."""
        running = self.running()
        if running:
            self.stop()
            self.start(running.port)

    def forget(self) -> None:
        """Delete state, files and log."""
        for name in ("state", "s3", "tmp"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for file in (self.log, self._pid_file):
            file.unlink(missing_ok=True)

    def start(self, port: int) -> None:
        """Start on `port` and wait until it responds.

        Raises:
            LocalCloudError: the port is taken, or MiniStack does not start.
        """
        refuse_taken_port(port)
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:
            self._started = process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-X", self._mark, "-m", "ministack"],
                env=self._environment(port),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(json.dumps({"pid": process.pid, "port": port}))
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise LocalCloudError(f"MiniStack did not start on port {port}: see {self.log}.")
            time.sleep(0.05)

    def stop(self) -> bool:
        """Ask MiniStack to save and stop, and wait for it; False when none was running.

        Raises:
            LocalCloudError: it is still running after two minutes.
        """
        found = self.running()
        if not found:
            return False
        os.kill(found.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while self._is_ours(found.pid):
            if time.monotonic() > deadline:
                raise LocalCloudError(f"MiniStack (process {found.pid}) does not stop: see {self.log}.")
            time.sleep(0.05)
        if self._started:
            self._started.wait()
        self._pid_file.unlink(missing_ok=True)
        return True

    @property
    def _mark(self) -> str:
        return f"hourtab={self.folder}"

    def _is_ours(self, pid: int) -> bool:
        if self._started:
            self._started.poll()  # reap a child that has ended
        return self._mark in command_lines().get(pid, "")

    def _environment(self, port: int) -> dict[str, str]:
        """MiniStack's environment, without ours: it passes its environment on to the functions."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
        return kept | {
            "AUTH": "true",
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(port),
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.folder / "s3"),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "TMPDIR": str(self.folder / "tmp"),
        }


def refuse_taken_port(port: int) -> None:
    """Raise a clear error if another program listens on the port.

    Raises:
        LocalCloudError: the port is taken.
    """
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise LocalCloudError(
                f"Port {port} is taken by another program: choose another one, as in `make up PORT={port + 1}`."
            )


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/_ministack/health", timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def command_lines() -> dict[int, str]:
    """Process id → command line, of all processes that have not ended."""
    if not (_PROC / "self" / "cmdline").exists():
        return _listed_by_ps()
    found = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:  # ended meanwhile, or not ours to read
                continue
    return found


def _listed_by_ps() -> dict[int, str]:
    """The same on systems without /proc, such as macOS."""
    command = ["/bin/ps", "-wwA", "-o", "pid=,command="]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - fixed words
    pairs = (line.split(maxsplit=1) for line in listed.splitlines())
    return {int(pid): command[0] if command else "" for pid, *command in pairs}
