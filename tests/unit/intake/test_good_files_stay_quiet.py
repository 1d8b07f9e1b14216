"""Ordinary good files give no refusal, no problem and no warning: a warning that is always there is not read."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.intake.rows import Row
from tests.unit.intake.reading import EXPORTS, read

TMETRIC = "Day,User,Time Entry,Project,Start Time,End Time,Duration,Billable Amount"
HARVEST = "Date,Client,Project,Project Code,Task,Notes,Hours,Hours Rounded,Billable?,First Name,Last Name"
CLOCKIFY = "Project,Client,Description,User,Start Date,Start Time,End Date,End Time,Duration (h),Duration (decimal)"
CONNECTWISE = "Member,Date,Hours,Inv Hours,Agreement,Ticket #,Notes"
AUTOTASK = "Worked Date,Resource Name,Company,Hours Worked,Hours To Bill,Summary Notes"
LIST = "Date,Person,Description,"

# what the file is: its header, and rows with their date left open
GOOD = {
    "TMetric's half hours": (
        TMETRIC,
        ("{},Ada,Mail,Help,09:00,10:40,1.50,75.00", "{},Ada,VPN,Help,11:00,11:10,0.50,25.00"),
    ),
    "Harvest's decimals beside rounded hours": (
        HARVEST,
        ("{},Acme,Help,HD,Mail,VPN,0.33,0.5,Yes,Ada,Park", "{},Acme,Help,HD,Mail,VPN,1.07,1.25,Yes,Ada,Park"),
    ),
    "Clockify's two durations": (
        CLOCKIFY,
        (
            "Help,Acme,Mail,Ada,{0},09:00:00,{0},10:19:48,01:19:48,1.33",
            "Help,Acme,Mail,Ada,{0},11:00:00,{0},11:20:00,00:20:00,0.33",
        ),
    ),
    "ConnectWise's hours and invoiced hours": (
        CONNECTWISE,
        ("Ada,{},1.50,0.00,Gold,5501,Mail", "Ada,{},0.25,0.50,Gold,5502,VPN"),
    ),
    "Autotask's worked and billed": (AUTOTASK, ("{},Ada,Acme,1.50,2.00,Mail", "{},Ada,Acme,0.10,0.25,VPN")),
    "a plain list": (LIST + "Hours", ("{},Ada,Mail,1", "{},Ada,VPN,2", "{},Ada,NAS,3")),
    "decimals": (LIST + "Duration", ("{},Ada,Mail,1.5", "{},Ada,VPN,0.25", "{},Ada,NAS,7.75")),
    "clocks beside decimals": (LIST + "Duration,Hours", ("{},Ada,Mail,0:20,0.33", "{},Ada,VPN,1:10,1.17")),
    "minutes beside hours": (LIST + "Minutes,Hours", ("{},Ada,Mail,20,0.3", "{},Ada,VPN,70,1.2")),
    "hours and minutes": (LIST + "Hours,Minutes,Total", ("{},Ada,Mail,1,20,1:20", "{},Ada,VPN,0,45,0:45")),
    "breaks in a timesheet": (
        LIST + "Start,End,Break",
        ("{},Ada,Mail,08:00,16:30,30", "{},Ada,VPN,22:00,02:00,0", "{},Ada,NAS,08:00,12:00,"),
    ),
    "hours rounded up to quarters": (
        LIST + "Start,End,Hours",
        ("{},Ada,Mail,08:00,08:04,0.25", "{},Ada,VPN,09:00,09:50,1", "{},Ada,NAS,09:00,10:01,1.25"),
    ),
    "hours without the break": (
        LIST + "Start,End,Pause,Hours",
        ("{},Ada,Mail,08:00,16:30,0.5,8", "{},Ada,VPN,09:00,10:00,0,1"),
    ),
    "billed and planned hours beside": (
        LIST + "Hours,Billable Hours,Planned Hours,Rate",
        ("{},Ada,Mail,1.5,2,8,95", "{},Ada,VPN,0.25,0,8,95"),
    ),
    "a column that is hardly ever filled": (
        LIST + "Duration,Hours",
        ("{},Ada,Mail,0:20,", "{},Ada,VPN,1:10,", "{},Ada,NAS,,0.5"),
    ),
}
ROWS = 1000


def warnings_of(text: bytes | str) -> tuple[int, list[str]]:
    """How many rows are good, and what was said about any."""
    rows = read(text)
    return sum(isinstance(row, Row) for row in rows), [row.reason for row in rows if not isinstance(row, Row)]


@pytest.mark.parametrize("export", sorted(EXPORTS.glob("*.csv")), ids=lambda path: path.stem)
def test_every_tools_own_export_is_read_without_a_word(export: Path):
    _, warnings = warnings_of(export.read_bytes())

    assert [] == warnings


@pytest.mark.parametrize(("header", "rows"), GOOD.values(), ids=GOOD)
def test_a_thousand_ordinary_rows_give_no_warning(header, rows):
    days = [date(2026, 1, 1) + timedelta(days=row // 4) for row in range(ROWS)]
    text = "\n".join([header, *(rows[at % len(rows)].format(day) for at, day in enumerate(days))])

    assert (ROWS, []) == warnings_of(text)


@pytest.mark.parametrize(("header", "rows"), GOOD.values(), ids=GOOD)
def test_a_single_ordinary_row_gives_none(header, rows):
    assert (1, []) == warnings_of(f"{header}\n{rows[0].format(date(2026, 1, 2))}\n")
