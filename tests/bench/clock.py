"""Timing that is robust on a noisy machine: alternating runs, the best of each; and counts, which are exact."""

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]


def best_of(turns: int, *works: Callable[[], object]) -> list[float]:
    """CPU seconds of each piece of work: the minimum of `turns` rounds, each of which runs all of them."""
    best = [float("inf")] * len(works)
    for _ in range(turns):
        for index, work in enumerate(works):
            best[index] = min(best[index], cpu_of(work))
    return best


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds that this process spends on the work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def count_calls(work: Callable[[], object], package: str) -> tuple[int, int]:
    """How many Python functions the work calls, and how many calls enter the package's code from outside.

    A measure of CPU that is the same on every machine: functions in C are not counted.
    """
    calls = entries = depth = 0
    mark = f"{os.sep}{package}{os.sep}"

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls, entries, depth
        is_call = event == "call"
        calls += is_call
        if event in {"call", "return"} and mark in frame.f_code.co_filename:
            entries += is_call and depth == 0
            depth += 1 if is_call else -1

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls, entries


def peak_mb(pid: int | str = "self") -> float:
    """The peak memory of a process in MB; 0 if it has ended. Linux only."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return round(int(peaks[0]) / 1024, 1) if peaks else 0.0


def collect_as_in_app() -> None:
    """Look for garbage as seldom as the functions do (app.py): for processes that do not import it."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)


@dataclass(frozen=True, slots=True)
class Spent:
    """The time that a process took, and its output."""

    cpu: float
    """CPU seconds, user and system."""
    wall: float
    """Wall-clock seconds."""
    output: str


def run_process(command: Sequence[str]) -> Spent:
    """Run a program to its end; its stderr stays visible, and a failure ends the benchmark."""
    with TemporaryFile("w+", encoding="utf-8") as output:
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=output)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        output.seek(0)
        return Spent(used.ru_utime + used.ru_stime, wall, output.read())


def take_turns(turns: int, *commands: Sequence[str]) -> list[tuple[Spent, ...]]:
    """Each round runs every program once, so that other load slows all programs of a round alike."""
    return [tuple(run_process(command) for command in commands) for _ in range(turns)]


def compare_processes(turns: int, ours: Sequence[str], theirs: Sequence[str]) -> tuple[float, float, float]:
    """Fresh interpreters for two scripts, alternating: the median ratio of the rounds, and the minimum of each.

    Seconds of CPU, as neither waits for anything.
    """
    both = take_turns(turns, [sys.executable, *ours], [sys.executable, *theirs])
    pairs = [(one.cpu, other.cpu) for one, other in both]
    return median(one / other for one, other in pairs), min(one for one, _ in pairs), min(other for _, other in pairs)


def run_python(*arguments: str) -> str:
    """What a fresh interpreter prints."""
    return run_process([sys.executable, *arguments]).output
