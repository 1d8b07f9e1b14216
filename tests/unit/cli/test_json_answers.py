"""The `--json` output has exactly the keys of docs/cli.md, because scripts depend on it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.rig import SETUP, Cli
from tests.unit.cli.test_documents import COMMANDS

CHAPTER = (Path(__file__).resolve().parents[3] / "docs/cli.md").read_text().split("\n## Answers in JSON\n")[1]
ROWS = dict(re.findall(r"^\| ((?:`[a-z -]+`(?:, )?)+) \| (.+) \|$", CHAPTER, re.MULTILINE))
KEYS = {
    command: set(re.findall(r"`([^`]+)`", row)) for head, row in ROWS.items() for command in head[1:-1].split("`, `")
}

DETAILED = SETUP.replace(
    'regular_rate: "100.00"', 'regular_rate: "100.00", carry_over: {unused: carry, cap: 50 %}'
).replace("starts_on: 2026-01-01", "starts_on: 2026-01-01\n        pauses: [{from: 2027-08-01, until: 2027-08-15}]")


def test_every_command_has_its_row_unless_it_answers_with_a_report() -> None:
    commands = {name.removeprefix("hourtab ") for name in COMMANDS}

    assert [] == sorted(name for name in commands - set(KEYS) if not name.startswith("import "))
    assert [] == sorted({name.split(" --")[0] for name in KEYS} - commands)


def keys(value: Any) -> Iterator[str]:
    """Every key of a JSON value, at any depth."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from keys(each)


@pytest.fixture
def worked(cli: Cli, setup_file: Path, export: Path) -> Cli:
    """A terminal whose deployment has one of everything that commands show."""
    setup_file.write_text(DETAILED)
    cli.run("apply", str(setup_file))
    cli.run("import", "drop", str(export), "--client", "acme", "--retainer", "support", "--wait")
    return cli


@pytest.mark.parametrize(
    "line",
    [
        "client list",
        "client show acme",
        "retainer list",
        "retainer show acme support",
        "link list",
        "link show acme",
        "link rotate acme",
        "link revoke acme",
        "link expire acme --never",
        "link rotate-key --dry-run",
        "console invite ida@fjordblick.example",
        "balance acme support",
        "retainer top-up acme support --hours 5 --price 400.00",
        "retainer correct acme support --hours -1 --reason Travel",
        "retainer go-live acme support --dry-run",
        "retainer go-live acme support",
        "invoice preview acme support --cycle 2026-10-01",
    ],
)
def test_an_answer_has_the_keys_of_its_row(worked: Cli, line: str) -> None:
    command = max((name for name in KEYS if line.startswith(name)), key=len)

    assert KEYS[command] == set(keys(worked.run(*line.split(), "--json").json))


def test_a_plan_has_the_keys_of_its_row_and_so_have_its_problems(worked: Cli, setup_file: Path) -> None:
    another = SETUP.partition("clients:\n")[2].replace("acme", "globex").replace("Acme", "Globex")
    mailed = another.replace("2026-01-01", "2027-01-01").replace(
        "retainers", "billing: {email: a@b.example}\n    retainers"
    )
    setup_file.write_text(DETAILED.replace("Acme Ltd", "Acme Inc") + mailed)
    plan = worked.run("apply", str(setup_file), "--json").json
    setup_file.write_text("clinets: []\n")
    refused = worked.run("apply", str(setup_file), "--json").json

    assert KEYS["apply"] == {*keys(plan), *keys(refused)}


def test_what_is_sent_to_the_import_function_is_named(worked: Cli, export: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("date,description,duration\n2026-10-05,Printers,soon\n")
    [refused] = [one["id"] for one in [worked.run("import", "drop", str(bad), "--wait", "--json").json]]

    assert KEYS["import drop"] == set(keys(worked.run("import", "drop", str(export), "--json").json))
    assert KEYS["import revoke-link"] == set(keys(worked.run("import", "revoke-link", refused, "--json").json))
    assert KEYS["import retry"] == set(keys(worked.run("import", "retry", refused, "--json").json))


def instants(value: Any) -> Iterator[str]:
    """Every string of a JSON value that contains a date and a time."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from instants(each)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("client show acme", 1),
        ("balance acme support", 11),
        ("link expire acme --at 2026-12-31T18:00+01:00", 1),
        ("import undo ID", 3),
        ("import show ID", 2),
    ],
)
def test_times_are_in_utc_to_the_second(worked: Cli, line: str, count: int) -> None:
    [done] = worked.run("import", "list", "--json").json
    worked.parts.moment += timedelta(microseconds=747089)

    found = list(instants(worked.run(*line.replace("ID", done["id"]).split(), "--json").json))

    assert (count, []) == (len(found), [one for one in found if not re.fullmatch(r"[\d-]{10}T[\d:]{8}Z", one)])
