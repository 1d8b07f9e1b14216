"""What all commands have in common: their options at any place of the line, lazy loading, errors in one line."""

import sys
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from typing import Any, Concatenate, ParamSpec

import click

from chalicelib.cli.deployment import open_deployment
from chalicelib.cli.errors import exit_code, one_line
from chalicelib.cli.output import want_json
from chalicelib.parts import Parts

P = ParamSpec("P")

_CHOICE = "hourtab.choice."


def _common_options() -> list[click.Parameter]:
    """`--json` and the deployment, for every command and group."""
    return [
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_json, help="Answer in JSON."),
        *(
            click.Option([f"--{name}"], metavar=name.upper(), expose_value=False, callback=_choose, help=text)
            for name, text in (
                ("stack", "The deployed stack; without it HOURTAB_STACK, or the local one."),
                ("profile", "Profile of the AWS configuration."),
                ("region", "AWS region of the stack."),
            )
        ),
    ]


def _json(context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        want_json(context)


def _choose(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[_CHOICE + str(option.name)] = value


def pass_parts(command: Callable[Concatenate[Parts, P], None]) -> Callable[P, None]:
    """Give a command the parts of the deployment that its line chose; a test opens others as `obj`."""

    def run(*args: P.args, **values: P.kwargs) -> None:
        context = click.get_current_context()
        chosen = {name: context.meta.get(_CHOICE + name, "") for name in ("stack", "profile", "region")}
        open_parts = context.find_root().obj or open_deployment
        command(open_parts(**chosen), *args, **values)

    return update_wrapper(run, command)


class Command(click.Command):
    """A command with the common options."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.extend(_common_options())


class Group(click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type  # a group within a group is of the same class

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.extend(_common_options())


class Root(Group):
    """The command itself: its groups are loaded when they are named, and every error is one line."""

    lazy: dict[str, str]
    """Name of a command → `module:attribute`."""

    def __init__(self, *args: Any, lazy: dict[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """All commands in the order of their use."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """The command, imported now."""
        if cmd_name not in self.lazy:
            return None
        module, _, attribute = self.lazy[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        return command if isinstance(command, click.Command) else None

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run and exit: 0 done, 1 not done, 2 typed wrong."""
        try:
            sys.exit(super().main(*args, **{**settings, "standalone_mode": False}) or 0)
        except click.exceptions.NoArgsIsHelpError as asked:
            asked.show()
            sys.exit(exit_code(asked))
        except click.Abort:
            click.echo("hourtab: stopped.", err=True)
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - the last frame of the program: everything becomes one line
            click.echo(f"hourtab: {one_line(error)}", err=True)
            sys.exit(exit_code(error))
