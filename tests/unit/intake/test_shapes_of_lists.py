"""Lists as people have them: workers, words, days and hours arrive whoever wrote them, or the file is refused."""

from datetime import date
from io import BytesIO

import pytest

from chalicelib.intake.export import open_export
from chalicelib.intake.rows import Refusal, Row, SourceHints
from chalicelib.intake.sources.settled import ReadBefore
from tests.unit.intake.reading import read, refused

FIRST = date(2026, 10, 1)
MIRA = ("Mira", "Mail", 5400)

# header and the row of one entry, with the same delimiter: Mira's mail of an hour and a half
CAPTIONS = {
    "snake case in Spanish": (
        "fecha,hora_inicio,hora_fin,empleado,proyecto,descripcion",
        "2026-10-01,09:00,10:30,Mira,Helpdesk,Mail",
    ),
    "camel case": (
        "workDate,startTime,endTime,userName,projectName,comments",
        "2026-10-01,09:00,10:30,Mira,Helpdesk,Mail",
    ),
    "colons": ("Date:;Technician:;Hours:;Notes:", "2026-10-01;Mira;1,5;Mail"),
    "who owns it": ("Entry Date,Owner,timespent,Narrative", "2026-10-01,Mira,1:30,Mail"),
    "formats in brackets": ("Date (YYYY-MM-DD),Employee Name,Time (hh:mm),Notes", "2026-10-01,Mira,01:30,Mail"),
    "names of a database": ("WORK_DATE,EMPLOYEE_NAME,HOURS_WORKED,WORK_DESCRIPTION", "2026-10-01,Mira,1.5,Mail"),
    "logged by": ("Spent_At,Logged_By,Hours_Spent,Details", "2026-10-01,Mira,1.5,Mail"),
    "only a first name": ("Date,First Name,Hours,Comments,Department", "2026-10-01,Mira,1.5,Mail,IT"),
    "only a first name in a known tool's file": (
        "Date,Client,Project,Task,Notes,Hours,First Name",
        "2026-10-01,N,Help,T,Mail,1.5,Mira",
    ),
    "who entered it": ("Created By,Date Created,Date Worked,Hours,Notes", "Mira,2026-10-09,2026-10-01,1.5,Mail"),
    "who asked, and who did it": ("Date,Requester,Agent,Time Spent,Subject", "2026-10-01,Carla,Mira,1:30,Mail"),
    "whose ticket, and who did it": ("Date,Ticket Owner,Technician,Hours,Notes", "2026-10-01,Jo,Mira,1.5,Mail"),
    "a weekday": ("Tag;Startdatum;Mitarbeiter;Stunden;Notiz", "Do;01.10.2026;Mira;1,5;Mail"),
    "tags in Italian": (
        "Progetto,Descrizione,Utente,Tag,Data di inizio,Ora di inizio,Data di fine,Ora di fine,Durata (h)",
        "Help,Mail,Mira,,01.10.2026,09:00:00,01.10.2026,10:30:00,01:30:00",
    ),
    "a date and a duration that are not Toggl's": ("Start Date,Duration,Assignee,Title", "2026-10-01,1:30,Mira,Mail"),
    "a title": ("Ticket Number,Agent,Date,Client,Title,Time", "77,Mira,2026-10-01,N,Mail,1h 30m"),
    "milliseconds beside start and end": (
        "duration,start,end,user,description",
        "5400000,2026-10-01 09:00,2026-10-01 10:30,Mira,Mail",
    ),
    "minutes": ("Ticket Number,Tech,Started At,Duration Minutes,Notes", "77,Mira,2026-10-01 09:00,90,Mail"),
    "Odoo's sub-fields": (
        "date,employee_id/name,project_id/name,task_id/name,name,unit_amount",
        "2026-10-01,Mira,Help,T,Mail,1.5",
    ),
    "Toggl with another name for its users": (
        "Team member,Email,Description,Start date,Start time,End date,End time,Duration",
        "Mira,m@x.example,Mail,2026-10-01,09:00:00,2026-10-01,10:30:00,01:30:00",
    ),
    "Zoho's owner": (
        "Date,Time Spent,Project Name,Task Name,Owner Name,Notes",
        "2026-10-01,01:30,Help,T,Mira,Mail",
    ),
    "French": ("Date;Intervenant;Client;Libellé;Temps passé", "2026-10-01;Mira;N;Mail;1h30"),
    "French hours": ("Date;Technicien;Nb heures;Commentaires", "2026-10-01;Mira;1,5;Mail"),
    "French times": ("Date;Technicien;Heure début;Heure fin;Commentaires", "2026-10-01;Mira;9h;10h30;Mail"),
    "German": ("Datum;Techniker;Zeitaufwand;Leistungsbeschreibung", "01.10.2026;Mira;1:30;Mail"),
    "Dutch": ("Datum;Naam;Werkzaamheden;Aantal uren", "2026-10-01;Mira;Mail;1,5"),
    "Portuguese": ("Data,Técnico,Hora inicial,Hora final,Atividade", "2026-10-01,Mira,09:00,10:30,Mail"),
    "Czech": ("Datum;Zaměstnanec;Popis práce;Odpracované hodiny", "1. 10. 2026;Mira;Mail;1,5"),
    "Swedish": ("Datum;Namn;Arbete;Timmar", "2026-10-01;Mira;Mail;1,5"),
    "Danish": ("Dato;Konsulent;Opgave;Varighed", "2026-10-01;Mira;Mail;1:30"),
    "Polish": ("Data;Konsultant;Opis;Czas pracy (h)", "2026-10-01;Mira;Mail;1,5"),
}


