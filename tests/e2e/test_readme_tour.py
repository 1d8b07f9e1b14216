"""The commands of the README's tour print what the README shows."""

import re
import shlex
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from infra.demo.set_up import SETUP
from tests.local_stack import LocalStack

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
TOUR = README.split("\n## Five minutes\n")[1].split("\n## ")[0]
IMPORT_ID = re.compile(r"\([0-9a-f]{16}\)|(?<=preview )[0-9a-f]{12}")
"""Of an import, or the fingerprint of a preview."""


def steps() -> Iterator[tuple[str, str]]:
    """Each command of the tour with the output shown below it."""
    for block in re.findall(r"^```console\n(.*?)^```$", TOUR, re.MULTILINE | re.DOTALL):
        for step in block.removeprefix("$ ").split("\n$ "):
            command, _, output = step.partition("\n")
            yield command, output


def words(command: str) -> list[str]:
    """The arguments of `hourtab`; `make drop` stands for `hourtab import drop … --wait`."""
    head, *rest = shlex.split(command)
    if head == "hourtab":
        return rest
    given = dict(word.split("=") for word in rest[1:])
    return ["import", "drop", given["FILE"], "--client", given["CLIENT"], "--retainer", given["RETAINER"], "--wait"]


def comparable(text: str) -> list[str]:
    return [IMPORT_ID.sub("(ID)", line.rstrip()) for line in text.splitlines() if line.strip()]


@pytest.fixture
def tour(local_stack: LocalStack, tmp_path: Path) -> Callable[[str], str]:
    """Runs a command of the tour on a stack with the demo's clients; returns its output."""
    local_stack.hourtab("apply", str(SETUP))
    name, lines = re.search(r"^\$ cat > (\S+) <<END\n(.*?)^END$", TOUR, re.MULTILINE | re.DOTALL).groups()
    file = tmp_path / name
    file.write_text(lines)

    def run(command: str) -> str:
        arguments = (str(file) if word == name else word for word in words(command))
        return local_stack.typed(*arguments).stdout

    return run


def abridged(printed: list[str], shown: list[str]) -> list[str]:
    """What was printed, with an ellipsis for lines that the README leaves out, if it has one."""
    if "…" not in shown:
        return printed
    return [line for line, _ in groupby(line if line in shown else "…" for line in printed)]


def test_the_tour_prints_what_the_readme_says(tour: Callable[[str], str]):
    typed = [step for step in steps() if step[0].startswith(("hourtab", "make drop"))]
    shown = [comparable(output) for _, output in typed]

    printed = [comparable(tour(command)) for command, _ in typed]

    assert len(typed) >= 5
    assert shown == [abridged(lines, short) for lines, short in zip(printed, shown, strict=True)]
