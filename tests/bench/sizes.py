"""The zip of the functions, and what each dependency weighs in it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.package import make_package, weights


def measure() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        code = make_package(Path(folder)).code
        heaviest = sorted(weights(code).items(), key=lambda item: -item[1])
        size = code.stat().st_size
    return {
        "zip_mb": round(size / 2**20, 2),
        "zip_kb_by_dependency": {name: round(weight / 1024, 1) for name, weight in heaviest},
    }
