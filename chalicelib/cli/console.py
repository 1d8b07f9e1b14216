"""`hourtab console`: the people who may sign in to the console."""

from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, listing
from chalicelib.parts import Parts
from chalicelib.services.access.actor import Role
from chalicelib.services.access.people import Person

console = Group()
_ROLES = click.Choice([role.value for role in Role])
_HEAD = ("email", "role", "status")


@console.command("list")
@pass_parts
def list_all(parts: Parts) -> None:
    """List everybody who may sign in to the console."""
    _answer(parts.manage_people.list())


@console.command()
@click.argument("email")
@click.option("--role", type=_ROLES, default=Role.OWNER.value, show_default=True, help="What the person may do.")
@pass_parts
def invite(parts: Parts, email: str, role: str) -> None:
    """Invite EMAIL to the console; Cognito mails a first password, which is replaced at the first sign-in."""
    _answer([parts.manage_people.invite(email, Role(role))])


@console.command()
@click.argument("email")
@click.argument("role", type=_ROLES)
@pass_parts
def role(parts: Parts, email: str, role: str) -> None:
    """Give EMAIL the role ROLE in place of the present one; their sessions end."""
    _answer([parts.manage_people.set_role(email, Role(role))])


@console.command()
@click.argument("email")
@pass_parts
def remove(parts: Parts, email: str) -> None:
    """Remove EMAIL, who can sign in no more; their sessions end."""
    removed = parts.manage_people.remove(email)
    answer(_as_json(removed), [f"{removed.email} is removed."])


def _answer(people: list[Person]) -> None:
    rows = ((one.email, one.role or "none", one.status) for one in people)
    answer([_as_json(one) for one in people], listing(_HEAD, rows, "Nobody is invited: `hourtab console invite`."))


def _as_json(one: Person) -> dict[str, Any]:
    return {"id": one.id, "email": one.email, "role": one.role, "status": one.status}
