"""The work logs of the page: what was done, newest first.

Excluded entries are not shown to clients: a rule of the operator keeps them out of every figure, and the reason is
an internal note.
"""

from datetime import date, timedelta

from chalicelib.domain.cycle import AccountedEntry, CycleStatement
from chalicelib.domain.entry import LATE_SOURCES, MANUAL, Entry, Pool
from chalicelib.services.cycles.read_balance import RetainerBalance
from chalicelib.web.page.view import Row, WorkLog
from chalicelib.words.formats import day_before
from chalicelib.words.sentences import Localizer

ROW_LIMIT = 300
"""The most entries of a retainer on the page; the CSV file has all of them."""


def shown_entries(statement: CycleStatement) -> list[AccountedEntry]:
    """The entries that a client sees, newest first."""
    return [one for one in reversed(statement.entries) if one.entry.pool is not Pool.EXCLUDED]


def build_logs(
    localizer: Localizer, balance: RetainerBalance, year: int | None, cycle: date | None = None
) -> tuple[WorkLog, ...]:
    """The logs of the shown cycles, newest first, with at most ROW_LIMIT entries together."""
    logs: list[WorkLog] = []
    room = ROW_LIMIT
    for statement in balance.logged(year, cycle):
        log = _log(localizer, balance, statement, room)
        room -= len(log.rows)
        if log.rows or log.omitted or log.note:
            logs.append(log)
    return tuple(logs)


def work_of(localizer: Localizer, entry: Entry) -> str:
    """What the work was: its description or the next best field; for late entries, the day of the work."""
    if entry.source in LATE_SOURCES and entry.worked_on is not None:
        return localizer.texts.late_entry.format(day=localizer.formats.day_with_year(entry.worked_on, entry.date))
    if entry.source == MANUAL:
        return localizer.texts.manual.format(reason=entry.description)
    return entry.description or entry.task or entry.project or localizer.texts.no_description


def _log(localizer: Localizer, balance: RetainerBalance, statement: CycleStatement, room: int) -> WorkLog:
    texts, retainer = localizer.texts, balance.retainer
    entries = shown_entries(statement)
    notes = (_note(localizer, balance, statement, is_empty=not entries), _rounded(localizer, statement, entries[:room]))
    is_current = statement is balance.current
    title = texts.work_log_of.format(cycle=localizer.cycle_name(statement.period, retainer.length))
    return WorkLog(
        title=texts.work_log if is_current else title,
        sum=localizer.used_of(statement.figures),
        rows=tuple(_row(localizer, one) for one in entries[:room]),
        omitted=_omitted(localizer, min(room, len(entries)), len(entries)),
        note=" ".join(filter(None, notes)),
        is_current=is_current,
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


def _rounded(localizer: Localizer, statement: CycleStatement, shown: list[AccountedEntry]) -> str:
    """That hours are rounded, if the rows of the whole cycle do not add up to the used hours; "" else."""
    used = statement.figures.used_seconds
    if used != sum(one.accounted_seconds for one in shown):
        return ""  # only the newest are shown
    return "" if localizer.formats.adds_up((one.accounted_seconds for one in shown), used) else localizer.texts.rounded


def _row(localizer: Localizer, accounted: AccountedEntry) -> Row:
    entry, formats = accounted.entry, localizer.formats
    is_project = entry.pool is Pool.PROJECT
    cost = accounted.accounted_seconds - accounted.given_back_seconds
    differs = not is_project and cost != entry.seconds
    about = (entry.worker, entry.work_type, entry.ticket, entry.project if is_project else None)
    return Row(
        iso_date=entry.date.isoformat(),
        date=formats.day(entry.date),
        work=work_of(localizer, entry),
        about=" · ".join(filter(None, about)),
        hours=formats.hours_cell(entry.seconds if is_project else cost),
        worked=localizer.texts.worked.format(hours=formats.hours_cell(entry.seconds)) if differs else "",
        is_project=is_project,
    )
