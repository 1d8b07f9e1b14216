"""A workbook is read like the CSV file that has the same rows, but its dates, times and numbers are certain."""

import csv
import tracemalloc
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.export import open_export
from chalicelib.intake.open_tables import open_tables
from chalicelib.intake.propose_mapping import Proposal, Said, propose_mapping
from chalicelib.intake.rows import Refusal, RefusalKind, Row, RowProblem, SourceHints
from tests.unit.intake.reading import EXPORTS, entry_of, problem, read, read_through, refused
from tests.workbooks import Cell, Value, error, formula, sheet, table, workbook

HEADER = ("Date", "Worker", "Description", "Duration")
DAY = Cell("46085", "yyyy-mm-dd")
"""2026-03-04."""
SUMMARY = ("Client", "Project", "Registered time", "Billable time", "Amount ()")


def row(**changed: Value) -> tuple[Value, ...]:
    """A good row with some cells changed."""
    cells: dict[str, Value] = {"date": DAY, "worker": "Ada", "description": "Printer", "duration": "1:30"}
    return tuple((cells | changed).values())


def test_a_workbook_gives_the_rows_of_the_csv_file_that_has_the_same_text():
    text = "Date,Worker,Description,Duration\n2026-03-04,Ada,Printer,1:30\n"

    assert read(text) == read(table(HEADER, row()))


@pytest.mark.parametrize(
    ("stored", "shown", "day", "start"),
    [
        ("46085", "yyyy-mm-dd", "2026-03-04", None),
        ("46085", "dd/mm/yyyy;@", "2026-03-04", None),
        ("46085", "[$-F800]dddd, mmmm dd, yyyy", "2026-03-04", None),
        ("46085", "mmm yy", "2026-03-04", None),
        ("46085.604166666664", "m/d/yyyy h:mm", "2026-03-04", 52_200),
        ("46085.604166666664", "yyyy-mm-dd", "2026-03-04", 52_200),
        ("46085.9999999", "m/d/yyyy h:mm", "2026-03-05", 0),
    ],
)
def test_a_number_that_is_shown_as_a_date_is_that_date_whatever_its_notation(stored, shown, day, start):
    entry = entry_of(table(("Start", "Description", "Duration"), (Cell(stored, shown), "Printer", "1:30"))).entry

    assert (day, start) == (entry.date.isoformat(), entry.start)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        (Cell("0.0625", "[h]:mm"), 5400),
        (Cell("1.0625", "[hh]:mm:ss"), 91_800),
        (Cell("0.0625", "h:mm"), 5400),
        (Cell("1.0625", "h:mm"), 91_800),
        (Cell("6.2500000000000001E-2", "h:mm"), 5400),
        (Cell("2.1527777777777781E-2", "[h]:mm"), 1860),
        (Cell("0.0625", "[>=1]h:mm;[h]:mm"), 5400),
        (Cell("0.0625", 'h:mm\\ "o\'clock"'), 5400),
        (Cell("0.0625", "mm:ss"), 5400),
        (Cell("0.0625", "mm:ss.0"), 5400),
        (Cell("0.0625", "[mm]:ss"), 5400),
        (Cell("-0.0625", "[h]:mm"), -5400),
        (Cell("1.4999999999999998", "0.00"), 5400),
        (Cell("1.4999999999"), 5400),
        (1.5, 5400),
        (Cell("2", "0.00"), 7200),
        (Cell("1.25", "0.000"), 4500),
        (Cell("1.5", '0.00" h"'), 5400),
        (Cell("1.5", '"day "0'), 5400),
        (Cell("1.5", "0.00 Std"), 5400),
        (Cell("1.5E0", "0.00E+00"), 5400),
        (formula("B2*24", "1.5"), 5400),
        (formula("TEXT(B2)", "1:30", kind="str"), 5400),
        ("1:30", 5400),
        ("1,5", 5400),
    ],
)
def test_a_duration_is_what_the_cell_is_shown_as_and_all_of_its_number(cell, seconds):
    entries = [one for one in read(table(HEADER, row(duration=cell))) if isinstance(one, Row)]

    assert [seconds] == [one.entry.seconds for one in entries]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (error("#REF!"), "#REF!"),
        (error("#N/A"), "#N/A"),
        (error("#BUSY!"), "#BUSY!"),
        (formula("1/0", "#DIV/0!", kind="e"), "#DIV/0!"),
    ],
)
@pytest.mark.parametrize("column", ["date", "worker", "description", "duration"])
def test_an_error_in_a_column_that_is_read_is_a_problem_and_never_nothing(column, cell, value):
    told = problem(table(HEADER, row(**{column: cell})))

    assert 2 == told.line
    assert f"“{column.title()}” has the error {value}" in told.reason


