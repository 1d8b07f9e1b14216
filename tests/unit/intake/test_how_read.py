"""The line that says how a file was read is true: it names the columns that its hours and dates come from."""

import csv
import io
from io import BytesIO

import pytest

from chalicelib.domain.names import tidy
from chalicelib.intake.decode import find_encoding
from chalicelib.intake.export import open_export
from chalicelib.intake.rows import ColumnMapping, MappedColumn, Refusal, Row, SourceHints
from chalicelib.intake.sources.columns import DateOrder, Field, Unit
from tests.unit.intake.reading import EXPORTS, NOTHING_SAID, opened, read
from tests.unit.intake.test_field_cases import FIELD_CASES as CASES

FIELD_CASES = {
    "am-pm-spellings": "hours from `Start time` to `End time`; dates from `Date`; source generic",
    "break-column-en": "hours from `Total`; dates from `Date`; source generic",
    "break-min-total-hours": "hours from `Total Hours`; dates from `Date`; source generic",
    "break-minutes-de": (
        "hours from `Beginn` to `Ende`; breaks taken off (`Pause` (numbers in minutes)); "
        "dates from `Datum`; source generic"
    ),
    "break-tech-duration": (
        "hours from `Tech Duration (Formatted)`, where empty from `Tech Duration (Hours)`; "
        "dates from `Date`; source generic"
    ),
    "clickup-time-export": (
        "hours from `Time Tracked` (numbers in milliseconds), "
        "where empty from `Time Tracked Text`; dates from `Start`, milliseconds since 1970; source clickup"
    ),
    "clockify-es": (
        "hours from `Duración (h)`, where empty from `Duración (decimal)`; "
        "dates from `Fecha de inicio`, day first; source clockify"
    ),
    "concatenated-with-bom": "hours from `Hours`; dates from `Date`; source generic",
    "date-as-midnight-utc": "hours from `Hours`; dates from `Date`; midnights are days; source generic",
    "date-time-done-summary": "hours from `Time Taken`; dates from `Date/Time Done`; source halopsa",
    "dated-totals-in-description": "hours from `Hours`; dates from `Date`; source generic",
    "duration-against-start-end": "hours from `Duration`; dates from `Date`; source generic",
    "hours-and-minutes": "hours from `Hours` and `Minutes` together; dates from `Date`; source generic",
    "hours-dot-minutes": "hours from `Hours`; dates from `Date`; source generic",
    "hours-minutes-ticket": "hours from `Hours` and `Minutes` together; dates from `Date`; source generic",
    "html-in-notes": "hours from `Hours`; dates from `Date`; source generic",
    "ist-h-de": "hours from `Ist_h`; dates from `Datum`; source generic",
    "jira-decimal-hours": "hours from `Time Spent`; dates from `Started`; source jira-worklogs",
    "kimai-two-decimals": "hours from `Duration`; dates from `Date`; source kimai",
    "member-agreement-description": "hours from `Hours`; dates from `Date`; source connectwise",
    "more-date-spellings": "hours from `Hours`; dates from `Date`; source generic",
    "more-duration-spellings": "hours from `Duration`; dates from `Date`; source generic",
    "preamble-of-12-lines": "hours from `Hours`; dates from `Date`; source generic",
    "project-name-task-name-user-description": "hours from `Time Spent`; dates from `Date`; source zoho",
    "rezoned-export-1": "hours from `Duration`; dates from `Start date`; source toggl",
    "rezoned-export-2": "hours from `Duration`; dates from `Start date`; source toggl",
    "snake-case-header": "hours from `start_time` to `end_time`; dates from `date`; source generic",
    "start-date-duration-notes": "hours from `Duration`; dates from `Start Date`; source toggl",
    "start-edited-2": "hours from `Duration`; dates from `Start date`; source toggl",
    "status-rejected": "hours from `Hours`; dates from `Date`; source generic",
    "teamwork-time-log": "hours from `Decimal hours`; dates from `Date`; source teamwork",
}
HOURS = {
    "autotask": "hours from `Hours Worked`",
    "autotask_api": "hours from `hoursWorked`",
    "clickup": "hours from `Time Tracked` (numbers in milliseconds), where empty from `Time Tracked Text`",
    "clockify_activity": "hours from `Duration (h)`, where empty from `Duration (decimal)`",
    "clockify_de": "hours from `Dauer (h)`, where empty from `Dauer (dezimal)`",
    "clockify_en": "hours from `Duration (h)`, where empty from `Duration (decimal)`",
    "clockify_es": "hours from `Duración (h)`, where empty from `Duración (decimal)`",
    "clockify_es_short": "hours from `Duración (decimal)`",
    "clockify_excel": "hours from `Duration (h)`, where empty from `Duration (decimal)`",
    "clockify_few_columns": "hours from `Duration (decimal)`",
    "clockify_fr": "hours from `Durée (décimal)`",
    "clockify_pt": "hours from `Duração (h)`, where empty from `Duração (decimal)`",
    "connectwise_agreement": "hours from `Bill Hrs`, where empty from `App Hrs`",
    "connectwise_finance": "hours from `WIP Hrs`, where empty or 0 from `Inv Hrs`",
    "connectwise_invoice_search": "hours from `WIP Hrs`, where empty or 0 from `Inv Hrs`",
    "connectwise_invoicing": "hours from `Hours`",
    "connectwise_view": "hours from `hours_actual`, where empty from `Billable_Hrs`",
    "everhour": "hours from `Billable Time` and `Non-Billable Time`, each its own entry",
    "freshbooks": "hours from `Duration`",
    "generic_de": "hours from `Stunden`",
    "generic_en": "hours from `Duration`, where empty from `Hours`",
    "generic_fr": "hours from `Temps passé`",
    "halopsa": "hours from `Time Taken`",
    "halopsa_charges": "hours from `ChargeHours`",
    "halopsa_minutes": "hours from `Time Taken (mins)` (numbers in minutes)",
    "harvest": "hours from `Hours`",
    "harvest_2015": "hours from `Hours`",
    "harvest_2019": "hours from `Hours`",
    "harvest_rounded": "hours from `Hours`",
    "harvest_started_at": "hours from `Hours`",
    "harvest_without_employee_id": "hours from `Hours`",
    "jira_worklogs": "hours from `Time spent` (numbers in seconds)",
    "jira_worklogs_instants": "hours from `Time spent` (numbers in seconds)",
    "jira_worklogs_older": (
        "hours from `Time spent seconds` (numbers in seconds), where empty from `Time spent` (numbers in seconds)"
    ),
    "kimai": "hours from `Duration`",
    "kimai_de": "hours from `Dauer`",
    "kimai_fr": "hours from `Durée`",
    "kimai_importer": "hours from `Duration` (whole numbers in seconds, decimals in hours)",
    "kimai_seconds": "hours from `Duration` (whole numbers in seconds, decimals in hours)",
    "kimai_seconds_de": "hours from `Dauer` (whole numbers in seconds, decimals in hours)",
    "kimai_template": "hours from `Duration`",
    "odoo": "hours from `Hours Spent`",
    "odoo_fields": "hours from `unit_amount`",
    "quickbooks_time": "hours from `hours`",
    "quickbooks_time_decimal": "hours from `hours`",
    "redmine": "hours from `Hours`",
    "redmine_pl": "hours from `Godzin`",
    "servicedesk_plus": "hours from `Time Spent`",
    "solidtime": "hours from `Duration`, where empty from `Duration (decimal)`",
    "solidtime_backup": "hours from `start` to `end`",
    "teamwork": "hours from `Decimal hours`",
    "teamwork_without_hours": "hours from `Date/time` to `End date/time`",
    "tempo": "hours from `Hours`",
    "tempo_cloud": "hours from `Hours`",
    "timechimp": "hours from `Time`",
    "timely": "hours from `Logged Hours`",
    "timewarrior": "hours from `Start` to `End`",
    "timings": "hours from `Dauer`, where empty from `Dauer (Dezimal)`",
    "timr": "hours from `Duration`",
    "tmetric": "hours from `Duration`",
    "toggl_new": "hours from `Duration`",
    "toggl_new_few_columns": "hours from `Start time` to `Stop time`",
    "toggl_new_without_duration": "hours from `Start time` to `Stop time`",
    "toggl_old": "hours from `Duration`",
    "toggl_old_quoted": "hours from `Duration`",
    "watson": "hours from `start` to `stop`",
    "yast": "hours from `Duration H:M`, where empty from `Duration M` (numbers in minutes)",
    "zoho": "hours from `Time Spent`",
}
FILES = {**{name: CASES / f"{name}.csv" for name in FIELD_CASES}, **{name: EXPORTS / f"{name}.csv" for name in HOURS}}


