"""Every known header variant gives the same two entries, as far as it has the columns."""

from datetime import date

import pytest

from chalicelib.domain.entry import Entry
from chalicelib.domain.routing import Facts
from chalicelib.intake.rows import Row
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.intake.sources.columns import DateOrder
from tests.unit.intake.reading import EXPORTS, opened, read

FIRST = {
    "source_id": None,
    "worker": "Ada Park",
    "worker_email": "ada@example.com",
    "date": date(2026, 3, 2),
    "start": 9 * 3600,
    "seconds": 5400,
    "project": "Helpdesk",
    "task": "Support",
    "description": "Printer jam, second floor",
    "work_type": None,
    "ticket": None,
    "tags": ("Urgent", "Onsite"),
    "billable": True,
}
SECOND = {
    **FIRST,
    "worker": "Zoë Müller",
    "worker_email": "zoe@example.com",
    "date": date(2026, 3, 16),
    "start": 13 * 3600 + 15 * 60,
    "seconds": 2700,
    "description": "Reset MFA for the “front desk”",
    "tags": (),
    "billable": False,
}
CLIENT = "Northwind Clinic"
NO_MAIL = {"worker_email": None}
NO_START = {"start": None}
NO_TAGS = {"tags": None}
NO_TASK = {"task": None}
NO_WORKER = {"worker": "", "worker_email": None}
NO_FLAG = {"billable": None}
GRID = {"worker_email": None, "start": None, "project": None, "task": None, "description": None, "tags": None}
TICKETS = ({"ticket": "5501", "source_id": "9001"}, {"ticket": "5502", "source_id": "9002"})
UNNUMBERED_TICKETS = ({"ticket": "5501"}, {"ticket": "5502"})
ISSUES = ({"ticket": "HD-7"}, {"ticket": "HD-8"})
WORKLOGS = ({**ISSUES[0], "source_id": "10041"}, {**ISSUES[1], "source_id": "10042"})
REDMINE_ISSUES = ({"ticket": "Bug #5501: Paper jams"}, {"ticket": "Bug #5502: Sign-in"})
NEITHER = ({}, {})


def _uuid(end: str) -> str:
    return f"5f0c1f0e-0000-4000-8000-0000000000{end}"


