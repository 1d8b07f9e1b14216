"""axe-core, the accessibility checker: fetched once from the npm registry into `.local/`."""

import subprocess
import tarfile
from functools import cache
from pathlib import Path

VERSION = "4.14.1"
FOLDER = Path(__file__).parents[1] / ".local" / "axe-core"


@cache
def axe_source() -> str:
    """The checker's script, to be evaluated in a page."""
    archive = FOLDER / f"axe-core-{VERSION}.tgz"
    if not archive.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", f"axe-core@{VERSION}", "--silent"], cwd=FOLDER, check=True, capture_output=True)
    with tarfile.open(archive) as packed:
        script = packed.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def violations(page) -> list[str]:
    """What axe finds on an open page, as `rule: element`; with all its rule sets, including best practices."""
    page.evaluate(axe_source())
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(result => result.violations)")
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
