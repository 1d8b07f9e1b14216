"""What a file proves about its hours is read; what it leaves open is refused (docs/doubtful-files.md)."""

import tracemalloc
from io import BytesIO
from shlex import split

import pytest

from chalicelib.intake.evidence import file
from chalicelib.intake.evidence.doubt import map_duration
from chalicelib.intake.propose_mapping import Proposal, Said, propose_mapping
from chalicelib.intake.rows import MappedColumn, RefusalKind, Row, RowProblem, SourceHints
from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.settled import GRAMMAR
from tests.unit.intake.reading import EXPORTS, NOTHING_SAID, opened, read, refused

MIRA = "Mira Okafor"


def table(header, *rows, mark=","):
    """A list of these columns, with a date, a worker and a description before them."""
    lines = [f"Date{mark}Person{mark}Description{mark}{header}"]
    lines += [f"2026-10-{day:02}{mark}{MIRA}{mark}Mail{mark}{row}" for day, row in enumerate(rows, 1)]
    return "\n".join(lines) + "\n"


def hours(text, hints=NOTHING_SAID):
    """The rows' hours as H:MM:SS; a problem is its column, a warning is not counted."""
    shown = []
    for row in read(text, hints):
        if isinstance(row, Row):
            minutes, seconds = divmod(row.entry.seconds, 60)
            shown.append(f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else ""))
        elif not row.is_warning:
            shown.append(row.column)
    return shown


def warnings(text):
    return [row.reason for row in read(text) if not isinstance(row, Row) and row.is_warning]


UNITS = {
    "decimals are hours": ("Duration", ("1.5", "2", "0.75"), ["1:30", "2:00", "0:45"]),
    "clocks need no unit": ("Duration", ("1:30", "0:45"), ["1:30", "0:45"]),
    "a name says the unit": ("Hours", ("1", "2", "3"), ["1:00", "2:00", "3:00"]),
    "start and end prove minutes": ("Start,End,Duration", ("9:00,10:30,90", "9:00,9:15,15"), ["1:30", "0:15"]),
    "start and end prove hours": ("Start,End,Duration", ("9:00,11:00,2", "9:00,10:05,1"), ["2:00", "1:00"]),
    "start and end prove seconds": ("Start,End,Duration", ("9:00,10:30,5400", "9:00,9:15,900"), ["1:30", "0:15"]),
    "a quarter of an hour is no 15 seconds": ("Start,End,Duration", ("9:00,9:15,15",), ["0:15"]),
    "about as long as start to end": ("Start,End,Duration", ("9:00,10:30,85", "9:00,9:15,20"), ["1:25", "0:20"]),
    "a minute of two columns is no second": ("Duration,Minutes", ("1,1", "1,01"), ["0:01", "0:01"]),
    "one row about as long as start to end": ("Start,End,Duration", ("9:00,10:30,85",), ["1:25"]),
    "a quarter of an hour short": ("Start,End,Duration", ("9:00,9:29,14",), ["0:14"]),
    "half as long as start to end": ("Start,End,Duration", ("9:00,11:00,60",), ["1:00"]),
    "twice as long as start to end": ("Start,End,Duration", ("9:00,10:00,120",), ["2:00"]),
    "a span to the last digit": ("Start,End,Lunch,Duration", ("9:00,10:31,,90",), ["1:30"]),
    "a zero beside it proves nothing": ("Start,End,Duration,Time Spent", ("9:00,10:30,0,90",), ["1:30"]),
    "one of three columns is apart": (
        "Duration,Decimal Hours,Hrs",
        ("90,1.5,", "15,0.25,", ",,2"),
        ["1:30", "0:15", "2:00"],
    ),
    "a day and no more": ("Duration", ("24.0", "1.5"), ["24:00", "1:30"]),
    "a minute is no second": ("Start,End,Duration", ("9:00,9:01,1",), ["0:01"]),
    "a second column proves it": (
        "Duration,Decimal Hours",
        ("90,1.5", "15,0.25", "0,0.01"),
        ["1:30", "0:15", "0:00:36"],
    ),
    "hours to many digits": ("Duration", ("0.3333333333", "0.0166666667"), ["0:20", "0:01"]),
    "zeros are zero": ("Duration", ("0", "0"), ["0:00", "0:00"]),
}


@pytest.mark.parametrize(("header", "rows", "right"), UNITS.values(), ids=UNITS)
def test_a_unit_is_taken_where_the_file_proves_it(header, rows, right):
    assert right == hours(table(header, *rows))


OPEN = {
    "whole numbers": ("Duration", ("90", "15"), "“Duration” “90” in line 2 is 90 hours, minutes or seconds"),
    "small whole numbers": ("Time Spent", ("1", "2"), "hours, minutes or seconds"),
    "whole numbers in German": ("Dauer", ("90", "15"), "“Dauer” “90”"),
    "a number beside clocks": ("Duration", ("1:30", "90"), "“Duration” “90” in line 3"),
    "decimals over a day": ("Duration", ("90.5", "15"), "minutes"),
    "parts of a day to many digits": ("Duration", ("0.041666666666667",), "1:00:00 as a part of a day"),
    "seconds of a day": ("Duration", ("0.0219560185",), "0:31:37 as a part of a day"),
    "two that may be minutes and seconds": ("Duration,Time Spent", ("90,5400", "15,900"), "hours, minutes or seconds"),
    "parts of a day": ("Duration", ("0.0625", "0.3125"), "7:30:00 as a part of a day"),
    "about a span with a break": ("Start,End,Lunch,Duration", ("14:30,15:16,45,1",), "“Duration” “1”"),
    "not quite half of the span": ("Start,End,Duration", ("9:00,11:00,59",), "“Duration” “59”"),
    "more than twice the span": ("Start,End,Duration", ("9:00,10:00,121",), "“Duration” “121”"),
    "a second off another column": ("Duration,Seconds", ("1,2",), "“Duration” “1”"),
    "a minute in milliseconds": ("Start,End,Duration", ("9:00,9:01,60000",), "“Duration” “60000”"),
    "beside nothing but a zero": ("Duration,Hours", ("90,0",), "“Duration” “90”"),
    "decimals that fit minutes roughly": ("Start,End,Duration", ("9:00:00,10:33:30,90.5",), "minutes"),
    "clocks in minutes": ("Minutes", ("47:06", "12:30"), "hours and minutes, or minutes and seconds"),
    "start and end fit no unit": ("Start,End,Duration", ("9:00,10:30,7", "9:00,12:00,7"), "“Duration” “7”"),
}


@pytest.mark.parametrize(("header", "rows", "says"), OPEN.values(), ids=OPEN)
def test_a_unit_that_the_file_leaves_open_is_asked(header, rows, says):
    refusal = refused(table(header, *rows))

    assert RefusalKind.AMBIGUOUS_HOURS is refusal.kind
    assert says in refusal.reason


