"""What a file proves about its hours is read; what it leaves open is refused (docs/doubtful-files.md)."""

import pytest

from chalicelib.intake.rows import RefusalKind, Row
from tests.unit.intake.reading import read, refused

MIRA = "Mira Okafor"


def table(header, *rows, mark=","):
    """A list of these columns, with a date, a worker and a description before them."""
    lines = [f"Date{mark}Person{mark}Description{mark}{header}"]
    lines += [f"2026-10-{day:02}{mark}{MIRA}{mark}Mail{mark}{row}" for day, row in enumerate(rows, 1)]
    return "\n".join(lines) + "\n"


def hours(text):
    """The rows' hours as H:MM:SS; a problem is its column, a warning is not counted."""
    shown = []
    for row in read(text):
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
    "a minute of two columns is no second": ("Duration,Minutes", ("1,1",), ["0:01"]),
    "a day and no more": ("Duration", ("24.0", "1.5"), ["24:00", "1:30"]),
    "a minute is no second": ("Start,End,Duration", ("9:00,9:01,1",), ["0:01"]),
    "a second column proves it": ("Duration,Decimal Hours", ("90,1.5", "15,0.25"), ["1:30", "0:15"]),
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
    "clocks in minutes": ("Minutes", ("47:06", "12:30"), "hours and minutes, or minutes and seconds"),
    "start and end fit no unit": ("Start,End,Duration", ("9:00,10:30,7", "9:00,12:00,7"), "“Duration” “7”"),
}


@pytest.mark.parametrize(("header", "rows", "says"), OPEN.values(), ids=OPEN)
def test_a_unit_that_the_file_leaves_open_is_asked(header, rows, says):
    refusal = refused(table(header, *rows))

    assert RefusalKind.AMBIGUOUS_HOURS is refusal.kind
    assert says in refusal.reason


COLUMN = "Say once how to read this header: `hourtab source map FILE --as NAME --set duration=COLUMN`."
ASKS = {
    "whole numbers": ("Duration", ("90", "15"), "NAME --unit minutes`, `--unit hours` or `--unit seconds`."),
    "decimals over a day": ("Duration", ("90.5", "15"), "NAME --unit minutes` or `--unit hours`."),
    "parts of a day": ("Duration", ("0.0625",), "Show the column as a time in Excel, save the file again and drop it."),
    "neither": ("Hours,Minutes", ("1,75", "2,10"), COLUMN),
    "two that differ": ("Duration,Decimal Hours", ("1:30,2.5", "0:20,1.5"), COLUMN),
    "a time of day": ("Time", ("14:30",), COLUMN),
    "hours dot minutes": ("Start,End,Hours", ("10:00,19:15,9.15", "9:00,9:12,0.20"), COLUMN),
    "an unknown column": ("Start,End,Total", ("08:00,16:30,8:00",), COLUMN),
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
        "Write the unit into the column's name, such as “Break (min)”, and drop the file again.",
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
    "beside actual hours": ("Hours,Minutes,Actual hours", ("5,20,5.25", "0,45,0.5"), ["5:15", "0:30"]),
    "beside decimals": ("Hours,Minutes,Decimal hours", ("5,20,5.33", "0,45,0.75"), ["5:20", "0:45"]),
}


@pytest.mark.parametrize(("header", "rows", "right"), PARTS.values(), ids=PARTS)
def test_hours_and_minutes_in_two_columns_are_one_duration_or_the_same_time_twice(header, rows, right):
    assert right == hours(table(header, *rows))


@pytest.mark.parametrize("rows", [("1,75", "2,10"), ("1,60", "2,10"), ("1,75", "2,120")])
def test_hours_and_minutes_that_are_neither_are_asked_about(rows):
    assert "neither" in refused(table("Hours,Minutes", *rows)).reason


TWO = {
    "the clock goes before decimals": ("Decimal Hours,Duration", ("0.33,0:20", "1.5,1:30"), ["0:20", "1:30"]),
    "what is empty is taken from the other": ("Duration,Decimal Hours", (",1.5", "0:20,"), ["1:30", "0:20"]),
    "the actual one goes first": ("Hours,Actual hours", ("1.5,1.25", "2,1.75", "1,0.8"), ["1:15", "1:45", "0:48"]),
    "the actual one in German": ("Stunden,Ist Stunden", ("1.5,1.25", "2,1.75", "1,0.8"), ["1:15", "1:45", "0:48"]),
    "the only row differs": ("Duration,Decimal Hours", ("1:30,2.5",), ["1:30"]),
    "half of the rows differ": (
        "Duration,Decimal Hours",
        ("1:30,2.5", "0:20,1.5", "1:00,1", "2:00,2"),
        ["1:30", "0:20", "1:00", "2:00"],
    ),
    "hours with their unit": ("Duration,Minutes", ("0.3 h,20", "1.2 h,70"), ["0:20", "1:10"]),
    "words to the second": ("Minutes,Seconds", ("15,0h 14m 45s",), ["0:14:45"]),
    "one row differs": ("Duration,Decimal Hours", ("1:30,1.5", "0:20,2", "1:00,1"), ["1:30", "0:20", "1:00"]),
}


