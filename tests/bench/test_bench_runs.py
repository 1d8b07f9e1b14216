"""Every part of `make bench` runs with small sizes, and yields all figures of the README."""

import json
import re
from collections.abc import Callable
from inspect import signature
from typing import Any

import pytest

from tests.bench.deployment import in_process
from tests.bench.monthly_hours import sums_of_hledger
from tests.bench.package import sources_only
from tests.bench.parts import PARTS
from tests.bench.readme import CHAPTER, README, ROWS, introduction, rows
from tests.bench.run import describe_run

SMALL: dict[str, dict[str, Any]] = {
    "package": {"make_code": sources_only},
    "writes": {"entries": 3, "touched": (1, 2), "engine": in_process},
    "due": {"due": 2, "among": (2, 5), "engine": in_process},
    "undo": {"weeks": (2, 3), "engine": in_process},
    "names": {"among": (2, 5), "engine": in_process},
    "close": {"clients": 1, "engine": in_process, "counts": in_process},
    "sweep": {"waiting": 11, "engine": in_process},
    "page": {"entries": 5, "others": (2,), "turns": 1, "engine": in_process},
    "cold_start": {"entries": 2, "turns": 1, "make_code": sources_only, "engine": in_process},
    "intake": {"rows": 50, "peaks": (10,), "turns": 1},
    "sources": {"rows": 4, "turns": 1},
    "monthly_hours": {"rows": 100, "others": ("hledger",)},
}
NOT_COMPARED = {"hledger": None, "pandas": None}
HLEDGER = {"version": "1.25", "cpu_over_ours": 11.2}
PANDAS = {"version": "3.1.1", "ours_cpu_over": 4.9, "ours_cpu_over_4_columns": 7.1}


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """The figures of a small run, as .local/bench.json keeps them, on a machine where no other program is installed."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", "")
        small = {part: PARTS[part](**sizes) for part, sizes in SMALL.items()}
    return json.loads(json.dumps({"run": describe_run(), **small}))


def shape(text: str) -> str:
    """The text without its numbers; lists of any length compare equal."""
    return re.sub(r"#( / #)+", "#", re.sub(r"\d[\d,.]*", "#", text))


def test_every_part_runs_small_in_the_suite():
    """The part that needs the packaged stack does so in test_large_runs.py."""
    assert PARTS.keys() == {*SMALL, "large"}


def test_every_row_of_the_readme_is_one_that_the_bench_yields_and_no_other(figures):
    compared = figures | {"monthly_hours": {**figures["monthly_hours"], "hledger": HLEDGER, "pandas": PANDAS}}
    [chapter] = CHAPTER.findall(README.read_text(encoding="utf-8"))
    [table] = re.findall(r"^\| what \| measured \|\n\|---\|---:\|\n((?:\|.*\n)+)", chapter, re.MULTILINE)
    cells = [re.fullmatch(r"\| (.*) \| (.*) \|", line).groups() for line in table.splitlines()]

    assert [row.what for row in ROWS] == [what for what, _ in cells]
    assert [shape(row) for row in rows(compared)] == [shape(row) for row in table.splitlines()]


def test_the_readme_says_which_code_and_machine_its_figures_are_from():
    [chapter] = CHAPTER.findall(README.read_text(encoding="utf-8"))
    text = " ".join(chapter.split("\n\n")[1].split())
    pattern = r"On (\d+ \w+ \d{4}), (\d+) cores of (.+), Python ([\d.]+), the tables on (.+), commit `([0-9a-f]{7})`:$"
    [(day, cores, cpu, python, tables, commit)] = re.findall(pattern, text)

    run = {"cores": cores, "cpu": cpu, "python": python, "tables": tables, "commit": commit, "changed": False}
    expected = " ".join(introduction(run | {"date": "2026-01-01"}).split())
    assert expected.replace("1 January 2026", day) == text


def test_what_is_not_installed_leaves_its_row_out(figures):
    without = [row for row in rows(figures) if "hledger" in row or "pandas" in row]

    assert NOT_COMPARED == {name: figures["monthly_hours"][name] for name in NOT_COMPARED}
    assert [] == without
    assert len(ROWS) - len(NOT_COMPARED) == len(list(rows(figures)))


def test_the_table_of_hledger_is_read_as_seconds():
    table = '"account","2026-01","2026-02"\n"Acme:Helpdesk","1.25 h","0"\n"Acme:Wiring","0","0.50 h"\n'

    assert {
        ("Acme", "Helpdesk", "2026-01"): 4500,
        ("Acme", "Wiring", "2026-02"): 1800,
    } == sums_of_hledger(table)


@pytest.mark.parametrize("measure", PARTS.values(), ids=list(PARTS))
def test_every_size_of_a_part_has_its_full_value_as_its_default(measure: Callable[..., Any]):
    assert [] == [size.name for size in signature(measure).parameters.values() if size.default is size.empty]