DENIED = {
    "a duration with the break in it": (
        "Start,End,Break,Duration",
        ("08:00,16:30,0:30,8:30",),
        "“Duration” in line 2 is the whole time from start to end, and “Break” says that there was a break",
    ),
    "a break as long as the step": (
        "Start,End,Break (min),Hours",
        ("08:00,17:00,60,9", "09:00,10:30,0,1"),
        "“Hours” in line 2 is the whole time",
    ),
    "a break of a minute": ("Start,End,Break (min),Duration", ("08:00,16:30,1,8:30",), "in line 2 is the whole time"),
    "a minute off the whole time": ("Start,End,Break (min),Duration", ("08:00,16:31,30,8:30",), "is the whole time"),
    "most durations with the break in them": (
        "Start,End,Lunch Out,Lunch In,Hours",
        ("08:00,16:30,12:00,12:30,8.5", "08:00,16:00,,,8", "08:00,16:00,12:00,12:30,8", "08:00,12:30,12:00,12:30,4"),
        "in line 2 is the whole time",
    ),
    "overtime": ("Hours,Overtime", ("8,2", "8,0"), "“Overtime” “2” in line 2 is part of “Hours” or comes on top"),
    "overtime as a clock": ("Stunden,Überstunden", ("8,", "8,2:00"), "“Überstunden” “2:00” in line 3"),
    "hours after hours": ("Hours,After Hours", ("8,2",), "“After Hours” “2”"),
    "travel time in French": ("Heures,Temps de déplacement", ("8,2",), "“Temps de déplacement” “2”"),
    "travel time in Spanish": ("Horas,Tiempo de viaje", ("8,2",), "“Tiempo de viaje” “2”"),
    "travel time in Italian": ("Ore,Tempo di viaggio", ("8,2",), "“Tempo di viaggio” “2”"),
    "hours at weekends": ("Hours,Weekend Hours", ("8,2",), "“Weekend Hours” “2”"),
    "travel time": ("Hours,Travel Hours", ("1.5,0.5",), "“Travel Hours” “0.5”"),
    "parts of a day by start and end": ("Start,End,Hours", ("9:00,10:30,0.0625",), "1:30:00 as a part of a day"),
    "parts of a day under hours": ("Hours", ("0.0625", "0.3125"), "7:30:00 as a part of a day"),
    "minutes under hours": (
        "Start,End,Hours",
        ("9:00,10:30,90", "9:00,9:15,15"),
        "“Hours” “90” in line 2 is 90 hours by its name, and 90 minutes by start and end",
    ),
    "minutes under hours, with a clock": (
        "Start,End,Hours",
        ("9:00,10:30,1:30", "9:00,9:15,15", "9:00,9:20,20"),
        "20 minutes by start and end",
    ),
    "hours under minutes": ("Start,End,Minutes", ("9:00,10:30,1.5", "9:00,11:05,2"), "2 hours by start and end"),
    "hours under minutes, to the last digit": (
        "Start,End,Minutes",
        ("9:00:00,10:30:36,1.50", "9:00:00,11:00:00,2.00"),
        "2.00 hours by start and end",
    ),
    "days by another column": (
        "Duration,Unit",
        ("1.5,h", "0.5,days"),
        "“Unit” in line 3 says “days”, so the numbers of “Duration”",
    ),
    "decimals without quotation marks in the last column": (
        "Hours,Project",
        ("2", "1,5", "0,25"),
        "“Hours” 1 and “Project” 5 in line 3 may be one number, 1,5. Put",
    ),
    "decimals without quotation marks in a second column of hours": (
        "Hours,Ticket,Decimal Hours,Project",
        ("1,7,1,5", "0,8,0,25"),
        "“Decimal Hours” 1 and “Project” 5 in line 2",
    ),
    "a distance by another column": ("Duration,Unit", ("1.5,h", "12.5,km"), "“Unit” in line 3 says “km”"),
    "pieces by another column": ("Hours,Einheit", ("1.5,Std.", "2.5,Stück"), "“Einheit” in line 3 says “Stück”"),
    "minutes with a full stop by another column": ("Hours,Unit", ("1.5,h.", "30,min."), "are not all hours"),
    "hours beside minutes": ("Minutes,Unit", ("90,min", "2,h"), "“Minutes” are not all minutes"),
    "minutes by another column": ("Dauer,Einheit", ("1.5,Std", "45.5,Min"), "more than a day"),
    "minutes and seconds": ("Duration (mm:ss)", ("1:30",), "hours and minutes, or minutes and seconds"),
    "times with dots": ("Time", ("14.30", "9.05"), "“14.30” in line 2 is a time of day or a duration"),
    "times with h": ("Temps", ("14h30", "9h05"), "“14h30” in line 2 is a time of day or a duration"),
    "decimals without quotation marks": (
        "Hours,Project,Ticket",
        ("1,5,HD-7", "0,25,HD-8", ",,"),
        "“Hours” 1 and “Project” 5 in line 2 may be one number, 1,5. Put",
    ),
    "am and pm apart": ("Start,AM/PM,End", ("9:00,AM,11:00",), "am and pm in a column of their own, “AM/PM”"),
    "am and pm apart, in one word": (
        "Start,AMPM,End",
        ("9:00,AM,11:00",),
        "am and pm in a column of their own, “AMPM”",
    ),
    "two shifts, numbered in brackets": (
        "Start,End,Start (2),End (2)",
        ("08:00,12:00,13:00,17:00",),
        "more than one start and end in a row, such as “Start (2)”",
    ),
    "two shifts, numbered": ("Start,End,End #2", ("08:00,12:00,17:00",), "in a row, such as “End #2”"),
    "eleven columns of hours": (
        ",".join(f"Duration{'.' * at}" for at in range(11)),
        (",".join(["1:30"] * 11),),
        "The file has 11 columns that may be its hours, such as “Duration”. Say",
    ),
    "two breaks of one name": ("Start,End,Break,Break", ("8:00,16:30,30,15",), "two columns “Break”"),
}


@pytest.mark.parametrize(("header", "rows", "says"), DENIED.values(), ids=DENIED)
def test_hours_that_the_rest_of_the_file_contradicts_are_asked_about(header, rows, says):
    refusal = refused(table(header, *rows))

    assert RefusalKind.AMBIGUOUS_HOURS is refusal.kind
    assert says in refusal.reason