@pytest.mark.parametrize(("header", "rows", "right"), TWO.values(), ids=TWO)
def test_of_two_durations_that_agree_the_finer_one_counts(header, rows, right):
    assert right == hours(table(header, *rows))


def test_a_row_in_which_two_durations_differ_counts_with_a_warning_of_both():
    (warning,) = warnings(table("Duration,Decimal Hours", "1:30,1.5", "0:20,2", "1:00,1"))

    assert "“Decimal Hours” says 2:00:00; 0:20:00 counts." == warning


def test_two_durations_that_mostly_differ_are_asked_about():
    refusal = refused(table("Duration,Decimal Hours", "1:30,2.5", "0:20,1.5", "1:00,1.0"))

    assert "differ in 2 of 3 rows, as in line 2: “1:30” and “2.5”" in refusal.reason


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
    "a total in decimals": ("Start,End,Pause,Ist h", ("08:00,16:30,30,8", "09:00,12:15,0,3.25"), ["8:00", "3:15"]),
    "a break in French": ("Start,End,Pauses", ("08:00,16:30,30", "09:00,12:15,15"), ["8:00", "3:00"]),
    "a break in a compound": ("Beginn,Ende,Pausenzeit", ("08:00,16:30,30", "09:00,12:15,15"), ["8:00", "3:00"]),
    "a break in hours": ("Beginn,Ende,Pause in Stunden", ("08:00,16:30,1", "09:00,12:15,0"), ["7:30", "3:15"]),
    "an unpaid meal": ("Start,End,Meal (min)", ("08:00,16:30,30", "09:00,12:15,0"), ["8:00", "3:15"]),
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


def test_hours_dot_minutes_are_read_where_start_and_end_prove_them():
    header = "Start,End,Hours"

    assert ["9:15", "1:30"] == hours(table(header, "10:00,19:15,9.15", "9:00,10:30,1.30"))
    assert ["9:09", "1:18"] == hours(table(header, "10:00,19:09,9.15", "9:00,10:18,1.30"))
    assert ["9:09"] == hours(table(header, "10:00,19:15,9.15")), "one row is chance"
    assert "9.15 is 9:15" in refused(table(header, "10:00,19:15,9.15", "9:00,10:30,1.30", "9:00,9:12,0.20")).reason


def test_one_row_of_hours_dot_minutes_among_more_than_ten_of_decimals_is_chance():
    decimals = [f"9:00,10:{minute:02},1.{minute * 100 // 60:02}" for minute in range(3, 36, 3)]
    chance = "10:00,19:15,9.15"

    assert ["1:03", "9:09"] == hours(table("Start,End,Hours", *decimals, chance))[:: len(decimals)]
    assert "9.15 is 9:15" in refused(table("Start,End,Hours", *decimals[1:], chance)).reason


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


@pytest.mark.parametrize(
    ("column", "word"),
    [("Status", "Rejected"), ("Approval", "declined"), ("Freigabe", "Entwurf"), ("Statut", "Supprimé")],
)
def test_a_row_that_nobody_approved_counts_with_a_warning(column, word):
    text = table(f"Hours,{column}", "1.5,Approved", f"2,{word}")

    assert ["1:30", "2:00"] == hours(text)
    assert [f"“{column}” says {word}; the row counts as it is. Check it at the source."] == warnings(text)


def test_a_ticket_s_status_is_no_approval():
    assert [] == warnings(table("Hours,Ticket Status,Task Status", "1.5,Rejected,Draft"))


def test_a_row_that_is_a_break_counts_with_a_warning():
    assert ["“Type” says Lunch; the row counts as it is. If breaks are no work, exclude them by a rule."] == warnings(
        table("Type,Hours", "Work,2", "Lunch,0.5", "Break room,1")
    )


def test_a_night_that_may_be_an_afternoon_counts_with_a_warning():
    nights = ("9:00,5:00", "22:00,6:00", "11:30,12:30")

    assert ["From 9:00 to 5:00 it is 20:00"] == [
        warning.split(",")[0] for warning in warnings(table("Start,End", *nights))
    ]
