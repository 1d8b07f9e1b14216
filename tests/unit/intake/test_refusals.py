"""A file that cannot be read is refused as a whole, with what is wrong and what to do next."""

from io import BytesIO, RawIOBase

import pytest

from chalicelib.intake.export import open_export
from chalicelib.intake.header import first_records
from chalicelib.intake.rows import RefusalKind, Row, SourceHints
from chalicelib.intake.sources.columns import DateOrder
from tests.unit.intake.reading import opened, read, refused, unreadable

HEADER = "Date,Worker,Description,Duration\n"
GOOD = "2026-03-02,Ada,Printer,1:30\n"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n", b"\xff\xfe", b"\xfe\xff\0\n"])
def test_an_empty_file_is_refused(data):
    assert RefusalKind.EMPTY == refused(data).kind


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00", "workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook (.xls)"),
        (b"\x1f\x8b\x08\x00\x00", "Unpack"),
        (b"\xef\xbb\xbf\n <!DOCTYPE html><html><title>Sign in</title>", "web page"),
        (b"<html><body>Please sign in</body></html>", "web page"),
        (b'<?xml version="1.0"?><entries/>', "XML"),
        (b'[{"date": "2026-03-02", "hours": 1}]', "JSON"),
        (bytes(range(256)) * 40, "CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "CSV"),
        (b"GIF89a\x01\x02\x80\x01", "CSV"),
    ],
)
def test_anything_but_csv_is_refused_by_name(data, says):
    refusal = refused(data)

    assert RefusalKind.NOT_CSV == refusal.kind
    assert says.casefold() in refusal.reason.casefold()


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("Client,Project,Registered time,Billable time,Amount ()", "Toggl summary report"),
        ("Client,Project,Mon 2026-03-02,Tue 2026-03-03,Wed 2026-03-04,Total", "weekly report of Toggl"),
        ("Name,Hours with subtasks,Hours without subtasks", "TimeCamp summary report"),
        ('"Project","Description","Time (h)","Time (decimal)","Amount (USD)"', "Clockify summary report"),
        ("Task ID,Task Name,Start Date,Start Date Text,User Period Time Spent", "ClickUp report by task"),
        ("from,to,project,tag,time", "Watson report"),
        ("Organization,Time Zone,Member,2026-03-22,2026-03-23,Total worked,Activity", "Hubstaff daily report"),
        ("Organization,Member,Email,Mon 3/24/26,Tue 3/25/26,Time off,Total worked,Activity", "Hubstaff daily report"),
        ("Organization,Time zone,Date,Member,Status,Shift start,Shift stop,Required,Actual,Late", "attendance report"),
        (",Issue,Key,Logged,01/Dec/25,02/Dec/25", "Tempo timesheet"),
        ("Client,Project,Member,Billable Time,Non-Billable Time", "an Everhour report without days"),
        ("Name,Email,Employee ID,User groups,Total time,Manual time,Manual time %", "Time Doctor report"),
        ("Ticket ID,Update date,Total time spent (sec),Subject", "Zendesk report of time totals"),
        ("timestamp,duration,app,title", "an ActivityWatch export"),
        ("# ActivityWatch\n# March\n# UTC\n\nCategory,Hours,Rate ($/h),Amount ($)", "ActivityWatch billing summary"),
    ],
)
def test_the_refusal_of_a_summary_report_names_the_report_to_export_instead(header, says):
    refusal = refused(f"{header}\n,,,,\n")

    assert RefusalKind.SUMMARY_REPORT == refusal.kind
    assert says in refusal.reason
    assert "drop that file" in refusal.reason


def test_the_refusal_of_a_report_is_a_sentence_about_it_and_one_about_what_to_do():
    assert (
        "This is a Watson report: it has sums and no single entries. "
        "Please export the single entries with `watson log --csv` and drop that file."
    ) == refused("from,to,project,tag,time\n" * 2).reason
    assert refused("timestamp,duration,app,title\n").reason.startswith("This is an ActivityWatch export: ")
    both = "Name,Hours with subtasks\nClient,Registered time\n"
    assert refused(both).reason.startswith("This is a TimeCamp summary report: ")