@pytest.mark.parametrize(("header", "row"), CAPTIONS.values(), ids=CAPTIONS)
def test_worker_words_day_and_hours_arrive_whatever_the_columns_are_called(header, row):
    found = [(one.entry, one.entry.description or one.entry.task) for one in read(f"{header}\n{row}\n")]

    assert [(*MIRA, FIRST)] == [(entry.worker, what, entry.seconds, entry.date) for entry, what in found]


@pytest.mark.parametrize(
    "columns",
    [
        *("First Name,Last Name", "First Name,Surname", "Given Name,Family Name", "Vorname,Nachname", "Vorname,Name"),
        *("Prénom,Nom", "Nombre,Apellidos", "Nome,Cognome", "Nome,Sobrenome", "Voornaam,Achternaam", "Imię,Nazwisko"),
        *("Jméno,Příjmení", "Förnamn,Efternamn", "Fornavn,Efternavn"),
    ],
)
def test_a_name_in_two_columns_is_one_name_in_any_order_of_the_columns(columns):
    first, last = columns.split(",")
    rows = [
        f"Date,{first},{last},Hours,Notes\n2026-10-01,Mira,Okafor,1.5,Mail",
        f"Date,{last},{first},Hours,Notes\n2026-10-01,Okafor,Mira,1.5,Mail",
    ]

    assert ["Mira Okafor"] * 2 == [row.entry.worker for text in rows for row in read(text)]


def test_in_a_file_with_only_an_address_it_is_the_worker():
    (row,) = read("Date,Email,Hours,Notes\n2026-10-01,mira@x.example,1.5,Mail\n")

    assert ("mira@x.example", "mira@x.example") == (row.entry.worker, row.entry.worker_email)


def test_internal_notes_are_no_description():
    (row,) = read("Date,Member,Task,Hours,Internal Notes\n2026-10-01,Mira,Mail,1.5,customer was cross\n")

    assert (None, "Mail") == (row.entry.description, row.entry.task)


LIST = "Date,User,Description,Hours\n2026-10-01,Mira,Mail,1.5\n"


@pytest.mark.parametrize(
    "text",
    [
        LIST + "\ufeff2026-10-01,Mira,Mail,1.5\n",
        LIST + "\ufeffDate,User,Description,Hours\n\ufeff2026-10-01,Mira,Mail,1.5\n",
        LIST + "\u200e2026-\u200e10-\u200e01,Mira,Mail,1.5\n",
        "\u200b" + LIST + "2026-10-01,Mira,Mail,1.5\n",
    ],
    ids=["in a row", "in a header", "in a date", "in front"],
)
def test_invisible_marks_do_not_matter(text):
    assert [MIRA] * 2 == [(row.entry.worker, row.entry.description, row.entry.seconds) for row in read(text)]


def test_browsers_marks_of_direction_in_a_date_do_not_matter():
    rows = read(
        "Date,User,Description,Hours\n\u200e10/\u200e1/\u200e2026,Mira,Mail,1\n\u200e10/\u200e13/\u200e2026,Mira,VPN,1\n"
    )

    assert [FIRST, date(2026, 10, 13)] == [row.entry.date for row in rows]


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("Start,User,Description,Duration", "1790838000,Mira,Mail,90", "1790924400,Mira,VPN,30"),
        ("Start,User,Description,Duration", "1790838000000,Mira,Mail,90", "1790924400000,Mira,VPN,30"),
        ("Date,User,Duration,Description", "2026-10-01 00:00 PST,Mira,90,Mail", "2026-10-02 00:00 PST,Mira,30,VPN"),
        ("Date,User,Duration,Description,Ticket", "2026-10-01,Mira,90,Mail", "2026-10-02,Mira,30,VPN"),
    ],
    ids=["seconds since 1970", "milliseconds since 1970", "midnight of some zone", "short rows"],
)
def test_numbers_without_a_unit_are_asked_about_however_the_rows_are_written(header, first, second):
    reason = refused(f"{header}\n{first}\n{second}\n").reason

    assert "“Duration” “90” in line 2 is 90 hours, minutes or seconds, and nothing in the file says which." in reason