@pytest.mark.parametrize("name", FIELD_CASES)
def test_a_field_case_says_how_it_was_read(name):
    assert FIELD_CASES[name] == opened(FILES[name].read_bytes()).how_read


@pytest.mark.parametrize("name", sorted(path.stem for path in EXPORTS.glob("*.csv")))
def test_every_tool_s_export_says_which_column_its_hours_come_from(name):
    assert HOURS[name] == opened((EXPORTS / f"{name}.csv").read_bytes()).how_read.split("; ")[0]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("what", ["hours from", "dates from"])
def test_without_the_named_column_rows_are_lost_or_the_file_says_that_it_is_read_otherwise(name, what):
    data = FILES[name].read_bytes()
    line = opened(data).how_read
    column = next(part for part in line.split("; ") if part.startswith(what)).split("`")[1]

    bad = open_export(BytesIO(spoiled(data, column)), NOTHING_SAID)

    assert isinstance(bad, Refusal) or bad.how_read != line or count(bad.rows()) < count(read(data))


def count(rows):
    return sum(isinstance(row, Row) for row in rows)


def spoiled(data, column):
    """The file with a word in every filled cell of a column."""
    text = data.decode(find_encoding(BytesIO(data)))
    for delimiter in ",;\t":
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
        for above, header in enumerate(rows):
            if column in (names := [tidy(name) for name in header]):
                at = names.index(column)
                for cells in rows[above + 1 :]:
                    cells[at : at + 1] = ["spoiled" if cell.strip() else cell for cell in cells[at : at + 1]]
                out = io.StringIO()
                csv.writer(out, delimiter=delimiter).writerows(rows)
                return out.getvalue().encode()
    raise AssertionError(column)


