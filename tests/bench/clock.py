"""Timing that a noisy machine cannot bend too far: turn by turn, and the best of each."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

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


def compare_processes(turns: int, ours: Sequence[str], theirs: Sequence[str]) -> tuple[float, float, float]:
    """Fresh interpreters for two scripts, turn by turn: the median of the turns' ratios, and the least of each.

    Seconds of CPU: neither waits for anything, and a busy neighbour slows both of one turn alike.
    """
    pairs = [(_cpu_of(ours), _cpu_of(theirs)) for _ in range(turns)]
    return median(one / other for one, other in pairs), min(one for one, _ in pairs), min(other for _, other in pairs)


def _cpu_of(script: Sequence[str]) -> float:
    begin = _cpu_of_children()
    run_python(*script)
    return _cpu_of_children() - begin


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_python(*arguments: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
