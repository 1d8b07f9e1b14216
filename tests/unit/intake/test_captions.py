"""Lists of no known tool are read by common captions of any language in the tables, however they are spelled."""

from collections import Counter
from io import BytesIO

import pytest

from chalicelib.intake.common_columns import find_common
from chalicelib.intake.export import Export, open_export
from chalicelib.intake.recognise import normal_names
from chalicelib.intake.rows import RefusalKind, Row, RowProblem, SourceHints, UnreadableExportError
from chalicelib.intake.sources.captions import (
    CAPTIONS,
    DURATIONS,
    HOURS,
    LAST_RESORTS,
    MILLISECONDS,
    MINUTES,
    SECONDS,
    caption_words,
    duration_caption,
)
from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.settled import GRAMMAR, ReadBefore, ReadColumn, Settled
from chalicelib.intake.unread import UnreadRows
from tests.unit.intake.reading import entry_of, opened, read

FULL = "2026-10-01;Mira;Nord;Help;Sup;Mail;1,5;1"
FULL_HEADERS = {
    "cs": "Datum;Pracovník;Zákazník;Projekt;Úkol;Popis;Počet hodin;Fakturovatelné",
    "da": "Dato;Medarbejder;Kunde;Projekt;Opgave;Beskrivelse;Timer;Fakturerbar",
    "de": "Datum;Mitarbeiter;Kunde;Projekt;Aufgabe;Beschreibung;Stunden;Abrechenbar",
    "en": "Date;Employee;Client;Project;Task;Description;Hours spent;Billable",
    "es": "Fecha;Empleado;Cliente;Proyecto;Tarea;Descripción;Duración;Facturable",
    "fr": "Date;Collaborateur;Client;Projet;Tâche;Description;Heures;Facturable",
    "it": "Data;Dipendente;Cliente;Progetto;Attività;Descrizione;Ore;Fatturabile",
    "nl": "Datum;Medewerker;Klant;Project;Taak;Omschrijving;Uren;Declarabel",
    "pl": "Data;Pracownik;Klient;Projekt;Zadanie;Opis;Liczba godzin;Rozliczalne",
    "pt": "Data;Funcionário;Cliente;Projeto;Tarefa;Descrição;Horas;Faturável",
    "sv": "Datum;Medarbetare;Kund;Projekt;Uppgift;Beskrivning;Timmar;Debiterbar",
    "camelCase": "spentOn;technicianFullName;clientName;projectName;taskName;workDescription;timeSpent;isBillable",
    "colons": "Spent on:;Agent:;Customer:;Job:;Activity:;Narrative:;Hours Spent:;Billable?:",
    "joined": "workdate;username;customername;projectname;taskname;narrative;timespent;isbillable",
    "snake_case": "work_date;user_name;client_name;project_name;task_name;work_notes;hours_spent;is_billable",
    "without accents": "Fecha;Tecnico;Cliente;Proyecto;Tarea;Descripcion;Duracion;Facturable",
}
TIMED = "2026-10-01;Mira;09:00;10:30;Mail;ND-1"
TIMED_HEADERS = {
    "cs": "Den;Jméno;Začátek;Konec;Poznámka;Tiket",
    "da": "Dato;Navn;Fra;Til;Bemærkning;Sag",
    "de": "Datum;Techniker;Von;Bis;Notiz;Ticketnummer",
    "en": "Day;Technician full name;Start time;End time;Remarks;Ticket no.",
    "es": "Día;Técnico;Hora inicio;Hora fin;Notas;Incidencia",
    "fr": "Jour;Technicien;De;À;Remarques;Ticket",
    "it": "Giorno;Utente;Ora inizio;Ora fine;Note;Ticket",
    "nl": "Datum;Naam;Begintijd;Eindtijd;Opmerking;Ticketnr",
    "pl": "Dzień;Użytkownik;Od;Do;Uwagi;Zgłoszenie",
    "pt": "Dia;Usuário;Início;Término;Observações;Chamado",
    "sv": "Datum;Namn;Starttid;Sluttid;Anteckning;Ärende",
    "camelCase": "workDay;agentName;startTime;endTime;workNotes;ticketId",
    "snake_case": "work_day;performed_by;start_time;end_time;work_notes;ticket_id",
}


