"""What TAB offers, and that completion is fast: only the named command is imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from chalicelib.cli.main import main
from tests.unit.cli.rig import Cli
from tests.unit.cli.test_every_command import FRAME, ROOT

BIN = Path(sys.executable).parent


def offered(line: str, shell: str = "bash") -> list[str]:
    """What TAB at the end of `line` offers."""
    words = line.split(" ")
    asked = {"_HOURTAB_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        asked["COMP_CWORD"] = words[-1]
    return CliRunner(env=asked).invoke(main, prog_name="hourtab").stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hourtab mai", ["plain,mail"]),
        ("hourtab import re", ["plain,redo", "plain,retry", "plain,revoke-link"]),
        ("hourtab --json import re", ["plain,redo", "plain,retry", "plain,revoke-link"]),
        ("hourtab import drop --w", ["plain,--wait"]),
        ("hourtab invoice list --state ", ["plain,draft", "plain,issued", "plain,void"]),
        ("hourtab apply ", ["file,"]),
        ("hourtab nothing x", []),
    ],
)
def test_commands_options_choices_and_files_are_offered(line: str, words: list[str]) -> None:
    assert [word for word in offered(line) if word] == words


def test_zsh_and_fish_describe_each_word() -> None:
    assert offered("hourtab doc", "zsh") == ["plain", "doctor", "Show what is still missing for mails and..."]
    assert offered("hourtab doc", "fish") == ["plain,doctor\tShow what is still missing for mails and..."]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed(cli: Cli, shell: str) -> None:
    answer = cli.run("completion", shell)

    assert answer.code == 0
    assert f"_HOURTAB_COMPLETE={shell}_complete" in answer.out
    assert cli.run("completion", shell, "--json").json == {"shell": shell, "script": answer.out}


def test_an_unknown_shell_is_refused_with_the_known_ones(cli: Cli) -> None:
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'." in cli.run("completion", "tcsh").err


def test_bash_completes_by_the_script() -> None:
    line = 'eval "$(hourtab completion bash)"; COMP_WORDS=(hourtab link r); COMP_CWORD=2; '
    line += '_hourtab_completion hourtab; echo "${COMPREPLY[*]}"'
    found = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}

    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, env=found)

    assert (done.stdout, done.stderr) == ("revoke rotate rotate-key\n", "")


def test_a_list_of_commands_is_offered_without_importing_one() -> None:
    program = "import sys; from chalicelib.cli.main import main\ntry: main(prog_name='hourtab')\n"
    program += "finally: print(sorted(each for each in sys.modules if each.startswith('chalicelib.')), file=sys.stderr)"
    asked = {**os.environ, "_HOURTAB_COMPLETE": "bash_complete", "COMP_WORDS": "hourtab link ", "COMP_CWORD": "2"}

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT, env=asked
    )

    names = ("expire", "list", "revoke", "rotate", "rotate-key", "send", "show")
    assert done.stdout.split() == [f"plain,{name}" for name in names]
    assert done.stderr.strip() == str(sorted(FRAME))