def test_an_error_in_a_column_that_is_not_read_is_ignored():
    assert 5400 == entry_of(table((*HEADER, "Margin"), (*row(), error("#DIV/0!")))).entry.seconds


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (Cell("0.0625", "h:mm:ss AM/PM"), "1:30:00 AM"),
        (Cell("0.604166666666667", "h:mm:ss AM/PM"), "2:30:00 PM"),
        (Cell("1.0625", "h:mm:ss AM/PM"), "1:30:00 AM"),
        (Cell("0.5", "h:mm:ss AM/PM"), "12:00:00 PM"),
        (DAY, "2026-03-04"),
        (Cell("46085.0625", "h:mm"), "2026-03-04 01:30:00"),
        (True, "TRUE"),
        (Cell("1E+40"), "1E+40"),
        (Cell("many"), "many"),
    ],
)
def test_what_is_no_duration_is_a_problem_with_the_cell_as_it_is_shown(cell, value):
    told = problem(table(HEADER, row(duration=cell)))

    assert (value, "Duration") == (told.value, told.column)


@pytest.mark.parametrize(("stored", "shown"), [("0.5", "yyyy-mm-dd"), ("-5", "yyyy-mm-dd"), ("9e9", "yyyy")])
def test_a_number_that_is_no_day_of_work_is_not_a_date(stored, shown):
    assert "Date" == problem(table(HEADER, row(date=Cell(stored, shown)))).column


def test_the_days_of_a_workbook_that_counts_from_1904_are_four_years_later():
    cells = row(date=Cell("44623", "yyyy-mm-dd"), duration=Cell("0.0625", "h:mm"))
    rows = sheet([(*HEADER, "Start"), (*cells, Cell("0.375", "h:mm"))])
    entry = entry_of(workbook({"Time": rows}, settings='date1904="1"')).entry

    assert ("2026-03-04", 5400, 32_400) == (entry.date.isoformat(), entry.seconds, entry.start)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12345, "12345"),
        (Cell("12345.0"), "12345"),
        (Cell("1.2345E4"), "12345"),
        (Cell("12345678901234567"), "12345678901234567"),
        (Cell("0.30000000000000004"), "0.3"),
        (Cell("1.5", "#,##0.00"), "1.50"),
        (True, "TRUE"),
        (False, "FALSE"),
        ("a_x000D_b _x005F_x41 _xD800_", "a b _x41 _xD800_"),
        (Cell(kind="str", inner="<f>A1</f><v>x &amp; y</v>"), "x & y"),
        (Cell(kind="inlineStr", inner="<is><r><rPr><b/></rPr><t>Prin</t></r><r><t>ter</t></r></is>"), "Printer"),
        (Cell(kind="inlineStr", inner="<is><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></is>"), "東京"),
        (Cell("0", kind="s"), "shared & plain"),
        (Cell("1", kind="s"), "rich text"),
        (Cell(kind="d", stored="2026-03-04T09:00:00"), "2026-03-04T09:00:00"),
        (Cell(inner=""), ""),
        (None, ""),
    ],
)
def test_every_kind_of_cell_has_its_text(cell, text):
    strings = ["<t>shared &amp; plain</t>", "<r><t xml:space='preserve'>rich </t></r><r><t>text</t></r>"]
    data = workbook({"Time": sheet([HEADER, row(description=cell)])}, strings=strings)

    assert text == entry_of(data).entry.description


def test_a_flag_may_be_a_boolean():
    rows = read(table((*HEADER, "Billable"), (*row(), True), (*row(), False)))

    assert [True, False] == [one.entry.billable for one in rows]


def test_titles_empty_rows_and_empty_columns_do_not_matter_and_a_problem_names_the_row_of_the_sheet():
    rows = [(None, "Report of March"), (), (None, *HEADER), (), (None, *row()), (), (None, *row(duration="soon"))]
    good, bad = read(workbook({"Time": sheet(rows, first_row=3)}))

    assert (7, 5400) == (good.line, good.entry.seconds)
    assert (9, "Duration", "soon") == (bad.line, bad.column, bad.value)


def test_a_description_of_several_lines_does_not_change_the_numbers_of_the_rows_below():
    rows = read(table(HEADER, row(description="one\ntwo\r\nthree"), row()))

    assert [2, 3] == [one.line for one in rows]
    assert "one two three" == rows[0].entry.description