NOT_DENIED = {
    "a mark behind a start": ("Start,End,Start #", ("08:00,12:00,1",), ["4:00"]),
    "ten columns of hours": (
        ",".join(f"Duration{'.' * at}" for at in range(10)),
        (",".join(["1:30"] * 10),),
        ["1:30"],
    ),
    "a text of digits beside one of words": ("Hours,Project", ("1,5", "2,Helpdesk"), ["1:00", "2:00"]),
    "a text of digits beside decimals": ("Hours,Project", ("1,5", "2.5,25"), ["1:00", "2:30"]),
    "a text of more digits": ("Hours,Project", ("1,500", "2,525"), ["1:00", "2:00"]),
    "a number beside hours": ("Hours,Ticket", ("1,5", "2,25"), ["1:00", "2:00"]),
    "no text": ("Hours,Project", ("1,", "2,"), ["1:00", "2:00"]),
    "a break that the duration lacks": (
        "Start,End,Break,Hours",
        ("08:00,16:30,30,8", "09:00,10:00,,1"),
        ["8:00", "1:00"],
    ),
    "one duration with its break": (
        "Start,End,Break,Hours",
        ("08:00,16:30,30,8", "09:00,10:00,10,1", "09:00,12:15,15,3"),
        ["8:00", "1:00", "3:00"],
    ),
    "half of the durations with their break": (
        "Start,End,Break (min),Hours",
        ("08:00,16:30,30,8.5", "09:00,12:15,15,3", "09:00,10:15,,1.25"),
        ["8:30", "3:00", "1:15"],
    ),
    "two minutes off the whole time": (
        "Start,End,Break (min),Hours",
        ("08:00,16:32,30,8.5", "09:00,10:32,0,1.5"),
        ["8:30", "1:30"],
    ),
    "a paid break": ("Start,End,Paid Break,Hours", ("08:00,16:30,30,8.5",), ["8:30"]),
    "no overtime": ("Hours,Overtime", ("8,0", "8,"), ["8:00", "8:00"]),
    "overtime of the same hours": (
        "Start,End,Hours,Overtime",
        ("08:00,18:00,10,2", "08:00,16:00,8,0"),
        ["10:00", "8:00"],
    ),
    "a flag for overtime": ("Hours,Overtime", ("8,yes", "8,no"), ["8:00", "8:00"]),
    "kilometres": ("Hours,Travel (km)", ("1.5,42",), ["1:30"]),
    "an hour for each short call": ("Start,End,Hours", ("9:00,9:01,1", "9:10,9:11,1"), ["1:00", "1:00"]),
    "a unit that is a department": ("Hours,Unit", ("1.5,Helpdesk",), ["1:30"]),
    "a unit of minutes": ("Minutes,Unit", ("90,min",), ["1:30"]),
    "two of one name that are not asked": ("Start,End,Break,Break,Hours", ("09:00,10:00,0,0,1",), ["1:00"]),
    "a second start beside hours": ("Start,End,Start 2,End 2,Hours", ("09:00,10:00,11:00,12:00,2",), ["2:00"]),
    "two that may be times of day": ("Time,Zeit", ("1:30,9:05", "0:20,14:30"), ["1:30", "0:20"]),
    "a unit of hours": ("Duration,Unit", ("1.5,h", "2,Hours"), ["1:30", "2:00"]),
    "decimal minutes by start and end": (
        "Start,End,Duration",
        ("9:00:00,9:12:30,12.5", "9:00:00,9:07:30,7.5"),
        ["0:12:30", "0:07:30"],
    ),
    "many minutes by start and end": ("Start,End,Duration", ("9:00:00,10:30:30,90.5",), ["1:30:30"]),
    "about parts of a day": ("Start,End,Hours", ("9:00,10:30,0.06", "9:00,10:00,0.04"), ["0:03:36", "0:02:24"]),
    "minutes that look like hours.minutes": (
        "Start,End,Minutes",
        ("9:00,9:15,0.15", "9:00,9:30,0.30"),
        ["0:00:09", "0:00:18"],
    ),
    "milliseconds by start and end": ("Start,End,Duration", ("9:00,10:30,5400000",), ["1:30"]),
    "minutes to many digits": ("Minutes", ("12.5125", "7.2525"), ["0:12:31", "0:07:15"]),
    "milliseconds of less than two minutes": ("Start,End,Duration", ("9:00:00,9:01:40,100000",), ["0:01:40"]),
    "one figure of hours to the second": ("Hours", ("0.0125",), ["0:00:45"]),
    "decimals under time": ("Time", ("7.50", "1.25"), ["7:30", "1:15"]),
    "hours.minutes by the name": ("Hours (HH.MM)", ("1.30", "0.45"), ["1:30", "0:45"]),
    "hours.minutes with breaks": (
        "Start,End,Break (min),Hours",
        ("10:00,19:45,30,9.15", "08:00,18:15,30,9.45"),
        ["9:15", "9:45"],
    ),
    "hours.minutes with breaks that start and end": (
        "Start,End,Lunch Out,Lunch In,Hours",
        ("10:00,19:45,12:00,12:30,9.15", "08:00,18:15,12:00,12:30,9.45"),
        ["9:15", "9:45"],
    ),
    "hours.minutes with breaks of an open unit": (
        "Start,End,Break,Hours",
        ("10:00,19:15,1,9.15", "08:00,17:45,2,9.45"),
        ["9:15", "9:45"],
    ),
    "clocks under time by start and end": ("Start,End,Time", ("9:00,17:30,8:30", "9:00,10:00,1h00"), ["8:30", "1:00"]),
    "minutes beside decimals": ("Duration,Duration (h:mm)", ("3.6147222222,217",), ["3:36:53"]),
    "breaks shorter than a step": (
        "Start,End,Break (min),Hours",
        ("09:00,10:00,5,1", "09:00,10:20,0,1.5"),
        ["1:00", "1:30"],
    ),
    "overtime beyond what was planned": ("Soll,Hours,Overtime", ("8,8.5,0.5",), ["8:30"]),
    "a name in capitals": ("DURÉE (DÉCIMAL)", ("1.5",), ["1:30"]),
    "minutes of an unknown name": ("Worked Hours,Worked Mins", ("1,30", "0,45"), ["1:30", "0:45"]),
    "minutes of something else": ("Hours,Break Minutes", ("1.5,30", "0.5,45"), ["1:30", "0:30"]),
}


@pytest.mark.parametrize(("header", "rows", "right"), NOT_DENIED.values(), ids=NOT_DENIED)
def test_hours_that_nothing_contradicts_are_read(header, rows, right):
    assert right == hours(table(header, *rows))


@pytest.mark.parametrize("header", ["Start,End,Break,Hours", "Start,End,Hours,Overtime", "Hours,Overtime"])
def test_the_operator_s_mapping_settles_what_was_asked(header):
    cells = {"Start": "08:00", "End": "16:30", "Break": "0:30", "Hours": "8.5", "Overtime": "2"}
    text = table(header, ",".join(cells[name] for name in header.split(","))).replace(
        "16:30", "16:30" if "Break" in header else "18:30"
    )
    unsaid = propose_mapping(BytesIO(text.encode()), Said("sheet"))
    proposal = propose_mapping(BytesIO(text.encode()), Said("sheet", (MappedColumn(Field.DURATION, "Hours"),)))
    [row] = read(text, SourceHints(mappings=(proposal.mapping,)))

    assert "--set duration=Hours`" in refused(text).reason == unsaid.reason
    assert 30_600 == row.entry.seconds


@pytest.mark.parametrize(
    ("header", "said", "reason"),
    [
        ("Hours,From,To", {}, "“Hours” “90” in line 2 is 90 hours by its name, and 90 minutes by start and end. Say"),
        ("Duration", {}, "`hourtab source map FILE --as NAME --unit minutes` or `--unit hours` or"),
        (
            "Duration",
            {"duration": "Duration"},
            "says which. Add `--unit minutes` or `--unit hours` or `--unit seconds`.",
        ),
        ("Took", {"duration": "Took"}, "says which. Add `--unit minutes` or `--unit hours` or `--unit seconds`."),
    ],
)
def test_a_mapping_that_does_not_say_what_was_asked_is_not_made(header, said, reason):
    text = table(header, *(row if "From" in header else row.split(",")[0] for row in ("90,9:00,10:30", "15,9:00,9:15")))
    columns = tuple(MappedColumn(Field(field), name) for field, name in said.items())
    proposal = propose_mapping(BytesIO(text.encode()), Said("sheet", columns))

    assert reason in proposal.reason
    in_minutes = propose_mapping(BytesIO(text.encode()), Said("sheet", columns, Unit.MINUTES)).mapping
    assert ["1:30", "0:15"] == hours(text, SourceHints(mappings=(in_minutes,)))


BREAKS = "Leave them out, give the length of all breaks in one column such as “Break (min)”, and drop the file again."
COLUMN = "Say once how to read this header: `hourtab source map FILE --as NAME --set duration=COLUMN`."
ASKS = {
    "whole numbers": ("Duration", ("90", "15"), "NAME --unit minutes` or `--unit hours` or `--unit seconds`."),
    "decimals over a day": ("Duration", ("90.5", "15"), "NAME --unit minutes` or `--unit hours`."),
    "parts of a day": ("Duration", ("0.0625",), "Show the column as a time in Excel, save the file again and drop it."),
    "decimals without quotation marks": (
        "Hours,Project",
        ("1,5",),
        "or export with a semicolon between the cells, and drop the file again.",
    ),
    "neither": ("Hours,Minutes", ("1,75", "2,10"), "NAME --set duration=Hours` or `--set duration=Minutes`."),
    "two that differ": ("Duration,Decimal Hours", ("1:30,2.5", "0:20,1.5"), COLUMN),
    "a time of day": (
        "Time",
        ("14:30",),
        "if not, the file has no hours: add an end or a duration to its columns and export again.",
    ),
    "hours dot minutes": ("Start,End,Hours", ("10:00,19:15,9.15", "9:00,9:12,0.20"), "FILE --as NAME --unit hours`."),
    "an unknown column": (
        "Start,End,Total",
        ("08:00,16:30,8:00",),
        "NAME --set duration=Total` or, for the time from start to end, `--set duration=`.",
    ),
    "clocks in minutes": (
        "Minutes",
        ("47:06",),
        "Write whole numbers, or hours, minutes and seconds, and drop the file again.",
    ),
    "two shifts": (
        "Start,End,Start 2,End 2",
        ("08:00,12:00,13:00,17:00",),
        "Write each time into a row of its own, or add a column of hours, and drop the file again.",
    ),
    "a break": (
        "Start,End,Break",
        ("08:00,16:30,1",),
        "FILE --as NAME --break-unit minutes` or `--break-unit hours`.",
    ),
    "two of one name": ("Hours,Hours", ("0.5,8.5",), "Leave one of them out and export again."),
    "days by another column": (
        "Duration,Unit",
        ("1.5,h", "0.5,days"),
        ("Export hours, or keep each unit in a file of its own and name it in the column, as in “Duration (min)”."),
    ),
    "am and pm": (
        "Start,AM/PM,End",
        ("9:00,AM,11:00",),
        "Write them behind the times, and drop the file again.",
    ),
    "breaks with starts and ends": (
        ",".join(("Start,End", *(f"Break {at} Start,Break {at} End" for at in (1, 2, 3)))),
        ("08:00,16:30,10:00,10:15,12:00,12:15,13:00,13:10",),
        f"such as “Break 3 Start”. {BREAKS}",
    ),
    "two starts of breaks": (
        "Start,End,Break 1 Start,Break 2 Start,Break End",
        ("08:00,16:30,10:00,10:15,12:00",),
        f"such as “Break 2 Start”. {BREAKS}",
    ),
    "two ends of breaks": (
        "Start,End,Break Start,Break 1 End,Break 2 End",
        ("08:00,16:30,10:00,10:15,12:00",),
        f"such as “Break 2 End”. {BREAKS}",
    ),
    "ends of breaks without starts": (
        "Start,End,Break 1 End,Break 2 End",
        ("08:00,16:30,10:15,12:00",),
        f"such as “Break 2 End”. {BREAKS}",
    ),
    "two breaks": (
        "Start,End,Break (min),Break Start,Break End",
        ("08:00,16:30,,12:00,12:30",),
        "Leave one of them out and drop the file again.",
    ),
}


