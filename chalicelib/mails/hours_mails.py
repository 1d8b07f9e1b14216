"""The mails to a client about its hours: a new cycle, a usage alert, expiring hours."""

from datetime import date

from chalicelib.domain.cycle import CycleStatement, LotOrigin
from chalicelib.mails.content import MailContent
from chalicelib.mails.recipient import Recipient, hours_rows
from chalicelib.services.cycles.read_balance import RetainerBalance
from chalicelib.services.mails.check_usage import crossed_levels
from chalicelib.services.mails.mime import Mail, NothingToSayError
from chalicelib.words.labels import cycle_name, day_before

_CAN_EXPIRE = (LotOrigin.CARRIED, LotOrigin.TOP_UP)
_ALL = 100


def new_cycle_mail(recipient: Recipient, balance: RetainerBalance, start: date) -> Mail:
    """The hours of a new cycle: its allotment, what was carried in, and the carry-over rule.

    Raises:
        NothingToSayError: the cycle is over, or has no hours.
    """
    statement = _current(balance)
    if statement.period.start != start:
        raise NothingToSayError(f"The cycle that began on {start} is over.")
    hours = statement.figures.available_seconds
    if hours <= 0:
        raise NothingToSayError("The cycle has no hours.")
    localizer, words, retainer = recipient.localizer, recipient.words, balance.retainer
    available, cycle = localizer.formats.hours(hours), cycle_name(localizer, statement.period, retainer.length)
    rules = (localizer.carry_over(statement.terms, retainer.length), localizer.overage(statement.terms))
    provisional = (localizer.texts.provisional_note,) if statement.carried_is_provisional else ()
    content = MailContent(
        subject=words.new_cycle.format(retainer=retainer.title, hours=available, cycle=cycle),
        headline=available,
        caption=f"{retainer.title}, {words.hours_for.format(cycle=cycle)}",
        rows=hours_rows(recipient, statement, until="available"),
        paragraphs=(*provisional, " ".join(rule for rule in rules if rule)),
        why=(words.why_new_cycle,),
    )
    return recipient.mail(content)


def alert_mail(recipient: Recipient, balance: RetainerBalance, start: date, percent: int, *, copy_to: str) -> Mail:
    """A usage alert: `percent` of the available hours are used.

    Raises:
        NothingToSayError: that is no longer so, or the cycle is over.
    """
    statement = _current(balance)
    if statement.period.start != start or percent not in crossed_levels(statement, (percent,)):
        raise NothingToSayError(f"Less than {percent} % of the hours are used now, or the cycle is over.")
    localizer, words, retainer, figures = recipient.localizer, recipient.words, balance.retainer, statement.figures
    available, cycle = (
        localizer.formats.hours(figures.available_seconds),
        cycle_name(localizer, statement.period, retainer.length),
    )
    subject = words.alert if percent < _ALL else words.alert_all
    content = MailContent(
        subject=subject.format(retainer=retainer.title, percent=percent),
        headline=localizer.formats.hours(figures.used_seconds),
        caption=f"{retainer.title}, {words.used_of.format(available=available, cycle=cycle)}",
        rows=hours_rows(recipient, statement),
        paragraphs=tuple(rule for rule in (_days_left(recipient, balance), localizer.overage(statement.terms)) if rule),
        why=(words.why_alert,),
        is_over=figures.remaining_seconds < 0,
    )
    return recipient.mail(content, copy_to=copy_to)


def expiring_mail(recipient: Recipient, balance: RetainerBalance, expires_on: date) -> Mail:
    """Carried or bought hours that can no longer be used from `expires_on` on.

    Raises:
        NothingToSayError: none of them are left, or they have already expired.
    """
    lots = [
        one
        for one in _current(balance).lots
        if one.lot.expires_on == expires_on and one.lot.origin in _CAN_EXPIRE and one.remaining_seconds > 0
    ]
    if not lots or balance.today >= expires_on:
        raise NothingToSayError(f"No hours are left that expire on {expires_on}.")
    localizer, words = recipient.localizer, recipient.words
    hours = localizer.formats.hours(sum(one.remaining_seconds for one in lots))
    last = localizer.formats.full_day(day_before(expires_on))
    content = MailContent(
        subject=words.expiring.format(retainer=balance.retainer.title, hours=hours, day=last),
        headline=hours,
        caption=f"{balance.retainer.title}, {words.expiring_until.format(day=last)}",
        paragraphs=(words.expiring_note,),
        why=(words.why_expiring,),
    )
    return recipient.mail(content)


def _days_left(recipient: Recipient, balance: RetainerBalance) -> str:
    localizer, left = recipient.localizer, (_current(balance).period.end - balance.today).days - 1
    return localizer.count(localizer.texts.days_left, left) if left else localizer.texts.last_day


def _current(balance: RetainerBalance) -> CycleStatement:
    statement = balance.current
    if statement is None or balance.has_ended or not balance.has_begun:
        raise NothingToSayError("The retainer is not running at present.")
    return statement
