"""The work log as a file for spreadsheets: UTF-8 with a byte order mark, commas, CRLF (RFC 4180).

Programs read it, too, so nothing in it is localised: ISO dates, `H:MM:SS`, decimal hours with a point.
Text that a spreadsheet would run as a formula is escaped; figures are our own and are not.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.cycle import AccountedEntry, CycleStatement
from chalicelib.domain.quantities import HOUR, clock, round_half_away
from chalicelib.render.text import csv_text, spreadsheet_text
from chalicelib.services.cycles.read_balance import ClientBalance
from chalicelib.web.page.build_work_log import shown_entries

HEADER = (
    "Retainer",
    "Cycle",
    "Date",
    "Worker",
    "Project",
    "Task",
    "Description",
    "Work type",
    "Ticket",
    "Pool",
    "Actual",
    "Actual (h)",
    "Accounted",
    "Accounted (h)",
    "Worked on",
)


def work_log_text(balance: ClientBalance, year: int | None = None, cycle: date | None = None) -> str:
    """The file, newest entries first in each retainer.

    `cycle` selects the cycle that begins on that day; otherwise it has the cycles that the page shows for `year`.
    """
    rows = (
        _row(retainer.retainer.title, statement, accounted)
        for retainer in balance.retainers
        for statement in retainer.logged(year, cycle)
        for accounted in shown_entries(statement)
    )
    return "\N{BYTE ORDER MARK}" + csv_text(HEADER, rows)


def _row(title: str, statement: CycleStatement, accounted: AccountedEntry) -> tuple[str, ...]:
    entry = accounted.entry
    texts = (entry.worker, entry.project, entry.task, entry.description, entry.work_type, entry.ticket)
    return (
        spreadsheet_text(title),
        statement.period.start.isoformat(),
        entry.date.isoformat(),
        *map(spreadsheet_text, texts),
        entry.pool.value,
        clock(entry.seconds, full=True),
        _decimal(entry.seconds),
        clock(accounted.accounted_seconds, full=True),
        _decimal(accounted.accounted_seconds),
        entry.worked_on.isoformat() if entry.worked_on else "",
    )


def _decimal(seconds: int) -> str:
    """Hours to four places: 0.0003 h is one second."""
    return str(Decimal(round_half_away(Fraction(seconds * 10_000, HOUR))).scaleb(-4))
