"""The zip of the functions, and what each dependency weighs in it."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.package import make_package, weights
from tests.bench.clock import ROOT

MakeCode = Callable[[Path], Path]
"""Makes the functions' zip, in a folder that it may use; returns its path."""


def packaged(_folder: Path) -> Path:
    """The zip that is deployed; made once for the same sources, which takes a minute or more."""
    return make_package().code


def sources_only(folder: Path) -> Path:
    """Our sources as they lie there: runs in the environment of a laptop, and is made at once."""
    code = folder / "sources.zip"
    files = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.*")]
    with zipfile.ZipFile(code, "w") as archive:
        for file in files:
            if "cli" not in file.parts:
                archive.write(file, file.relative_to(ROOT))
    return code


def measure(make_code: MakeCode = packaged) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        code = make_code(Path(folder))
        heaviest = weights(code)
        size = code.stat().st_size
    return {
        "zip_mb": round(size / 2**20, 2),
        "zip_kb_by_dependency": {name: round(weight / 1024, 1) for name, weight in heaviest.items()},
    }