MARCH = "Day,Who,Time Spent,Notes\n03/04/2026,Ada,90,Mail\n04/04/2026,Ada,15,Phone\n"
SPANS = "Date,Notes,Start,End,Lunch Start,Lunch End\n2026-03-02,Mail,08.37,17.05,12:00,12:30\n"
SAID = SourceHints(date_orders={"generic": DateOrder.MONTH_FIRST}, zones={"generic": "Europe/Berlin"})


def mapping(text, unit, **said):
    header = text.partition("\n")[0].casefold().split(",")
    fields = (Field.DATE, Field.WORKER, Field.DURATION, Field.DESCRIPTION)
    columns = tuple(map(MappedColumn, fields, header))
    return ColumnMapping("desk", frozenset(header), columns, unit, **said)


@pytest.mark.parametrize(
    ("text", "hints", "line"),
    [
        (
            MARCH,
            SourceHints(mappings=(mapping(MARCH, Unit.MINUTES, date_order=DateOrder.DAY_FIRST),)),
            "hours from `Time Spent` (numbers in minutes); dates from `Day`, day first; source desk, as mapped",
        ),
        (
            MARCH.replace("Time Spent", "Minutes"),
            SAID,
            "hours from `Minutes` (numbers in minutes); dates from `Day`, month first; source generic",
        ),
        (
            SPANS,
            SAID,
            (
                "hours from `Start` to `End`; breaks taken off (`Lunch Start` to `Lunch End`); dates from `Date`; "
                "`8.37` is a time of day; times in Europe/Berlin; source generic"
            ),
        ),
        (
            "Date,Start,End,Hours,Notes\n2026-03-02,10:00,19:15,9.15,Mail\n2026-03-03,10:00,18:30,8.30,Phone\n",
            NOTHING_SAID,
            "hours from `Hours`; `9.15` is 9:15; dates from `Date`; source generic",
        ),
    ],
)
def test_what_was_said_and_what_was_proven_is_in_the_line(text, hints, line):
    assert line == opened(text, hints).how_read


def test_a_name_with_marks_of_its_own_stays_one_name_on_one_line():
    text = 'Date,"The `net`\n hours of work of everybody in the whole team",Notes\n2026-03-02,1.5,Mail\n'
    header = ("date", "the `net` hours of work of everybody in the whole team", "notes")
    said = tuple(map(MappedColumn, (Field.DATE, Field.DURATION, Field.DESCRIPTION), header))
    hints = SourceHints(mappings=(ColumnMapping("desk", frozenset(header), said),))

    line = opened(text, hints).how_read

    assert "hours from `The 'net' hours of work of everybody in`" == line.split("; ")[0]


@pytest.mark.parametrize(
    ("header", "missed"),
    [
        ("Date,Hours,Notes,Who", []),
        ("Date,Hours,Task,Who", []),
        ("Date,Hours,Notes", ["No column with the worker was found: the entries name nobody."]),
        (
            "Date,Hours,Project,Who",
            ["No column with a description was found: the entries do not say what was done."],
        ),
    ],
)
def test_a_column_that_every_report_would_show_is_missed(header, missed):
    cells = ["2026-03-02", "1.5", "Mail", "Ada"]
    text = f"{header}\n{','.join(cells[: len(header.split(','))])}\n"

    assert missed == [fault.reason for fault in opened(text).not_found]
