"""The list of mutants that no test finds, and why that is right: `survivors.txt`.

A mutant is known by its function and by the lines that it changes, so that a change beside it leaves it known.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

LIST = Path(__file__).with_name("survivors.txt")


class Survivor(NamedTuple):
    """A mutant, by what it changes."""

    function: str
    """Behind its module, as in `domain.calendar.period_of`; of a method with its class."""
    removed: str
    added: str

    def __str__(self) -> str:
        return f"{self.function}\n- {self.removed}\n+ {self.added}\n"


def survivor_of(name: str, diff: str) -> Survivor:
    """What mutmut calls `name`, and shows as a unified diff."""
    module, _, mangled = name.removeprefix("chalicelib.").rpartition(".x")
    function = re.sub(r"__mutmut_\d+$", "", mangled).strip("ǁ").replace("ǁ", ".")
    if not mangled.startswith("ǁ"):
        function = function.removeprefix("_")
    lines = diff.splitlines()[2:]
    return Survivor(f"{module}.{function}", *(" ".join(_lines(lines, sign)) for sign in "-+"))


def _lines(diff: Iterable[str], sign: str) -> Iterator[str]:
    """The lines with a sign, without their indentation; the function's own line only names the mutant."""
    for line in diff:
        text = line[1:].strip()
        if line.startswith(sign) and not re.match(r"(async )?def \w+__mutmut_", text):
            yield text


def read_survivors(text: str) -> dict[Survivor, str]:
    """Each listed mutant with its reason: a paragraph of the four lines function, removed, added, reason."""
    paragraphs = (paragraph.splitlines() for paragraph in re.split(r"\n{2,}", text.strip()))
    found = {}
    for function, removed, added, *why in (lines for lines in paragraphs if not lines[0].startswith("#")):
        found[Survivor(function, removed.removeprefix("- "), added.removeprefix("+ "))] = " ".join(why)
    return found


def compare(survivors: Iterable[Survivor], listed: str, targets: Iterable[str]) -> tuple[list[Survivor], str]:
    """The survivors that are not listed, and a report: how many are, and which of these targets are no longer."""
    known, found = read_survivors(listed), list(survivors)
    new = [one for one in found if one not in known]
    of_run = tuple(target.replace("/", ".") + "." for target in targets)
    gone = [one for one in known if one.function.startswith(of_run) and one not in found]
    lines = [f"\n{len(found)} mutants survived, {len(found) - len(new)} of them listed in {LIST.name}.\n"]
    if gone:
        lines += [f"\nNo longer survivors; take them off the list ({len(gone)}):\n", *(f"\n{one}" for one in gone)]
    if new:
        lines += [f"\nNew: write a test, or list them with a reason ({len(new)}):\n", *(f"\n{one}" for one in new)]
    return new, "".join(lines)
