"""The output of a command: a table for people, or JSON (`--json`) for scripts. Nothing else prints.

Text from files and from the store is sanitised first, because a description may hold terminal escape codes.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

OPTION = "hourtab.option."
"""The prefix under which click's context keeps an option that all commands have."""


def is_json() -> bool:
    """Whether the output is to be JSON."""
    return bool(click.get_current_context().meta.get(f"{OPTION}json"))


def answer(value: Any, lines: Iterable[str]) -> None:
    """Print `value` as JSON if `--json` was given, else `lines`, which are only computed then."""
    if is_json():
        click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
        return
    for line in lines:
        click.echo(line)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[str] = ()) -> list[str]:
    """Lines of aligned columns under `head` in capitals; the columns named in `right` are right-aligned."""
    cells = [[name.upper() for name in head], *([plain(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    figures = {head.index(name) for name in right}
    return ["  ".join(_cell(row, column, widths, figures) for column in range(len(head))).rstrip() for row in cells]


def listing(
    head: Sequence[str], rows: Iterable[Sequence[str]], nothing: str, *, right: Iterable[str] = ()
) -> list[str]:
    """The table of these rows; without any, the sentence `nothing`."""
    found = list(rows)
    return table(head, found, right=right) if found else [nothing]


def facts(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Lines of `name  value` with aligned values; a pair without a value is left out."""
    shown = [(name, plain(value)) for name, value in pairs if value]
    width = max((len(name) for name, _ in shown), default=0)
    return [f"{name:<{width}}  {value}" for name, value in shown]


def plain(text: str) -> str:
    """One line that is safe to print: control characters, line breaks and unusual spaces become spaces."""
    return "".join(char if char.isprintable() else " " for char in text)


def _cell(row: list[str], column: int, widths: list[int], figures: set[int]) -> str:
    return row[column].rjust(widths[column]) if column in figures else row[column].ljust(widths[column])
