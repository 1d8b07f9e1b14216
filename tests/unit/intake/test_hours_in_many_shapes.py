"""Relatives of the field cases, in other languages, orders and notations: none is read wrongly in silence."""

from io import BytesIO
from typing import NamedTuple

import pytest

from chalicelib.intake.export import open_export
from chalicelib.intake.rows import Refusal, Row, SourceHints
from tests.unit.intake.test_field_cases import FIELD_CASES

MARK = "== "


class Case(NamedTuple):
    """A file, and the outcomes that are right."""

    name: str
    right: list[str]
    text: str


def cases():
    _, *blocks = (FIELD_CASES / "hours.txt").read_text().split(f"\n{MARK}")
    for block in blocks:
        head, _, text = block.partition("\n")
        name, *right = (part.strip() for part in head.split("|"))
        yield pytest.param(Case(name, right, text), id=name)


def outcome(text):
    """As the cases are written, with the reason of a refusal in full."""
    export = open_export(BytesIO(text.encode()), SourceHints())
    if isinstance(export, Refusal):
        return f"refused {export.reason}"
    rows = list(export.rows())
    others = [row for row in rows if not isinstance(row, Row)]
    kind = "quiet" if not others else "warned" if all(row.is_warning for row in others) else "problems"
    return f"{kind} {sum(row.entry.seconds for row in rows if isinstance(row, Row))}"


def is_right(wanted, found):
    kind, _, what = wanted.partition(" ")
    found_kind, _, found_what = found.partition(" ")
    return kind == found_kind and (what == "*" or (what in found_what if kind == "refused" else what == found_what))


@pytest.mark.parametrize("case", [*cases()])
def test_hours_are_read_rightly_or_asked_about(case):
    found = outcome(case.text)

    assert any(is_right(wanted, found) for wanted in case.right), found