@pytest.mark.parametrize(("header", "rows", "what"), ASKS.values(), ids=ASKS)
def test_every_refusal_ends_with_what_to_do(header, rows, what):
    assert refused(table(header, *rows)).reason.endswith(what)


COPIED = {
    "neither": ("Hours,Minutes (min)", "1,75", 60 * 60),
    "a time of day": ("Time", "14:30", 52_200),
    "an unknown column": ("Start,End,Net time", "08:00,16:30,8:00", 8 * 3600),
    "an unknown column of minutes": ("Start,End,Break,Total", "08:00,16:30,0:30,510", 510 * 60),
    "a break": ("Start,End,Break,Hours (h)", "08:00,16:30,0:30,8.5", 30_600),
    "overtime": ("Hours,Overtime", "8,1", 8 * 3600),
}


@pytest.mark.parametrize(("header", "row", "seconds"), COPIED.values(), ids=COPIED)
def test_the_command_of_a_refusal_works_as_it_is_copied(header, row, seconds):
    text = table(header, row)
    _, command, *_ = refused(text).reason.split("`")
    said = MappedColumn(Field.DURATION, split(command)[-1].removeprefix("duration="))
    mapping = propose_mapping(BytesIO(text.encode()), Said("sheet", (said,))).mapping

    assert [seconds] == [row.entry.seconds for row in read(text, SourceHints(mappings=(mapping,)))]


PARTS = {
    "hours and minutes": ("Hours,Minutes", ("1,30", "0,45", ",20"), ["1:30", "0:45", "0:20"]),
    "in German": ("Stunden,Minuten", ("1,30", "0,45"), ["1:30", "0:45"]),
    "the minutes first": ("Minutes,Hours", ("30,1", "45,0"), ["1:30", "0:45"]),
    "of time": ("Time (h),Time (min)", ("1,30",), ["1:30"]),
    "in German, of a duration": ("Dauer (min),Dauer (h)", ("30,1", "45,0"), ["1:30", "0:45"]),
    "the same time twice": ("Hours,Minutes", ("1,60", "2,120"), ["1:00", "2:00"]),
    "the same time twice, rounded": ("Hours,Minutes", ("0.33,20", "1.5,90"), ["0:19:48", "1:30"]),
    "the same time twice, half-filled": ("Hours,Minutes", ("1.5,90", ",45", "2,"), ["1:30", "0:45", "2:00"]),
    "the same time twice, as clocks": ("Hours,Minutes", ("1:30:20,90", "0:45,45"), ["1:30:20", "0:45"]),
    "beside decimals of another name": ("Hrs,Hours,Minutes", ("5.33,5,20", "0.75,0,45"), ["5:20", "0:45"]),
    "beside decimals, in few rows": (
        "Hours,Minutes,Decimal hours",
        ("5,20,5.33", "2,10,2.17", ",,0.5", ",,0.75", ",,1.5"),
        ["5:20", "2:10", "0:30", "0:45", "1:30"],
    ),
    "the same time twice, beside whole hours": (
        "Hrs,Hours,Minutes",
        ("5,5.08,305", "2,2.05,123"),
        ["5:04:48", "2:03"],
    ),
    "beside actual hours": ("Hours,Minutes,Actual hours", ("5,20,5.25", "0,45,0.5"), ["5:15", "0:30"]),
    "beside decimals": ("Hours,Minutes,Decimal hours", ("5,20,5.33", "0,45,0.75"), ["5:20", "0:45"]),
}


@pytest.mark.parametrize(("header", "rows", "right"), PARTS.values(), ids=PARTS)
def test_hours_and_minutes_in_two_columns_are_one_duration_or_the_same_time_twice(header, rows, right):
    assert right == hours(table(header, *rows))


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Hours,Minutes", ("1,75", "2,10")),
        ("Hours,Minutes", ("1,60", "2,10")),
        ("Hours,Minutes", ("1,75", "2,120")),
        ("Hrs,Hours,Minutes", ("2,,", ",1,75", ",2,10")),
    ],
)
def test_hours_and_minutes_that_are_neither_are_asked_about(header, rows):
    assert "neither" in refused(table(header, *rows)).reason


@pytest.mark.parametrize(
    ("header", "row", "minutes", "compared"),
    [
        ("Duration", "1:30", "", 0),
        ("Hours,Minutes", "1,30", "minutes", 0),
        ("Duration,Decimal Hours", "1:30,1.5", "", 2),
    ],
)
def test_columns_that_are_added_or_compared_are_kept_of_a_file(header, row, minutes, compared):
    settled = opened(table(header, row)).settled

    assert (minutes, compared) == (settled.minutes, settled.compared)


@pytest.mark.parametrize(
    ("header", "rows", "step"),
    [
        ("Hours,Minutes", ("1,0", "2,0"), 60),
        ("Hours,Minutes", ("1,30", "2,0"), 30),
        ("Minutes", ("90", "30"), 30),
        ("Minutes", ("0:30:00", "1:30:00"), 30),
        ("Minutes", ("31", "30"), 0),
    ],
)
def test_the_step_to_which_durations_are_rounded_is_one_of_whole_minutes_or_none(header, rows, step):
    assert 60 * step == opened(table(header, *rows)).settled.step


TWO = {
    "the clock goes before decimals": ("Decimal Hours,Duration", ("0.33,0:20", "1.5,1:30"), ["0:20", "1:30"]),
    "what is empty is taken from the other": ("Duration,Decimal Hours", (",1.5", "0:20,"), ["1:30", "0:20"]),
    "the actual one goes first": ("Hours,Actual hours", ("1.5,1.25", "2,1.75", "1,0.8"), ["1:15", "1:45", "0:48"]),
    "what the actual one lacks": ("Hours,Actual hours", ("1.5,1.25", "2,", "1,0.8"), ["1:15", "2:00", "0:48"]),
    "the actual one in German": ("Stunden,Ist Stunden", ("1.5,1.25", "2,1.75", "1,0.8"), ["1:15", "1:45", "0:48"]),
    "the actual one in other words": (
        "Stunden,Effektive Stunden",
        ("1.5,1.25", "2,1.75", "1,0.8"),
        ["1:15", "1:45", "0:48"],
    ),
    "the only row differs": ("Duration,Decimal Hours", ("1:30,2.5",), ["1:30"]),
    "half of the rows differ": (
        "Duration,Decimal Hours",
        ("1:30,2.5", "0:20,1.5", "1:00,1", "2:00,2"),
        ["1:30", "0:20", "1:00", "2:00"],
    ),
    "hours with their unit": ("Duration,Minutes", ("0.3 h,20", "1.2 h,70"), ["0:20", "1:10"]),
    "words to the second": ("Minutes,Seconds", ("15,0h 14m 45s",), ["0:14:45"]),
    "a digit apart": ("Duration,Decimal Hours", ("1:06,1.0", "2:06,2.0"), ["1:06", "2:06"]),
    "one row differs": ("Duration,Decimal Hours", ("1:30,1.5", "0:20,2", "1:00,1"), ["1:30", "0:20", "1:00"]),
}


