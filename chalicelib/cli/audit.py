"""`hourtab audit`: what was done to a client's set-up, link, invoices and cycles, other than imports, and by whom."""

from typing import Any

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.output import answer, listing
from chalicelib.domain.ids import ClientId
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.store.audit import DEPLOYMENT, AuditRecord
from chalicelib.services.store.lookup import find_client

_HEAD = ("at (UTC)", "by", "act", "about", "details")


@click.command(cls=Command)
@click.argument("client", default=DEPLOYMENT)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")
@pass_parts
def audit(parts: Parts, client: str, limit: int) -> None:
    """List what was done for CLIENT, newest first, and by whom: set-up, link, cycles, invoices, removals.

    Without CLIENT these are the operator's settings, rotations of the key that signs all links, and the imports whose
    addresses were revoked.
    """
    if client != DEPLOYMENT and parts.directory.read_tombstone(ClientId(client)) is None:
        find_client(parts.directory, client)
    acts = parts.audit_trail.newest(ClientId(client), limit)
    rows = (
        (f"{one.at:%Y-%m-%d %H:%M}", _name(one), one.act.value.replace("_", " "), one.about, one.details)
        for one in acts
    )
    answer([_as_json(one) for one in acts], listing(_HEAD, rows, "Nothing was done apart from imports."))


def _name(act: AuditRecord) -> str:
    """The last part of the name: of `arn:aws:sts::…:assumed-role/Admin/ida@fjordblick.example` the person."""
    return act.by.who.rpartition("/")[2]


def _as_json(one: AuditRecord) -> dict[str, Any]:
    return {
        "client": None if one.client == DEPLOYMENT else one.client,
        "at": instant_json(one.at),
        "act": one.act.value,
        "about": one.about,
        "details": one.details,
        "by": one.by._asdict(),
        "id": one.id,
    }
