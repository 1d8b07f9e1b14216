"""Mails that are to be sent, as small records: what happened is written together with the mail about it, or neither.

A mail's id is made from its occasion, so one occasion is one mail however often it is told. A record holds ids and
no content: what the mail says is written when it is sent, from what the ids name then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.import_record import ImportRecord, ImportStatus

MailId = NewType("MailId", str)
"""`<kind>-<what it is about>`: letters, digits and hyphens."""


class MailKind(StrEnum):
    """What a mail is for; each kind has its own words and recipients (web/mails)."""

    IMPORT = "import"
    """To the operator: an import was refused or left something to do. `about` is its id."""


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """It cannot be sent as things are; the reason says why. `hourtab mail retry` tries again."""
    TOO_OLD = "too_old"
    """It waited for longer than it is worth reading."""


TIMELY = {MailKind.IMPORT: timedelta(days=3)}
"""For how long after it began to wait a mail may still be sent."""


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
        return now - (self.retried_at or self.created_at) > TIMELY[self.kind]


def mail_of_import(record: ImportRecord) -> OutboxMail | None:
    """The mail that the first run of an import writes with its record; None where nothing is left to do.

    It is told that a file was refused, and of rows that are problems or unrouted, of entries that are missing, and
    of likely doubles. Warnings alone are not worth a mail: those rows count.
    """
    report = record.report
    counts = report.counts
    is_refused = report.status is ImportStatus.REFUSED
    if not (is_refused or counts.problems or counts.unrouted or counts.missing or report.doubles):
        return None
    return OutboxMail(import_mail_id(record.id), MailKind.IMPORT, (record.id,), record.finished_at)


def import_mail_id(import_id: ImportId) -> MailId:
    """The id of the mail about an import."""
    return MailId(f"{MailKind.IMPORT}-{import_id}")
