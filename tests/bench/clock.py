"""Timing that a noisy machine cannot bend too far: turn by turn, and the best of each."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def best_of(turns: int, *works: Callable[[], object]) -> list[float]:
    """Seconds of CPU of each piece of work, the least of `turns` turns in which all of them are run."""
    return _best(turns, works, time.process_time)


def best_of_processes(turns: int, *scripts: Sequence[str]) -> list[float]:
    """Seconds of CPU of a fresh interpreter for each script, the least of `turns` turns; neither waits for anything."""
    works = [lambda script=script: run_python(*script) for script in scripts]
    return _best(turns, works, _cpu_of_children)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_python(*arguments: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _best(turns: int, works: Sequence[Callable[[], object]], clock: Callable[[], float]) -> list[float]:
    best = [float("inf")] * len(works)
    for _ in range(turns):
        for index, work in enumerate(works):
            begin = clock()
            work()
            best[index] = min(best[index], clock() - begin)
    return best
