"""A client's link: show it, rotate it, revoke it, let it expire. Each change takes effect with the next request.

The link is a signature over the client and the link's version; an older version is no longer valid. The key that signs
all links can be rotated, too (store/link_keys.py).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.clock import Clock
from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.domain.retainer import Link
from chalicelib.services.cycles.close_due import finished_book
from chalicelib.services.store.audit import DEPLOYMENT, Act, AuditRecord
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.conflicts import Sleep, retry_stale
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.link_keys import LinkKeys, LinkKeyStore
from chalicelib.services.store.lookup import Links, find_client

KEY_OVERLAP = timedelta(days=90)
"""How long the addresses under the old key go on opening, if nothing else is said: as long as those of reports."""


class LinkState(StrEnum):
    """Whether the link works."""

    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class LinkView:
    """A client's link as the operator sees it."""

    client: ClientId
    retainers: tuple[RetainerSlug, ...]
    url: str
    """The whole address, even if it does not work."""
    version: int
    state: LinkState
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ManageLink:
    """The use cases on a client's link, over their ports."""

    directory: Directory
    ledger: Ledger
    links: Links
    base_url: str
    """The address of the pages, without a trailing slash."""
    clock: Clock
    sleep: Sleep = time.sleep

    def show(self, client: str) -> LinkView:
        """The client's link. Raises UnknownNameError."""
        return self.view(find_client(self.directory, client))

    def rotate(self, client: str) -> LinkView:
        """Replace the address: the old one stops working. It also ends a revocation and an expiry."""
        return self._change(client, lambda link: Link(version=link.version + 1))

    def revoke(self, client: str) -> LinkView:
        """Disable the address until it is rotated."""
        return self._change(client, lambda link: replace(link, revoked=True))

    def expire(self, client: str, at: datetime | None) -> LinkView:
        """Disable the address from the aware instant `at` on; None removes an expiry."""
        return self._change(client, lambda link: replace(link, expires_at=at))

    def view(self, book: ClientBook) -> LinkView:
        """The link of a client whose book has been read."""
        client, link = book.client.id, book.client.link
        return LinkView(
            client=client,
            retainers=tuple(retainer.id.retainer for retainer in book.retainers),
            url=f"{self.base_url}/b/{self.links.token(client, link.version)}",
            version=link.version,
            state=self._state(link),
            expires_at=link.expires_at,
        )

    def _state(self, link: Link) -> LinkState:
        if link.revoked:
            return LinkState.REVOKED
        is_over = link.expires_at is not None and link.expires_at <= self.clock()
        return LinkState.EXPIRED if is_over else LinkState.ACTIVE

    def _change(self, client: str, change: Callable[[Link], Link]) -> LinkView:
        def write() -> LinkView:
            book = finished_book(self.directory, self.ledger, ClientId(client)) or find_client(self.directory, client)
            changed = replace(book, client=replace(book.client, link=change(book.client.link)))
            if changed != book:
                self.directory.write_client(changed, act=_act(book, changed, self.clock()))
            return self.view(changed)

        return retry_stale(write, self.sleep)


def _act(before: ClientBook, after: ClientBook, now: datetime) -> AuditRecord:
    client = after.client.id
    details = f"{_said(before.client.link)} → {_said(after.client.link)}"
    return AuditRecord(f"link-{after.version + 1}", client, now, Act.CHANGE_LINK, f"link of {client}", details)


def _said(link: Link) -> str:
    until = f", until {link.expires_at:%Y-%m-%d %H:%M} UTC" if link.expires_at else ""
    return f"version {link.version}{', revoked' if link.revoked else ''}{until}"


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """What a rotation of the key leads to."""

    keys: LinkKeys
    """All keys from then on."""
    replaced: str
    """The version of the keys that they replace."""
    clients: int
    """The clients whose address becomes another one."""
    signs_from: datetime
    """When addresses begin to be signed with the new key."""
    old_until: datetime
    """When the old addresses stop working."""


def plan_key_rotation(
    directory: Directory, store: LinkKeyStore, now: datetime, new_key: str, until: datetime | None
) -> KeyRotation:
    """Rotate to `new_key`, at least 32 random characters; `until`: the end of the old addresses, None for at once."""
    stored, version = store.read()
    keys = stored.rotated(new_key, now, until)
    return KeyRotation(keys, version, len(directory.read_names()), keys.keys[-1].signs_from or now, until or now)


def rotate_key(
    rotation: KeyRotation, now: datetime, store: LinkKeyStore, record_act: Callable[[AuditRecord], None]
) -> None:
    """Carry out a plan, and record it in the audit trail of the deployment.

    Raises:
        StaleWriteError: somebody else has rotated the key since the plan; theirs stands.
    """
    store.write(rotation.keys, rotation.replaced)
    details = f"the new one signs from {rotation.signs_from:%Y-%m-%d %H:%M} UTC, "
    details += f"the old one opens until {rotation.old_until:%Y-%m-%d %H:%M} UTC"
    at = now.isoformat()
    record_act(AuditRecord(f"rotate-key-{at}", DEPLOYMENT, now, Act.ROTATE_KEY, "the key of all links", details))
