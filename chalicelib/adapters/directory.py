"""The directory on DynamoDB: a client's book is one query, and its set-up is one item.

The client, its retainers with their terms, and its rules are packed in one item, because they are always read and
written together: one transaction of three items, with the client's head and its names, however many retainers
(docs/decisions/0002).
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.dynamo import at_version, bind, table_errors, write_together
from chalicelib.adapters.tables import DirectoryItem
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.services.store.books import NO_IMPORTS, ClientBook, ClientHead
from chalicelib.services.store.conflicts import Sleep, StaleWriteError, retry_stale

if TYPE_CHECKING:
    from chalicelib.services.store.operator_book import OperatorBook

_OPERATOR = "operator"
_CLIENT_PREFIX = "client#"
_DUE = "due"


class DynamoDirectory:
    """The port `Directory` on the directory table."""

    def __init__(self, aws: Aws, table: str, sleep: Sleep = time.sleep) -> None:
        self._items = bind(DirectoryItem, aws, table)
        self._sleep = sleep

    def read_operator(self) -> "OperatorBook":
        """The operator's book with the names of all clients; an empty one if nothing is stored."""
        from chalicelib.services.store.operator_book import OperatorBook  # noqa: PLC0415 - no page pays for it

        items = self._partition(_OPERATOR)
        stored = items.pop("settings", None)
        names = {ClientId(sk.removeprefix(_CLIENT_PREFIX)): tuple(item.names) for sk, item in items.items()}
        if stored is None:
            return OperatorBook(client_names=names)
        return replace(unpack_document(OperatorBook, stored.document), client_names=names, version=stored.version or 0)

    def write_operator(self, book: "OperatorBook") -> None:
        """Store the book except its clients' names, conditional on `book.version`."""
        settings = pack_document(book, leave_out=("client_names", "version"))
        item = self._items(_OPERATOR, "settings", **at_version(book.version), document=settings)
        with table_errors("dynamodb:PutItem"):
            item.save()

    def read_client(self, client: ClientId) -> ClientBook | None:
        """The client's book, strongly consistent, or None. Its set-up is never older than its head.

        One query reads the items in the order of their keys, `head` before `setup`. It is no snapshot: while the
        transaction of `write_client` is carried out, it can still find the new head beside the old set-up. The head
        names the version of its set-up, so that this is noticed and read again.
        """
        return retry_stale(lambda: self._consistent_book(client), self._sleep)

    def _consistent_book(self, client: ClientId) -> ClientBook | None:
        items = self._partition(client_key(client))
        stored = items.get("setup")
        if stored is None:
            return None
        head, version = (_head(items["head"]) if "head" in items else NO_IMPORTS), stored.version or 0
        if head.setup_version > version:
            raise StaleWriteError(f"The set-up of {client} is being written: read it again.")
        return replace(unpack_document(ClientBook, stored.document), head=head, version=version)

    def write_client(self, book: ClientBook) -> None:
        """Store the book with its head in one transaction, conditional on the versions of both, and increment both."""
        client = book.client
        setup = pack_document(book, leave_out=("head", "version"))
        names = [client.name, *client.aliases]
        head = replace(book.head, setup_version=book.version + 1)
        write_together(
            head_item(self._items, client.id, head, None),
            self._items(client_key(client.id), "setup", **at_version(book.version), document=setup),
            self._items(_OPERATOR, client_key(client.id), **at_version(book.version), names=names),
            conditions=[no_plan(self._items)],
        )

    def due(self, now: datetime) -> Iterator[ClientId]:
        """The clients whose next step is due at `now`, the longest due first."""
        until = self._items.due_at <= now.astimezone(UTC).isoformat(timespec="seconds")
        with table_errors("dynamodb:Query"):
            for item in self._items.next_due.query(_DUE, until):
                yield ClientId(item.pk.removeprefix(_CLIENT_PREFIX))

    def _partition(self, key: str) -> dict[str, DirectoryItem]:
        with table_errors("dynamodb:Query"):
            return {item.sk: item for item in self._items.query(key, consistent_read=True)}


def client_key(client: ClientId) -> str:
    """The partition of a client's items: no client's slug can collide with the operator's."""
    return _CLIENT_PREFIX + client


def no_plan(items: type[DirectoryItem]) -> Condition:
    """The condition of every write of a head: no half-written commit has to be finished first."""
    return items.plan.does_not_exist()


def head_item(items: type[DirectoryItem], client: ClientId, head: ClientHead, plan: str | None) -> DirectoryItem:
    """The item of a client's head; saving it is conditional on the version in `head` and stores the next one."""
    return items(
        client_key(client),
        "head",
        **at_version(head.version),
        last_order=head.last_order or None,
        as_of=head.as_of.isoformat() if head.as_of else None,
        plan=plan,
        recent=list(head.recent) or None,
        listed=head.is_listed or None,
        rules=head.rules,
        standings=pack_document(head.positions) if head.positions else None,
        due=_DUE if head.due_at else None,
        due_at=head.due_at.isoformat(timespec="seconds") if head.due_at else None,
        setup_version=head.setup_version or None,
    )


def _head(item: DirectoryItem) -> ClientHead:
    return ClientHead(
        version=item.version or 0,
        last_order=item.last_order or "",
        as_of=datetime.fromisoformat(item.as_of) if item.as_of else None,
        plan=item.plan,
        recent=tuple(item.recent or ()),
        is_listed=bool(item.listed),
        rules=item.rules,
        positions=unpack_document(dict[RetainerSlug, ClosingPosition], item.standings) if item.standings else {},
        due_at=datetime.fromisoformat(item.due_at) if item.due_at else None,
        setup_version=int(item.setup_version or 0),
    )
