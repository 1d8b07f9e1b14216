"""The work logs of the page: what was done, newest first.

Excluded entries are not shown to clients: a rule of the operator keeps them out of every figure, and the reason is
an internal note.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from chalicelib.domain.cycle import AccountedEntry, CycleStatement, Period
from chalicelib.domain.entry import Pool
from chalicelib.domain.retainer import Retainer
from chalicelib.services.cycles.read_balance import RetainerBalance
from chalicelib.web.page.view import Row, Week, WorkLog
from chalicelib.words.formats import day_before
from chalicelib.words.sentences import Localizer
from chalicelib.words.work import about_of, hours_of, work_of, worked_of

ROW_LIMIT = 300
"""The most entries of a retainer on the page; the CSV file has all of them."""
_OPEN_WEEKS = 2
"""The newest weeks, which are open; the others are a click away."""


def shown_entries(statement: CycleStatement) -> list[AccountedEntry]:
    """The entries that a client sees, newest first."""
    return [one for one in reversed(statement.entries) if one.entry.pool is not Pool.EXCLUDED]


def build_logs(
    localizer: Localizer, balance: RetainerBalance, cycle: date | None = None, *, by_ticket: bool, most: int
) -> tuple[WorkLog, ...]:
    """The logs of the shown cycles, newest first, with at most `most` entries together.

    With `by_ticket` the entries of one ticket stand together within a week, where its newest one is.
    """
    logs: list[WorkLog] = []
    room = most
    for statement in balance.logged(None, cycle):
        log = _log(localizer, balance, statement, room, by_ticket=by_ticket)
        room -= len(log.rows)
        if log.rows or log.omitted or log.note:
            logs.append(log)
    return tuple(logs)


def _log(
    localizer: Localizer, balance: RetainerBalance, statement: CycleStatement, room: int, *, by_ticket: bool
) -> WorkLog:
    texts, retainer = localizer.texts, balance.retainer
    entries = shown_entries(statement)
    is_current = statement is balance.current
    title = texts.work_log_of.format(cycle=localizer.cycle_name(statement.period, retainer.length))
    return WorkLog(
        title=texts.work_log if is_current else title,
        sum=localizer.used_of(statement.figures),
        weeks=_weeks(localizer, retainer, statement.period, entries, room, by_ticket=by_ticket),
        omitted=_omitted(localizer, min(room, len(entries)), len(entries)),
        note=_note(localizer, balance, statement, is_empty=not entries),
        is_current=is_current,
        closing=_closing(localizer, statement, entries),
    )


def _omitted(localizer: Localizer, shown: int, count: int) -> str:
    if shown == count:
        return ""
    return localizer.texts.newest_of.format(shown=localizer.formats.number(shown), all=localizer.formats.number(count))


def _note(localizer: Localizer, balance: RetainerBalance, statement: CycleStatement, *, is_empty: bool) -> str:
    if balance.is_awaited(statement):
        until = day_before(statement.period.end) + timedelta(days=balance.retainer.grace_days)
        return localizer.texts.settling_until.format(day=localizer.formats.day(until))
    is_running = statement is balance.current and not balance.has_ended
    return localizer.texts.cycles[balance.retainer.length].none_yet if is_empty and is_running else ""


def _weeks(
    localizer: Localizer,
    retainer: Retainer,
    period: Period,
    entries: Sequence[AccountedEntry],
    room: int,
    *,
    by_ticket: bool,
) -> tuple[Week, ...]:
    """The weeks with work, newest first: all of them with their sums, and the newest `room` entries."""
    weeks: list[Week] = []
    formats = localizer.formats
    for monday, group in groupby(entries, lambda one: _monday(one.entry.date)):
        own = list(group)
        days = formats.short_days(max(monday, period.start), min(monday + timedelta(7), period.end))
        costs = [hours_of(one) for one in own if one.entry.pool is Pool.RETAINER]
        rounding = formats.rounding(costs, sum(costs)) if len(own) <= room else 0
        listed = own[: max(room, 0)]
        room -= len(listed)
        rows = _by_ticket(localizer, retainer, listed) if by_ticket else [_row(localizer, retainer, i) for i in listed]
        shown = formats.hours_cell(rounding) if rounding else ""
        weeks.append(Week(days, formats.hours_cell(sum(costs)), tuple(rows), shown, len(weeks) >= _OPEN_WEEKS))
    return tuple(weeks)


def _by_ticket(localizer: Localizer, retainer: Retainer, entries: Sequence[AccountedEntry]) -> list[Row]:
    """The rows of a week: a ticket's follow its newest one."""
    of_tickets: dict[object, list[AccountedEntry]] = {}
    for number, one in enumerate(entries):
        of_tickets.setdefault(one.entry.ticket or number, []).append(one)
    return [
        _row(localizer, retainer, one)._replace(is_same_ticket=place > 0)
        for own in of_tickets.values()
        for place, one in enumerate(own)
    ]


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _closing(
    localizer: Localizer, statement: CycleStatement, entries: Sequence[AccountedEntry]
) -> tuple[tuple[str, str], ...]:
    """From the sums of the weeks to the hours used: what corrections gave back is in the sums, and not in `used`."""
    texts, formats, used = localizer.texts, localizer.formats, statement.figures.used_seconds
    own = [one for one in entries if one.entry.pool is Pool.RETAINER]
    sums = [sum(map(hours_of, group)) for _, group in groupby(own, lambda one: _monday(one.entry.date))]
    given_back = sum(one.given_back_seconds for one in own)
    rounding = formats.rounding((*sums, given_back), used)
    if len(sums) < _OPEN_WEEKS and not given_back:
        return ()
    steps = ((texts.corrected, given_back), (texts.rounding_line, rounding))
    lines = (*(step for step in steps if step[1]), (texts.used, used))
    return tuple((name, formats.hours_cell(seconds)) for name, seconds in lines)


def _row(localizer: Localizer, retainer: Retainer, accounted: AccountedEntry) -> Row:
    entry, formats = accounted.entry, localizer.formats
    is_project, cost = entry.pool is Pool.PROJECT, hours_of(accounted)
    return Row(
        iso_date=entry.date.isoformat(),
        date=formats.day(entry.date),
        work=work_of(localizer, entry),
        about=about_of(entry),
        hours=formats.hours_cell(entry.seconds if is_project else cost),
        worked="" if is_project or cost == entry.seconds else worked_of(localizer, retainer, entry, cost),
        is_project=is_project,
        is_same_ticket=False,
    )