@pytest.mark.parametrize("spelling", FULL_HEADERS)
def test_a_list_in_any_language_and_spelling_says_who_did_what_for_whom_and_how_long(spelling):
    row = entry_of(f"{FULL_HEADERS[spelling]}\n{FULL}\n")

    entry = row.entry
    assert ("Mira", "Nord", "Help", "Sup", "Mail", 5400, True) == (
        *(entry.worker, row.facts.client, entry.project, entry.task, entry.description, entry.seconds, entry.billable),
    )


@pytest.mark.parametrize("spelling", TIMED_HEADERS)
def test_a_list_with_start_and_end_is_measured_by_them(spelling):
    entry = entry_of(f"{TIMED_HEADERS[spelling]}\n{TIMED}\n").entry

    assert ("Mira", 32_400, 5400, "Mail", "ND-1") == (
        *(entry.worker, entry.start, entry.seconds, entry.description, entry.ticket),
    )


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Hours", Unit.HOURS),
        ("Duration (h:mm)", Unit.OPEN),
        ("time_spent_minutes", Unit.MINUTES),
        ("durationMinutes", Unit.MINUTES),
        ("Duración (min)", Unit.MINUTES),
        ("Zeit (Min.)", Unit.MINUTES),
        ("Time in seconds", Unit.SECONDS),
        ("Dauer (ms)", Unit.MILLISECONDS),
        ("Decimal hours", Unit.HOURS),
        ("Ore (decimale)", Unit.HOURS),
    ],
)
def test_a_duration_caption_names_its_unit(name, unit):
    assert unit == duration_caption(name).unit


@pytest.mark.parametrize("name", ["Hours (min)", "Total hours", "Duration estimate", "Time of day", "Hourly", ""])
def test_what_is_more_than_a_caption_and_a_unit_is_no_duration(name):
    assert duration_caption(name) is None


@pytest.mark.parametrize(
    ("header", "preferred"),
    [
        ("date,task,hours spent,hours", "hours"),
        ("date,task,time_spent,hours", "hours"),
        ("date,task,duration (h),duration (h:mm)", "duration (h:mm)"),
        ("date,task,time,time (h)", "time (h)"),
        ("date,task,minutes,time spent", "time spent"),
    ],
)
def test_a_clock_is_preferred_to_a_number_and_what_was_read_before_to_what_is_read_since(header, preferred):
    columns = find_common(header.split(","), normal_names(header.split(",")))

    assert preferred == columns.durations[0][1].name


@pytest.mark.parametrize(
    ("header", "worker"),
    [
        ("Date,Hours,Task,Agent,Name", "Name"),
        ("Date,Hours,Task,Owner,Mitarbeiter", "Mitarbeiter"),
        ("Date,Hours,Task,Last name,First name,Name", "Last name"),
        ("Date,Hours,Task,Owner,Assignee", "Assignee"),
    ],
)
def test_a_worker_column_that_was_read_before_is_still_preferred(header, worker):
    names = header.split(",")

    assert worker in {names[at] for at in find_common(names, normal_names(names)).worker}


def test_a_caption_as_the_table_spells_it_is_preferred_to_one_in_another_spelling():
    names = ["start_date", "Entry date", "Hours", "Task"]

    assert "Entry date" == names[find_common(names, normal_names(names)).columns[Field.DATE]]


def test_the_first_of_two_columns_with_one_caption_counts():
    names = ["Date", "user_name", "User name", "Hours", "Hours", "Task"]
    common = find_common(names, normal_names(names))

    assert ((2,), [3]) == (common.worker, [at for at, _ in common.durations])


def test_a_caption_stands_once_and_a_part_of_a_name_is_nothing_else():
    spelled = [caption for captions in CAPTIONS.values() for caption in captions]
    spelled += [*DURATIONS, *HOURS, *MINUTES, *SECONDS, *MILLISECONDS, *LAST_RESORTS]
    counted = Counter(map(caption_words, spelled))
    parts = {caption_words(part) for caption in CAPTIONS[Field.WORKER] for part in caption.split(" + ")}
    others = {caption_words(caption) for field, of in CAPTIONS.items() if field is not Field.WORKER for caption in of}

    assert (set(), set()) == ({words for words, count in counted.items() if count > 1}, parts & others)


