"""The outbox on DynamoDB: every change is one conditional update of one item.

What waits is found through an index, which follows a write after a moment; each mail is then read, and claimed, by
its key. A mail whose update was told as failed although it was done (an answer that got lost) stays claimed until
the claim ends, so it is late and never doubled.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pynamodb.attributes import ListAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.dynamo import (
    bind,
    connection,
    read_together,
    table_errors,
    unless_there_actions,
    write_when_free,
)
from chalicelib.adapters.tables import Newest
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.tasks import MailId, MailKind, MailState, OutboxMail

_GIVEN_UP = (MailState.FAILED, MailState.TOO_OLD)


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


class DynamoOutbox:
    """The port `Outbox` on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(OutboxItem, aws, table)

    def read(self, mail_id: MailId) -> OutboxMail | None:
        """The mail, strongly consistent, or None."""
        found = read_together(self._items, [(mail_key(mail_id), MAIL)])
        return mail_of(found[0]) if found else None

    def known(self, ids: Collection[MailId]) -> frozenset[MailId]:
        """Those of the ids that a mail has, whatever became of it."""
        found = read_together(self._items, [(mail_key(mail_id), MAIL) for mail_id in ids])
        return frozenset(mail_of(item).id for item in found)

    def add(self, mails: Sequence[OutboxMail]) -> None:
        """Put mails in one transaction (at most 10), each unless it is there: one that is stays as it is."""

        def write() -> None:
            with TransactWrite(connection=connection(self._items)) as together:
                for mail in mails:
                    item = mail_item(self._items, mail)
                    together.update(item, actions=unless_there_actions(item))

        write_when_free("dynamodb:TransactWriteItems", write)

    def list_waiting(self, now: datetime) -> Sequence[OutboxMail]:
        """All mails that wait and are due, the longest due first."""
        is_due = self._items.time <= moment(now)
        with table_errors("dynamodb:Query"):
            keys = [(item.pk, item.sk) for item in self._items.newest.query(WAITING_FEED, is_due)]
        waiting = [mail_of(item) for item in read_together(self._items, keys)]
        return sorted((mail for mail in waiting if mail.state is MailState.WAITING), key=lambda mail: mail.due_at)

    def list_recent(self, limit: int) -> Sequence[OutboxMail]:
        """The newest mails of any state, newest first."""
        keys: set[tuple[str, str]] = set()
        for feed in (WAITING_FEED, SETTLED_FEED):
            with table_errors("dynamodb:Query"):
                newest = self._items.newest.query(feed, scan_index_forward=False, limit=limit)
                keys |= {(item.pk, item.sk) for item in islice(newest, limit)}
        mails = [mail_of(item) for item in read_together(self._items, keys)]
        return sorted(mails, key=lambda mail: mail.created_at, reverse=True)[:limit]

    def claim(self, mail_id: MailId, now: datetime, until: datetime) -> OutboxMail | None:
        """Take a mail that waits and is due; None if it does not, is not, or somebody else has it."""
        kind = self._items
        is_free = kind.claimed_until.does_not_exist() | (kind.claimed_until <= moment(now))
        # Only a mail that waits for a day has the attribute: clocks of two functions may differ by a moment.
        is_due = kind.created_at.does_not_exist() | (kind.time <= moment(now))
        actions = [kind.claimed_until.set(moment(until))]
        return self.read(mail_id) if self._change(mail_id, actions, _waits(kind) & is_free & is_due) else None

    def settle(self, mail: OutboxMail) -> None:
        """Keep the state, time, reason and message of a mail that waited; one that is settled stays as it is."""
        kind = self._items
        actions: list[Action] = [
            kind.state.set(mail.state.value),
            kind.feed.set(SETTLED_FEED),
            *([kind.settled_at.set(moment(mail.settled_at))] if mail.settled_at else []),
            *_set_or_remove(kind.reason, mail.reason),
            *_set_or_remove(kind.message_id, mail.message_id),
            *_set_or_remove(kind.copy_key, mail.copy),
            kind.claimed_until.remove(),
        ]
        self._change(mail.id, actions, _waits(kind))

    def reopen(self, mail_id: MailId, now: datetime) -> OutboxMail | None:
        """Let a mail that was given up wait again from now on; None if it was not given up."""
        kind = self._items
        actions: list[Action] = [
            kind.state.set(MailState.WAITING.value),
            kind.feed.set(WAITING_FEED),
            kind.retried_at.set(moment(now)),
            kind.reason.remove(),
            kind.settled_at.remove(),
        ]
        given_up = kind.state.is_in(*(state.value for state in _GIVEN_UP))
        return self.read(mail_id) if self._change(mail_id, actions, given_up) else None

    def _change(self, mail_id: MailId, actions: Sequence[Action], condition: Condition) -> bool:
        """Update the item; False if the condition does not hold."""

        def update() -> None:
            connection(self._items).update_item(
                self._items.Meta.table_name, mail_key(mail_id), range_key=MAIL, actions=actions, condition=condition
            )

        try:
            write_when_free("dynamodb:UpdateItem", update)
        except StaleWriteError:
            return False
        return True


def _waits(kind: type[OutboxItem]) -> Condition:
    return kind.state == MailState.WAITING.value


def _set_or_remove(attribute: UnicodeAttribute, value: str | None) -> list[Action]:
    return [attribute.set(value)] if value else [attribute.remove()]


WAITING_FEED = "outbox"

SETTLED_FEED = "mails"

MAIL = "mail"

_PREFIX = "outbox#"


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
