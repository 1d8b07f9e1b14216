"""Mails that are to be sent, as small records: what happened is written together with the mail about it, or neither.

A mail's id is made from its occasion, so one occasion is one mail however often it is told. A record holds ids and
no content: what the mail says is written when it is sent, from what the ids name then.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

from chalicelib.domain.billing import InvoiceRecord
from chalicelib.domain.ids import ClientId, ImportId, RetainerId
from chalicelib.domain.retainer import Retainer
from chalicelib.services.store.import_record import ImportRecord, ImportStatus

MailId = NewType("MailId", str)
"""`<kind>-<what it is about>`: letters, digits, hyphens and dots (which no slug has)."""


class MailKind(StrEnum):
    """What a mail is for; each kind has its own words and recipients (chalicelib/mails)."""

    IMPORT = "import"
    """To the operator: an import was refused or left something to do. `about` is its id."""
    INVOICE_DRAFT = "invoice-draft"
    """To the operator: a draft waits to be verified. `about` is the invoice's id."""
    INVOICE = "invoice"
    """To the client: an invoice or a credit note, with its files. `about` is its id."""
    NEW_CYCLE = "new-cycle"
    """To the client: a cycle has begun. `about` is the retainer's slug and the cycle's first day."""
    USAGE = "usage"
    """No mail, but a look at how much of each retainer is used, after the import that `about` names."""
    ALERT = "alert"
    """To the client or the operator: so many percent are used. `about` is the retainer, the cycle, the percentage."""
    EXPIRING = "expiring"
    """To the client: carried hours expire. `about` is the retainer and the first day without them."""
    DIGEST = "digest"
    """To the operator: what a week left to do. `about` is the ISO week."""
    BOUNCED = "bounced"
    """To the operator: an address takes no mail. `about` is the address's key and the mail that came back."""


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """It cannot be sent as things are; the reason says why. `hourtab mail retry` tries again."""
    TOO_OLD = "too_old"
    """It waited for longer than it is worth reading."""
    NEEDLESS = "needless"
    """When its turn came there was nothing to tell; or it was a check, which is made. The reason says it."""


TIMELY = {
    MailKind.IMPORT: timedelta(days=3),
    MailKind.INVOICE_DRAFT: timedelta(days=30),
    MailKind.INVOICE: timedelta(days=30),
    MailKind.NEW_CYCLE: timedelta(days=7),
    MailKind.USAGE: timedelta(days=3),
    MailKind.ALERT: timedelta(days=3),
    MailKind.EXPIRING: timedelta(days=7),
    MailKind.DIGEST: timedelta(days=3),
    MailKind.BOUNCED: timedelta(days=30),
}
"""For how long after it was due a mail may still be sent."""

EXPIRY_NOTICE = timedelta(days=14)
"""How long before they expire carried hours are spoken of."""

_MORNING = time(8)
"""When a mail goes that is about a day and not about an event, in the retainer's zone."""


@dataclass(frozen=True, slots=True)
class OutboxMail:
    """A mail of the outbox. All moments are aware and in UTC."""

    id: MailId
    kind: MailKind
    about: tuple[str, ...]
    """Ids of what the mail speaks of."""
    created_at: datetime
    client: ClientId | None = None
    """Whose mail it is; None: the operator's."""
    not_before: datetime | None = None
    """It waits until then; None: it is due at once."""
    state: MailState = MailState.WAITING
    claimed_until: datetime | None = None
    """Until then one sender has the mail to itself."""
    retried_at: datetime | None = None
    """When a person last asked for it again."""
    settled_at: datetime | None = None
    """When it was sent or given up."""
    reason: str | None = None
    """Why it was not sent: a sentence for a person."""
    message_id: str | None = None
    """SES's own id of the sent message."""
    copy: str | None = None
    """The key of the message in the store bucket, as it was handed to SES."""

    def is_too_old(self, now: datetime) -> bool:
        """Whether nobody should get it any more."""
        return now - (self.retried_at or self.due_at) > TIMELY[self.kind]

    @property
    def due_at(self) -> datetime:
        """From when on it may be sent."""
        return self.not_before or self.created_at