def dates(*texts):
    return "Date;User;Description;Hours\n" + "".join(f"{text};Mira;Mail;1\n" for text in texts)


@pytest.mark.parametrize(
    ("texts", "reading"),
    [
        (("26-10-01", "26-10-13", "26-10-14"), "The date 26-10-01 in line 2 is 26 October 2001, or 1 October 2026"),
        (("26/10/25", "26/10/26"), "The date 26/10/25 in line 2 is 26 October 2025, or 25 October 2026"),
        (("", "26-02-27", "26-02-28"), "The date 26-02-27 in line 3 is 26 February 2027, or 27 February 2026"),
    ],
)
def test_years_of_two_digits_that_probably_stand_first_are_refused(texts, reading):
    assert reading in refused(dates(*texts)).reason


@pytest.mark.parametrize(
    "texts",
    [
        ("26-10-26", "27-10-26", "28-10-26"),
        ("31-12-25", "02-01-26"),
        ("05-10-26",) * 3 + ("13-10-26",),
        ("15-12-25", "15-01-26", "15-02-26"),
        ("26-10-26", "27-10-2026", "26-10-25"),
    ],
)
def test_years_of_two_digits_that_stand_last_are_read(texts):
    assert len(texts) == sum(isinstance(row, Row) for row in read(dates(*texts)))


@pytest.mark.parametrize(
    ("caption", "day"), [("DD/MM/YYYY", (3, 4)), ("MM/DD/YYYY", (4, 3)), ("TT/MM/JJJJ", (3, 4)), ("dd/mm/yy", (3, 4))]
)
def test_a_caption_says_whether_the_day_stands_first(caption, day):
    (row,) = read(f"Date ({caption}),User,Hours,Notes\n03/04/2026,Mira,1.5,Mail\n")

    assert day == (row.entry.date.day, row.entry.date.month)


@pytest.mark.parametrize(
    ("word", "codec"),
    [
        *((word, "cp1250") for word in ("Mira Łęcka", "Wysyłka", "Książka", "Każdy", "Přístup", "Město")),
        *((word, "mac-roman") for word in ("Müller", "Käse", "Café")),
        ("Обслуживание", "cp1251"),
    ],
)
def test_other_encodings_are_refused_rather_than_read_as_western_letters(word, codec):
    assert "Save it as “CSV UTF-8”" in refused(f"Date;User;Notes;Hours\n2026-10-01;{word};x;1\n".encode(codec)).reason


@pytest.mark.parametrize(
    "word", ["20 € – “ok”", "5 m³/h", "£m", "lunedì", "Søren Ærø", "¿Qué?", "Île-de-France", "¹ footnote"]
)
def test_western_letters_and_marks_are_read_as_they_are(word):
    (row,) = read(f"Date;User;Notes;Hours\n2026-10-01;{word};é;1\n".encode("cp1252"))

    assert word == row.entry.worker


@pytest.mark.parametrize(
    "start",
    [
        "<html><body><table><tr><td>Date</td>",
        '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
    ],
)
def test_a_table_that_is_only_named_a_workbook_says_what_to_do(start):
    assert "Open it in Excel or LibreOffice, save it as .xlsx or CSV" in refused(start).reason


def test_what_an_import_read_is_read_again_whatever_is_refused_today():
    """As a replay does."""
    texts = [dates("26-10-01", "26-10-13").encode(), "Date;User;Notes;Hours\n2026-10-01;Wysyłka;x;1\n".encode("cp1250")]

    assert [False] * 2 == [
        isinstance(open_export(BytesIO(text), SourceHints(), ReadBefore("generic")), Refusal) for text in texts
    ]


THIN = {
    "Toggl": ("Start Date,Duration,Technician,Notes", "2026-10-01,{},Mira,Mail"),
    "Kimai": ("Date,Duration,Customer,Activity,Engineer,Narrative", "2026-10-01,{},N,Support,Mira,Mail"),
    "FreshBooks": ("Date,Duration,Team Member,Billable,Details", "2026-10-01,{},Mira,Yes,Mail"),
    "Zoho": ("Date,Time Spent,Project Name,Task Name,User,Description", "2026-10-01,{},Help,T,Mira,Mail"),
}