# file: source, client, contract, how both entries differ from the base, how each differs
VARIANTS = {
    "clickup": (
        "clickup",
        None,
        None,
        NO_MAIL | {"project": "Clients › Northwind Clinic › Helpdesk"},
        ({"ticket": "86a1", "source_id": "4800001"}, {"ticket": "86a2", "source_id": "4800002"}),
    ),
    "toggl_old": ("toggl", CLIENT, None, {}, NEITHER),
    "toggl_old_quoted": ("toggl", CLIENT, None, {}, NEITHER),
    "toggl_new": ("toggl", None, None, NO_TASK | NO_FLAG, NEITHER),
    "toggl_new_without_duration": ("toggl", CLIENT, None, NO_TASK | NO_TAGS | NO_WORKER, NEITHER),
    "toggl_new_few_columns": ("toggl", None, None, NO_TASK | NO_WORKER | NO_FLAG | {"project": None}, NEITHER),
    "clockify_en": ("clockify", CLIENT, None, {}, NEITHER),
    "clockify_activity": ("clockify", CLIENT, None, {"work_type": "Regular"}, NEITHER),
    "clockify_few_columns": ("clockify", None, None, NO_MAIL | NO_START | NO_TASK | NO_TAGS | NO_FLAG, NEITHER),
    "clockify_de": ("clockify", CLIENT, None, {}, NEITHER),
    "clockify_fr": ("clockify", CLIENT, None, NO_TASK | NO_TAGS, NEITHER),
    "clockify_excel": ("clockify", CLIENT, None, {}, NEITHER),
    "harvest": ("harvest", CLIENT, None, NO_MAIL | NO_START | NO_TAGS, NEITHER),
    "harvest_rounded": ("harvest", CLIENT, None, NO_MAIL | NO_START | NO_TAGS, NEITHER),
    "harvest_without_employee_id": ("harvest", CLIENT, None, NO_MAIL | NO_START | NO_TAGS, NEITHER),
    "harvest_2019": ("harvest", CLIENT, None, NO_MAIL | NO_START | NO_TAGS, NEITHER),
    "harvest_2015": ("harvest", CLIENT, None, NO_MAIL | NO_START | NO_TAGS, NEITHER),
    "harvest_started_at": ("harvest", CLIENT, None, NO_MAIL | NO_TAGS, NEITHER),
    "kimai": ("kimai", CLIENT, None, {}, NEITHER),
    "kimai_de": ("kimai", CLIENT, None, {}, NEITHER),
    "kimai_fr": ("kimai", CLIENT, None, {}, NEITHER),
    "kimai_seconds": ("kimai", CLIENT, None, NO_MAIL, NEITHER),
    "kimai_seconds_de": ("kimai", CLIENT, None, NO_MAIL, NEITHER),
    "kimai_template": ("kimai", CLIENT, None, NO_MAIL | NO_TAGS | NO_FLAG, ({"source_id": "41"}, {"source_id": "42"})),
    "connectwise_invoicing": (
        "connectwise",
        None,
        "Gold Support",
        GRID | {"work_type": "Remote"},
        ({**TICKETS[0], "task": FIRST["description"]}, {**TICKETS[1], "task": SECOND["description"]}),
    ),
    "connectwise_finance": ("connectwise", None, "Gold Support", GRID, UNNUMBERED_TICKETS),
    "connectwise_agreement": ("connectwise", None, None, GRID | {"work_type": "Remote"}, UNNUMBERED_TICKETS),
    "connectwise_invoice_search": ("connectwise", None, "Gold Support", GRID | {"work_type": "Remote"}, TICKETS),
    "connectwise_view": (
        "connectwise",
        CLIENT,
        None,
        NO_MAIL | NO_TAGS | {"project": None, "work_type": "Remote"},
        ({**TICKETS[0], "task": "Paper jams"}, {**TICKETS[1], "task": "Sign-in"}),
    ),
    "clockify_pt": ("clockify", CLIENT, None, {}, NEITHER),
    "kimai_importer": ("kimai", CLIENT, None, NO_FLAG, NEITHER),
    "solidtime": ("solidtime", CLIENT, None, NO_MAIL, NEITHER),
    "solidtime_backup": (
        "solidtime-backup",
        _uuid("c1"),
        None,
        NO_MAIL | NO_TAGS | {"project": _uuid("a1"), "task": _uuid("b1")},
        ({"source_id": _uuid("01"), "worker": _uuid("d1")}, {"source_id": _uuid("02"), "worker": _uuid("d2")}),
    ),
    "tmetric": ("tmetric", CLIENT, None, NO_MAIL | NO_TASK | {"work_type": "Remote"}, NEITHER),
    "quickbooks_time": (
        "quickbooks-time",
        CLIENT,
        None,
        NO_TASK | NO_TAGS | {"work_type": "Support:Onsite"},
        ({"project": "Helpdesk › Printers"}, NO_START),
    ),
    "quickbooks_time_decimal": (
        "quickbooks-time",
        CLIENT,
        None,
        NO_START | NO_TASK | NO_TAGS | {"work_type": "Support:Onsite", "worker_email": "", "description": None},
        ({}, NO_FLAG),
    ),
    "tempo": (
        "tempo",
        None,
        "Gold Support",
        NO_MAIL | NO_START | NO_TAGS | {"work_type": "Remote"},
        ISSUES,
    ),
    "tempo_cloud": ("tempo", CLIENT, "Gold Support", NO_MAIL | NO_START | NO_TAGS, ISSUES),
    "jira_worklogs": ("jira-worklogs", None, None, NO_MAIL | NO_FLAG | {"work_type": "Task"}, WORKLOGS),
    "jira_worklogs_instants": ("jira-worklogs", None, None, NO_MAIL | NO_FLAG | {"work_type": "Task"}, WORKLOGS),
    "jira_worklogs_older": ("jira-worklogs", None, None, NO_MAIL | NO_FLAG | NO_TAGS, ISSUES),
    "timechimp": ("timechimp", CLIENT, None, NO_MAIL | NO_START, NEITHER),
    "timr": (
        "timr",
        None,
        None,
        NO_MAIL | NO_TAGS | NO_TASK | NO_FLAG | {"project": None, "work_type": "Remote"},
        ({"source_id": "b41"}, {"source_id": "b42"}),
    ),
    "watson": (
        "watson",
        None,
        None,
        NO_WORKER | NO_TASK | NO_FLAG | {"description": None},
        ({"source_id": "5a1c0de"}, {"source_id": "77be0af"}),
    ),
    "timewarrior": ("timewarrior", None, None, NO_WORKER | NO_TASK | NO_FLAG | {"project": None}, NEITHER),
    "yast": ("yast", None, None, NO_MAIL | NO_TASK | {"work_type": "Remote"}, NEITHER),
    "timings": ("timings", CLIENT, None, NO_MAIL | NO_TAGS | NO_FLAG | {"work_type": "Remote"}, NEITHER),
    "autotask": (
        "autotask",
        CLIENT,
        "Gold Support",
        NO_MAIL | NO_START | NO_TASK | NO_TAGS | {"project": None, "work_type": "Engineer"},
        ({"ticket": "T20260302.0001"}, {"ticket": "T20260316.0004"}),
    ),
    "autotask_api": (
        "autotask",
        None,
        "71",
        NO_MAIL | NO_START | NO_TAGS | {"project": None, "task": "", "work_type": "44"},
        ({**TICKETS[0], "worker": "12"}, {**TICKETS[1], "worker": "13"}),
    ),
    "halopsa": (
        "halopsa",
        CLIENT,
        None,
        NO_MAIL | NO_START | NO_TASK | NO_TAGS | NO_FLAG | {"project": None, "work_type": "Incident"},
        UNNUMBERED_TICKETS,
    ),
    "halopsa_minutes": (
        "halopsa",
        CLIENT,
        None,
        NO_MAIL | NO_START | NO_TAGS | NO_FLAG | {"project": None, "work_type": "Remote"},
        UNNUMBERED_TICKETS,
    ),
    "halopsa_charges": (
        "halopsa",
        CLIENT,
        "Gold Support",
        NO_WORKER | NO_START | NO_TAGS | NO_FLAG | {"project": None, "work_type": "Remote", "description": None},
        (
            {**UNNUMBERED_TICKETS[0], "task": FIRST["description"]},
            {**UNNUMBERED_TICKETS[1], "task": SECOND["description"]},
        ),
    ),
    "zoho": ("zoho", None, None, NO_WORKER | NO_START | NO_TAGS, NEITHER),
    "freshbooks": ("freshbooks", CLIENT, None, NO_MAIL | NO_START | NO_TAGS, NEITHER),
    "clockify_es": ("clockify", CLIENT, None, {}, NEITHER),
    "clockify_es_short": ("clockify", CLIENT, None, {}, NEITHER),
    "teamwork": (
        "teamwork",
        CLIENT,
        None,
        NO_MAIL | NO_TASK,
        ({"source_id": "25300001"}, {"source_id": "25300002"}),
    ),
    "teamwork_without_hours": ("teamwork", CLIENT, None, NO_MAIL | NO_TASK, NEITHER),
    "redmine": ("generic", None, None, NO_MAIL | NO_START | NO_TAGS | NO_FLAG, REDMINE_ISSUES),
    "redmine_pl": ("generic", None, None, NO_MAIL | NO_START | NO_TAGS | NO_FLAG, REDMINE_ISSUES),
    "odoo": ("odoo", None, None, NO_MAIL | NO_START | NO_TAGS | NO_FLAG, NEITHER),
    "odoo_fields": ("odoo", CLIENT, None, NO_MAIL | NO_START | NO_TAGS | NO_FLAG, NEITHER),
    "servicedesk_plus": (
        "servicedesk-plus",
        None,
        None,
        NO_MAIL | NO_TAGS | NO_FLAG | {"project": None, "work_type": "Request"},
        UNNUMBERED_TICKETS,
    ),
    "generic_en": (
        "generic",
        CLIENT,
        None,
        NO_MAIL | {"work_type": "Remote"},
        ({"ticket": "5501", "source_id": "e-1"}, {"ticket": "5502", "source_id": "e-2"}),
    ),
    "generic_de": ("generic", CLIENT, None, NO_MAIL | NO_START | NO_TAGS, NEITHER),
    "generic_fr": ("generic", None, None, NO_MAIL | NO_START | NO_TAGS | NO_FLAG, NEITHER),
}


