"""The items of the three tables, which infra/template.yaml defines.

directory: what a client's page and every import read first, one query per client.
    pk `client#<client>`  sk `setup`            client, retainers with their terms, rules, operator (packed); version
                          sk `tombstone`        what is left of a removed client; version
                          sk `head`             imports seen: version, last order, as of, plan, recent, listed, rules;
                                                how far the cycles are closed, and when the next step is due; the
                                                version of the set-up that it belongs to
    pk `operator`         sk `settings`         name, e-mail, inbox rules, hints (packed); version
                          sk `client#<client>`  the client's name and aliases: the list of all clients
                          sk `names`            how often clients have got names (its version)
    pk `name#<hash>`      sk `client#<client>`  an entry of the index of names: the client may be called so
    pk `logo#<hash>`      sk `logo`             a logo of the operator, as it is shown; never changed
                          sk `printed`          as documents print it
    pk `series#<series>`  sk `counter`          the last number of a year's invoices and its date; version
    index `due`           due `due` / due_at:   heads, by when the next cycle close or opening is due
cycles: one item is one cycle.
    pk `<client>/<retainer>`  sk `<first day>`  work log (packed, or the key of its object), top-ups; of a closed cycle
                                                its figures and what exports said later; version
    pk `<client>/#approvals`  sk `all`          the questions to the client about hours beyond its retainers (packed);
                                                version
    pk `<client>#ids`         sk `<source>`     where the source's ids stand (packed, or the key of its object); version
activity: imports with their reports, tasks, invoices, the audit trail.
    pk `import#<id>`      sk `record`           the import (packed, or the key of its object); version
                          sk `client#<client>`  that client's part of a routed import; version
                          sk `progress`         how far a running import is
    pk `outbox#<task>`    sk `mail`             a task: what it is about, its state, the key of its mail's copy
    pk `imports#<client>` sk `<order>#<id>`     a line of the client's list of imports, in the order of replay (packed)
    pk `rules#<hash>`     sk `rules`            what imports were read and routed by (packed, or the key of its object)
    pk `address#<hash>`   sk `block`            an address on the suppression list, and why
    pk `invoice#<id>`     sk `invoice`          an invoice from its draft on (packed); version
    pk `audit#<client>`   sk `<time>#<act>`     what a person changed, and why (packed)
    pk `session#<user>`   sk `version`          how often the sessions of a person, or of `all`, were ended
    index `newest`        feed `imports` / time: every record by the time it was done
                          feed `running` / time: every import that runs, by when it last reported
                          feed `outbox` / time:  every task that waits, by when it is due
                          feed `mails` / time:   every task that is settled
                          feed `invoices#draft`, `invoices#<state>#by-date` / time: every invoice of that state, by
                          `listed_at` (adapters/invoices.py has the feeds of release 0.1)
    index `by_client`     client / order:       what was committed to a client's ledger; read once for each client, for
                                                what a release committed that kept no list of imports
                          client `invoices#<client>` / order: a client's invoices, by `listed_at`
Both indexes hold keys only: the items are read by their primary keys.
"""

from datetime import UTC, datetime
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.constants import STRING
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model


def moment(at: datetime) -> str:
    """An instant as text that sorts chronologically."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Moment(Attribute[datetime]):
    """An instant."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        """The instant as it is stored."""
        return moment(value)

    def deserialize(self, value: str) -> datetime:
        """The stored instant, in UTC."""
        return datetime.fromisoformat(value)


class _Due(GlobalSecondaryIndex["DirectoryItem"]):  # type: ignore[no-untyped-call] # PynamoDB's own hook
    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class DirectoryItem(Model):
    """An item of the directory; which attributes it has follows from its key."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute(null=True)
    document = BinaryAttribute(legacy_encoding=False, null=True)
    last_order = UnicodeAttribute(null=True)
    as_of = UnicodeAttribute(null=True)
    plan = UnicodeAttribute(null=True)
    recent: ListAttribute[Any] = ListAttribute(null=True)
    listed = BooleanAttribute(null=True)
    rules = UnicodeAttribute(null=True)
    names: ListAttribute[Any] = ListAttribute(null=True)
    standings = BinaryAttribute(legacy_encoding=False, null=True)
    due = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    setup_version = NumberAttribute(null=True)
    last = NumberAttribute(null=True)
    last_on = UnicodeAttribute(null=True)
    next_due = _Due()


class CycleItem(Model):
    """A cycle; work log, frozen figures and later work log are in it, or their keys if they are too large."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = VersionAttribute()
    log = BinaryAttribute(legacy_encoding=False, null=True)
    log_key = UnicodeAttribute(null=True)
    top_ups = BinaryAttribute(legacy_encoding=False, null=True)
    frozen = BinaryAttribute(legacy_encoding=False, null=True)
    frozen_key = UnicodeAttribute(null=True)
    now = BinaryAttribute(legacy_encoding=False, null=True)
    now_key = UnicodeAttribute(null=True)
    late = BinaryAttribute(legacy_encoding=False, null=True)
    approvals = BinaryAttribute(legacy_encoding=False, null=True)


class _Newest(GlobalSecondaryIndex["ActivityItem"]):  # type: ignore[no-untyped-call] # as above
    class Meta:
        index_name = "newest"
        projection = KeysOnlyProjection()

    feed = UnicodeAttribute(hash_key=True)
    time = Moment(range_key=True)


class _ByClient(GlobalSecondaryIndex["ActivityItem"]):  # type: ignore[no-untyped-call] # as above
    class Meta:
        index_name = "by_client"
        projection = KeysOnlyProjection()

    client = UnicodeAttribute(hash_key=True)
    order = UnicodeAttribute(range_key=True)


class ActivityItem(Model):
    """An item of the activity table; which attributes it has follows from its key.

    An import is in `document` or in the object of `document_key`. The `time` of a task is when it is due; its
    `created_at` is present if it differs.
    """

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute(null=True)
    document = BinaryAttribute(legacy_encoding=False, null=True)
    document_key = UnicodeAttribute(null=True)
    feed = UnicodeAttribute(null=True)
    time = Moment(null=True)
    client = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    about: ListAttribute[Any] = ListAttribute(null=True)
    of_client = UnicodeAttribute(null=True)
    created_at = Moment(null=True)
    state = UnicodeAttribute(null=True)
    claimed_until = Moment(null=True)
    retried_at = Moment(null=True)
    settled_at = Moment(null=True)
    reason = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    copy_key = UnicodeAttribute(null=True)
    cause = UnicodeAttribute(null=True)
    at = Moment(null=True)
    newest = _Newest()
    by_client = _ByClient()
