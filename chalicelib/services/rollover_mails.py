"""The mails that a step of a rollover writes with it: pure, and the same however often the step is made."""

from datetime import datetime

from chalicelib.domain.billing import InvoiceRecord
from chalicelib.domain.cycle import CycleStatement, Period
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import grant_of
from chalicelib.services.outbox import OutboxMail, expiring_mail, mail_of_draft, new_cycle_mail
from chalicelib.services.ports import ClientBook

_MOST_EXPIRIES = 3
"""So many days of expiry one close speaks of, the nearest first: a transaction is small, and each later close,
which hands the same hours on, speaks of the next ones."""


def mails_at_open(book: ClientBook, retainer: Retainer, period: Period, now: datetime) -> tuple[OutboxMail, ...]:
    """What a cycle of a live retainer that begins tells the client: which hours it has."""
    if not (book.mails.new_cycle and book.billing.party.email):
        return ()
    if not grant_of(retainer, period).allotment_seconds:  # paused, or a retainer that grants none
        return ()
    return (new_cycle_mail(retainer.id, period.start, now),)


def mails_at_close(
    book: ClientBook, retainer: Retainer, statement: CycleStatement, invoice: InvoiceRecord | None, now: datetime
) -> tuple[OutboxMail, ...]:
    """What the close of a cycle leads to: a look at its draft, and later a word about the carried hours that expire.

    Args:
        book: the client's.
        retainer: whose cycle it is.
        statement: of the closed cycle.
        invoice: its draft, if it charges anything.
        now: an aware instant.
    """
    drafts = () if invoice is None else (mail_of_draft(invoice, now),)
    if not (book.mails.expiring and book.billing.party.email):
        return drafts
    ends = sorted({lot.expires_on for lot in statement.carried_out if lot.expires_on is not None})
    return (*drafts, *(expiring_mail(retainer, end, now) for end in ends[:_MOST_EXPIRIES]))
