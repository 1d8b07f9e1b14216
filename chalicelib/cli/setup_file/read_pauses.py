"""The pauses of a retainer, as `setup.yaml` writes them."""

from datetime import date
from itertools import pairwise

import yaml

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.cli.setup_file.sections import Problems, Section
from chalicelib.domain.retainer import Pause


def read_pauses(retainer: Section, problems: Problems) -> tuple[Pause, ...]:
    """The list `pauses`, oldest first; no two share a day."""
    nodes = retainer.items("pauses")
    pauses = sorted((_pause(node, problems) for node in nodes), key=lambda pause: pause.start)
    for before, after in pairwise(pauses):
        if before.end is None or before.end > after.start:
            problems.add(nodes[0], f"The pauses of {before.start} and {after.start} meet; make one of them.")
    return tuple(pauses)


def _pause(node: yaml.Node, problems: Problems) -> Pause:
    section = Section(node, "a pause", SECTIONS["pauses"], problems)
    start = section.need("from", scalars.day, date.min)
    end = section.get("until", scalars.day, None)
    if end is not None and end <= start:
        problems.add(
            section.node_of("until"), "`until` is the first day that is served again; write a day after `from`."
        )
        end = None
    return Pause(start, end)
