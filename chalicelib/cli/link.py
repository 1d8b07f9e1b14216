"""`hourtab link`: the clients' bookmarkable addresses."""

from datetime import datetime
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, table
from chalicelib.cli.values import Instant
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.setup.link import LinkState, LinkView, ManageLink
from chalicelib.services.store.lookup import list_clients

link = Group()


@link.command("list")
@pass_parts
def list_all(parts: Parts) -> None:
    """List the links of all clients."""
    manage = _manage(parts)
    views = [manage.view(book) for book in list_clients(parts.directory)]
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
