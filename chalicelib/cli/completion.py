"""`hourtab completion`: what a shell needs to complete commands, options and files on TAB."""

import click
from click.shell_completion import ShellComplete, get_completion_class

from chalicelib.cli.commands import Command
from chalicelib.cli.output import answer

_SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete commands, options and files on TAB."""
    kind = get_completion_class(shell) or ShellComplete
    # ShellComplete.source, because BashComplete.source first checks the version of an installed bash.
    script = ShellComplete.source(kind(context.find_root().command, {}, "hourtab", "_HOURTAB_COMPLETE"))
    answer({"shell": shell, "script": script}, [script.rstrip("\n")])