@pytest.mark.parametrize(
    ("text", "shown", "guess"),
    [
        ("Colour;Size;Price\nred;3;4\n", "“Colour”, “Size”, “Price”", ""),
        (f"{','.join('ABCDEFGHIJKL')}\n", ", ".join(f"“{name}”" for name in "ABCDEFGHIJKL"), ""),
        (
            f"Dated,Effort {'x' * 40},{','.join('ABCDEFGHIJK')}\n",
            f"“Dated”, “Effort {'x' * 33}”, {', '.join(f'“{name}”' for name in 'ABCDEFGHIJ')} and 1 more",
            f" (it will propose date = “Dated”, duration = “Effort {'x' * 33}”)",
        ),
    ],
    ids=["few columns", "as many as are shown", "more, two of which can be guessed"],
)
def test_the_refusal_of_an_unknown_header_says_what_was_found_and_what_is_needed(text, shown, guess):
    refusal = refused(text)

    assert RefusalKind.UNKNOWN_HEADER == refusal.kind
    assert (
        f"No header of a known export was found, only: {shown}. "
        "A file needs a row of column names with at least a date, a duration and a description. "
        f"If these are its columns, say once what they mean: `hourtab source map FILE --as NAME`{guess}."
    ) == refusal.reason


def test_control_characters_in_a_file_without_a_header_are_no_csv():
    reason = "This is not a CSV file. Export the entries as CSV and drop that file."
    assert reason == refused("A\1,B\n").reason


class Wide:
    """A table of four records, each of 25,000 cells."""

    def records(self):
        return ((line, ["x"] * 25_000) for line in range(1, 5))


def test_the_search_for_a_header_ends_with_the_record_that_makes_it_more_than_50_000_cells():
    [found], refusals = first_records([Wide()])

    assert (3, []) == (len(found), refusals)


def test_of_two_headers_the_first_one_counts():
    toggl = "Start date,Duration,Description\n2026-03-02,1:00,x\n"

    assert "generic" == opened(HEADER + toggl).source
    assert [True, True] == [isinstance(row, Row) for row in read((HEADER + GOOD) * 2)]


def test_a_header_as_specific_as_that_of_a_report_is_read():
    assert "toggl" == opened("Client,Registered time\nStart date,Duration,Description\n2026-03-02,1:00,x\n").source


def test_a_date_and_hours_without_any_column_about_the_work_are_not_an_export():
    assert RefusalKind.UNKNOWN_HEADER == refused("Date,Hours\n2026-03-02,8\n").kind


def test_a_header_without_rows_is_a_quiet_week():
    assert [] == read(HEADER)
    assert [] == read(HEADER.strip())


def test_dates_that_nothing_settles_are_refused_with_both_readings():
    refusal = refused(f"{HEADER}05/05/2026,Ada,x,1:00\n03/04/2026,Ada,x,1:00\n")

    assert RefusalKind.AMBIGUOUS_DATES == refusal.kind
    assert "03/04/2026 in line 3 is 3 April 2026 or 4 March 2026" in refusal.reason
    assert "`sources`, `generic`" in refusal.reason


@pytest.mark.parametrize(("order", "month"), [(DateOrder.DAY_FIRST, 4), (DateOrder.MONTH_FIRST, 3)])
def test_the_operators_setting_for_the_source_decides_ambiguous_dates(order, month):
    (row,) = read(f"{HEADER}03/04/2026,Ada,x,1:00\n", SourceHints(date_orders={"generic": order}))

    assert month == row.entry.date.month


def test_the_file_itself_takes_precedence_over_the_operators_setting():
    hints = SourceHints(date_orders={"generic": DateOrder.DAY_FIRST})
    first, _ = read(f"{HEADER}03/04/2026,Ada,x,1:00\n03/13/2026,Ada,x,1:00\n", hints)

    assert 3 == first.entry.date.month