@pytest.mark.parametrize(("header", "rows", "right"), TWO.values(), ids=TWO)
def test_of_two_durations_that_agree_the_finer_one_counts(header, rows, right):
    assert right == hours(table(header, *rows))


def test_a_row_in_which_two_durations_differ_counts_with_a_warning_of_both():
    assert ["“Decimal Hours” says 2:00:00; 0:20:00 counts. Check it at the source."] == warnings(
        table("Duration,Decimal Hours", "1:30,1.5", "0:20,2", "1:00,1")
    )
    assert ["“Decimal hours” says 5:22:48; 5:20:00 counts. Check it at the source."] == warnings(
        table("Hours,Minutes,Decimal hours", "5,20,5.38", "0,45,0.75")
    )


@pytest.mark.parametrize(
    ("header", "rows", "differ"),
    [
        ("Duration,Decimal Hours", ("1:30,2.5", "0:20,1.5", "1:00,1.0"), "2 of 3 rows, as in line 2: “1:30” and “2.5”"),
        ("Duration,Decimal Hours", ("1:30,2.5", "0:20,1.5", "1:00,1.0", "0:00,0", "0:00,0.0"), "2 of 3 rows"),
        ("Duration,Decimal Hours", ("1:30,0", "0:20,0", "1:00,1.0"), "2 of 3 rows"),
        ("Hours,Minutes,Decimal hours", ("5,20,5.33", ",20,1.5", ",40,2.5"), "2 of 3 rows, as in line 3"),
    ],
)
def test_two_durations_that_mostly_differ_are_asked_about(header, rows, differ):
    assert f"differ in {differ}" in refused(table(header, *rows)).reason


@pytest.mark.parametrize("room", [1, 2, 3, 4])
def test_a_file_of_more_different_rows_than_are_kept_is_understood_the_same(room, monkeypatch):
    monkeypatch.setattr(file, "_ROOM", room)
    first, rows = "1:30,2.5", ("0:20,1.5", "1:30,2.5", "1:00,1.0", "1:30,2.5")

    assert (
        "differ in 4 of 5 rows, as in line 2: “1:30”" in refused(table("Duration,Decimal Hours", first, *rows)).reason
    )
    assert ["1:30", "0:15", "1:30", "1:00"] == hours(
        table("Start,End,Duration", "9:00,10:30,90", "9:00,9:15,15", "9:00,10:30,90", "9:00,10:00,60")
    )


def test_a_mapped_file_of_nothing_but_start_and_end_is_read_without_its_breaks():
    text = "From,Until,Break (min)\n2026-10-01 08:00,2026-10-01 16:30,30\n"
    said = Said("sheet", (MappedColumn(Field.START, "From"), MappedColumn(Field.END, "Until")))

    assert ["8:00"] == hours(text, SourceHints(mappings=(propose_mapping(BytesIO(text.encode()), said).mapping,)))


@pytest.mark.parametrize(("unit", "worked"), [(Unit.MINUTES, "8:29"), (Unit.HOURS, "7:30")])
def test_the_unit_of_breaks_is_said_once_for_a_header(unit, worked):
    text = table("Start,End,Break", "08:00,16:30,1")
    mapping = propose_mapping(BytesIO(text.encode()), Said("sheet", break_unit=unit)).mapping

    assert unit is mapping.break_unit
    assert [worked] == hours(text, SourceHints(mappings=(mapping,)))


def test_a_command_names_a_column_whatever_is_in_its_name():
    command = map_duration(" Ada`s  time; or $HOME ")

    assert command.count("`") == 2
    assert "duration=Ada's time; or $HOME" == split(command.split("`")[1])[-1]


def test_what_was_settled_is_kept_with_the_columns_of_everything_else():
    settled = opened(table("Hours", "1.5")).settled

    assert GRAMMAR == settled.grammar
    assert {
        (Field.DATE, "date"),
        (Field.WORKER, "person"),
        (Field.DESCRIPTION, "description"),
    } == {*settled.columns}


OTHER_DAYS = "Date logged,Start,End,Person,Description\n"
DIFFERS = "05/10/2026,01/10/2026 9:00,01/10/2026 10:00,Mira,Mail\n"


@pytest.mark.parametrize("before", ["", "No date,,,Mira,Mail\n", ",01/10/2026 9:00,01/10/2026 10:00,Mira,Mail\n"])
def test_dates_on_other_days_than_the_starts_are_asked_about(before):
    reason = refused(f"{OTHER_DAYS}{before}{DIFFERS}{DIFFERS.replace('05', '13')}").reason

    assert (
        "“Date logged” is “05/10/2026” and “Start” is “01/10/2026 9:00”: either can be the day of the work." in reason
    )


@pytest.mark.parametrize(
    "row",
    [
        "2026-10-02T00:00:00+02:00,2026-10-02 9:00,2026-10-02 10:00,Mira,Mail\n",
        "2026-10-02,2026-10-01T23:30:00Z,2026-10-02T00:30:00Z,Mira,Mail\n",
    ],
)
def test_a_date_and_a_moment_of_which_only_one_is_an_instant_contradict_nothing(row):
    assert ["1:00"] == hours(f"{OTHER_DAYS}{row}")


def test_a_text_of_digits_is_no_decimals_where_semicolons_separate():
    assert ["1:00"] == hours(table("Hours;Project", "1;5", mark=";"))


def test_a_known_tool_s_milliseconds_are_asked_about_where_start_and_end_prove_seconds():
    export = (EXPORTS / "clickup.csv").read_text()
    seconds = export.replace(",5400000,", ",5400,").replace(",2700000,", ",2700,")

    assert ["1:30", "0:45"] == hours(export)
    assert "“Time Tracked” and “Time Tracked Text” differ in 2 of 2 rows" in refused(seconds).reason
    alone = seconds.replace(",1 h 30 m,", ",,").replace(",45 m,", ",,")
    assert "is 5400 milliseconds by its name, and 5400 seconds by start and end" in refused(alone).reason
    assert "5400 seconds by start and end" in refused("\n".join(alone.splitlines()[:2])).reason


def test_a_known_tool_s_whole_numbers_are_asked_about_behind_an_empty_column_with_a_unit():
    header, row, *_ = (EXPORTS / "halopsa.csv").read_text().splitlines()
    header = header.replace(",Time Taken,", ",Time Taken (mins),Time Taken,")
    decimal = row.replace("02/03", "28/03").replace(",1.5,", ",,1.5,")

    assert ["1:30"] == hours(f"{header}\n{decimal}\n")
    assert "“Time Taken” “90” in line 2" in refused(f"{header}\n{decimal.replace(',1.5,', ',90,')}\n").reason


def test_two_columns_of_dates_of_one_name_are_refused():
    assert "two columns “Date”" in refused("Date,Date,Notes,Hours\n2026-10-01,2026-10-02,x,1.5\n").reason


def test_two_columns_of_one_name_are_refused():
    assert "two columns “Hours”" in refused(table("Hours,Hours", "0.5,8.5")).reason


