"""What all commands have in common: options anywhere on the line, imports on demand, one-line errors."""

import sys
from collections.abc import Callable
from functools import update_wrapper
from importlib import import_module
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

from chalicelib.cli.errors import exit_code, one_line
from chalicelib.cli.output import OPTION

if TYPE_CHECKING:
    from chalicelib.parts import Parts

P = ParamSpec("P")


def _common_options() -> list[click.Parameter]:
    """`--json` and the deployment, for every command and group."""
    return [
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_keep, help="Answer in JSON."),
        *(
            click.Option([f"--{name}"], metavar=name.upper(), expose_value=False, callback=_keep, help=text)
            for name, text in (
                ("stack", "The deployed stack; default: HOURTAB_STACK, or else the local stack."),
                ("profile", "Profile of the AWS configuration."),
                ("region", "AWS region of the stack."),
            )
        ),
    ]


def _keep(context: click.Context, option: click.Parameter, value: str | bool | None) -> None:
    """Keep the value of an option that was given, wherever on the line; the last one counts."""
    if value not in {None, False}:
        context.meta[f"{OPTION}{option.name}"] = value


def pass_parts(command: Callable[Concatenate["Parts", P], None]) -> Callable[P, None]:
    """Pass a command the parts of the deployment that its options select; tests supply their own as `obj`."""

    def run(*args: P.args, **values: P.kwargs) -> None:
        context = click.get_current_context()
        chosen = {name: context.meta.get(OPTION + name, "") for name in ("stack", "profile", "region")}
        from chalicelib.cli.deployment import open_deployment  # noqa: PLC0415 - help and completion need no parts

        open_parts = context.find_root().obj or open_deployment
        command(open_parts(**chosen), *args, **values)

    return update_wrapper(run, command)


class Command(click.Command):
    """A command with the common options."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.extend(_common_options())


class Group(Command, click.Group):
    """A group of commands, itself with the common options."""

    command_class = Command


class Later(click.Command):
    """A placeholder for a command that is imported only when used, so that help and completion stay fast."""

    def __init__(self, name: str, place: str, first_sentence: str) -> None:
        """`place` is `module:attribute` of this package; of a group there, the command is the one called `name`."""
        super().__init__(name, help=first_sentence)
        self.place = place

    def load(self) -> click.Command:
        """Import and return the real command."""
        module, _, attribute = self.place.partition(":")
        found: click.Command = getattr(import_module(f"chalicelib.cli.{module}"), attribute)
        return found.commands[str(self.name)] if isinstance(found, click.Group) else found

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        """Delegate to the real command; click calls this to run or to complete it."""
        return self.load().make_context(*args, **settings)


def later_group(name: str, place: str, text: str, commands: dict[str, str]) -> Group:
    """A group that is not imported either: its help text, and the first sentence of each command's help."""
    return Group(name, help=text, commands=[Later(each, place, first) for each, first in commands.items()])


class Root(Group):
    """The top-level group: lists its commands in order of use and prints every error as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """All commands in order of use, not alphabetically."""
        return list(self.commands)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run and exit: 0 for success, 1 for failure, 2 for a usage error."""
        try:
            sys.exit(super().main(*args, **{**settings, "standalone_mode": False}) or 0)
        except click.exceptions.NoArgsIsHelpError as asked:
            asked.show()
            sys.exit(exit_code(asked))
        except click.Abort:
            click.echo("hourtab: stopped.", err=True)
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - the outermost frame: every error becomes one line
            click.echo(f"hourtab: {one_line(error)}", err=True)
            sys.exit(exit_code(error))