def test_hidden_rows_columns_and_sheets_are_read():
    cells = sheet([HEADER, row()]).replace('<row r="2">', '<row r="2" hidden="1">')
    cells = cells.replace("<sheetData>", '<cols><col min="1" max="4" hidden="1"/></cols><sheetData>')

    assert 5400 == entry_of(workbook({"Time": cells})).entry.seconds


def test_rows_and_cells_may_lack_their_place_and_names_may_have_a_prefix():
    plain = sheet([HEADER, row()])
    placeless = plain
    for number in (1, 2):
        placeless = placeless.replace(f'<row r="{number}">', "<row>")
        for letter in "ABCD":
            placeless = placeless.replace(f' r="{letter}{number}"', "")
    prefixed = plain.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("<x:?", "<?")
    prefixed = prefixed.replace("xmlns=", "xmlns:x=")

    assert read(workbook({"Time": plain})) == read(workbook({"Time": placeless}))
    assert read(workbook({"Time": plain})) == read(workbook({"Time": prefixed}))


def test_what_stands_beside_the_table_does_not_matter():
    assert 5400 == entry_of(table(HEADER, (*row(), None, "checked by Eve", formula("1+1", None)))).entry.seconds


def test_merged_cells_say_for_each_of_their_rows_who_when_and_what_but_a_duration_only_once():
    rows = [HEADER, row(), row(worker=None, description="Server"), row(date=None, worker=None, duration=None)]
    first, second, third = read(workbook({"Time": sheet(rows, merged=("B2:B4", "A3:A4", "D3:D4", "A1:D1"))}))

    assert ["Ada", "Ada"] == [first.entry.worker, second.entry.worker]
    assert (4, "Duration", "Ada", "2026-03-04") == (third.line, third.column, third.worker, third.date)


def test_merged_starts_and_ends_are_one_span_of_time():
    header = ("Date", "Description", "Start", "End")
    cells = (DAY, "Printer", Cell("0.375", "h:mm"), Cell("0.4375", "h:mm"))
    first, second = read(workbook({"Time": sheet([header, cells, (DAY, "Server")], merged=("C2:C3", "D2:D3"))}))

    assert (5400, "End") == (first.entry.seconds, second.column)


def test_a_header_that_is_merged_with_the_row_below_is_nobody_s_name():
    assert "Worker" == problem(workbook({"Time": sheet([HEADER, row(worker=None)], merged=("B1:B2",))})).column


def test_the_decimals_of_minutes_are_never_thousands():
    header = ("Date", "Worker", "Description", "Minutes")

    assert 5408 == entry_of(table(header, row(duration=Cell("90.125")))).entry.seconds


def test_a_merged_range_ends_with_its_last_row():
    rows = [HEADER, row(), row(worker=None), row(worker=None)]
    *_, last = read(workbook({"Time": sheet(rows, merged=("B2:B3",))}))

    assert (4, "Worker") == (last.line, last.column)


def test_the_header_of_a_workbook_is_mapped_like_that_of_a_csv_file():
    file = workbook(
        {
            "Notes": sheet([("Rates", "2026")]),
            "Log": sheet([("Dated", "Engineer", "Effort (min)", "What"), (DAY, "Ada", 90)]),
        }
    )
    proposal = propose_mapping(BytesIO(file), Said("desk"))

    assert isinstance(proposal, Proposal)
    assert [(2, 5400)] == [(one.line, one.entry.seconds) for one in proposal.sample]
    assert ["desk"] == [one.entry.source for one in read(file, SourceHints(mappings=(proposal.mapping,)))]


def test_a_workbook_that_is_refused_is_not_mapped():
    file = table(("Dated", "Engineer", "Effort (min)"), (DAY, "Ada", formula("B2", None)))

    assert RefusalKind.UNCALCULATED == propose_mapping(BytesIO(file), Said("desk")).kind
    assert RefusalKind.NOT_CSV == propose_mapping(BytesIO(file[:99]), Said("desk")).kind


def test_dates_that_are_text_are_settled_as_in_a_csv_file():
    refusal = refused(table(HEADER, row(date="03/04/2026")))

    assert RefusalKind.AMBIGUOUS_DATES == refusal.kind
    assert "in line 2" in refusal.reason


