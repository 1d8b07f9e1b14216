"""`python -m tests.bench` measures everything into .local/bench.json and prints the README's figures.

`python -m tests.bench PART [SIZE=NUMBER …] [PART …]` measures some parts alone and prints them, as in
`python -m tests.bench page close clients=20`.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.parts import PARTS
from tests.bench.readme import BENCH, section
from tests.bench.run import describe_run

Sizes = dict[str, int]


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for."""
    if arguments:
        figures = {name: _measure(name, sizes) for name, sizes in _read(arguments).items()}
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    run = describe_run()  # of the code as it is now, not when all is measured
    figures = {"run": run, **{name: _measure(name, {}) for name in PARTS}}
    BENCH.parent.mkdir(exist_ok=True)
    BENCH.write_text(json.dumps(figures, indent=2) + "\n")
    sys.stdout.write(section(json.loads(BENCH.read_text())))


def _read(arguments: Sequence[str]) -> Mapping[str, Sizes]:
    """Parts with the sizes that follow each of them."""
    asked: dict[str, Sizes] = {}
    for argument in arguments:
        name, is_size, number = argument.partition("=")
        if is_size and asked and number.isdecimal():
            list(asked.values())[-1][name] = int(number)
        elif name in PARTS and not is_size:
            asked[name] = {}
        else:
            sys.exit(f"There is no part “{argument}”. The parts are: {', '.join(PARTS)}.")
    return asked


def _measure(name: str, sizes: Sizes) -> Mapping[str, Any]:
    sys.stderr.write(f"measuring {name.replace('_', ' ')} …\n")
    begin = time.monotonic()
    figures = PARTS[name](**sizes)
    sys.stderr.write(f"  {time.monotonic() - begin:.0f} s\n")
    return figures


if __name__ == "__main__":
    main(sys.argv[1:])
