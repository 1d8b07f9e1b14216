"""Mails as items of the activity table.

A new mail is put by `SET a = if_not_exists(a, …)` of all its attributes: DynamoDB has no "put unless there" that
lets the rest of a transaction pass. So the first writer wins and none fails, as long as no attribute that a new
mail has is ever removed again.
"""

from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import ListAttribute, UnicodeAttribute
from pynamodb.models import Model

from chalicelib.adapters.tables import Newest
from chalicelib.domain.ids import ClientId
from chalicelib.services.outbox import MailId, MailKind, MailState, OutboxMail

WAITING_FEED = "outbox"
SETTLED_FEED = "mails"
MAIL = "mail"
_PREFIX = "outbox#"


class OutboxItem(Model):
    """A mail, in the activity table (tables.py). No attribute that a new mail has is ever removed.

    `time` says when it is due, by which its feed is sorted; `created_at` is there where that is another moment.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    feed = UnicodeAttribute()
    time = UnicodeAttribute()
    kind = UnicodeAttribute()
    about: ListAttribute[Any] = ListAttribute()
    of_client = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    claimed_until = UnicodeAttribute(null=True)
    retried_at = UnicodeAttribute(null=True)
    settled_at = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    copy_key = UnicodeAttribute(null=True)
    newest = Newest()


def mail_key(mail_id: MailId) -> str:
    """The partition of a mail."""
    return _PREFIX + mail_id


def mail_item(items: type[OutboxItem], mail: OutboxMail) -> OutboxItem:
    """The item of a new mail, for the `unless_there` of `write_together`."""
    return items(
        mail_key(mail.id),
        MAIL,
        feed=WAITING_FEED if mail.state is MailState.WAITING else SETTLED_FEED,
        time=moment(mail.due_at),
        created_at=moment(mail.created_at) if mail.not_before else None,
        kind=mail.kind.value,
        about=list(mail.about),
        state=mail.state.value,
        of_client=mail.client,
    )


def mail_of(item: OutboxItem) -> OutboxMail:
    """The mail that the item holds."""
    return OutboxMail(
        id=MailId(item.pk.removeprefix(_PREFIX)),
        kind=MailKind(item.kind),
        about=tuple(item.about),
        created_at=datetime.fromisoformat(item.created_at or item.time),
        not_before=datetime.fromisoformat(item.time) if item.created_at else None,
        client=ClientId(item.of_client) if item.of_client else None,
        state=MailState(item.state),
        claimed_until=_read(item.claimed_until),
        retried_at=_read(item.retried_at),
        settled_at=_read(item.settled_at),
        reason=item.reason,
        message_id=item.message_id,
        copy=item.copy_key,
    )


def moment(at: datetime) -> str:
    """An instant as text that sorts by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
