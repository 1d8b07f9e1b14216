"""The documentation covers every command and every key, and its examples are valid."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from chalicelib.cli.commands import Later
from chalicelib.cli.main import main
from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.services.setup.declared import Setup

ROOT = Path(__file__).resolve().parents[3]
SETUP_DOC = (ROOT / "docs/setup.md").read_text()
CLI_DOC = (ROOT / "docs/cli.md").read_text()
COMMON = {"--json", "--stack", "--profile", "--region", "--help", "--version"}


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            assert isinstance(command, Later)
            yield f"{path} {name}", command.load()


COMMANDS = dict(commands(main, "hourtab"))


def chapter_of(command: str) -> str:
    """The section of docs/cli.md about a command."""
    found = re.search(rf"^### `{command}\b[^\n]*`\n(.*?)(?=^#|\Z)", CLI_DOC, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def test_every_command_has_its_section() -> None:
    headings = re.findall(r"^### `(hourtab [a-z -]+?)(?: [A-Z\[][^`]*)?`$", CLI_DOC, re.MULTILINE)

    assert sorted(COMMANDS) == sorted(headings)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_documented(name: str) -> None:
    own = {option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("--")}

    assert [] == sorted(option for option in own - COMMON if f"`{option}" not in chapter_of(name))
    assert COMMANDS[name].help


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_of_the_set_up_is_documented_and_no_other(section: str) -> None:
    chapter = SETUP_DOC.split(f"\n## {section}\n")[1].split("\n## ")[0]

    assert re.findall(r"^\| `([a-z_]+)` \|", chapter, re.MULTILINE) == list(SECTIONS[section])


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", SETUP_DOC, re.DOTALL))
def test_the_examples_can_be_applied(example: str) -> None:
    assert isinstance(read_setup(example, tuple(source.name for source in SOURCES)), Setup)


def test_the_demo_can_be_applied() -> None:
    demo = (ROOT / "infra/demo/setup.yaml").read_bytes()
    setup = read_setup(demo, ("clockify",))

    assert isinstance(setup, Setup)
    first = setup.clients[0]
    helpdesk = first.retainers[0]
    assert (first.client.id, str(helpdesk.id), str(helpdesk.starts_on)) == (
        "nordlicht-dental", "nordlicht-dental/helpdesk", "2026-01-01",
    )  # fmt: skip
    assert helpdesk.terms[0].rounding.increment_seconds == 0
    assert not any(rule.pool in {"excluded", "project"} for rule in first.rules)