def mail_of_import(record: ImportRecord) -> OutboxMail | None:
    """The mail that the first run of an import writes with its record; None where nothing is left to do.

    It is told that a file was refused, and of rows that are problems or unrouted, of entries that are missing, and
    of likely doubles. Warnings alone are not worth a mail: those rows count.
    """
    report = record.report
    counts = report.counts
    is_refused = report.status is ImportStatus.REFUSED
    is_unborne = any(entry.posted_to is None for entry in report.late)
    if not (is_refused or counts.problems or counts.unrouted or counts.missing or report.doubles or is_unborne):
        return None
    return OutboxMail(import_mail_id(record.id), MailKind.IMPORT, (record.id,), record.finished_at)


def import_mail_id(import_id: ImportId) -> MailId:
    """The id of the mail about an import."""
    return MailId(f"{MailKind.IMPORT}-{import_id}")


def mail_of_draft(record: InvoiceRecord, at: datetime) -> OutboxMail:
    """The mail that tells the operator of a draft, or (client setting `invoices: automatic`) has it issued."""
    return _of_client(MailKind.INVOICE_DRAFT, _invoice(record), (record.id,), record.cycle.retainer.client, at)


def mail_of_invoice(record: InvoiceRecord, client: ClientId, at: datetime) -> OutboxMail:
    """The mail of an issued invoice or credit note; written with its number, if the client has an address."""
    return _of_client(MailKind.INVOICE, _invoice(record), (record.id,), client, at)


def new_cycle_mail(retainer: RetainerId, start: date, at: datetime) -> OutboxMail:
    """The mail that says which hours a cycle has."""
    about = (retainer.retainer, start.isoformat())
    return _of_client(MailKind.NEW_CYCLE, (retainer.client, *about), about, retainer.client, at)


def usage_check(client: ClientId, import_id: ImportId, at: datetime) -> OutboxMail:
    """The check of what a client has used, written in the transaction of an import that changes it."""
    return _of_client(MailKind.USAGE, (client, import_id), (import_id,), client, at)


def alert_mail(retainer: RetainerId, start: date, percent: int, at: datetime) -> OutboxMail:
    """The mail of an alert level: one for each retainer, cycle and level."""
    about = (retainer.retainer, start.isoformat(), str(percent))
    return _of_client(MailKind.ALERT, (retainer.client, *about), about, retainer.client, at)


def expiring_mail(retainer: Retainer, expires_on: date, at: datetime) -> OutboxMail:
    """The mail about hours that expire on a day: due two weeks before, and about what is left of them by then.

    Written with whatever gives the client such hours: a close that carries them on, a top-up.
    """
    notice = datetime.combine(expires_on - EXPIRY_NOTICE, _MORNING, tzinfo=ZoneInfo(retainer.zone)).astimezone(UTC)
    about = (retainer.id.retainer, expires_on.isoformat())
    mail = _of_client(MailKind.EXPIRING, (retainer.id.client, *about), about, retainer.id.client, at)
    return replace(mail, not_before=max(notice, at))


def digest_mail(at: datetime) -> OutboxMail:
    """The operator's digest of the ISO week that is over."""
    year, week, _ = (at - timedelta(days=7)).isocalendar()
    name = f"{year}-W{week:02}"
    return OutboxMail(MailId(f"{MailKind.DIGEST}-{name}"), MailKind.DIGEST, (name,), at)


def _invoice(record: InvoiceRecord) -> tuple[str, ...]:
    return tuple(record.id.split("/"))


def _of_client(
    kind: MailKind, named: tuple[str, ...], about: tuple[str, ...], client: ClientId, at: datetime
) -> OutboxMail:
    return OutboxMail(MailId(f"{kind}-{'.'.join(named)}"), kind, about, at, client)
