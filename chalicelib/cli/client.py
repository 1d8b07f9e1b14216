"""`hourtab client`: who the clients are."""

from collections.abc import Iterator
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, facts, table
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.setup.describe import words_of_client, words_of_renamed, words_of_rules
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.lookup import find_client, list_clients

client = Group()


@client.command("list")
@pass_parts
def list_all(parts: Parts) -> None:
    """List all clients."""
    books = list_clients(parts.directory)
    rows = (
        (
            book.client.id,
            book.client.name,
            ", ".join(retainer.id.retainer for retainer in book.retainers),
            book.client.locale,
            book.client.currency,
        )
        for book in books
    )
    answer([_as_json(book) for book in books], table(("client", "name", "retainers", "locale", "currency"), rows))


@client.command()
@click.argument("client")
@pass_parts
def show(parts: Parts, client: str) -> None:
    """Show one client with its rules."""
    book = find_client(parts.directory, client)
    answer(_as_json(book), _lines(book))


def _as_json(book: ClientBook) -> dict[str, Any]:
    client = book.client
    return {
        "client": client.id,
        "name": client.name,
        "aliases": list(client.aliases),
        "locale": client.locale,
        "currency": client.currency,
        "hours_format": client.hours_format.value,
        "retainers": [retainer.id.retainer for retainer in book.retainers],
        "projects": [one._asdict() for one in book.aliases.projects],
        "workers": [one._asdict() for one in book.aliases.workers],
        "rules": list(words_of_rules(book.rules).values()),
        "as_of": instant_json(book.head.as_of),
    }


def _lines(book: ClientBook) -> Iterator[str]:
    retainers = ", ".join(retainer.id.retainer for retainer in book.retainers)
    as_of = f"{book.head.as_of:%Y-%m-%d %H:%M %Z}" if book.head.as_of else "never"
    yield from facts(
        (
            ("client", book.client.id),
            *words_of_client(book.client).items(),
            ("retainers", retainers),
            *((f"project {name}", aliases) for name, aliases in words_of_renamed(book.aliases.projects).items()),
            *((f"worker {name}", aliases) for name, aliases in words_of_renamed(book.aliases.workers).items()),
            *words_of_rules(book.rules).items(),
            ("last import", as_of),
        )
    )
