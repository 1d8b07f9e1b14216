"""Reads renamed workers and projects from `setup.yaml`: a name, and the aliases that exports use for it."""

from collections.abc import Collection

import yaml

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.cli.setup_file.sections import Problems, Section
from chalicelib.domain.aliases import Renamed
from chalicelib.domain.names import fold


def read_renamed(parent: Section, key: str, what: str, problems: Problems) -> tuple[Renamed, ...]:
    """The list `key` of a section, sorted by name, because its order has no meaning.

    No name may occur twice, so that every alias has one meaning and there are no chains.
    """
    nodes = parent.items(key)
    found = tuple(_renamed(node, what, SECTIONS[key], problems) for node in nodes)
    _check_names(nodes, found, problems)
    return tuple(sorted(found))


def _renamed(node: yaml.Node, what: str, keys: Collection[str], problems: Problems) -> Renamed:
    section = Section(node, what, keys, problems)
    section.check_present("aliases", " List the other names that exports use for it.")
    return Renamed(section.need("name", scalars.text, ""), section.list_of("aliases", scalars.text))


def _check_names(nodes: tuple[yaml.Node, ...], found: tuple[Renamed, ...], problems: Problems) -> None:
    names: set[str] = set()
    for node, one in zip(nodes, found, strict=True):
        if one.name and fold(one.name) in names:
            problems.add(node, f"`{one.name}` is listed twice; list all its aliases in one place.")
        names.add(fold(one.name))
    owners: dict[str, str] = {}
    for node, one in zip(nodes, found, strict=True):
        for alias in one.aliases:
            owner = owners.setdefault(fold(alias), one.name)
            if fold(alias) == fold(one.name):
                problems.add(node, f"`{alias}` is the name itself (case is ignored); leave that alias out.")
            elif fold(alias) in names:
                problems.add(node, f"`{alias}` has aliases of its own; list all of them under `{one.name}`.")
            elif fold(owner) != fold(one.name):
                problems.add(
                    node, f"`{alias}` is an alias of `{owner}` and of `{one.name}`; keep it in one place only."
                )
