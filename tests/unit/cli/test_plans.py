"""`hourtab statement CLIENT --plans plans.yaml`."""

import re
from pathlib import Path

import pytest

from tests.unit.cli.rig import Cli

PLANS = """\
flat: {allotment: 30 h, fee: "1100.00", regular_rate: "100.00"}
by the hour:
  allotment: 0 h
  fee: "0.00"
  regular_rate: "100.00"
  rounding: {increment: 30 min}
"""


@pytest.fixture
def october(acme: Cli, export: Path) -> Cli:
    """Acme has used 26.75 h in October, and nothing in the nine months before."""
    assert acme.run("import", "drop", str(export), "--client", "acme", "--retainer", "support", "--wait").code == 0
    return acme


def plans(folder: Path, text: str = PLANS) -> tuple[str, ...]:
    file = folder / "plans.yaml"
    file.write_text(text)
    return ("statement", "acme", "--plans", str(file))


def test_the_last_twelve_months_are_listed_under_each_plan_cheapest_first(october: Cli, tmp_path: Path) -> None:
    table, assumed = october.run(*plans(tmp_path)).lines[:4], october.run(*plans(tmp_path)).lines[4:]

    assert [re.split(" {2,}", line)[1] for line in table] == ["PLAN", "by the hour", "as agreed", "flat"]
    assert "€10,675.00" in table[2]
    assert "€11,000.00" in table[3]
    assert assumed[0] == "support: 10 cycles from 2026-01-01 until 2026-11-01, 9 without work."
    assert assumed[1].startswith("The same work")


def test_for_scripts_it_is_json_in_minor_units(october: Cli, tmp_path: Path) -> None:
    [found] = october.run(*plans(tmp_path), "--json").json

    assert [one["plan"] for one in found["plans"]] == ["by the hour", "as agreed", "flat"]
    assert found["plans"][1]["net_minor"] == 1_067_500
    assert (found["cycles"], found["cycles_without_work"]) == (10, 9)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("flat: {fee: 5}", "Line 1, column 7: The plan `flat` needs `allotment`. (1 more: line 1)"),
        (
            "flat: {allotmant: 5 h, fee: 5, regular_rate: 5}",
            "The plan `flat` has no key `allotmant`. Did you mean `allotment`?",
        ),
        (PLANS.replace("{allot", "{effective_from: 2026-01-01, allot"), "leave out `effective_from`"),
        (PLANS.replace("flat", "As Agreed"), "stands for the retainer's own terms; name the plan otherwise."),
        ("- flat", "A file of plans is written as"),
        ("a: [", "This is not YAML."),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(acme: Cli, tmp_path: Path, text: str, said: str) -> None:
    answer = acme.run(*plans(tmp_path, text))

    assert answer.code == 1
    assert said in answer.err


def test_a_year_or_plans_are_asked_for_not_both(acme: Cli, tmp_path: Path) -> None:
    assert acme.run("statement", "acme").err.startswith("hourtab: Give either --year or --plans.")
    assert acme.run(*plans(tmp_path), "--year", "2026").code == 2
