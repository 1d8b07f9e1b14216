"""Addresses that take no mail, in the activity table. Stored is a hash of the address, not the address."""

from datetime import UTC, datetime
from hashlib import sha256

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.dynamo import bind, read_together, table_errors, write_together, write_when_free
from chalicelib.adapters.tasks import OutboxItem, mail_item, moment
from chalicelib.services.mails.ports import Block, BlockReason
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.tasks import MailId, MailKind, OutboxMail

_PREFIX = "address#"

_BLOCK = "block"


class BlockItem(Model):
    """A blocked address, in the activity table (tables.py)."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    reason = UnicodeAttribute()
    at = UnicodeAttribute()


class DynamoBlocks:
    """The port `Blocks` on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(BlockItem, aws, table)
        self._mails = bind(OutboxItem, aws, table)

    def find(self, address: str) -> Block | None:
        """The block of an address, whatever its letter case, or None."""
        key = address_key(address)
        found = read_together(self._items, [(_PREFIX + key, _BLOCK)])
        if not found:
            return None
        return Block(key, BlockReason(found[0].reason), datetime.fromisoformat(found[0].at))

    def block(self, address: str, reason: BlockReason, at: datetime, mail: MailId) -> OutboxMail | None:
        """Block an address, and write the operator's mail about it, together; None if it was blocked already."""
        key = address_key(address)
        item = self._items(_PREFIX + key, _BLOCK, reason=reason.value, at=moment(at))
        told = _told(key, at, mail)
        is_new = self._items.pk.does_not_exist()

        def write() -> None:
            write_together(item, condition=is_new, unless_there=[mail_item(self._mails, told)])

        try:
            write_when_free("dynamodb:TransactWriteItems", write)
        except StaleWriteError:
            return None
        return told

    def lift(self, address: str) -> bool:
        """Let an address have mails again; False if it was not blocked."""
        item = self._items(_PREFIX + address_key(address), _BLOCK)
        try:
            with table_errors("dynamodb:DeleteItem"):
                item.delete(condition=self._items.pk.exists())
        except StaleWriteError:
            return False
        return True


def address_key(address: str) -> str:
    """What an address is known by: nobody reads it off the table, and its letter case does not matter."""
    return sha256(address.strip().casefold().encode()).hexdigest()


def _told(key: str, at: datetime, mail: MailId) -> OutboxMail:
    """The operator's mail: one for each time that an address is blocked."""
    name = f"{MailKind.BOUNCED}-{key[:16]}.{at.astimezone(UTC):%Y%m%dT%H%M%S}"
    return OutboxMail(MailId(name), MailKind.BOUNCED, (key, mail), at)