def test_the_sheet_with_the_work_is_found_among_others():
    sheets = {
        "Notes": sheet([("Printed on", DAY), ("by", "Ada")]),
        "Empty": sheet([]),
        "Summary": sheet([SUMMARY, ("Acme", "", "9:00")]),
        "Template": sheet([HEADER, (" ", None)]),
        "Time": sheet([HEADER, row()]),
    }

    assert [5400] == [one.entry.seconds for one in read(workbook(sheets))]


def test_several_sheets_with_work_are_refused_by_name():
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
    refusal = refused(workbook({**{name: sheet([HEADER, row()]) for name in names}, "Rates": sheet([("Rate", 95)])}))

    assert RefusalKind.SEVERAL_SHEETS == refusal.kind
    assert "work in 6 sheets: “Jan”, “Feb”, “Mar”, “Apr”, “May” and 1 more" in refusal.reason


def test_a_workbook_with_a_header_and_no_rows_is_a_quiet_week():
    assert [] == read(workbook({"Time": sheet([HEADER]), "Other": sheet([HEADER])}))


def test_a_workbook_without_a_header_is_refused_with_what_was_found():
    refusal = refused(workbook({"One": sheet([("Colour", "Size")]), "Two": sheet([])}))

    assert RefusalKind.UNKNOWN_HEADER == refusal.kind
    assert "“Colour”, “Size”" in refusal.reason


def test_a_workbook_without_text_is_empty():
    assert RefusalKind.EMPTY == refused(workbook({"One": sheet([]), "Two": sheet([(" ",)])})).kind
    assert RefusalKind.EMPTY == refused(workbook({})).kind


def test_a_summary_report_is_refused_by_name_in_a_workbook_too():
    assert "Toggl summary report" in refused(table(SUMMARY, ("Acme", "", "9:00"))).reason


@pytest.mark.parametrize(
    "cell",
    [
        formula("B2*24", None),
        formula("B2*24", ""),
        formula("B2", None, kind="str"),
        Cell(inner="<f t='shared' si='0'/>"),
    ],
)
def test_a_formula_without_a_stored_result_refuses_the_file(cell):
    refusal = refused(table(HEADER, row(), row(duration=cell)))

    assert RefusalKind.UNCALCULATED == refusal.kind
    assert "Row 3 of the workbook has a formula" in refusal.reason
    assert "Excel or LibreOffice, save it" in refusal.reason


def test_a_result_that_is_a_placeholder_until_a_spreadsheet_program_computes_it_refuses_the_file():
    cells = sheet([HEADER, row(duration=formula("B2*24", "0"))])

    assert 0 == entry_of(workbook({"Time": cells})).entry.seconds
    assert RefusalKind.UNCALCULATED == refused(workbook({"Time": cells}, calculation='fullCalcOnLoad="1"')).kind
    assert 5400 == entry_of(workbook({"Time": sheet([HEADER, row()])}, calculation='fullCalcOnLoad="1"')).entry.seconds


def test_the_result_of_a_formula_may_be_an_empty_text():
    assert "" == entry_of(table(HEADER, row(description=formula('IF(1,"",2)', "", kind="str")))).entry.description


def test_a_last_row_of_nothing_but_sums_without_results_is_a_problem_and_the_work_above_counts():
    good, sums = read(table(HEADER, row(), (None, None, None, formula("SUBTOTAL(9,D2:D2)", None))))

    assert 5400 == good.entry.seconds
    assert (3, "The row has no date. Fill it in at the source and export again.") == (sums.line, sums.reason)


def test_rows_of_formulas_without_results_refuse_the_file():
    cells = tuple(formula(f"Data!{letter}1", None) for letter in "ABCD")

    assert RefusalKind.UNCALCULATED == refused(table(HEADER, cells, cells)).kind


def test_formulas_above_the_header_do_not_matter():
    assert 5400 == entry_of(table((formula("TODAY()", None), "Report"), HEADER, row())).entry.seconds


def outcome(data: bytes) -> list[Row | RowProblem] | Refusal:
    """The rows of a file, or its refusal."""
    export = open_export(BytesIO(data), SourceHints())
    return export if isinstance(export, Refusal) else list(export.rows())


PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12).map(
    str.strip
)
"""Without spaces at the ends, which are no part of a CSV file's cells."""


@given(cells=st.lists(st.lists(PLAIN, min_size=3, max_size=3), max_size=5))
def test_any_table_of_texts_gives_the_rows_of_its_csv_file(cells):
    rows = [("Date", "Worker", "Description", "Hours"), *(["2026-03-04", *row] for row in cells)]
    text = StringIO()
    csv.writer(text).writerows(rows)

    assert outcome(("\ufeff" + text.getvalue()).encode()) == outcome(table(*rows))