def test_a_single_letter_is_no_caption():
    assert {} == find_common(["A", "B"], ["a", "b"]).columns


@pytest.mark.parametrize("lines", [1, 12, 40])
def test_titles_and_filters_above_the_header_are_skipped(lines):
    above = "".join(f"Filter {number},all\n" for number in range(lines))
    row = entry_of(f"{above}Fecha;Técnico;Descripción;Horas\n2026-10-01;Mira;Correo;1,5\n")

    assert (lines + 2, "Mira", "Correo", 5400) == (row.line, row.entry.worker, row.entry.description, row.entry.seconds)


def test_the_first_of_two_headers_is_the_file_s():
    text = "Date,Notes,Hours\n2026-10-01,Mail,1\nStart date,Description,Duration\n2026-10-02,VPN,2\n"

    assert ("Date", "Notes", "Hours") == opened(text).columns


@pytest.mark.parametrize(
    "again", ["Date,User,Description,Hours", "\ufeffDATE, user ,Description,Hours", "Date,User,Description,Hours,,"]
)
def test_files_of_one_header_may_be_joined(again):
    rows = read(f"Date,User,Description,Hours\n2026-10-01,Mira,Mail,1.5\n{again}\n2026-10-02,Mira,VPN,2\n")

    assert [(2, 5400), (4, 7200)] == [(row.line, row.entry.seconds) for row in rows]


@pytest.mark.parametrize(
    ("other", "names"),
    [
        ("Date,Description,User,Hours", "date, description, user, hours"),
        ("Date,User,Hours,Description", "date, user, hours, description"),
        ("Datum,,Mitarbeiter,Stunden,Notiz,Kunde", "datum, mitarbeiter, stunden, notiz, kunde"),
    ],
)
def test_files_of_different_headers_that_were_joined_are_refused(other, names):
    text = f"Date,User,Description,Hours\n2026-10-01,Mira,Mail,1.5\n{other}\n2026-10-02,VPN,Mira,2\n"

    with pytest.raises(UnreadableExportError) as caught:
        read(text)

    assert RefusalKind.TWO_HEADERS == caught.value.refusal.kind
    assert (
        f"Line 3 has another header ({names}), so the file is two exports, one below the other, with different "
        "columns. Drop each as a file of its own."
    ) == caught.value.refusal.reason


def test_joined_files_that_were_imported_before_are_replayed_as_they_were():
    text = "Date,User,Description,Hours\n2026-10-01,Mira,Mail,1.5\nDate,Description,User,Hours\n"
    export = open_export(BytesIO(text.encode()), SourceHints(), ReadBefore("generic"))

    assert [Row, RowProblem] == [type(row) for row in export.rows()]


def test_a_file_is_replayed_by_the_source_that_read_it_before():
    text = b"Start date,Duration,Description\n2026-10-01,1:30,Mail\n"

    assert "toggl" == opened(text).source
    assert "generic" == open_export(BytesIO(text), SourceHints(), ReadBefore("generic")).source
    assert "toggl" == open_export(BytesIO(text), SourceHints(), ReadBefore("watson")).source  # which cannot read it


def test_what_a_source_has_read_before_is_no_report_and_what_another_one_read_may_be():
    text = b"timestamp,duration,app,title\nStart date,Duration,Description\n2026-10-01,1,x\n"
    before, others = (open_export(BytesIO(text), SourceHints(), ReadBefore(name)) for name in ("toggl", "harvest"))

    assert "toggl" == before.source
    assert RefusalKind.SUMMARY_REPORT == others.kind


def after_all(text):
    export = opened(text)
    unread = UnreadRows(export)
    rows = list(unread.watch(export.rows()))
    return rows, unread.refusal()