@pytest.mark.parametrize(("header", "row"), THIN.values(), ids=THIN)
def test_numbers_are_asked_about_in_a_list_that_only_has_a_few_names_of_a_tool(header, row):
    reason = refused("\n".join((header, row.format(90), row.format(15)))).reason

    assert "is 90 hours, minutes or seconds" in reason


@pytest.mark.parametrize(("header", "row"), THIN.values(), ids=THIN)
def test_such_a_list_is_read_where_its_cells_say_what_they_are(header, row):
    found = read("\n".join((header, row.format("1:30"), row.format("1:30"))))

    assert [MIRA] * 2 == [(one.entry.worker, one.entry.description, one.entry.seconds) for one in found]


def test_hours_with_minutes_in_such_a_list_are_proven_by_its_start_and_end():
    found = read(
        "Date,First Name,Last Name,Start,End,Hours,Comment\n"
        "2026-10-01,Mira,Okafor,09:00,10:30,1.30,Mail\n2026-10-02,Mira,Okafor,09:00,11:15,2.15,VPN\n"
    )

    assert [5400, 8100] == [row.entry.seconds for row in found]


def test_two_columns_of_hours_in_such_a_list_that_differ_are_asked_about():
    text = "Start Date,Duration,Hours Worked,Assignee,Task\n2026-10-01,5,1.5,Mira,Mail\n2026-10-02,3,2.0,Mira,VPN\n"

    assert "hours, minutes or seconds" in refused(text).reason


def test_hours_and_minutes_count_where_a_tools_own_column_of_hours_is_missing():
    (row,) = read(
        "Date,Date/time,End date/time,Project,Who,Description,Is it billable?,Hours,Minutes\n"
        "2026-10-01,2026-10-01 09:00:00,2026-10-01 10:40:00,P,Mira,Mail,Yes,1,30\n"
    )

    assert ("teamwork", 5400) == (row.entry.source, row.entry.seconds)


def test_a_column_without_a_name_counts_nothing():
    """What pandas puts in front."""
    rows = read(",Date,User,Description,Hours\n0,2026-10-01,Mira,Mail,1.5\n1,2026-10-02,Mira,VPN,2\n")

    assert [5400, 7200] == [row.entry.seconds for row in rows]


@pytest.mark.parametrize("factor", [1, 1000])
def test_dates_that_are_all_midnights_in_seconds_since_1970_are_days(factor):
    rows = read(
        "".join(["Date,User,Notes,Hours\n", *(f"{day * factor},Mira,x,1\n" for day in (1790812800, 1790899200))])
    )

    assert [(FIRST, None), (date(2026, 10, 2), None)] == [(row.entry.date, row.instant) for row in rows]


def test_a_zone_that_can_be_several_is_named_also_for_starts_and_ends():
    (row,) = read("Start,End,User,Notes\n2026-10-01 09:00 CST,2026-10-01 10:00 CST,Mira,x\n")

    assert "“CST” can be North America (-06:00), China (+08:00)" in row.reason


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("dateWorked,startDateTime,endDateTime,hoursWorked,resourceID,summaryNotes", "{},{},{},1.5,Mira,Mail"),
        ("Date,Client,Project,Project Code,Task,Notes,Hours,First Name,Last Name", "{},N,P,C,T,Mail,1.5,Mira,"),
        ("Member,Date,Hours,Inv Hours,Agreement,Ticket #,Notes", "Mira,{},1.50,0,Gold,77,Mail"),
    ],
    ids=["autotask", "harvest", "connectwise"],
)
def test_midnights_with_an_offset_are_days_in_a_known_tools_file_too(header, row):
    cells = ("2026-10-01T00:00:00Z", "2026-10-01T13:00:00Z", "2026-10-01T14:30:00Z")
    (one,) = read(f"{header}\n{row.format(*cells)}\n")

    assert (FIRST, None) == (one.entry.date, one.instant)


@pytest.mark.parametrize(("header", "row"), THIN.values(), ids=THIN)
def test_a_sum_in_such_a_list_is_no_work(header, row):
    rows = read("\n".join((header, row.format("1:30"), row.format("1:30").replace("Mail", "Total"))))

    assert [True, False] == [isinstance(one, Row) for one in rows]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Date,Employee,Project,Quantity,Unit of Measure,Description", "2026-10-01,Mira,P,{},{},Mail"),
        ("Date,Employee,Duration,Unit,Description", "2026-10-01,Mira,{},{},Mail"),
    ],
    ids=["odoo", "a list"],
)
def test_a_column_of_units_has_to_say_the_unit_in_which_the_numbers_are_read(header, row):
    hours = read("\n".join((header, row.format("1.5", "Hours"), row.format("2.5", "h"), row.format("1.5", "IT"))))
    text = "\n".join((header, row.format("1.5", "Hours"), row.format("0.5", "Days")))

    assert [5400, 9000, 5400] == [one.entry.seconds for one in hours]
    assert "in line 3 says “Days”, so the numbers of" in refused(text).reason


