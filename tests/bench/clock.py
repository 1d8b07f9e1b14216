"""Timing that a noisy machine cannot bend too far: turn by turn, and the best of each."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile

ROOT = Path(__file__).resolve().parents[2]


def best_of(turns: int, *works: Callable[[], object]) -> list[float]:
    """Seconds of CPU of each piece of work, the least of `turns` turns in which all of them are run."""
    best = [float("inf")] * len(works)
    for _ in range(turns):
        for index, work in enumerate(works):
            begin = time.process_time()
            work()
            best[index] = min(best[index], time.process_time() - begin)
    return best


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took from its start to its end, and what it printed."""

    cpu: float
    """Seconds of CPU, in the process and in the kernel for it."""
    wall: float
    """Seconds that went by."""
    output: str


def run_process(command: Sequence[str]) -> Spent:
    """Run a program to its end; what it complains of is seen, and a failure ends the bench."""
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
    """Each turn runs all of the programs once, so that a busy neighbour slows those of one turn alike."""
    return [tuple(run_process(command) for command in commands) for _ in range(turns)]


def compare_processes(turns: int, ours: Sequence[str], theirs: Sequence[str]) -> tuple[float, float, float]:
    """Fresh interpreters for two scripts, turn by turn: the median of the turns' ratios, and the least of each.

    Seconds of CPU, as neither waits for anything.
    """
    both = take_turns(turns, [sys.executable, *ours], [sys.executable, *theirs])
    pairs = [(one.cpu, other.cpu) for one, other in both]
    return median(one / other for one, other in pairs), min(one for one, _ in pairs), min(other for _, other in pairs)


def run_python(*arguments: str) -> str:
    """What a fresh interpreter prints."""
    return run_process([sys.executable, *arguments]).output
