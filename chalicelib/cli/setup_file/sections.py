"""Reads mappings and lists of a YAML file as the table of its keys (schema.py) says, and collects every problem.

Anything invalid yields a problem with its line and column and a stand-in value, so that one pass over the file finds
everything; the values are used only if there were no problems.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from difflib import get_close_matches
from inspect import signature
from typing import Any, TypeVar

import yaml

from chalicelib.cli.setup_file.schema import ITEMS, SECTIONS, Form
from chalicelib.cli.setup_file.shaped import NOTHING, Scalar, Unreadable, did_you_mean, is_null
from chalicelib.services.setup.declared import Place, SetupProblem

T = TypeVar("T")


class Section:
    """One mapping of the file, such as a retainer."""

    def __init__(self, node: yaml.Node, name: str, what: str, problems: set[SetupProblem]) -> None:
        """Check the keys of `node`; `name` is that of the table, `what` the one in messages, as in `a retainer`."""
        self._node = node
        self._keys = SECTIONS[name]
        self._what = what[0].upper() + what[1:]
        self._problems = problems
        self._values: dict[str, yaml.Node] = {}
        self._excused: set[str] = set()
        """Keys whose absence is already covered by another problem."""
        if isinstance(node, yaml.MappingNode):
            for pair in node.value:
                self._take(*pair)
        elif not is_null(node):
            self.add(f"{self._what} is written as `key: value` lines, and this is not.")
            self._excused.update(self._keys)
        for key, held in self._keys.items():
            if held.is_needed:
                self.require(key)

    def _take(self, key: yaml.Node, value: yaml.Node) -> None:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in self._keys:
            self._excused.update(get_close_matches(name.casefold(), self._keys, n=1))
            near = did_you_mean(name, self._keys) or f" Its keys are {', '.join(self._keys)}."
            self.add(f"{self._what} has no key `{name}`.{near}", key)
        elif name in self._values:
            self.add(f"`{name}` is given twice; keep one of them.", key)
        else:
            self._values[name] = value

    def require(self, key: str, *, is_alone: bool = False) -> None:
        """Record a problem if the key has no value, unless another problem covers its absence.

        A section that stands alone inherits nothing, and the hint about that is left out.
        """
        if key not in self._excused and not self._is_given(key):
            self.add(f"{self._what} needs `{key}`.{'' if is_alone else self._keys[key].hint}", key)

    def _is_given(self, key: str) -> bool:
        """Whether the key has a value other than an empty list."""
        return self.has(key) and not (isinstance(self._values[key], yaml.SequenceNode) and not self._values[key].value)

    def add(self, text: str, at: str | yaml.Node = "") -> None:
        """Record a problem at a node or at the value of a key; at the section if the key is absent."""
        self._problems.add(SetupProblem(self.place(at), text))

    def place(self, at: str | yaml.Node = "") -> Place:
        """Line and column of a node or of a key's value; those of the section if the key is absent."""
        mark = (self._values.get(at, self._node) if isinstance(at, str) else at).start_mark
        return Place(mark.line + 1, mark.column + 1)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def has(self, key: str) -> bool:
        """Whether the key is present and has a value."""
        return key in self and not is_null(self._values[key])

    def is_cleared(self, key: str) -> bool:
        """Whether the key is present and was left empty."""
        return key in self and not self.has(key)

    def value(self, key: str, default: Any = None, read: Scalar[Any] | None = None) -> Any:
        """What a key holds, read as the table says or by `read`: one value, or a tuple of a list's valid ones.

        If it is absent, empty or invalid (a problem is recorded), the default or else the table's stand-in.
        """
        held = self._keys[key]
        if held.form is Form.LIST:
            return tuple(one for node in self._items(key) for one in self._read(key, held.holds, node))
        found = self._read(key, read or held.holds, self._values[key]) if self.has(key) else []
        absent = held.stand_in if default is None else default
        return found[0] if found else absent

    def _read(self, key: str, read: Any, node: yaml.Node) -> list[Any]:
        """The value of a node; nothing if it is invalid."""
        try:
            return [read(node)]
        except Unreadable as problem:
            self.add(f"`{key}`: {problem}", node)
            return []

    def fill(self, kind: Callable[..., T], **others: Any) -> T:
        """A `kind` made of `others` and of the section's own values; what the file lacks keeps its default."""
        wanted = signature(kind).parameters.keys() - others.keys()
        given = {held.field or key: key for key, held in self._keys.items() if held.is_needed or self.has(key)}
        own = {field: self.value(key) for field, key in given.items() if field in wanted}
        return kind(**{field: value for field, value in own.items() if value is not None}, **others)

    def given(self, **readers: Scalar[Any]) -> dict[str, Any]:
        """What the section's own keys hold, by field: None for a key that was left empty; nested sections are left out.

        `readers` are used in place of the table's.
        """
        named = {
            held.field or key: key
            for key, held in self._keys.items()
            if key in self and isinstance(held.holds, Scalar) and held.form is not Form.BY_NAME
        }
        return {
            field: self.value(key, read=readers.get(key)) if self.has(key) else None for field, key in named.items()
        }

    def section(self, key: str) -> "Section":
        """A nested section; an empty one if it is absent."""
        return self.inner(self._values.get(key, NOTHING), key, f"`{key}`")

    def sections(self, key: str) -> tuple["Section", ...]:
        """A list of sections; none if it is absent, empty or not a list (a problem is recorded)."""
        return tuple(self.inner(node, key, ITEMS[key]) for node in self._items(key))

    def inner(self, node: yaml.Node, key: str, what: str) -> "Section":
        """A section that a key holds."""
        return Section(node, str(self._keys[key].holds), what, self._problems)

    def _items(self, key: str) -> list[yaml.Node]:
        return self._children(key, yaml.SequenceNode, "is a list: start each of its items with `- `.")

    def pairs(self, key: str) -> list[tuple[yaml.Node, yaml.Node]]:
        """The pairs of a mapping with free keys."""
        return self._children(key, yaml.MappingNode, "is written as `name: value` lines, and this is not.")

    def _children(self, key: str, kind: type[yaml.CollectionNode], text: str) -> list[Any]:
        if not self.has(key):
            return []
        node = self._values[key]
        if not isinstance(node, kind):
            self.add(f"`{key}` {text}", key)
            return []
        return list(node.value)


def repeated(
    sections: Iterable[Section], names: Iterable[T], same: Callable[[T], Hashable] = lambda name: name
) -> Iterator[tuple[Section, T]]:
    """The sections whose name occurs before, with it; an empty name is none."""
    seen = set()
    for section, name in zip(sections, names, strict=True):
        if name and same(name) in seen:
            yield section, name
        seen.add(same(name))
