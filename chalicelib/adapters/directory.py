"""The directory on DynamoDB: a client's book is one query, and its set-up is one item.

The client, its retainers with their terms, and its rules are packed in one item, because they are always read and
written together: one transaction, with the client's head and its names, however many retainers (docs/decisions/0002).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.dynamo import (
    BATCH,
    LIMITS_OF_AWS,
    TransactionLimits,
    at_version,
    bind,
    connection,
    read_together,
    table_errors,
    write_together,
)
from chalicelib.adapters.tables import ActivityItem, DirectoryItem
from chalicelib.domain.branding import Logo
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.domain.names import fold
from chalicelib.domain.routing import folded_names, names_of
from chalicelib.services.store.books import NO_IMPORTS, ClientBook, ClientHead, DueClient, Tombstone
from chalicelib.services.store.conflicts import StaleWriteError, retry_stale

if TYPE_CHECKING:
    from pynamodb.models import Model

    from chalicelib.services.store.audit import AuditRecord
    from chalicelib.services.store.operator_book import OperatorBook

_OPERATOR = "operator"
_CLIENT_PREFIX = "client#"
_DUE = "due"
_TOMBSTONE = "tombstone"
_NAMES = "names"
_LOGO = "logo"
_PRINTED = "printed"
_LOGO_PREFIX = "logo#"
_ITEMS_OF_A_CLIENT = 5
"""Set-up, names, the count of changed names, head, and the record of the act: what a transaction that writes a client
holds beside the index entries of its names."""


class DynamoDirectory:
    """The port `Directory` on the directory table."""

    def __init__(
        self, aws: Aws, table: str, limits: TransactionLimits = LIMITS_OF_AWS, *, activity_table: str = ""
    ) -> None:
        """`activity_table`: where acts are recorded; only who writes needs it."""
        self._aws = aws
        self._activity_table = activity_table
        self._items = bind(DirectoryItem, aws, table)
        self._limits = limits
        self._logos: dict[str, Logo] = {}

    def read_operator(self) -> "OperatorBook":
        """The operator's book, strongly consistent; an empty one if nothing is stored."""
        from chalicelib.services.store.operator_book import OperatorBook  # noqa: PLC0415 - no page pays for it

        found = read_together(self._items, [(_OPERATOR, "settings")])
        if not found:
            return OperatorBook()
        return replace(unpack_document(OperatorBook, found[0].document), version=found[0].version or 0)

    def write_operator(self, book: "OperatorBook", act: "AuditRecord | None" = None) -> None:
        """Store the book, conditional on `book.version`, and the record of the act in the same transaction."""
        settings = pack_document(book, leave_out=("version",))
        item = self._items(_OPERATOR, "settings", **at_version(book.version), document=settings)
        write_together(item, unless_there=self._acts(act))

    def read_logo(self, logo: str) -> Logo | None:
        """The logo with this id, or None. One that was read is kept in memory: it never changes."""
        if logo not in self._logos:
            for item in read_together(self._items, [(_LOGO_PREFIX + logo, _LOGO)]):
                self._logos = {logo: Logo(logo, item.document)}
        return self._logos.get(logo)

    def read_printed_logo(self, logo: str) -> Logo | None:
        """The same with what a document prints; None also for the id ""."""
        keys = [(_LOGO_PREFIX + logo, sk) for sk in (_LOGO, _PRINTED)] if logo else []
        found = {item.sk: item.document for item in read_together(self._items, keys)}
        return Logo(logo, found[_LOGO], found.get(_PRINTED, b"")) if _LOGO in found else None

    def write_logo(self, logo: Logo) -> None:
        """Store the logo under its id; repeating it has no further effect."""
        with table_errors("dynamodb:PutItem"):
            for sk, content in ((_PRINTED, logo.printed), (_LOGO, logo.data)):
                self._items(_LOGO_PREFIX + logo.id, sk, document=content).save(add_version_condition=False)

    def read_names(self, limit: int | None = None) -> Mapping[ClientId, tuple[str, ...]]:
        """The name and the aliases of each client, by slug: of all clients, or of the first `limit`."""
        of_clients = self._items.sk.startswith(_CLIENT_PREFIX)
        with table_errors("dynamodb:Query"):
            found = self._items.query(_OPERATOR, of_clients, consistent_read=True, limit=limit)
            return {_client_in(item.sk): tuple(item.names) for item in found}

    def read_named(self, name: str) -> Sequence[ClientBook]:
        """The clients whose slug, name or alias is `name` (folded), strongly consistent.

        An entry of the index may be older than the client's last change of names: the client's own book decides.
        """
        folded = fold(name)
        books = (self.read_client(_client_in(entry)) for entry in self._partition(_name_key(folded)))
        return [book for book in books if book is not None and folded in names_of(book.client)]

    def index_names(self) -> None:
        """Write the index entries of every stored client. Safe to repeat."""
        with table_errors("dynamodb:BatchWriteItem"), self._items.batch_write() as batch:
            for client, names in self.read_names().items():
                for entry in self._entries(client, folded_names(client, names)):
                    batch.save(entry)

    def read_client(self, client: ClientId) -> ClientBook | None:
        """The client's book, strongly consistent, or None. Its set-up is never older than its head.

        One query reads the items in the order of their keys, `head` before `setup`. It is no snapshot: while the
        transaction of `write_client` is carried out, it can still find the new head beside the old set-up. The head
        names the version of its set-up, so that this is noticed and read again.
        """
        return retry_stale(lambda: self._consistent_book(client))

    def _consistent_book(self, client: ClientId) -> ClientBook | None:
        items = self._partition(client_key(client))
        book = _book(items.get("head"), items.get("setup"))
        if book is not None and book.head.setup_version > book.version:
            raise StaleWriteError(f"The set-up of {client} is being written: read it again.")
        return book

    def read_clients(self, clients: Iterable[ClientId]) -> Iterator[ClientBook]:
        """The books of those clients that exist, in this order, strongly consistent; read lazily, in batches.

        For readers: who commits on a head reads that client with `read_client`.
        """
        waiting = iter(clients)
        while keys := [client_key(client) for client in islice(waiting, BATCH)]:
            heads, setups = (
                {item.pk: item for item in read_together(self._items, [(key, sk) for key in dict.fromkeys(keys)])}
                for sk in ("head", "setup")
            )
            books = (_book(heads.get(key), setups.get(key)) for key in keys)
            yield from (book for book in books if book is not None)

    def names_version(self) -> int:
        """How often clients have got names so far, strongly consistent."""
        found = read_together(self._items, [(_OPERATOR, _NAMES)])
        return found[0].version or 0 if found else 0

    def write_client(
        self, book: ClientBook, names_version: int | None = None, act: "AuditRecord | None" = None
    ) -> None:
        """Store the book with its head in one transaction, conditional on the versions of both, and increment both.

        The names' index entries are part of it. Of a client with very many names some are written before: an entry too
        many does no harm, as `read_named` asks the client's book. If it gets names that it did not have, so is the item
        that counts such writes: of two at once, the second checks its names again. So is the record of the act.
        """
        client = book.client
        setup = pack_document(book, leave_out=("head", "version"))
        names = [client.name, *client.aliases]
        head = replace(book.head, setup_version=book.version + 1)
        entries = self._entries(client.id, names_of(client))
        room = self._limits.items - _ITEMS_OF_A_CLIENT
        for start in range(room, len(entries), self._limits.items):
            write_together(unless_there=entries[start : start + self._limits.items])
        counter = () if names_version is None else (self._items(_OPERATOR, _NAMES, **at_version(names_version)),)
        write_together(
            head_item(self._items, client.id, head, None),
            self._items(client_key(client.id), "setup", **at_version(book.version), document=setup),
            self._items(_OPERATOR, client_key(client.id), **at_version(book.version), names=names),
            *counter,
            conditions=[no_plan(self._items)],
            unless_there=[*entries[:room], *self._acts(act)],
        )

    def _acts(self, act: "AuditRecord | None") -> "list[Model]":
        from chalicelib.adapters.audit_trail import audit_item  # noqa: PLC0415 - only who writes pays for it

        return [audit_item(bind(ActivityItem, self._aws, self._activity_table), act, self._aws)] if act else []

    def remove_client(self, book: ClientBook, tombstone: Tombstone) -> None:
        """Replace the client by its tombstone in one transaction, conditional on the versions of all that was read."""
        key, items = client_key(book.client.id), self._items
        left = items(key, _TOMBSTONE, **at_version(tombstone.version), document=_packed(tombstone))
        with table_errors("dynamodb:TransactWriteItems"), TransactWrite(connection=connection(items)) as write:
            write.delete(items(key, "setup"), condition=items.version == book.version, add_version_condition=False)
            write.delete(items(_OPERATOR, key), add_version_condition=False)
            write.save(head_item(items, book.client.id, tombstone.head, None), condition=no_plan(items))
            write.save(left)

    def read_tombstone(self, client: ClientId) -> Tombstone | None:
        """The tombstone of the client of this id that was removed last, strongly consistent, or None."""
        items = self._partition(client_key(client))
        left = items.get(_TOMBSTONE)
        if left is None:
            return None
        head = _head(items["head"]) if "head" in items else NO_IMPORTS
        return replace(unpack_document(Tombstone, left.document), head=head, version=left.version or 0)

    def _entries(self, client: ClientId, folded: Iterable[str]) -> list[DirectoryItem]:
        """The index entries of a client's names."""
        return [self._items(_name_key(name), client_key(client), names=[name]) for name in folded]

    def due(self, now: datetime) -> Iterator[DueClient]:
        """The clients whose next step is due at `now`, the longest due first."""
        until = self._items.due_at <= now.astimezone(UTC).isoformat(timespec="seconds")
        with table_errors("dynamodb:Query"):
            for item in self._items.next_due.query(_DUE, until):
                yield DueClient(_client_in(item.pk), datetime.fromisoformat(item.due_at))

    def _partition(self, key: str) -> dict[str, DirectoryItem]:
        with table_errors("dynamodb:Query"):
            return {item.sk: item for item in self._items.query(key, consistent_read=True)}


def _packed(tombstone: Tombstone) -> bytes:
    return pack_document(tombstone, leave_out=("head", "version"))


def client_key(client: ClientId) -> str:
    """The partition of a client's items: no client's slug can collide with the operator's."""
    return _CLIENT_PREFIX + client


def _client_in(key: str) -> ClientId:
    return ClientId(key.removeprefix(_CLIENT_PREFIX))


def _name_key(folded: str) -> str:
    """The partition of a name's index entries; hashed, because a cell of a file may be longer than any key."""
    return f"name#{sha256(folded.encode()).hexdigest()}"


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


def _book(head: DirectoryItem | None, setup: DirectoryItem | None) -> ClientBook | None:
    if setup is None:
        return None
    stored = unpack_document(ClientBook, setup.document)
    return replace(stored, head=_head(head) if head else NO_IMPORTS, version=setup.version or 0)


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
