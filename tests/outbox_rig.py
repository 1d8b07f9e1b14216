"""Mails of an invented operator, and the outbox in memory."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.ids import ImportId
from chalicelib.services.mails.mime import Letter
from chalicelib.services.mails.ports import Block, BlockReason, NothingToTellError, UnwritableMailError
from chalicelib.services.mails.send import SendMail
from chalicelib.services.store.tasks import MailId, MailKind, MailState, OutboxMail, import_mail_id

SENDER = "hours@fjordblick.example"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def waiting_mail(name: str, minutes: int = 0) -> OutboxMail:
    """The mail about the import `name`."""
    return OutboxMail(import_mail_id(ImportId(name)), MailKind.IMPORT, (name,), NOON + timedelta(minutes=minutes))


def letter(mail: OutboxMail) -> Letter:
    """What the mail says: where it comes from, and not much more."""
    if mail.about == ("gone",):
        raise UnwritableMailError("The import gone is not there any more.")
    if mail.about == ("settled",):
        raise NothingToTellError("It is settled by now.")
    return Letter("ida@example.com", f"About {mail.about[0]}", "Grüße", "<p>Grüße</p>", "Fjordblick & Söhne")


class FakeOutbox:
    """Mails by id, with the conditions of the port."""

    def __init__(self, *mails: OutboxMail) -> None:
        self.mails = {mail.id: mail for mail in mails}

    def add(self, mails: Sequence[OutboxMail]) -> None:
        for mail in mails:
            self.mails.setdefault(mail.id, mail)

    def known(self, ids: Collection[MailId]) -> frozenset[MailId]:
        return frozenset(ids) & self.mails.keys()

    def read(self, mail_id: MailId) -> OutboxMail | None:
        return self.mails.get(mail_id)

    def list_waiting(self, now: datetime) -> list[OutboxMail]:
        waiting = [mail for mail in self.mails.values() if mail.state is MailState.WAITING and mail.due_at <= now]
        return sorted(waiting, key=lambda mail: mail.due_at)

    def list_recent(self, limit: int) -> list[OutboxMail]:
        return sorted(self.mails.values(), key=lambda mail: mail.created_at, reverse=True)[:limit]

    def claim(self, mail_id: MailId, now: datetime, until: datetime) -> OutboxMail | None:
        mail = self.mails.get(mail_id)
        if mail is None or mail.state is not MailState.WAITING or (mail.claimed_until and mail.claimed_until > now):
            return None
        if mail.not_before and mail.not_before > now:
            return None
        self.mails[mail_id] = replace(mail, claimed_until=until)
        return self.mails[mail_id]

    def settle(self, mail: OutboxMail) -> None:
        if self.mails[mail.id].state is MailState.WAITING:
            self.mails[mail.id] = mail

    def reopen(self, mail_id: MailId, now: datetime) -> OutboxMail | None:
        mail = self.mails[mail_id]
        if mail.state not in {MailState.FAILED, MailState.TOO_OLD}:
            return None
        self.mails[mail_id] = replace(mail, state=MailState.WAITING, retried_at=now, reason=None, settled_at=None)
        return self.mails[mail_id]


@dataclass
class Post:
    """The mail service, the queue, the kept copies, the blocked addresses: remembers what it is given."""

    sent: list[bytes] = field(default_factory=list)
    woken: list[MailId] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    trouble: Exception | None = None
    """What the mail service raises."""
    blocked: dict[str, Block] = field(default_factory=dict)
    copied_to: list[str] = field(default_factory=list)

    def find(self, address: str) -> Block | None:
        return self.blocked.get(address)

    def block(self, address: str, reason: BlockReason, at: datetime, mail: MailId) -> OutboxMail | None:
        if address in self.blocked:
            return None
        self.blocked[address] = Block(f"key of {address}", reason, at)
        return OutboxMail(MailId(f"bounced-{len(self.blocked)}"), MailKind.BOUNCED, ("key", mail), at)

    def lift(self, address: str) -> bool:
        return self.blocked.pop(address, None) is not None

    def send(self, message: bytes, *, sender: str, to: str, copy_to: str = "") -> str:
        assert (sender, to) == (SENDER, "ida@example.com")
        if self.trouble:
            raise self.trouble
        self.sent.append(message)
        self.copied_to.append(copy_to)
        return f"ses-{len(self.sent)}"

    def wake(self, mails: list[MailId]) -> None:
        self.woken += mails

    def keep(self, message: bytes) -> str:
        self.kept.append(message)
        return str(len(self.kept) - 1)

    def read(self, key: str) -> bytes:
        return self.kept[int(key)]


def sending(
    *mails: OutboxMail, now: datetime = NOON, sender: str = SENDER, **changes: Any
) -> tuple[SendMail, FakeOutbox, Post]:
    """The use case over these mails, at a moment."""
    outbox, post = FakeOutbox(*mails), Post()
    use_case = replace(SendMail(outbox, letter, post, post, post, post, sender, lambda: now), **changes)
    return use_case, outbox, post
