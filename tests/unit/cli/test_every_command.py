"""What holds for every command: options anywhere on the line, one-line errors, a fast start."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from chalicelib.cli.commands import Later
from chalicelib.cli.errors import one_line
from chalicelib.cli.main import main
from chalicelib.parts import Parts
from chalicelib.services.store.conflicts import StaleWriteError
from tests.fakes import FakeDirectory
from tests.parts import parts_with
from tests.unit.cli.rig import Cli


@pytest.mark.parametrize(
    "words", [("--json", "client", "list"), ("client", "--json", "list"), ("client", "list", "--json")]
)
def test_json_can_be_requested_anywhere_on_the_line(acme: Cli, words: tuple[str, ...]) -> None:
    assert [one["client"] for one in acme.run(*words).json] == ["acme"]


@pytest.mark.parametrize(
    "words",
    [
        ("--stack", "one", "--profile", "me", "--region", "here", "client", "list"),
        ("client", "--profile", "me", "list", "--region", "here", "--stack", "one"),
        ("--stack", "other", "client", "list", "--stack", "one", "--profile", "me", "--region", "here"),
    ],
)
def test_the_deployment_can_be_selected_anywhere_on_the_line_and_the_last_option_counts(
    words: tuple[str, ...],
) -> None:
    chosen: list[dict[str, str]] = []

    def opened(**choice: str) -> Parts:
        chosen.append(choice)
        return parts_with(directory=FakeDirectory())

    assert CliRunner().invoke(main, words, obj=opened).exit_code == 0
    assert chosen == [{"stack": "one", "profile": "me", "region": "here"}]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("clients",), "No such command 'clients'. Did you mean 'client'?"),
        (("apply",), "Missing argument 'FILE'."),
        (("apply", "nowhere.yaml"), "Invalid value for 'FILE': File 'nowhere.yaml' does not exist."),
        (("client", "show", "acme", "now"), "Got unexpected extra argument (now)."),
        (
            ("import", "drop", "x.csv", "--client", "No Slug"),
            "Invalid value for '--client': 'No Slug' is not lower-case",
        ),
    ],
)
def test_a_usage_error_is_one_line(cli: Cli, words: tuple[str, ...], message: str) -> None:
    answer = cli.run(*words)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"hourtab: {message}")
    assert answer.err.count("\n") == 1


def test_a_bug_is_one_line_that_can_be_reported(cli: Cli) -> None:
    cli.parts.directory = SimpleNamespace(read_clients=None, read_names=lambda: {}["x"])

    answer = cli.run("client", "list")

    assert answer.code == 1
    assert answer.err.startswith("hourtab: This is a bug in HourTab (KeyError in tests.unit.cli.")
    assert answer.err.count("\n") == 1


def test_without_arguments_the_help_is_shown(cli: Cli) -> None:
    answer = cli.run()

    assert answer.code == 2
    assert "Retainer hours: set up clients" in answer.err


class RefusedError(Exception):
    """As an adapter raises it, with the error code of AWS."""

    def __init__(self, code: str) -> None:
        super().__init__("refused")
        self.code = code


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (
            RefusedError("EndpointConnectionError"),
            "The deployment does not respond: start the local one with `make up`",
        ),
        (RefusedError("NoCredentialsError"), "No AWS credentials were found"),
        (RefusedError("ExpiredToken"), "AWS rejects your credentials"),
        (RefusedError("UnauthorizedSSOTokenError"), "AWS rejects your credentials: sign in again"),
        (RefusedError("ProfileNotFound"), "The AWS configuration has no such profile: `aws configure list-profiles`"),
        (RefusedError("InvalidRegionError"), "There is no such AWS region: check --region and AWS_REGION"),
        (StaleWriteError("version 2 is stored,\nversion 1 was read"), "version 2 is stored, version 1 was read."),
    ],
)
def test_an_error_says_what_to_do_next(error: Exception, advice: str) -> None:
    assert one_line(error).startswith(advice)


ROOT = Path(__file__).resolve().parents[3]


def loaded_by(*words: str) -> set[str]:
    """The modules that a command line has imported by the time it ends."""
    program = f"import sys, json; from chalicelib.cli.main import main\ntry: main({list(words)})\n"
    program += "except SystemExit: print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_the_help_of_a_command_loads_no_sdk() -> None:
    assert loaded_by("balance", "--help").isdisjoint({"botocore", "pynamodb", "yaml", "chalicelib.adapters"})


FRAME = {
    "chalicelib.cli",
    *(f"chalicelib.cli.{name}" for name in ("commands", "errors", "main", "output")),
    "chalicelib.domain",
    "chalicelib.domain.errors",
}


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("import", "--help"), ("invoice",), ("clients",)])
def test_what_needs_no_command_imports_none(words: tuple[str, ...]) -> None:
    assert {name for name in loaded_by(*words) if name.startswith("chalicelib.")} == FRAME


def laters(group: click.Group, path: str = "") -> list[tuple[str, Later]]:
    """The placeholders of all commands, by the words that invoke them."""
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += laters(command, f"{path}{name} ")
        else:
            assert isinstance(command, Later)
            found.append((f"{path}{name}", command))
    return found


LATERS = dict(laters(main))
GROUPS = {name: group for name, group in main.commands.items() if isinstance(group, click.Group)}


@pytest.mark.parametrize("name", LATERS)
def test_a_listed_command_repeats_the_commands_own_help(name: str) -> None:
    listed, command = LATERS[name], LATERS[name].load()

    assert listed.name == command.name
    for limit in (20, 45, 80, 200):
        assert command.get_short_help_str(limit) == listed.get_short_help_str(limit)


@pytest.mark.parametrize("name", GROUPS)
def test_a_listed_group_has_the_commands_of_the_real_one(name: str) -> None:
    listed = GROUPS[name]
    [place] = {one.place for one in listed.commands.values() if isinstance(one, Later)}
    module, _, attribute = place.partition(":")
    group = getattr(import_module(f"chalicelib.cli.{module}"), attribute)

    assert group.list_commands(click.Context(group)) == listed.list_commands(click.Context(listed))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("retainer live acme support --opening-balance lots", 2),
        ("import drop README.md --retainer support", 2),
    ],
)
def test_a_command_that_needs_no_deployment_loads_no_sdk(words: str, code: int) -> None:
    program = "import sys, json; from chalicelib.cli.main import main\ntry: main(sys.argv[1:])\n"
    program += "except SystemExit as end: print(json.dumps([end.code, sorted(sys.modules)]), file=sys.stderr)"

    done = subprocess.run(
        [sys.executable, "-c", program, *words.split()], capture_output=True, text=True, check=True, cwd=ROOT
    )

    ended, loaded = json.loads(done.stderr.splitlines()[-1])
    assert (code, set()) == (ended, {"botocore", "pynamodb", "chalicelib.adapters"} & set(loaded))