SPANS = {
    "a break in minutes": ("Start,End,Break", ("08:00,16:30,30", "09:00,12:15,15"), ["8:00", "3:00"]),
    "a break as a clock": ("Start,End,Lunch", ("08:00,16:30,0:30", "09:00,12:15,"), ["8:00", "3:15"]),
    "a break in decimal hours": ("Beginn,Ende,Pause", ("08:00,16:30,0.5", "09:00,12:15,0.25"), ["8:00", "3:00"]),
    "the name says the unit": ("Start,End,Break (h)", ("08:00,16:30,1", "09:00,12:15,0"), ["7:30", "3:15"]),
    "a break with start and end": (
        "Start,End,Break Start,Break End",
        ("08:00,16:30,12:00,12:30", "09:00,12:15,,"),
        ["8:00", "3:15"],
    ),
    "past midnight": ("Start,End,Pauze", ("22:00,06:00,30", "09:00,12:15,15"), ["7:30", "3:00"]),
    "a break longer than its span": ("Start,End,Break", ("08:00,08:10,30", "09:00,12:15,15"), ["End", "3:00"]),
    "a total without breaks": ("Start,End,Break,Net", ("08:00,16:30,1,7:30", "09:00,12:15,0,3:15"), ["7:30", "3:15"]),
    "a total without breaks in minutes": (
        "Start,End,Break,Net",
        ("08:00,16:30,1,8:29", "09:00,12:15,0,3:15"),
        ["8:29", "3:15"],
    ),
    "a total in decimals": ("Start,End,Pause,Ist h", ("08:00,16:30,30,8", "09:00,12:15,0,3.25"), ["8:00", "3:15"]),
    "a total of nothing": ("Start,End,Total", ("08:00,16:30,8:30", "09:00,09:00,"), ["8:30", "Total"]),
    "a total that is always empty": ("Start,End,Total", ("08:00,16:30,",), ["8:30"]),
    "a total in seconds": ("Start,End,Total sec", ("08:00,16:30,30600",), ["8:30"]),
    "a total to the second": ("Start,End,Total", ("08:00,16:30,8:30:00",), ["8:30"]),
    "a total, rounded": ("Start,End,Total", ("08:00:00,16:33:36,8.5",), ["8:30"]),
    "a total in whole hours": ("Start,End,Total", ("08:00,16:06,8", "09:00,11:00,2"), ["8:00", "2:00"]),
    "a total beside a word for a break": (
        "Start,End,Break,Total",
        ("08:00,16:30,0:30,8:00", "09:00,12:15,none,3:00"),
        ["8:00", "3:00"],
    ),
    "a total beside words for a break's start and end": (
        "Start,End,Break Start,Break End,Total",
        ("08:00,16:30,12:00,12:30,8:00", "09:00,12:15,noon,late,3:00"),
        ["8:00", "3:00"],
    ),
    "a break in French": ("Start,End,Pauses", ("08:00,16:30,30", "09:00,12:15,15"), ["8:00", "3:00"]),
    "a break in a compound": ("Beginn,Ende,Pausenzeit", ("08:00,16:30,30", "09:00,12:15,15"), ["8:00", "3:00"]),
    "a break in hours": ("Beginn,Ende,Pause in Stunden", ("08:00,16:30,1", "09:00,12:15,0"), ["7:30", "3:15"]),
    "an unpaid meal": ("Start,End,Meal (min)", ("08:00,16:30,30", "09:00,12:15,0"), ["8:00", "3:15"]),
    "planned hours in German": ("Von,Bis,Sollstunden", ("08:00,16:30,8", "09:00,12:15,8"), ["8:30", "3:15"]),
    "work without breaks": (
        "Start,End,Break,Hours Worked (excl. breaks)",
        ("08:00,16:30,0:30,8:00", "09:00,10:00,,1:00"),
        ["8:00", "1:00"],
    ),
    "a break in Danish": ("Start,Slut,Frokost (min)", ("08:00,16:30,30",), ["8:00"]),
    "a break in Swedish": ("Start,Slut,Paus", ("08:00,16:30,30",), ["8:00"]),
    "a break in a longer word": ("Von,Bis,Frühstückspause", ("08:00,16:30,30",), ["8:00"]),
    "a deduction": ("Beginn,Ende,Abzug", ("08:00,16:30,0:30", "09:00,12:15,"), ["8:00", "3:15"]),
    "two breaks": ("Start,End,Break 1,Break 2", ("08:00,16:30,15,30", "09:00,12:15,15,"), ["7:45", "3:00"]),
    "two breaks and their sum": (
        "Start,End,Break 1,Break 2,Total Break",
        ("08:00,16:30,15,30,45", "09:00,12:15,15,,15"),
        ["7:45", "3:00"],
    ),
    "lunch out and in": (
        "Start,End,Lunch Out,Lunch In",
        ("08:00,16:30,12:00,12:30", "09:00,12:15,,"),
        ["8:00", "3:15"],
    ),
    "lunch out and back": (
        "Start,End,Lunch Out,Lunch Back",
        ("08:00,16:30,12:00,12:30", "09:00,12:15,,"),
        ["8:00", "3:15"],
    ),
    **{
        f"two breaks and their {name}": (f"Start,End,Break 1,Break 2,{name}", ("08:00,16:30,15,30,45",), ["7:45"])
        for name in ("Break sum", "All breaks", "Pause gesamt", "Summe Pausen")
    },
    "a break twice, the same": (
        "Start,End,Break (min),Break Start,Break End",
        ("08:00,16:30,30,12:00,12:30", "09:00,12:15,,,"),
        ["8:00", "3:15"],
    ),
    "five minutes": ("Start,End,Break", ("08:00,16:30,5", "09:00,12:15,15"), ["8:25", "3:00"]),
    "two totals, the finer one": ("Start,End,Total,Net", ("08:00,16:20,8.33,8:20",), ["8:20"]),
    "clocks under another name": ("Start,End,Ref", ("08:00,16:30,8:00", "09:00,12:15,3:00"), ["8:30", "3:15"]),
    "planned hours are no hours": ("Start,End,Soll_h", ("08:00,16:30,8", "09:00,12:15,8"), ["8:30", "3:15"]),
    "a column of words is no hours": ("Start,End,Work", ("08:00,16:30,Mail", "09:00,12:15,VPN"), ["8:30", "3:15"]),
}


@pytest.mark.parametrize(("header", "rows", "right"), SPANS.values(), ids=SPANS)
def test_breaks_are_taken_off_the_time_from_start_to_end(header, rows, right):
    assert right == hours(table(header, *rows))


