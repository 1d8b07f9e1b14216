"""Describes the run of a benchmark: code, Python and machine."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.clock import ROOT
from tests.bench.deployment import has_dynamodb_local


def describe_run() -> dict[str, Any]:
    """`commit` is None outside of a Git checkout; `changed` says whether its code was edited since."""
    commit = _git("rev-parse", "HEAD")
    return {
        "commit": commit,
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!README.md")),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": platform.python_version(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "tables": "DynamoDB Local" if has_dynamodb_local() else "MiniStack",
    }


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