TOGGL = "User,Email,Description,Start date,Start time,End date,End time,Duration"
DONE = "2026-10-01 09:00"
HALO = "Date/Time Done,Time Taken,Technician,Client Name,Note"


@pytest.mark.parametrize(
    ("header", "row"),
    [(TOGGL, "Mira,,Mail,2026-10-01,09:00,2026-10-01,10:30,{}"), (HALO, "2026-10-01 09:00,{},Mira,N,Mail")],
)
def test_nothing_but_whole_numbers_above_24_are_no_hours_in_a_known_tools_file_either(header, row):
    assert "is 90 hours, minutes or seconds" in refused("\n".join((header, row.format(15), row.format(90)))).reason
    assert [15 * 3600, 90 * 3600, 5400] == [
        one.entry.seconds
        for one in read("\n".join((header, row.format(15), row.format(90), row.format("1.5"))))
        if isinstance(one, Row)
    ]


ENTERED = "Started At,Ended At,Date Logged,User,Notes\n"


def test_a_day_that_is_not_that_of_the_start_is_asked_about():
    """It may be when the work was entered."""
    text = ENTERED + "2026-10-01 09:00,2026-10-01 10:30,2026-10-09,Mira,Mail\n"

    assert (
        "In line 2, “Date Logged” is “2026-10-09” and “Started At” is “2026-10-01 09:00”: either can be the day of "
        "the work. Say once how to read this header: `hourtab source map FILE --as NAME --set date=COLUMN`."
    ) == refused(text).reason


def test_a_few_days_that_are_not_those_of_the_start_are_not():
    same, other = (f"2026-10-01 09:00,2026-10-01 10:30,2026-10-{day},Mira,Mail\n" for day in ("01", "02"))

    assert [5400] * 4 == [row.entry.seconds for row in read(ENTERED + same * 3 + other)]


def test_as_many_days_that_are_those_of_the_start_as_others_are_not_either():
    same, other = (f"2026-10-01 09:00,2026-10-01 10:30,2026-10-{day},Mira,Mail\n" for day in ("01", "02"))

    assert [5400] * 4 == [row.entry.seconds for row in read(ENTERED + other + same + other + same)]
    assert "In line 3, “Date Logged” is" in refused(ENTERED + same + other + other).reason


@pytest.mark.parametrize(
    ("header", "row", "short"),
    [
        ("Date,User,Notes,Hours,Unit", "2026-10-01,Mira,Mail,1.5,h", "2026-10-02,Mira,Mail,1.5"),
        ("Date,User,Notes,Hours", "2026-10-01,Mira,Mail,1.5", "2026-10-02,Mira,Mail"),
        ("User,Notes,Hours,Date", "Mira,Mail,1.5,2026-10-01T00:00:00Z", "Mira,Mail,1.5"),
        ("User,Notes,Hours,Date,Start", "Mira,Mail,1.5,2026-10-01,2026-10-01 09:00", "Mira,Mail,1.5"),
        ("User,Notes,Hours,Start,Date", "Mira,Mail,1.5,2026-10-01 09:00,2026-10-01", "Mira,Mail,1.5"),
    ],
)
def test_rows_that_end_early_settle_nothing(header, row, short):
    (first, second) = read(f"{header}\n{row}\n{short}\n")

    assert (FIRST, 5400) == (first.entry.date, first.entry.seconds)
    assert getattr(second, "column", None) in {None, "Date"}


def test_a_day_is_no_doubt_in_a_known_tools_file_and_the_first_number_above_it_is_shown():
    day, first, second = (f"{DONE},{number},Mira,N,x\n" for number in (24, 90, 95))

    assert [24 * 3600] == [row.entry.seconds for row in read(f"{HALO}\n{day}")]
    assert "“90” in line 3 is 90 hours" in refused(f"{HALO}\n{day}{first}{second}").reason


def test_numbers_are_asked_about_in_a_known_tools_file_of_which_a_row_ends_early():
    assert "“90” in line 4 is 90 hours" in refused(f"{HALO}\n{DONE},15,Mira,N,x\n{DONE}\n{DONE},90,Mira,N,x\n").reason
