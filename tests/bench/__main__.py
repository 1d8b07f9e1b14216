"""Run all benchmarks: `python -m tests.bench`."""

import json
import platform
import sys
from pathlib import Path

from tests.bench import cold_start, large, monthly_hours, page, pipeline, rollovers, sizes, sources, writes

OUTPUT = Path(__file__).resolve().parents[2] / ".local" / "bench.json"


def main() -> None:
    """Measure, keep, print."""
    figures = {"python": platform.python_version()}
    for part in (sizes, writes, rollovers, page, cold_start, pipeline, sources, monthly_hours, large):
        sys.stderr.write(f"measuring {part.__name__.rpartition('.')[2].replace('_', ' ')} …\n")
        figures |= part.measure()
    OUTPUT.parent.mkdir(exist_ok=True)
    text = json.dumps(figures, indent=2)
    OUTPUT.write_text(text + "\n")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
