"""`hourtab link`: the clients' bookmarkable addresses."""

from collections.abc import Iterator
from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.mail import message_lines, recipient_of
from chalicelib.cli.output import answer, table
from chalicelib.cli.values import Instant
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.setup.link import (
    KEY_OVERLAP,
    KeyRotation,
    LinkState,
    LinkView,
    ManageLink,
    plan_key_rotation,
)
from chalicelib.services.setup.link import rotate_key as carry_out
from chalicelib.services.store.link_keys import SIGNS_AFTER
from chalicelib.services.store.lookup import find_client, visible_clients
from chalicelib.services.store.tasks import link_mail

link = Group()


@link.command("list")
@pass_parts
def list_all(parts: Parts) -> None:
    """List the links of all clients."""
    manage = _manage(parts)
    views = [manage.view(book) for book in visible_clients(parts.directory, parts.clock())]
    rows = ((view.client, _state(view), view.url) for view in views)
    answer([_as_json(view) for view in views], table(("client", "state", "link"), rows))


@link.command()
@click.argument("client")
@pass_parts
def show(parts: Parts, client: str) -> None:
    """Show the link of CLIENT."""
    _answer(_manage(parts).show(client))


@link.command()
@click.argument("client")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_parts
def send(parts: Parts, client: str, *, yes: bool) -> None:
    """Mail CLIENT its link with two sentences of introduction; shows the mail first, and asks."""
    if not parts.settings.mail_from:
        raise click.ClickException("This deployment sends no mail: deploy it with MAIL_FROM=… first.")
    view = _manage(parts).show(client)
    if view.state is not LinkState.ACTIVE:
        raise click.ClickException(f"The link is {view.state.value}: `hourtab link rotate {client}` makes a new one.")
    if not find_client(parts.directory, client).billing.party.email:
        raise click.ClickException(
            f"The set-up names no e-mail address of the client {client}: add `email` to its `billing`, apply it, then "
            "send the link again."
        )
    task = link_mail(view.client, view.version, parts.clock())
    message = parts.send_mail.message(task)
    if not yes:
        for line in message_lines(message):
            click.echo(line, err=True)
        click.confirm("Send it?", abort=True, err=True)
    parts.tasks.add([task])
    parts.task_queue.send([task.id])
    answer({"id": task.id, "to": recipient_of(message)}, [f"{task.id} is queued."])


@link.command()
@click.argument("client")
@pass_parts
def rotate(parts: Parts, client: str) -> None:
    """Give CLIENT a new link; the old one stops working at once. A revocation or expiry is lifted."""
    _answer(_manage(parts).rotate(client))


@link.command()
@click.argument("client")
@pass_parts
def revoke(parts: Parts, client: str) -> None:
    """Disable the link of CLIENT at once; `rotate` makes a new one."""
    _answer(_manage(parts).revoke(client))


@link.command()
@click.argument("client")
@click.option("--at", type=Instant(), help="When, as 2026-12-31 or 2026-12-31T18:00+01:00; UTC without an offset.")
@click.option("--never", is_flag=True, help="Remove the expiry.")
@pass_parts
def expire(parts: Parts, client: str, at: datetime | None, never: bool) -> None:
    """Let the link of CLIENT expire at a given time."""
    if never == (at is not None):
        raise click.UsageError("Add either --at TIME or --never.")
    _answer(_manage(parts).expire(client, at))


@link.command("rotate-key")
@click.option(
    "--until",
    type=Instant(),
    help=f"When the old addresses stop working, as 2026-12-31; default: in {KEY_OVERLAP.days} days.",
)
@click.option("--at-once", is_flag=True, help="End the old addresses within five minutes: the key has leaked.")
@click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing.")
@pass_parts
def rotate_key(parts: Parts, until: datetime | None, *, at_once: bool, dry_run: bool) -> None:
    """Replace the key that signs all links; the old ones work for a while.

    This concerns the links of all clients and of all reports of imports. Nothing has to be deployed.
    """
    now = parts.clock()
    if at_once and until:
        raise click.UsageError("Add either --until TIME or --at-once.")
    if until and until <= now + SIGNS_AFTER:
        raise click.UsageError("The old addresses have to outlive the change: name a later --until, or add --at-once.")
    end = None if at_once else (until or now + KEY_OVERLAP).astimezone(UTC)
    rotation = plan_key_rotation(parts.directory, parts.link_keys, now, token_urlsafe(48), end)
    if not dry_run:
        carry_out(rotation, now, parts.link_keys, parts.audit_trail.add)
    signs_from, old_until = instant_json(rotation.signs_from), instant_json(rotation.old_until)
    done = {"dry_run": dry_run, "clients": rotation.clients, "signs_from": signs_from, "old_until": old_until}
    answer(done, _rotation_lines(rotation, at_once=at_once, dry_run=dry_run))


def _rotation_lines(rotation: KeyRotation, *, at_once: bool, dry_run: bool) -> Iterator[str]:
    many, will = f"{rotation.clients} client{'' if rotation.clients == 1 else 's'}", "would" if dry_run else "will"
    yield f"The key of all links {'would be' if dry_run else 'is'} replaced."
    if at_once:
        yield f"The links of {many} and of all reports {will} stop working within five minutes."
        yield f"`hourtab link list` {'would then print' if dry_run else 'prints'} the new ones, which work after these"
        yield "five minutes: send them to your clients then."
        return
    yield f"From {rotation.signs_from:%Y-%m-%d %H:%M} UTC on, the links of {many} {will} be new, also in mails:"
    yield "after that, send your clients the links that `hourtab link list` prints."
    yield f"Until {rotation.old_until:%Y-%m-%d %H:%M} UTC the old links {will} work as well."


def _manage(parts: Parts) -> ManageLink:
    return ManageLink(parts.directory, parts.ledger, parts.links, parts.settings.need("base_url"), parts.clock)


def _answer(view: LinkView) -> None:
    answer(_as_json(view), [view.url, f"version {view.version}, {_state(view)}"])


def _state(view: LinkView) -> str:
    if view.state is LinkState.ACTIVE and view.expires_at is not None:
        return f"active until {view.expires_at:%Y-%m-%d %H:%M %Z}"
    return view.state.value


def _as_json(view: LinkView) -> dict[str, Any]:
    return {
        "client": view.client,
        "url": view.url,
        "retainers": list(view.retainers),
        "version": view.version,
        "state": view.state.value,
        "expires_at": instant_json(view.expires_at),
    }
