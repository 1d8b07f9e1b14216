"""Readers of scalar values that also describe, as JSON Schema, what such a value looks like.

Editors check a set-up file against these shapes (infra/setup_schema.py). A shape is never narrower than its reader, so
that no editor flags what `hourtab apply` accepts. It is wider where validity depends on long lists or on the rest of
the file: time zones, check digits, the decimals of a currency.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

import yaml

T = TypeVar("T")
_NULL = "tag:yaml.org,2002:null"
NOTHING = yaml.ScalarNode(_NULL, "")
"""A value that was left empty."""
Shape = Mapping[str, Any]
"""The JSON Schema of one value, as YAML 1.2 parses it: `1000.00` is a number, `20 h` and `2026-01-31` are strings."""


class Unreadable(Exception):  # noqa: N818 - it describes the value, and never leaves this package
    """A value that is refused, with a sentence that says why and what to write instead."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean x?`, or "" if no known word is similar."""
    near = get_close_matches(word.casefold(), list(known), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


def is_null(node: yaml.Node) -> bool:
    """Whether the value was left empty."""
    return node.tag == _NULL


@dataclass(frozen=True, slots=True)
class Scalar(Generic[T]):
    """Reads a node, or raises Unreadable."""

    read: Callable[[yaml.Node], T]
    shape: Shape

    def __call__(self, node: yaml.Node) -> T:
        """The value of a node."""
        return self.read(node)


def shaped(shape: Shape) -> Callable[[Callable[[yaml.Node], T]], Scalar[T]]:
    """Attach to a reader the shape of the values that it accepts."""
    return lambda read: Scalar(read, shape)


def like(pattern: str, *types: str, examples: Sequence[str] = (), **more: Any) -> Shape:
    """Text of this pattern, ignoring surrounding white space.

    `types` are the types that YAML gives to such text when it is unquoted. Editors offer the examples, and those built
    on VS Code's validator show the message.
    """
    shape: dict[str, Any] = {"type": ["string", *types] if types else "string", "pattern": rf"^\s*(?:{pattern})\s*$"}
    hints = {"patternErrorMessage": f"Write it as {examples[0]}.", "examples": [*examples]} if examples else {}
    return {**shape, **hints, **more}


def words(*known: str) -> Shape:
    """One of these words."""
    return {"enum": [*known]}


def words_of_any_case(*known: str, **more: Any) -> Shape:
    """One of these words, in any case; editors offer them in the spelling given here."""
    letters = ("".join(f"[{letter.upper()}{letter.lower()}]" for letter in word) for word in known)
    return {"anyOf": [words(*known), {**like("|".join(letters)), **more}]}
