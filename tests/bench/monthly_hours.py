"""The hours of one Harvest export by client, project and month: HourTab against hledger and against pandas.

All three read the same file and must come to the same seconds, those of a plain sum over its rows. Times are those of
whole processes from start to end, alternating; the import time of pandas is subtracted, that of HourTab is not.
"""

import csv
import json
import shutil
import subprocess
import sys
import venv
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from io import StringIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.clock import ROOT, Spent, run_process, take_turns
from tests.exports.generate import write

Sums = dict[tuple[str, str, str], int]
"""Seconds by client, project and month (YYYY-MM); none are zero."""

ROWS = 100_000
HLEDGER, PANDAS = "hledger", "pandas"
_HERE = Path(__file__).parent
_REQUIREMENTS = ROOT / "requirements-bench.txt"
_VENV = ROOT / ".local" / "bench-venv"


def measure(rows: int = ROWS, others: Collection[str] = (HLEDGER, PANDAS)) -> dict[str, Any]:
    """`others`: what it is compared with; what is not installed and cannot be is None in the figures."""
    with TemporaryDirectory() as folder:
        path = write(Path(folder) / "harvest.csv", rows)
        ours = [sys.executable, "-m", "tests.bench.monthly_hourtab", str(path)]
        alone = run_process(ours)
        _must_be(_sums_of_rows(path), _sums_of_json(alone.output))
        return {
            "rows": rows,
            "cpu_seconds": round(alone.cpu, 2),
            "wall_seconds": round(alone.wall, 2),
            HLEDGER: _against_hledger(ours, path) if HLEDGER in others else None,
            PANDAS: _against_pandas(ours, path) if PANDAS in others else None,
        }


def _against_hledger(ours: Sequence[str], path: Path) -> dict[str, Any] | None:
    hledger = shutil.which("hledger")
    if hledger is None:
        sys.stderr.write("  hledger is not installed (apt-get install hledger): nothing is compared with it\n")
        return None
    rules = str(_HERE / "monthly_hledger.rules")
    theirs = [hledger, "-f", str(path), "--rules-file", rules, "balance", "-M", "-N", "-O", "csv"]
    turns = take_turns(3, ours, theirs)
    _must_agree(turns, sums_of_hledger)
    version = subprocess.run([hledger, "--version"], check=True, capture_output=True, text=True).stdout
    return {
        "version": version.split()[1].rstrip(","),
        "cpu_over_ours": round(median(theirs.cpu / ours.cpu for ours, theirs in turns), 1),
        "wall_over_ours": round(median(theirs.wall / ours.wall for ours, theirs in turns), 1),
        "cpu_seconds": _least(theirs.cpu for _, theirs in turns),
    }


def _against_pandas(ours: Sequence[str], path: Path) -> dict[str, Any] | None:
    python = _python_with_pandas()
    if python is None:
        sys.stderr.write(f"  pandas cannot be installed from {_REQUIREMENTS.name}: nothing is compared with it\n")
        return None
    script = [str(python), str(_HERE / "monthly_pandas.py"), str(path)]
    turns = take_turns(7, ours, [*script, "all"], [*script, "needed"])
    _must_agree([turn[:2] for turn in turns], _sums_of_json)
    _must_agree([turn[::2] for turn in turns], _sums_of_json)
    everything = [(ours, _without_import(theirs)) for ours, theirs, _ in turns]
    needed = [(ours, _without_import(theirs)) for ours, _, theirs in turns]
    return {
        "version": json.loads(turns[0][1].output)["version"],
        "ours_cpu_over": round(median(ours.cpu / theirs.cpu for ours, theirs in everything), 1),
        "ours_wall_over": round(median(ours.wall / theirs.wall for ours, theirs in everything), 1),
        "ours_cpu_over_4_columns": round(median(ours.cpu / theirs.cpu for ours, theirs in needed), 1),
        "cpu_seconds": _least(theirs.cpu for _, theirs in everything),
    }


def _must_agree(turns: Iterable[Sequence[Spent]], sums_of_theirs: Callable[[str], Sums]) -> None:
    for ours, theirs in turns:
        _must_be(_sums_of_json(ours.output), sums_of_theirs(theirs.output))


def _must_be(expected: Sums, actual: Sums) -> None:
    difference = set(expected.items()) ^ set(actual.items())
    if difference:
        raise ValueError(f"the sums differ: {sorted(difference)[:6]}")


def _sums_of_rows(path: Path) -> Sums:
    """The expected sums, computed directly."""
    sums: Counter[tuple[str, str, str]] = Counter()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            sums[row["Client"], row["Project"], row["Date"][:7]] += int(Decimal(row["Hours"]) * 3600)
    return dict(sums)


def _sums_of_json(output: str) -> Sums:
    rows = json.loads(output)["sums"]
    return {(client, project, month): seconds for client, project, month, seconds in rows if seconds}


def sums_of_hledger(output: str) -> Sums:
    """From its table of a row for each account, `client:project`, and a column for each month."""
    sums = {}
    for row in csv.DictReader(StringIO(output)):
        client, _, project = row.pop("account").partition(":")
        for month, hours in row.items():
            seconds = Decimal(hours.removesuffix(" h")) * 3600
            if seconds:
                sums[client, project, month] = int(seconds)
    return sums


def _without_import(theirs: Spent) -> Spent:
    imported = json.loads(theirs.output)["import"]
    return Spent(theirs.cpu - imported["cpu"], theirs.wall - imported["wall"], theirs.output)


def _python_with_pandas() -> Path | None:
    """The interpreter of an environment with what requirements-bench.txt names, made on first use."""
    python, made = _VENV / "bin" / "python", _VENV / "made-for.txt"
    wanted = _REQUIREMENTS.read_text()
    if not made.exists() or made.read_text() != wanted:
        venv.create(_VENV, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", _REQUIREMENTS]
        if subprocess.run(install, check=False).returncode:
            return None
        made.write_text(wanted)
    return python


def _least(seconds: Iterable[float]) -> float:
    return round(min(seconds), 2)