def test_a_list_of_which_every_row_fails_shows_the_first_cell_and_says_how_to_map_it():
    _, refusal = after_all("Date,Time spent,Notes\nMail,2026-10-01,1.5\nVPN,2026-10-02,2\n")

    assert RefusalKind.NOTHING_READ == refusal.kind
    assert "line 2, “Date” is “Mail”" in refusal.reason
    assert "`hourtab source map FILE --as NAME` (it will propose date = “Date”" in refusal.reason


@pytest.mark.parametrize(
    "rows",
    [
        "2026-10-01,1,x\nnever,1,x\n",
        "2026-10-01,,x\n",
        ",1,Total\n",
        "",
    ],
)
def test_a_list_of_which_a_row_is_read_or_merely_empty_is_not_refused(rows):
    assert after_all(f"Date,Hours,Notes\n{rows}")[1] is None


def test_a_known_tool_is_never_suspected():
    assert after_all("Start date,Duration,Description\nnever,1:00,x\n")[1] is None


def test_work_in_a_known_tool_may_be_called_a_total():
    assert 5400 == entry_of("Start date,Duration,Description\n2026-10-01,1:30,Total\n").entry.seconds


WEAK = {
    "start-date": ("Mitarbeiter;Start Date;Duration;Bemerkung\nMira;2026-10-01;1,5;Mail\n", "toggl"),
    "start-date-es": ("Duration,Comentario,Técnico,Start date\n1:30,Mail,Mira,2026-10-01\n", "toggl"),
    "first-name": ("Date,First name,Last name,Hours,Narrative\n2026-10-01,Mira,,1.5,Mail\n", "harvest"),
    "member": ("Hours;Comments;Member;Agreement;Date\n1,5;Mail;Mira;Gold;2026-10-01\n", "connectwise"),
    "task-name": ("Time Spent,Task Name,Project Name,Date,Agent,Omschrijving\n1.5,T,P,2026-10-01,Mira,Mail\n", "zoho"),
    "time-taken": ("Date/Time Done,Time Taken,Engineer,Opis\n2026-10-01 09:00,1.5,Mira,Mail\n", "halopsa"),
    "worked": ("Worked Date,Hours Worked,performed_by,work_notes\n2026-10-01,1.5,Mira,Mail\n", "autotask"),
}


@pytest.mark.parametrize("name", WEAK)
def test_a_list_that_a_tool_is_known_by_in_part_keeps_what_its_other_columns_say(name):
    """And it keeps the name of that source, so that what was imported before is still the same work."""
    text, source = WEAK[name]
    entry = entry_of(text).entry

    assert (source, "Mira", "Mail", 5400) == (entry.source, entry.worker, entry.description, entry.seconds)


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("Date/Time Done,Time Taken,Username,Note\n2026-10-01 09:00,1.5,Carla,Mail\n", "worker"),
        ("id,user,start,end,duration,status number,Organization\n1,Mira,2026-10-01 09:00,,1.5,2,Own\n", "client"),
    ],
)
def test_a_column_that_a_tool_means_otherwise_is_not_read(text, lacks):
    row = entry_of(text)

    assert not {"worker": row.entry.worker, "client": row.facts.client}[lacks]


@pytest.mark.parametrize(
    "header", ["Libellé;Durée (décimal);Jour", "LIBELLÉ;DURÉE (DÉCIMAL);JOUR", "libellé;duréeDécimal;jour"]
)
def test_capital_letters_with_accents_split_no_word(header):
    assert "generic" == opened(f"{header}\nImprimante;1,5;2026-10-01\n").source


def test_what_was_read_from_start_to_end_stays_so_where_a_later_release_knows_a_column_of_hours():
    text = "Date,Start,End,Notes,Hours\n2026-10-01,9:00,10:00,x,7\n"
    columns = ((Field.DATE, "date"), (Field.START, "start"), (Field.END, "end"), (Field.DESCRIPTION, "notes"))
    settled = Settled(columns=tuple(ReadColumn(*one) for one in columns), grammar=GRAMMAR)
    export = open_export(BytesIO(text.encode()), SourceHints(), ReadBefore("generic", settled))

    assert isinstance(export, Export)
    assert [3600] == [row.entry.seconds for row in export.rows() if isinstance(row, Row)]