@pytest.mark.parametrize(
    ("header", "rows", "says"),
    [
        ("Start,End,Break", ("08:00,16:30,1", "09:00,12:15,2"), "1 hours or minutes of a break"),
        ("Start,End,Break", ("08:00,16:30,0.5", "09:00,12:15,30"), "hours or minutes of a break"),
        ("Start,End,Break", ("08:00,16:30,5.00", "09:00,12:15,7.50"), "7.50 hours or minutes of a break"),
        ("Start,End,Break", ("08:00,16:30,5.00", "09:00,12:15,0.50"), "5.00 hours or minutes of a break"),
        ("Start,End,Total", ("08:00,16:30,8:30", "09:00,12:15,n/a"), "“Total” that may be the hours"),
        ("Start,End,Total", ("08:00,08:50,1", "09:00,09:40,1"), "“Total” that may be the hours"),
        ("Start,End,Total", ("08:00:00,16:33:37,8.5",), "“Total” that may be the hours"),
        ("Start,End,Total", ("08:00,16:07,8", "09:00,11:00,2"), "“Total” that may be the hours"),
        ("Start,End,Total", ("08:00,,8:00",), "“Total” that may be the hours"),
        ("Start,End,Total,Break", ("08:00,16:30,8:00,30", "09:00,12:15,3:00"), "“Total” that may be the hours"),
        ("Start,End,Break", ("08:00,16:30,5", "09:00,12:15,0.5"), "“Break” “5” in line 2 is 5 hours or minutes"),
        ("Start,End,Break", ("08:00,16:30,4", "09:00,12:15,15"), "“Break” “4” in line 2 is 4 hours or minutes"),
        ("Start,End,Break,Total", ("08:00,16:30,0:30,8:00", "09:00,12:15,0:15,"), "“Total” that may be the hours"),
        ("Start,End,Total", ("08:00,16:30,8:00", "09:00,12:15,3:15"), "“Total” that may be the hours"),
        ("Beginn,Ende,Nettozeit", ("08:00,16:30,7:15", "09:00,12:15,3:15"), "“Nettozeit” that may be the hours"),
        ("Start,End,Paid Break", ("08:00,16:30,0:15", "09:00,12:15,0:15"), "“Paid Break” that may be the hours"),
        ("Start,End,Start,End", ("08:00,12:00,13:00,17:00",), "two columns “Start”"),
        ("Von,Bis,Von 2,Bis 2", ("08:00,12:00,13:00,17:00",), "more than one start and end in a row, such as “Von 2”"),
        (
            "Start,End,Break 1 Start,Break 1 End,Break 2 Start,Break 2 End",
            ("08:00,16:30,10:00,10:15,12:00,12:30",),
            "several breaks with start and end",
        ),
        ("Start,End,Break (min),Break Start,Break End", ("08:00,16:30,,12:00,12:30",), "“Break (min)” is empty"),
        ("Start,End,Worked", ("08:00,16:30,7", "09:00,12:15,2"), "“Worked” that may be the hours"),
        ("Von,Bis,Pause,Stunden ohne Pause", ("08:00,16:30,0:30,7:30",), "“Stunden ohne Pause” that may be the hours"),
        ("Van,Tot,Totaal", ("08:00,16:30,8:00",), "“Totaal” that may be the hours"),
        ("Od,Do,Suma", ("08:00,16:30,8:00",), "“Suma” that may be the hours"),
        ("Von,Bis,Nettoarbeitszeit", ("08:00,16:30,8:00",), "“Nettoarbeitszeit” that may be the hours"),
    ],
)
def test_a_span_is_the_last_choice(header, rows, says):
    assert says in refused(table(header, *rows)).reason


def test_a_duration_much_longer_than_its_span_counts_with_a_warning():
    text = table("Start,End,Duration", "21:51,22:09,22:49:38", "09:00,10:00,1:10", "09:00,09:20,0:55")

    assert ["22:49:38", "1:10", "0:55"] == hours(text)
    assert ["from start to end it is 0:18", "from start to end it is 0:20"] == [
        warning.split(", and ")[1].split(";")[0] for warning in warnings(text)
    ]


def test_durations_that_are_all_rounded_to_one_step_may_be_longer_than_their_span_by_less_than_that():
    assert [] == warnings(table("Start,End,Hours", "09:00,09:20,1", "10:00,11:50,2", "10:00,12:01,3"))


def test_a_duration_that_is_longer_than_from_start_to_end_is_found_in_the_order_of_the_file_s_dates():
    text = "Start,End,Duration,Notes\n13/10/2026 09:00,13/10/2026 09:20,0:55,Mail\n"

    assert ["The duration is 0:55"] == [one.split(",")[0] for one in warnings(text)]


def test_hours_dot_minutes_are_read_where_start_and_end_prove_them():
    header = "Start,End,Hours"

    assert ["9:15", "1:30"] == hours(table(header, "10:00,19:15,9.15", "9:00,10:30,1.30"))
    assert ["9:09", "1:18"] == hours(table(header, "10:00,19:09,9.15", "9:00,10:18,1.30"))
    assert ["9:09"] == hours(table(header, "10:00,19:15,9.15")), "one row is chance"
    proof = ("10:00:00,19:15:30,9.15", "9:00,10:30,1.30")
    assert ["9:15", "1:30", "9:00", "0:20"] == hours(table(header, *proof, "9:00,18:05,9", "9:00,12:00,0.20"))
    for decimal in ("9:00,9:12,0.20", "9:00,9:13,0.20"):
        assert "9.15 is 9:15" in refused(table(header, *proof, decimal)).reason


def test_one_row_of_hours_dot_minutes_among_more_than_ten_of_decimals_is_chance():
    decimals = [f"9:00,10:{minute:02},1.{minute * 100 // 60:02}" for minute in range(3, 36, 3)]
    chance = "10:00,19:15,9.15"

    assert ["1:03", "9:09"] == hours(table("Start,End,Hours", *decimals, chance))[:: len(decimals)]
    assert "9.15 is 9:15" in refused(table("Start,End,Hours", *decimals[1:], chance)).reason
    assert "9.15 is 9:15" in refused(table("Start,End,Hours", *decimals, chance, chance)).reason


@pytest.mark.parametrize("header", ["Time", "Zeit", "Temps"])
def test_a_time_of_day_is_no_duration(header):
    assert "“14:30” in line 2 is a time of day or a duration" in refused(table(header, "14:30", "9:05")).reason
    assert ["1:30", "4:45"] == hours(table(header, "1:30", "4:45"))
    assert ["1:30", "24:00"] == hours(table(header, "1:30", "24:00"))
    assert "“5:00” in line 2 is a time of day or a duration" in refused(table(header, "5:00", "1:30")).reason
    assert ["2:00", "Hours"] == hours(table(f"Hours,{header}", "2,14:30", ",9:05")), "never a second choice"


@pytest.mark.parametrize("midnight", ["T00:00:00Z", "T00:00:00.000Z", " 00:00:00+02:00", " 00:00:00+0000"])
def test_dates_that_are_all_midnight_are_days(midnight):
    header = "Date,Person,Description,Hours"
    rows = read(f"{header}\n2026-10-01{midnight},Mira,Mail,1.5\n2026-10-02{midnight},Mira,VPN,2\n")

    assert [("2026-10-01", None), ("2026-10-02", None)] == [(str(row.entry.date), row.instant) for row in rows]


def test_dates_of_which_one_is_no_midnight_are_instants():
    rows = read("Date,Person,Description,Hours\n2026-10-01T00:00:00Z,Mira,Mail,1\n2026-10-02T08:00:00Z,Mira,VPN,2\n")

    assert all(row.instant for row in rows)


@pytest.mark.parametrize(
    "word", ["Total", "Day total", "Subtotal:", "SUMME", "Gesamt", "Sous-total", "Celkem", "Totaal"]
)
def test_a_row_whose_words_are_just_a_sum_is_no_work(word):
    first, sum_, last = "2026-10-01,Mira,Mail,1.5", f"2026-10-01,,{word},1.5", "2026-10-02,Mira,Total loss,2"
    text = f"Date,Person,Description,Hours\n{first}\n{sum_}\n{last}\n"

    assert ["1:30", "Description", "2:00"] == hours(text)


@pytest.mark.parametrize("header", ["Duration", "Time"])
def test_sums_and_rows_without_a_date_prove_nothing(header):
    entries = "2026-10-01,Mira,Mail,4:30\n2026-10-02,Mira,VPN,3:15\n"
    sums = "2026-10-02,,Total,7:45\n,,,90\n"

    assert ["4:30", "3:15"] == hours(f"Date,Person,Description,{header}\n{entries}{sums}")[:2]


EXCLUDE = "If such work is not to count, exclude it by a rule for this column."


@pytest.mark.parametrize(
    ("column", "word"),
    [("Status", "Rejected"), ("Approval", "declined"), ("Freigabe", "Entwurf"), ("Statut", "Supprimé")],
)
def test_a_row_that_nobody_approved_counts_with_a_warning(column, word):
    text = table(f"Hours,{column}", "1.5,Approved", f"2,{word}")

    assert ["1:30", "2:00"] == hours(text)
    assert [f"“{column}” says {word}; the row counts as it is. {EXCLUDE}"] == warnings(text)