@given(
    second=st.integers(0, 3_000_000_000),
    seconds=st.integers(0, 200_000),
    form=st.sampled_from(["yyyy-mm-dd hh:mm", "d.m.yy h:mm:ss", "[$-407]dddd, d. mmmm h:mm", "m/d/yyyy h:mm AM/PM"]),
    span=st.sampled_from(["[h]:mm", "[hh]:mm:ss", "h:mm:ss", "0.00", "General", '0.00" h"']),
    is_1904=st.booleans(),
)
def test_dates_and_durations_are_read_from_what_a_program_of_its_own_writes(second, seconds, form, span, is_1904):
    moment = datetime.fromisoformat("2001-01-01") + timedelta(seconds=second)
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"date_1904": is_1904}) as book:
        page = book.add_worksheet("Time")
        page.write_row(2, 1, ("Description", "Start", "Hours"))
        page.write_string(3, 1, "Printer")
        page.write_datetime(3, 2, moment, book.add_format({"num_format": form}))
        page.write_number(3, 3, seconds / (86_400 if ":" in span else 3600), book.add_format({"num_format": span}))
    entry = entry_of(file.getvalue()).entry if seconds <= 86_400 else read(file.getvalue())[1].entry

    assert (moment.date(), second % 86_400, seconds) == (entry.date, entry.start, entry.seconds)


@given(st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=4), st.booleans())
def test_the_reader_survives_any_damage_to_a_workbook(wounds, is_inside):
    cells = sheet([HEADER, row(), row(duration=formula("B2", "1.5"))], merged=("B2:B3",)).encode()
    data = cells if is_inside else workbook({"Time": cells.decode()})
    for place, bytes_ in wounds:
        at = int(place * len(data))
        data = data[:at] + bytes_ + data[at + len(bytes_) // 2 :]
    read_through(workbook({"Time": ""}, parts={"xl/worksheets/sheet1.xml": data}) if is_inside else data)


@pytest.mark.parametrize("path", sorted(EXPORTS.glob("*.csv")), ids=lambda path: path.stem)
def test_an_export_of_any_tool_gives_the_same_entries_as_a_workbook(path):
    with path.open("rb") as file:
        records = [cells for _, cells in open_tables(file).find_header((), None).table.records()]

    assert [row.entry for row in read(path.read_bytes())] == [row.entry for row in read(table(*records))]


def test_memory_does_not_grow_with_the_workbook():
    rows = ((DAY, f"Worker {at % 9}", f"Ticket {at} " * 200, Cell("0.0625", "h:mm")) for at in range(6_000))
    data = workbook({"Time": sheet([HEADER, *rows])})
    tracemalloc.start()
    count = sum(1 for _ in open_export(BytesIO(data), SourceHints()).rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 6_000 == count
    assert peak < 8_000_000


def test_days_and_months_that_a_spreadsheet_has_swapped_are_refused():
    """13/10 and 14/10 stayed text, 1/10 and 2/10 became dates in January and February."""
    january, february = Cell("46032", "dd/mm/yyyy;@"), Cell("46063", "dd/mm/yyyy;@")
    cells = ["13/10/2026", "14/10/2026", january, february]

    assert "13/10/2026 in row 2 of the workbook is text and 2026-01-10 in row 4" in (
        refused(table(HEADER, *(row(date=cell) for cell in cells))).reason
    )


@pytest.mark.parametrize(
    "cells",
    [
        ("13/10/2026", Cell("46317", "dd/mm/yyyy;@")),
        ("13/10/2026", "01/10/2026", Cell("46032", "dd/mm/yyyy;@")),
        ("13.10.2026", Cell("46032", "dd/mm/yyyy;@")),
        ("13/10/2026", Cell("46023", "dd/mm/yyyy;@")),
    ],
    ids=["a date after the 12th", "a text up to the 12th", "dots", "1 January"],
)
def test_a_workbook_in_which_nothing_was_swapped_is_not_refused_for_it(cells):
    assert len(cells) == len(read(table(HEADER, *(row(date=cell) for cell in cells))))


def test_a_last_row_of_sums_that_says_so_may_lack_its_results():
    sums = row(date="Total", worker=None, description=None, duration=formula("SUM(D2:D2)", None))

    assert [Row, RowProblem] == [type(one) for one in read(table(HEADER, row(), sums))]
