"""Reads mappings and lists of a YAML file key by key and collects every problem with its line and column.

A `Section` is a mapping with known keys. Anything invalid yields a problem and a stand-in value, so that one pass
over the file finds everything; the values are used only if there were no problems.
"""

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from typing import TypeVar

import yaml

from chalicelib.services.setup.declared import Place, SetupProblem

T = TypeVar("T")
Read = Callable[[yaml.Node], T]
"""Reads a node, or raises Unreadable."""
_NULL = "tag:yaml.org,2002:null"


class Unreadable(Exception):  # noqa: N818 - it describes the value, and never leaves this package
    """A value that is refused, with a sentence that says why and what to write instead."""


class Problems:
    """The problems found so far."""

    def __init__(self) -> None:
        self._found: set[SetupProblem] = set()

    def add(self, node: yaml.Node, text: str) -> None:
        """Record a problem at the place of `node`."""
        self._found.add(SetupProblem(place_of(node), text))

    def sorted(self) -> tuple[SetupProblem, ...]:
        """All problems in file order."""
        return tuple(sorted(self._found))


def place_of(node: yaml.Node) -> Place:
    """Line and column of a node."""
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


def is_null(node: yaml.Node) -> bool:
    """Whether the value was left empty."""
    return node.tag == _NULL


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean x?`, or "" if no known word is similar."""
    near = get_close_matches(word.casefold(), list(known), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


class Section:
    """One mapping of the file, such as a retainer."""

    def __init__(self, node: yaml.Node, what: str, keys: Collection[str], problems: Problems) -> None:
        """Check the keys of `node`; `what` names the section in messages, as in `a retainer`."""
        self.node = node
        self._what = what[0].upper() + what[1:]
        self._problems = problems
        self._values: dict[str, yaml.Node] = {}
        self._excused: set[str] = set()
        """Keys whose absence is already covered by another problem."""
        if is_null(node):
            return
        if not isinstance(node, yaml.MappingNode):
            problems.add(node, f"{self._what} is written as `key: value` lines, and this is not.")
            self._excused.update(keys)
            return
        for key, value in node.value:
            self._take(key, value, keys)

    def _take(self, key: yaml.Node, value: yaml.Node, keys: Collection[str]) -> None:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in keys:
            self._excused.update(get_close_matches(name.casefold(), keys, n=1))
            near = did_you_mean(name, keys) or f" Its keys are {', '.join(keys)}."
            self._problems.add(key, f"{self._what} has no key `{name}`.{near}")
        elif name in self._values:
            self._problems.add(key, f"`{name}` is given twice; keep one of them.")
        else:
            self._values[name] = value

    def node_of(self, key: str) -> yaml.Node:
        """The node to report a problem at: that of the key's value, or the section if the key is absent."""
        return self._values.get(key, self.node)

    def has(self, key: str) -> bool:
        """Whether the key is present and has a value."""
        return key in self._values and not is_null(self._values[key])

    def get(self, key: str, read: Read[T], default: T) -> T:
        """The value of an optional key; `default` if it is absent, empty or invalid (a problem is recorded)."""
        if not self.has(key):
            return default
        node = self._values[key]
        try:
            return read(node)
        except Unreadable as problem:
            self._problems.add(node, f"`{key}`: {problem}")
            return default

    def need(self, key: str, read: Read[T], stand_in: T) -> T:
        """The value of a required key; its absence is recorded as a problem."""
        self.check_present(key)
        return self.get(key, read, stand_in)

    def check_present(self, key: str, hint: str = "") -> None:
        """Record that a required key is absent or empty, unless another problem already covers that."""
        node = self._values.get(key)
        is_given = self.has(key) and not (isinstance(node, yaml.SequenceNode) and not node.value)
        if not is_given and key not in self._excused:
            self._problems.add(self.node_of(key), f"{self._what} needs `{key}`.{hint}")

    def section(self, key: str, what: str, keys: Collection[str]) -> "Section | None":
        """A nested section, or None if it is absent."""
        return Section(self._values[key], what, keys, self._problems) if key in self._values else None

    def items(self, key: str) -> tuple[yaml.Node, ...]:
        """The nodes of a list; none if it is absent, empty or not a list (a problem is recorded)."""
        if not self.has(key):
            return ()
        node = self._values[key]
        if not isinstance(node, yaml.SequenceNode):
            self._problems.add(node, f"`{key}` is a list: start each of its items with `- `.")
            return ()
        return tuple(node.value)

    def list_of(self, key: str, read: Read[T]) -> tuple[T, ...]:
        """A list of scalars; each invalid one is recorded as a problem and left out."""
        taken = []
        for node in self.items(key):
            try:
                taken.append(read(node))
            except Unreadable as problem:
                self._problems.add(node, f"`{key}`: {problem}")
        return tuple(taken)

    def pairs(self, key: str) -> tuple[tuple[yaml.Node, yaml.Node], ...]:
        """The pairs of a mapping with free keys."""
        if not self.has(key):
            return ()
        node = self._values[key]
        if not isinstance(node, yaml.MappingNode):
            self._problems.add(node, f"`{key}` is written as `name: value` lines, and this is not.")
            return ()
        return tuple(node.value)