def test_a_ticket_s_status_is_no_approval():
    assert [] == warnings(table("Hours,Ticket Status,Task Status", "1.5,Rejected,Draft"))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *(
            ("timesheet_status", "rejected"),
            ("Approval Status", "Declined: no ticket"),
            ("Manager Approval", "Not approved"),
        ),
        *(("Freigegeben", "abgelehnt"), ("État", "Refusé"), ("Stan", "Odrzucony"), ("State", "Voided")),
        *(("Deleted", "Yes"), ("is_deleted", "1"), ("deleted_at", "2026-10-03")),
    ],
)
def test_an_approval_in_any_spelling_is_understood(column, cell):
    assert [f"“{column}” says {cell}; the row counts as it is. {EXCLUDE}"] == warnings(
        table(f"Hours,{column}", f"2,{cell}", "1,")
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [("Status", "Pending"), ("Invoice Status", "Draft"), ("Ticket Approval", "Rejected"), ("Deleted", "No")],
)
def test_what_is_no_entry_s_approval_says_nothing(column, cell):
    assert [] == warnings(table(f"Hours,{column}", f"2,{cell}"))


def test_a_break_that_is_longer_than_the_work_counts_with_a_warning():
    assert ["The break is 12:30, and the work 0:30; it counts so. Check it at the source."] == warnings(
        table("Start,End,Lunch", "07:00,20:00,12:30", "08:00,10:00,1:30")
    )


@pytest.mark.parametrize(
    "words", ["Summe KW 40", "Total October 2026", "Tagestotal", "Total: 3.5 h", "Übertrag", "Total for the week"]
)
def test_a_sum_may_name_its_time(words):
    assert ["1:30", "Description"] == hours(table("Hours", "1.5") + f"2026-10-02,,{words},3.5\n")


def test_a_sum_may_name_what_the_rows_above_name():
    rows = "Date,User,Project,Description,Hours\n2026-10-01,Mira Okafor,Helpdesk,Mail,1.5\n"

    assert ["1:30", "User", "Project"] == hours(
        f"{rows}2026-10-02,Mira Okafor total,,,1.5\n2026-10-02,,Total Helpdesk,,2\n"
    )
    assert ["1:30", "2:00", "1:00"] == hours(
        f"{rows}2026-10-02,Mira,Total Energies,,2\n2026-10-02,Mira,Total Energies,,1\n"
    )
    assert ["1:30", "2:00"] == hours(f"{rows}2026-10-02,Mira,Total Helpdesk,Mail,2\n"), "it says what was done"


@pytest.mark.parametrize("header", ["Type", "entry_type", "Tipo", "Work Type", "Category"])
@pytest.mark.parametrize("cell", ["Unpaid break", "Lunch break", "Pausa", "Kurze Pause"])
def test_a_row_that_is_a_break_is_found_in_any_language(header, cell):
    assert [f"“{header}” says {cell}"] == [
        warning.split(";")[0] for warning in warnings(table(f"{header},Hours", f"{cell},0.5", "Break fix,2"))
    ]


def test_a_row_that_is_a_break_counts_with_a_warning():
    assert ["“Type” says Lunch; the row counts as it is. If breaks are no work, exclude them by a rule."] == warnings(
        table("Type,Hours", "Work,2", "Lunch,0.5", "Break room,1")
    )


def test_a_whole_day_is_no_more_than_a_day():
    assert [] == warnings(table("Duration", "24:00"))
    [said] = warnings(table("Duration", "24:01"))
    assert "more than a day" in said


def test_a_date_that_names_another_day_of_the_week_counts_with_a_warning():
    dates = ("Mon 2026-10-05", "Tue 2026-10-05", "So. 2026-10-03", "so. 2026-10-04", "Fix 2026-10-05", "Mar 5 2026")
    rows = "\n".join(f"{date},{MIRA},Mail,1:00" for date in dates)

    [said] = warnings(f"Date,Person,Description,Duration\n{rows}\n")
    assert (
        "“Date” says Tue 2026-10-05, and 2026-10-05 is a Monday; the row counts on that date. Check it at the source."
    ) == said


def test_a_night_that_may_be_an_afternoon_counts_with_a_warning():
    nights = ("9:00,5:00", "22:00,6:00", "11:30,12:30")

    assert ["From 9:00 to 5:00 it is 20:00"] == [
        warning.split(",")[0] for warning in warnings(table("Start,End", *nights))
    ]


SETTLED_BY_ITS_COMMAND = {
    "hours and minutes that are neither": ("Hours,Minutes", ("1.5,30", "2,45"), "Hours", 12_600),
    "hours.minutes and decimals": (
        "Start,End,Hours",
        ("9:00,18:15,9.15", "9:00,18:20,9.20", "9:00,18:30,9.5"),
        None,
        100_260,
    ),
    "many columns": (
        ",".join(f"Duration{'.' * at}" for at in range(11)),
        (",".join(["90"] * 11),),
        "Duration",
        324_000,
    ),
    "a column of money": ("Start,End,Total", ("9:00,10:00,80.00", "9:00,11:00,160.00"), "", 10_800),
}


@pytest.mark.parametrize(
    ("header", "rows", "duration", "seconds"), SETTLED_BY_ITS_COMMAND.values(), ids=SETTLED_BY_ITS_COMMAND
)
def test_the_command_that_a_refusal_names_settles_it(header, rows, duration, seconds):
    text = table(header, *rows)
    option = "--unit hours`" if duration is None else f"--set duration={duration}`"
    columns = () if duration is None else (MappedColumn(Field.DURATION, duration),)
    assert option in refused(text).reason.replace("COLUMN", "Duration")

    proposal = propose_mapping(BytesIO(text.encode()), Said("mine", columns, Unit.HOURS))
    assert isinstance(proposal, Proposal), proposal.reason
    assert seconds == sum(row.entry.seconds for row in proposal.sample if isinstance(row, Row))


def test_hours_and_minutes_of_different_signs_are_no_duration():
    rows = ("1,30", "-1,-30", "0,-15", "-1,30")

    found = read(table("Hours,Minutes", *rows))

    assert [5400, -5400, -900] == [row.entry.seconds for row in found if isinstance(row, Row)]
    assert [(5, "Hours")] == [
        (row.line, row.column) for row in found if isinstance(row, RowProblem) and not row.is_warning
    ]


HOSTILE_HEADERS = {
    "many columns of hours": (",".join(f"Duration{'.' * at}" for at in range(400)), "columns that may be its hours"),
    "many breaks without a unit": (
        "Start,End,Net," + ",".join(f"Break {letter}" for letter in "abcdefghijklmnopqrstu"),
        "“Net” that may be the hours",
    ),
    "a name of underscores": (f"Start,End,{'_' * 100_000}", ""),
    "a name of spaces": (f"Hours,x{' ' * 100_000}y", ""),
    "many names twice": ("Hours," + ",".join(f"c{at // 2}" for at in range(20_000)), ""),
}
"""A comparison of each with each, or a pattern that is tried from each letter, would take minutes to years."""


@pytest.mark.parametrize(("header", "reason"), HOSTILE_HEADERS.values(), ids=HOSTILE_HEADERS)
def test_a_hostile_header_is_read_or_refused_in_little_time(header, reason):
    width = header.count(",") + 1
    cells = ",".join(["9:00", "17:00", *(["1"] * width)][:width])
    text = table(header, cells, cells)

    assert reason in refused(text).reason if reason else 2 == len(hours(text))


def test_long_cells_among_the_hours_do_not_fill_the_memory():
    long = [*(f"{'x' * 100_000}{at}" for at in range(300)), f"90{' ' * 200}x"]
    data = "".join(["Date,Description,Duration\n", *(f"2026-10-01,Mail,{cell}\n" for cell in (*long, "90"))]).encode()
    tracemalloc.start()
    reason = refused(data).reason
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "“90” in line 303" in reason
    assert peak < 24_000_000 < len(data)


@pytest.mark.parametrize("rows", [("1,Days", "2,Days"), ("90,h", "1,Tag")])
def test_days_in_a_column_of_units_are_named_before_the_unit_of_the_numbers_is_asked_for(rows):
    reason = refused(table("Duration,Unit", *rows)).reason

    assert reason.startswith("“Unit” in line ")
    assert "so the numbers of “Duration” are not all hours" in reason