REPORTS = {
    "everhour": ("everhour", CLIENT, None, NO_MAIL | NO_START | NO_TAGS, NEITHER),
    "timely": ("timely", CLIENT, None, NO_TASK, NEITHER),
}
"""Files with rows that are not entries, so that the entries' lines are not consecutive."""


@pytest.mark.parametrize("name", VARIANTS)
def test_every_header_variant_gives_the_work_in_its_columns(name):
    rows = read((EXPORTS / f"{name}.csv").read_bytes())

    assert expected(*VARIANTS[name]) == [(row.entry, row.facts) for row in rows]
    assert 2 == rows[0].line


@pytest.mark.parametrize("name", REPORTS)
def test_only_the_entries_of_a_report_are_read(name):
    rows = read((EXPORTS / f"{name}.csv").read_bytes())

    assert expected(*REPORTS[name]) == [(row.entry, row.facts) for row in rows]


def test_every_example_is_checked_and_every_source_has_one():
    assert sorted(VARIANTS | REPORTS) == sorted(path.stem for path in EXPORTS.glob("*.csv"))
    assert {source.name for source in SOURCES} == {source for source, *_ in (VARIANTS | REPORTS).values()}


@pytest.mark.parametrize(
    ("name", "order"),
    [("clockify_en", DateOrder.MONTH_FIRST), ("clockify_fr", DateOrder.DAY_FIRST), ("harvest", None)],
)
def test_a_day_above_12_anywhere_settles_the_date_order(name, order):
    assert order == opened((EXPORTS / f"{name}.csv").read_bytes()).date_order


