"""What all commands have in common: options at any place of the line, imports on demand, errors in one line."""

import sys
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from chalicelib.cli.errors import exit_code, one_line
from chalicelib.cli.output import want_json

if TYPE_CHECKING:
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


def pass_parts(command: Callable[Concatenate["Parts", P], None]) -> Callable[P, None]:
    """Give a command the parts of the deployment that its line chose; a test opens others as `obj`."""

    def run(*args: P.args, **values: P.kwargs) -> None:
        context = click.get_current_context()
        chosen = {name: context.meta.get(_CHOICE + name, "") for name in ("stack", "profile", "region")}
        from chalicelib.cli.deployment import open_deployment  # noqa: PLC0415 - help and completion need no parts

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


class Later(click.Command):
    """Stands for a command that is imported only when it is used, so that help and completion stay quick."""

    def __init__(self, name: str, place: str, first_sentence: str) -> None:
        """Name the command, where it is (`module:attribute`; of a group: its command `name`), and what it does."""
        super().__init__(name, help=first_sentence)
        self.place = place

    def load(self) -> click.Command:
        """The command itself, imported now."""
        module, _, attribute = self.place.partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found.commands[str(self.name)] if isinstance(found, click.Group) else found

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        """The command itself takes the line from here; click asks for this when it runs or completes one."""
        return self.load().make_context(*args, **settings)


def later_group(name: str, place: str, text: str, commands: dict[str, str]) -> Group:
    """A group that is not imported either: its help, and the first sentence of each of its commands."""
    return Group(name, help=text, commands=[Later(each, place, first) for each, first in commands.items()])


class Root(Group):
    """The command itself: its commands are listed in the order of their use, and every error is one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """All commands in the order of their use."""
        return list(self.commands)

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
