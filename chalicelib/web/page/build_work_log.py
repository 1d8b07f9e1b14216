"""The work logs of the page: what was done, newest first.

Excluded entries are not shown to clients: a rule of the operator keeps them out of every figure, and
its reason is the operator's own note.
"""

from datetime import date

from chalicelib.domain.cycle import AccountedEntry, CycleStatement
from chalicelib.domain.entry import LATE, MANUAL, Entry, Pool
from chalicelib.services.cycles.read_balance import RetainerBalance
from chalicelib.web.page.view import Row, WorkLog
from chalicelib.words.labels import cycle_name, last_day
from chalicelib.words.sentences import Voice

ROW_LIMIT = 300
"""So many entries of a retainer are on the page; all of them are in the CSV file."""


def shown_entries(statement: CycleStatement) -> list[AccountedEntry]:
    """The entries that a client sees, newest first."""
    return [one for one in reversed(statement.entries) if one.entry.pool is not Pool.EXCLUDED]


def build_logs(
    voice: Voice, balance: RetainerBalance, year: int | None, cycle: date | None = None
) -> tuple[WorkLog, ...]:
    """The logs of the shown cycles, newest first, with at most ROW_LIMIT entries together."""
    logs: list[WorkLog] = []
    room = ROW_LIMIT
    for statement in balance.logged(year, cycle):
        log = _log(voice, balance, statement, room)
        room -= len(log.rows)
        if log.rows or log.omitted or log.note:
            logs.append(log)
    return tuple(logs)


def work_of(voice: Voice, entry: Entry) -> str:
    """What the work was: its description, or the next best that the export says; late work by its day."""
    if entry.source == LATE and entry.worked_on is not None:
        return voice.texts.late_work.format(day=voice.formats.day_with_year(entry.worked_on, entry.date))
    if entry.source == MANUAL:
        return voice.texts.manual.format(reason=entry.description)
    return entry.description or entry.task or entry.project or voice.texts.no_description


def _log(voice: Voice, balance: RetainerBalance, statement: CycleStatement, room: int) -> WorkLog:
    texts, retainer = voice.texts, balance.retainer
    entries = shown_entries(statement)
    is_current = statement is balance.current
    title = texts.work_log_of.format(cycle=cycle_name(voice, statement.period, retainer.length))
    return WorkLog(
        title=texts.work_log if is_current else title,
        sum=_sum(voice, statement),
        rows=tuple(_row(voice, one) for one in entries[:room]),
        omitted=_omitted(voice, min(room, len(entries)), len(entries)),
        note=_note(voice, balance, statement, is_empty=not entries),
        is_current=is_current,
    )


def _sum(voice: Voice, statement: CycleStatement) -> str:
    """`26.75 h used of 20 h`; where there were no hours, what was used."""
    hours, figures = voice.formats.hours, statement.figures
    used, available = hours(figures.used_seconds), figures.available_seconds
    return voice.texts.used_of.format(used=used, available=hours(available)) if available > 0 else used


def _omitted(voice: Voice, shown: int, count: int) -> str:
    if shown == count:
        return ""
    return voice.texts.newest_of.format(shown=voice.formats.number(shown), all=voice.formats.number(count))


def _note(voice: Voice, balance: RetainerBalance, statement: CycleStatement, *, is_empty: bool) -> str:
    if balance.is_awaited(statement):
        until = last_day(statement.period, balance.retainer.grace_days)
        return voice.texts.settling_until.format(day=voice.formats.day(until))
    is_running = statement is balance.current and not balance.has_ended
    return voice.texts.cycles[balance.retainer.length].none_yet if is_empty and is_running else ""


def _row(voice: Voice, accounted: AccountedEntry) -> Row:
    entry, formats = accounted.entry, voice.formats
    is_project = entry.pool is Pool.PROJECT
    cost = accounted.accounted_seconds - accounted.given_back_seconds
    differs = not is_project and cost != entry.seconds
    about = (entry.worker, entry.work_type, entry.ticket, entry.project if is_project else None)
    return Row(
        iso_date=entry.date.isoformat(),
        date=formats.day(entry.date),
        work=work_of(voice, entry),
        about=" · ".join(filter(None, about)),
        hours=formats.hours_cell(entry.seconds if is_project else cost),
        worked=_worked(voice, entry.seconds) if differs else "",
        is_project=is_project,
    )


def _worked(voice: Voice, seconds: int) -> str:
    return voice.texts.worked.format(hours=voice.formats.hours_cell(seconds))