def test_columns_are_named_as_the_file_spells_them():
    export = opened(" DATE ;Description;  duration\n2026-01-05;x;1:00\n")

    assert ("DATE", "Description", "duration") == export.columns


def test_a_quoted_separator_and_any_case_do_not_hide_a_toggl_header():
    rows = read('"USER","description","START DATE","start TIME","Duration"\nAda,x,2026-01-05,9:00,0:10\n')

    assert ["toggl"] == [row.entry.source for row in rows]


def test_a_title_above_the_header_is_skipped_and_lines_are_counted_from_the_top_of_the_file():
    (row,) = read("Time report\nJanuary 2026\n\nDate,Description,Hours\n2026-01-05,x,1\n")

    assert 5 == row.line


def test_the_separator_line_of_excel_is_skipped():
    (row,) = read("sep=;\nDate;Description;Hours\n2026-01-05;x;1,5\n")

    assert (3, 5400) == (row.line, row.entry.seconds)


def test_a_kimai_description_loses_the_apostrophe_that_guards_formulas():
    lines = "\n".join(f"2026-03-02,9:00,10:00,1:00,Ada,C,P,A,{text}" for text in ("' =1+1", "' see DDE", "' quoted '"))
    rows = read(f"Date,From,To,Duration,Name,Customer,Project,Activity,Description\n{lines}\n")

    assert ["=1+1", "see DDE", "' quoted '"] == [row.entry.description for row in rows]


@pytest.mark.parametrize(("last", "seconds"), [("Currency", 7200), ("Tags", 2)])
def test_a_whole_number_of_kimai_is_seconds_only_in_the_old_exports(last, seconds):
    (row,) = read(
        f"Date,From,To,Duration,Name,Customer,Project,Activity,Exported,{last}\n"
        "2026-03-02,9:00,11:00,2,Ada,C,P,A,0,EUR\n"
    )

    assert seconds == row.entry.seconds


@pytest.mark.parametrize(
    ("column", "seconds"),
    [("Minutes", 5400), ("Duration (sec)", 90), ("Duration (ms)", 0), ("Dauer (min)", 5400), ("Hours", 324_000)],
)
def test_the_name_of_a_column_gives_the_unit_of_its_bare_numbers(column, seconds):
    rows = read(f"Date,Description,{column}\n2026-03-02,x,90\n")

    assert seconds == rows[-1].entry.seconds


def test_the_first_of_two_columns_with_one_name_counts():
    (row,) = read("Date,Description,Hours,Description\n2026-03-02,first,1,second\n")

    assert "first" == row.entry.description


def test_a_dash_in_the_new_toggl_export_is_an_empty_cell_or_a_duration_of_zero():
    (row,) = read(
        "Description,Duration,Member,Project,Tags,Start date,Start time,Stop date,Stop time\n"
        "x,-,Ada,-,-,2026-03-02,09:00:00,2026-03-02,09:00:00\n"
    )

    assert isinstance(row, Row)
    assert (0, "", ()) == (row.entry.seconds, row.entry.project, row.entry.tags)


@pytest.mark.parametrize("stop", ["2026-03-02 08:00:00", "2026-03-02T10:00:00Z"])
def test_a_stop_before_its_start_or_on_another_clock_gives_no_duration(stop):
    (bad,) = read(f"id,start,stop,project,tags\n5a1c0de,2026-03-02 09:00:00,{stop},Helpdesk,\n")

    assert ("stop", stop) == (bad.column, bad.value)
    assert "before the start" in bad.reason


def test_an_underscore_in_a_jira_worklog_is_an_empty_cell():
    (row,) = read("Worklog id,Author,Work description,Started,Labels,Time spent\n7,Ada,_,2026-03-02,_,35m\n")

    assert ("", (), 2100) == (row.entry.description, row.entry.tags, row.entry.seconds)


def test_work_past_midnight_is_measured_if_the_file_has_no_duration():
    (row,) = read("Description,Start date,Start time,Stop time\nx,2026-03-02,23:30:00,00:15:00\n")

    assert (date(2026, 3, 2), 2700) == (row.entry.date, row.entry.seconds)


def expected(source, client, contract, both, each) -> list[tuple[Entry, Facts]]:
    entries = [Entry(source=source, **{**work, **both, **own}) for work, own in zip((FIRST, SECOND), each, strict=True)]
    return [(entry, facts_of(entry, client, contract)) for entry in entries]


def facts_of(entry: Entry, client: str | None, contract: str | None) -> Facts:
    return Facts(client, entry.project, contract, entry.task, entry.work_type, entry.ticket, entry.tags)