def test_a_date_with_only_one_meaning_needs_no_order():
    (row,) = read(f"{HEADER}05/05/2026,Ada,x,1:00\n")

    assert "2026-05-05" == row.entry.date.isoformat()


def test_a_file_that_contradicts_itself_is_refused_with_both_dates():
    refusal = refused(f"{HEADER}13/01/2026,Ada,x,1:00\n01/14/2026,Ada,x,1:00\n")

    assert RefusalKind.AMBIGUOUS_DATES == refusal.kind
    assert "13/01/2026 in line 2" in refusal.reason
    assert "01/14/2026 in line 3" in refusal.reason


def test_the_end_date_of_an_entry_can_settle_the_order():
    export = opened("Start date,End date,Description,Hours\n03/12/2026,03/13/2026,x,9\n")

    assert DateOrder.MONTH_FIRST == export.date_order


class Endless(RawIOBase):
    """A seekable file of `size` bytes that is never in memory: a header, then one endless line."""

    def __init__(self, head: bytes, size: int) -> None:
        self._head, self._size, self._at = head, size, 0

    def seek(self, offset, _whence=0):
        self._at = offset
        return offset

    def read(self, size=-1):
        end = min(self._at + size, self._size)
        block = self._head[self._at : end]
        block += b"x," * ((end - self._at - len(block)) // 2 + 1)
        block = block[: end - self._at]
        self._at = end
        return block


@pytest.mark.parametrize("head", [b"", HEADER.encode(), f'{HEADER}{GOOD}2026-03-02,Ada,"'.encode()])
def test_a_line_of_200_mb_is_refused_before_it_fills_the_memory(head):
    file = Endless(head, 200_000_000)

    refusal = unreadable(file)

    assert RefusalKind.LINE_TOO_LONG == refusal.kind
    assert "export it again" in refusal.reason


@pytest.mark.parametrize(
    "record",
    ['"a\n","b\n",' * 300_000, f'2026-03-02,Ada,"{"word " * 40_000}",1:30\n', '2026-03-02,Ada,"' + "line\n" * 90_000],
)
def test_an_endless_record_is_refused(record):
    assert RefusalKind.LINE_TOO_LONG == unreadable(BytesIO(f"{HEADER}{GOOD * 9}{record}".encode())).kind


def test_damage_in_the_middle_of_a_file_with_a_byte_order_mark_is_found_while_reading():
    data = b"\xef\xbb\xbf" + (HEADER + GOOD * 9000).encode() + b"\xff\xfe\n"

    assert RefusalKind.NOT_CSV == unreadable(BytesIO(data)).kind


def test_damaged_utf_8_is_refused_and_never_read_as_windows_1252():
    damaged = "Müller,Zoë,Café,".encode() + b"\xfc\n"

    assert RefusalKind.NOT_CSV == refused(HEADER.encode() + damaged).kind


def test_a_file_in_two_encodings_one_after_the_other_is_damaged():
    utf_8 = f"{HEADER}2026-03-02,Zoë Müller,Printer,1:30\n".encode()
    windows = "2026-03-02,Chloé Núñez,“Café” à côté,1:30\n".encode("cp1252")

    assert RefusalKind.NOT_CSV == refused(utf_8 + windows).kind


def test_windows_1252_is_recognised():
    (row,) = read(f"{HEADER}2026-03-02,Zoë Müller,“Drucker” – 20 €,1:30\n".encode("cp1252"))

    assert ("Zoë Müller", "“Drucker” – 20 €") == (row.entry.worker, row.entry.description)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_a_byte_order_mark(codec):
    (row,) = read(f"{HEADER}2026-03-02,Zoë Müller,Drucker,1:30\n".encode(codec))

    assert "Zoë Müller" == row.entry.worker


def test_a_doubled_byte_order_mark_is_not_part_of_a_name():
    assert ["Ada"] == [row.entry.worker for row in read(("\ufeff\ufeff" + HEADER + GOOD).encode())]


def test_a_file_can_be_read_more_than_once():
    export = open_export(BytesIO((HEADER + GOOD).encode()), SourceHints())

    assert list(export.rows()) == list(export.rows())
