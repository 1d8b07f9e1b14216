"""A bad row is reported with its line, column, value and reason; the good rows around it are read."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.entry import Pool
from chalicelib.intake.rows import Row, RowProblem
from tests.unit.intake.reading import entry_of, opened, problem, read, refused

HEADER = "Date,Worker,Description,Duration,Tags\n"
GOOD = "2026-03-02,Ada,Printer,1:30,red\n"


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        ("yesterday,Ada,Printer,1:30,", "Date", "yesterday", "not a date"),
        ("2026-02-30,Ada,Printer,1:30,", "Date", "2026-02-30", "not a date"),
        (",Ada,Printer,1:30,", "Date", "", "no date"),
        ("2026-03-02,Ada,Printer,an hour,", "Duration", "an hour", "not a duration"),
        ("2026-03-02,Ada,Printer,,", "Duration", "", "no duration"),
        ("2026-03-02,,Printer,1:30,", "Worker", "", "no worker"),
        (",,Total,12:00,", "Description", "Total", "totals"),
        ("Summe,,,12:00,", "Date", "Summe", "totals"),
    ],
)
def test_a_bad_cell_is_reported_and_the_other_rows_are_read(row, column, value, says):
    before, bad, after = read(f"{HEADER}{GOOD}{row}\n{GOOD}")

    assert (Row, Row) == (type(before), type(after))
    assert (3, column, value, False) == (bad.line, bad.column, bad.value, bad.is_warning)
    assert says in bad.reason


@pytest.mark.parametrize("row", ["2026-02-30,Ada,x,1:30,", "2026-03-02,Ada,x", "2026-03-02,Ada,x,25:00,", ",,,,"])
@pytest.mark.parametrize("above", [0, 1, 63, 64, 65, 200])
def test_every_row_keeps_its_line_and_its_place_wherever_a_bad_one_is(row, above):
    good = [f"2026-03-02,Ada,Note {line},1:30," for line in range(2, 203)]
    alone = read(f"{HEADER}{chr(10) * above}{row}\n")
    rows = read(HEADER + "\n".join([*good[:above], row, *good[above:]]))

    assert alone == [found for found in rows if found.line == 2 + above]
    assert [found.line for found in rows] == sorted(found.line for found in rows)
    assert [f"Note {line}" for line in range(2, 203)] == [
        found.entry.description for found in rows if isinstance(found, Row) and found.line != 2 + above
    ]


def test_rows_of_two_blocks_of_the_file_are_never_held_together():
    """The memory of a file with huge cells is that of a block, however many rows are read at once."""
    export = opened(HEADER + f"2026-03-02,Ada,{'x' * 70_000},1:30,\n" * 20)

    assert 1 == max(map(len, export._batches()))


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("46296", "Excel's serial number of a date: 2026-10-01, or 2030-10-02 in a workbook with dates from 1904"),
        ("1790845200", "seconds since 1970"),
        ("1790845200000", "milliseconds since 1970"),
        *((cell, "has no year") for cell in ("01.10.", "1. 10.", "10/01", "01-Jan", "Jan-01", "1. Oktober")),
        (
            "1 listopada 2026",
            "“listopada” is November in Polish and Czech, and October in Croatian. Write the month as",
        ),
        ("2026-10-01 09:00 CST", "“CST” can be North America (-06:00), China (+08:00) or Cuba (-05:00). Export times"),
        ("2026-10-01 9:00 AM XYZ", "“XYZ” is no time zone with one certain offset."),
        ("1 Foo", "not a date"),
        ("soon xyz", "not a date"),
    ],
)
def test_a_date_that_is_not_certain_says_what_it_can_be_and_what_to_do(cell, says):
    _, told = read(f"{HEADER}2026-03-02,Ada,x,1:30,\n{cell},Ada,x,1:30,\n")

    assert says in told.reason


def test_a_column_of_excel_s_serial_numbers_refuses_the_file():
    assert "Line 2: This is Excel's serial number" in refused(f"{HEADER}46296,Ada,x,1:30,\n46297,Ada,x,1:30,\n").reason


@pytest.mark.parametrize("numbers", [("1790845200", "1790848800"), ("1790845200000", "1790848800000")])
def test_a_column_of_seconds_or_milliseconds_since_1970_has_instants(numbers):
    rows = read(HEADER + "".join(f"{number},Ada,x,1:30,\n" for number in numbers))

    assert [1790845200, 1790848800] == [row.instant.timestamp() for row in rows]


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        *((cell, "a working day of 8") for cell in ("1d", "1 day 2h", "P1DT2H", "1w", "2 Tage")),
        *((cell, "a time of day") for cell in ("1:30 PM", "9 Uhr")),
        *((cell, "such as 1:30") for cell in ("0:90", "1/2", "2 dozen", "word")),
    ],
)
def test_a_duration_that_is_not_certain_says_what_it_can_be(cell, says):
    assert says in problem(f"{HEADER}2026-03-02,Ada,x,{cell},\n").reason


SPANS = "Date,Start,End,Worker,Description\n"


@pytest.mark.parametrize(
    ("times", "says"),
    [
        ("8.50,17.25", "“8.50” is 8:50 or decimal hours, and nothing in the file settles it"),
        ("8:50,17.25", "“17.25” is 17:25 or decimal hours"),
        ("0.375,0.5", "Excel's serial number of a time"),
        ("24:00,24:00", "give no duration"),
    ],
)
def test_a_start_or_end_that_is_not_certain_says_what_it_can_be(times, says):
    assert says in problem(f"{SPANS}2026-03-02,{times},Ada,x\n").reason


@pytest.mark.parametrize(
    ("times", "start", "seconds"),
    [
        ("22:00,24:00", 22 * 3600, 7200),
        ("2026-03-02 22:00,2026-03-02 24:00", 22 * 3600, 7200),
        ("2026-03-02T22:00:00Z,2026-03-02T24:00:00Z", 22 * 3600, 7200),
        ("22:00,00:00", 22 * 3600, 7200),
        ("9am,1pm", 9 * 3600, 4 * 3600),
        ("08.37,17.07", 8 * 3600 + 37 * 60, 8 * 3600 + 1800),
        ("22.30,01.00", 22 * 3600 + 1800, 2 * 3600 + 1800),
        ("9h30,11h00", 9 * 3600 + 1800, 5400),
        ("9.30 am,11.00 am", 9 * 3600 + 1800, 5400),
    ],
)
def test_hours_from_start_to_end_are_read_in_every_notation_of_times(times, start, seconds):
    header = SPANS if "T" not in times else SPANS.removeprefix("Date,")
    row = entry_of(f"{header}{'' if 'T' in times else '2026-03-02,'}{times},Ada,x\n")

    assert (start, seconds) == (row.entry.start, row.entry.seconds)


def test_a_problem_has_the_worker_and_the_day_if_they_are_known():
    bad = problem(f"{HEADER}2026-03-02,Ada,Printer,soon,\n")

    assert ("Ada", "2026-03-02") == (bad.worker, bad.date)


@pytest.mark.parametrize("row", ["2026-03-02,Ada", "2026-03-02,Ada,Printer, second floor,1:30,red", "2026-03-02,,,,,x"])
def test_a_ragged_row_is_a_problem_of_the_whole_row(row):
    bad = problem(f"{HEADER}{row}\n")

    assert (2, None, None, "2026-03-02") == (bad.line, bad.column, bad.worker, bad.date)
    assert "cells where the header has 5" in bad.reason


@pytest.mark.parametrize("row", ["2026-03-02,Ada,Printer,1:30", "2026-03-02,Ada,Printer,1:30,,,", GOOD.strip()])
def test_only_empty_cells_at_the_end_may_be_missing_or_too_many(row):
    assert 5400 == entry_of(f"{HEADER}{row}\n").entry.seconds


def test_blank_rows_are_skipped():
    assert [] == read(f"{HEADER}\n,,,,\n , \n")


def test_a_nul_damages_its_row_only():
    bad, good = read(f"{HEADER}2026-03-02,Ada,Prin\0ter,1:30,\n{GOOD}")

    assert "NUL" in bad.reason
    assert "Printer" == good.entry.description


@pytest.mark.parametrize(
    "row",
    [
        '2026-03-02,Ada,"Printer,1:30,',  # the next quotation mark would close it, together with the end of that row
        '2026-03-02,Ada,"a "b" c",1:30,',
        '2026-03-02,Ada,"Fix 5" rack, 2",1:30,',  # taken literally, the duration would be 2 hours
    ],
)
@pytest.mark.parametrize("later", [GOOD, f'{GOOD}2026-03-03,Bob,"Cable, two",8:00,red\n'])
def test_a_quotation_that_is_closed_wrongly_is_a_problem_of_its_row_only(row, later):
    _, bad, *others = read(f"{HEADER}{GOOD}{row}\n{later}{GOOD}")

    assert (3, "2026-03-02") == (bad.line, bad.date)
    assert "quotation mark" in bad.reason
    assert [(one.line + 2, one.entry) for one in read(HEADER + later + GOOD)] == [
        (one.line, one.entry) for one in others
    ]


def test_the_rows_after_a_wrong_quotation_over_several_lines_are_read():
    bad, rest, good = read(f'{HEADER}2026-03-02,Ada,"say "hi"\nand go",1:30,\n{GOOD}')

    assert [2, 3, 4] == [bad.line, rest.line, good.line]
    assert [RowProblem, RowProblem, Row] == [type(bad), type(rest), type(good)]


def test_a_row_cut_off_by_the_end_of_the_file_is_a_problem():
    bad = problem(f"{HEADER}2026-03-02,Ada,Printer,1:3")

    assert "ends in the middle" in bad.reason


@pytest.mark.parametrize("others", [1, 2])
def test_a_row_wider_than_the_others_is_a_problem_because_its_cells_may_be_shifted(others):
    bad, *good = read("Date,Description,Hours,Tags\n2026-03-02,Fix, 2,1:30,\n" + "2026-03-02,x,1:30,\n" * others)

    assert [5400] * others == [row.entry.seconds for row in good]
    assert "5 cells where the header has 4" in bad.reason


def test_unreadable_hours_are_not_replaced_by_those_of_another_column():
    bad = problem(
        "Resource,Date,Bill,WIP Hrs,Inv Hrs,Inv Amt,Ticket #,Time RecId\nAda,2026-03-02,B,1.5 x,2.00,100,1,1\n"
    )

    assert ("WIP Hrs", "1.5 x") == (bad.column, bad.value)


@pytest.mark.parametrize("cell", ["1,250", "1.250"])
def test_a_separator_that_may_mean_thousands_of_minutes_is_a_problem(cell):
    assert "thousands" in problem(f"Date;Description;Minutes\n2026-03-02;x;{cell}\n").reason


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Description,Duration,Member,Start date,Start time,Stop date,Stop time", "x,-,Ada,2026-03-02,09:00:00,,"),
        ("Description,Member,Start date,Start time,Stop date,Stop time", "x,Ada,2026-03-02,09:00:00,,"),
        ("Date,From,To,Duration,Name,Customer,Project,Activity", "2026-03-02,09:00,,,Ada,C,P,A"),
        ("Project,User,Start Date,Start Time,End Date,End Time,Duration (h)", "P,Ada,2026-03-02,09:00,,,"),
    ],
)
def test_a_timer_without_end_and_duration_is_still_running(header, row):
    assert "still running" in problem(f"{header}\n{row}\n").reason


@pytest.mark.parametrize(
    ("text", "seconds", "says"), [("-0:30", -1800, "-0:30, so"), ("30:00", 108000, "30:00, more than a day")]
)
def test_negative_and_over_24_h_rows_are_imported_with_a_warning_before_them(text, seconds, says):
    warning, row = read(f"{HEADER}2026-03-02,Ada,Correction,{text},\n")

    assert RowProblem(2, "Duration", text, warning.reason, True, "Ada", "2026-03-02") == warning
    assert says in warning.reason
    assert seconds == row.entry.seconds


def test_24_h_and_0_h_need_no_warning():
    rows = read(HEADER + "".join(GOOD.replace("1:30", text) for text in ("24:00", "0", "24:01")))

    assert [(2, Row), (3, Row), (4, RowProblem), (4, Row)] == [(row.line, type(row)) for row in rows]


def test_a_line_number_is_the_first_line_of_a_row_with_line_breaks():
    rows = read(f'{HEADER}2026-03-02,Ada,"two\r\nlines",1:30,\r\n\r\n{GOOD}')

    assert [(2, "two lines"), (5, "Printer")] == [(row.line, row.entry.description) for row in rows]


def test_a_value_is_truncated_to_200_characters():
    assert "y" * 200 == problem(f"{HEADER}{'y' * 500},Ada,x,1:30,\n").value


def test_missing_columns_are_none_and_empty_cells_are_empty():
    row = entry_of(f"{HEADER}2026-03-02,Ada,,1:30,\n")

    entry = row.entry
    assert ("", (), None, None) == (entry.description, entry.tags, entry.project, entry.worker_email)
    assert (Pool.RETAINER, None, None) == (entry.pool, entry.pool_reason, entry.worked_on)
    assert ["2026-03-02", "Ada", "", "1:30", ""] == row.cells


def test_an_instant_is_converted_to_utc_and_a_date_stays_a_date():
    row = entry_of("Start,Description,Duration\n2026-03-02T00:30:00+02:00,x,1:00\n")

    assert datetime(2026, 3, 1, 22, 30, tzinfo=UTC) == row.instant
    assert (date(2026, 3, 1), 22 * 3600 + 1800) == (row.entry.date, row.entry.start)


def test_the_midnight_that_a_database_adds_to_a_date_is_not_a_start():
    assert entry_of("Date,Description,Duration\n2026-03-02 00:00:00,x,1:00\n").entry.start is None


def test_text_is_normalised_and_white_space_collapsed():
    row = entry_of("Date,Worker,Description,Hours\n2026-03-02,  Zoe\u0308\u00a0 Mu\u0308ller ,a\t\x07b,1\n")

    assert ("Zoë Müller", "a b") == (row.entry.worker, row.entry.description)


def test_an_empty_id_is_none():
    assert entry_of("Entry ID,Date,Description,Hours\n,2026-03-02,x,1\n").entry.source_id is None


def test_identical_rows_stay_two_rows():
    assert 2 == len(read(f"{HEADER}{GOOD}{GOOD}"))
